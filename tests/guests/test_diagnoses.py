# SPDX-License-Identifier: GPL-2.0-or-later
"""
What QEMU says of a guest's mistakes with VMPLs: rows of guests.txt, and the
words, which lead whoever writes an SVSM to what is wrong.
"""

import re
import struct

import pytest

from said import own_words
from test_guests import (command, image_of, images_fixture,  # noqa: F401
                         qemu_fixture, rows)
from test_igvm import LACKING

ROWS = {row.name: row for row in rows()}


def at(where, words):
    """A line about vCPU and VMPL; @words have numbers as \\w+."""
    return rf'SEV: vCPU {where}, RIP 0x\w+: {words}'


def creation(what, words):
    """About an AP creation that vCPU 0 has asked for"""
    return at('0', rf'AP creation \({what}: {words}')


def area(words, features):
    """Of a save area with those features"""
    return (rf'the save area at 0x\w+ {words} '
            rf'\(SEV features {re.escape(features)}\)')


def ended(words):
    return f'SEV: the guest has ended: {words}'


def lacks(words, told):
    """Of an access of VMPL 2's to a page that was validated"""
    return ended(r'virtual address 0x\w+: not permitted to the VMPL: private '
                 rf'{words} at VMPL 2 by ASID 1 of .*; expected RMPADJUST by '
                 rf'a more privileged VMPL before; {told}')


def taken(left, by):
    """@left permissions, by whom"""
    return (f'the last RMPADJUST to leave it less than all: {left}, by VMPL '
            rf'{by} of vCPU 0 at RIP (0x\w+)')


NO_AREA = 'this vCPU has no save area for it'
LAUNCHED = 'comes with other SEV features than the guest was launched with'
ON_INIT = r'create on INIT\) for VMPL 3 of APIC ID 1'
TAKEN = {
    'snp-vmpl-access-taken-read': lacks('read', taken('0x0', 0)),
    'snp-vmpl-access-taken-write': lacks('write', taken('0x1', 0)),
    'snp-vmpl-access-taken-fetch': lacks('supervisor fetch', taken('0x3', 0)),
    'snp-vmpl-access-taken-by-vmpl-1': lacks('write', taken('0x1', 1)),
}
SAID = {
    **{name: [line] for name, line in TAKEN.items()},
    'snp-vmpl-access-never-given': [
        lacks('read', 'as far as is remembered, no RMPADJUST has given it any '
              'since the page was validated')],
    'snp-vmpl-2': [at('0', f'Run VMPL 1: {NO_AREA}'),
                   at('0', f'Run VMPL 3: {NO_AREA}'),
                   at('0', 'Run VMPL 4: expected VMPL 0 to 3')],
    'snp-vmpl-waiting': [at('1 at VMPL 2', 'Run VMPL 0: it waits for a SIPI, '
                            'and has not been started')],
    'snp-vmpl-spoilt-vmpl': [
        ended(r'vCPU 0 cannot go on with the save area at 0x\w+ at VMPL 2: '
              'its VMPL is not 2')],
    'snp-vmpl-spoilt-features': [
        ended(r'vCPU 0 cannot go on with the save area at 0x\w+ at VMPL 2: '
              'SEV_FEATURES is not what this VMPL has')],
    'snp-vmpl-spoilt-at-first': [
        ended(r'vCPU 0 cannot start with the save area at 0x\w+ at VMPL 2: '
              'EFER.SVME is 0')],
    'snp-ap-bad-vmpl': [
        ended(r'vCPU 1 cannot start with the save area at 0x\w+ at VMPL 0: '
              'its VMPL is not 0')],
    'snp-ap-taken-no-vmsa': [
        ended(r'vCPU 1 cannot start with the save area at 0x\w+ at VMPL 0: '
              'not a VMSA')],
    'snp-ap': [
        *(creation(rf'{what}\) for VMPL 0 of APIC ID 1', words)
          for what in ('create', 'create on INIT')
          for words in (
              area('is at a multiple of 2 MiB, which processors have an '
                   'erratum about', '0x1'),
              area('has not been made one by RMPADJUST', '0x1'),
              area('is not RAM', '0x1'),
              area('is not aligned to 4 KiB', '0x1'),
              area(LAUNCHED, '0x0'), area(LAUNCHED, '0x21'))),
        creation(r'create\) for VMPL 0 of APIC ID 77',
                 'there is no such vCPU'),
        creation(r'destroy\) for VMPL 0 of APIC ID 77',
                 'there is no such vCPU'),
        creation(r'create\) for VMPL 4 of APIC ID 1',
                 'expected VMPL 0 to 3')],
    'snp-vmpl-cpus': [
        *(creation(ON_INIT, area('comes with an SEV feature that is not '
                                 'emulated', f'{1 << bit | 1:#x}: {name}'))
          for bit, name in LACKING.items()),
        *(creation(ON_INIT, area('comes with SEV features without SEV-SNP, or '
                                 'with some that are reserved', features))
          for features in ('0x0', '0x10000000001')),
        creation(ON_INIT, area('comes with other SEV features than the first '
                               'of its VMPL', '0x1')),
        at('0 at VMPL 2', r'AP creation \(create\) for VMPL 0 of APIC ID 1: '
           'only VMPL 0 can ask for that')],
    'snp-hv': [
        *(at('0', f'#HV doorbell at {gpa}: expected a page of RAM that is '
             'shared') for gpa in ('0x3c00008', '0x100000', '0xd0000000')),
        at('0', '#HV doorbell with SW_EXITINFO1 0x4: expected 0 to 3'),
        at('0', '#HV IPI 0x40500: expected a fixed interrupt or an NMI')],
    'snp-hv-none': [at('0', r'#HV IPI 0x40051: expected a VMPL with '
                       r'restricted injection \(SEV feature 0x8\)')],
    'snp-hv-lost': [at('0', 'the #HV doorbell page is no shared RAM any more: '
                       'there is none from now on')],
}


@pytest.fixture(name='said')
def said_fixture(qemu, images, run):  # noqa: F811
    """said(name): what QEMU says while a row runs, however much it is"""
    def start(name):
        row = ROWS[name]
        done = run([*command(row, qemu, image_of(row, images)),
                    '-d', 'guest_errors'])
        return own_words(done.stderr)

    return start


@pytest.mark.parametrize('name', SAID)
def test_said(said, name):
    lines = said(name)
    missing = [pattern for pattern in SAID[name]
               if not any(re.fullmatch(pattern, line) for line in lines)]
    assert not missing, lines


def code_at(elf, address):
    """Four bytes of a program, by the segment that they are in"""
    start, = struct.unpack_from('<Q', elf, 32)
    size, count = struct.unpack_from('<HH', elf, 54)
    for header in range(start, start + size * count, size):
        offset, base, _, length = struct.unpack_from('<4Q', elf, header + 8)
        if base <= address < base + length:
            return elf[offset + address - base:][:4]
    return None


@pytest.mark.parametrize('name', TAKEN)
def test_rip_of_taking(said, images, name):  # noqa: F811
    """The instruction that is named is RMPADJUST."""
    found = [match for line in said(name)
             if (match := re.fullmatch(TAKEN[name], line))]
    elf = (images / 'guest64.elf').read_bytes()
    assert code_at(elf, int(found[0][1], 16)) == b'\xf3\x0f\x01\xfe'
