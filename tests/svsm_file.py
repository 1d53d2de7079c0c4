# SPDX-License-Identifier: GPL-2.0-or-later
"""
IGVM files that boot the SVSM of tests/svsm, with a firmware for its guest:

    svsm_file.py SVSM.bin OVMF.fd OUTPUT [C-BIT]
"""

import re
import struct
import sys
from pathlib import Path

import igvm_file as igvm
import sev_snp

HERE = Path(__file__).resolve().parent
PAGE = igvm.PAGE
GIB = 1 << 30
SECTION_CALLING_AREA = 4
SECTIONS = 64
SNP_ACTIVE = 1


def layout():
    """The addresses of layout.h"""
    text = (HERE / 'svsm/layout.h').read_text()
    return {name: int(value, 0) for name, value in
            re.findall(r'^#define (\w+) +(0x\w+|\d+)', text, re.M)}


AT = layout()
BASE, SIZE = AT['SVSM_BASE'], AT['SVSM_SIZE']
PRESENT_WRITABLE, LARGE_PAGE = 0x3, 0x80


def page_tables(c_bit):
    """
    All memory at its address, with the C-bit but for the SVSM's second half:
    PML4; of 1 GiB each, what is below the SVSM; then the SVSM, of 2 MiB each.
    """
    at = AT['SVSM_TABLES']
    private = 1 << c_bit
    table = private | PRESENT_WRITABLE
    page = PRESENT_WRITABLE | LARGE_PAGE
    tables = [{index: at + PAGE * (1 + index) | table for index in (0, 1)},
              {index: index * GIB | private | page for index in range(512)},
              {0: at + PAGE * 3 | table},
              {0: BASE | private | page, 1: AT['SHARED_AREA'] | page}]
    return b''.join(struct.pack('<512Q', *(entries.get(index, 0)
                                           for index in range(512)))
                    for entries in tables)


def save_area(c_bit, features):
    """The boot CPU's: in long mode, with the tables above"""
    state = bytearray(PAGE)

    def put(offset, form, value):
        struct.pack_into('<' + form, state, offset, value)

    def segment(offset, selector, attributes):
        struct.pack_into('<HHI', state, offset, selector, attributes,
                         0xffffffff)

    for offset in (0x00, 0x20, 0x30, 0x40, 0x50):
        segment(offset, 0x10, 0xc93)    # ES, SS, DS, FS, GS
    segment(0x10, 0x18, 0xa9b)          # CS
    put(0x72, 'H', 0x82)                # LDTR
    put(0x92, 'H', 0x8b)                # TR
    put(0x94, 'I', 0xffff)
    put(0x0d0, 'Q', 0x1d00)             # EFER: SVME, NXE, LMA, LME
    put(0x148, 'Q', 0x60)               # CR4: MCE, PAE
    put(0x150, 'Q', AT['SVSM_TABLES'] | 1 << c_bit)     # CR3
    put(0x158, 'Q', 0x80010011)         # CR0: PG, WP, ET, PE
    put(0x160, 'Q', 0x400)              # DR7
    put(0x168, 'Q', 0xffff0ff0)         # DR6
    put(0x170, 'Q', 2)                  # RFLAGS
    put(0x178, 'Q', BASE)               # RIP
    put(0x268, 'Q', 0x0007040600070406)     # PAT
    put(0x3b0, 'Q', features)
    put(0x3e8, 'Q', 1)                  # XCR0
    put(0x408, 'I', 0x1f80)             # MXCSR
    put(0x410, 'H', 0x37f)              # FCW
    return bytes(state)


def launch_page(firmware):
    """struct launch of launch.h: what the SVSM has to know of the firmware"""
    sections = sev_snp.sections(firmware)
    assert len(sections) <= SECTIONS
    assert SECTION_CALLING_AREA in (kind for _, _, kind in sections), \
        'this firmware cannot run under an SVSM'
    return (struct.pack('<QQI', (1 << 32) - len(firmware), len(firmware),
                        len(sections))
            + b''.join(struct.pack('<III', *section) for section in sections)
            ).ljust(PAGE, b'\0')


def file_of(program, firmware, c_bit=51, features=SNP_ACTIVE, policy=0x30000):
    """The file: parts that the SVSM finds where layout.h says"""
    assert len(program) <= AT['SVSM_PROGRAM_SIZE']
    file = igvm.Writer([(igvm.SNP, igvm.SNP_MASK)])
    file.policy(policy)
    file.required(BASE, SIZE)
    for index in range(3):
        file.area(index)
    file.parameter(igvm.VP_COUNT, 0)
    file.parameter(igvm.ENVIRONMENT, 0, 4)
    file.parameter(igvm.MEMORY_MAP, 1)
    file.parameter(igvm.MADT, 2)
    for index, name in enumerate(('GENERAL', 'MAP', 'MADT')):
        file.insert(index, AT[f'SVSM_{name}_PAGE'])
    file.pages(BASE, program + bytes(-len(program) % PAGE))
    file.page(AT['SNP_SECRETS_PAGE'], kind=igvm.SECRETS)
    file.page(AT['SVSM_CPUID_PAGE'], kind=igvm.CPUID)
    file.page(AT['SVSM_LAUNCH_PAGE'], launch_page(firmware))
    file.pages(AT['SVSM_TABLES'], page_tables(c_bit))
    file.pages((1 << 32) - len(firmware), firmware)
    file.context(save_area(c_bit, features))
    return bytes(file)


def main(program, firmware, output, c_bit='51'):
    """By hand"""
    Path(output).write_bytes(file_of(Path(program).read_bytes(),
                                     Path(firmware).read_bytes(), int(c_bit)))


if __name__ == '__main__':
    main(*sys.argv[1:])
