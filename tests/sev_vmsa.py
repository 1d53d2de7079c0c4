# SPDX-License-Identifier: GPL-2.0-or-later
"""
The state that a SEV-ES guest's CPUs begin with, as KVM from Linux 6.10 on
makes it. Offsets are those of the APM, volume 2, table B-4; nothing here is
taken from our C.
"""

import hashlib
import struct

SEGMENTS = ('es', 'cs', 'ss', 'ds', 'fs', 'gs', 'gdtr', 'ldtr', 'idtr', 'tr')
ATTRIBUTES = {'gdtr': 0, 'idtr': 0, 'ldtr': 0x82, 'tr': 0x8b, 'cs': 0x9b}

# family, model, stepping of QEMU's models
MODELS = {
    'EPYC': (23, 1, 2), 'EPYC-Rome': (23, 49, 0), 'EPYC-Milan': (25, 1, 1),
    'EPYC-Genoa': (25, 17, 0), 'max': (6, 6, 3),
    'qemu64': (15, 107, 1),
}


def signature(family, model, stepping):
    """CPUID(1).EAX"""
    base, extended = min(family, 15), max(family - 15, 0)
    return (extended << 20 | model >> 4 << 16 | base << 8
            | (model & 15) << 4 | stepping)


def vmsa(cpu, start=0xfffffff0, legacy=False):
    """Of a CPU with signature @cpu that begins at address @start."""
    page = bytearray(4096)

    def put(offset, form, value):
        struct.pack_into('<' + form, page, offset, value)

    for i, name in enumerate(SEGMENTS):
        put(16 * i + 2, 'H', ATTRIBUTES.get(name, 0x93))
        put(16 * i + 4, 'I', 0xffff)
    put(0x010, 'H', 0xf000)                 # CS: selector, base
    put(0x018, 'Q', start & 0xffff0000)
    put(0x0d0, 'Q', 0x1000)                 # EFER: SVME
    put(0x148, 'Q', 0x40)                   # CR4: MCE
    put(0x158, 'Q', 0x10)                   # CR0: ET
    put(0x160, 'Q', 0x400)                  # DR7
    put(0x168, 'Q', 0xffff0ff0)             # DR6
    put(0x170, 'Q', 2)                      # RFLAGS
    put(0x178, 'Q', start & 0xffff)         # RIP
    put(0x268, 'Q', 0x0007040600070406)     # PAT
    put(0x310, 'Q', cpu)                    # RDX
    put(0x3e8, 'Q', 1)                      # XCR0
    if not legacy:
        put(0x408, 'I', 0x1f80)             # MXCSR
        put(0x410, 'H', 0x37f)              # FCW
    return bytes(page)


def vmsas(number, cpu, reset_eip, legacy=False):
    """Of all CPUs, one after the other; @reset_eip is the firmware's."""
    return (vmsa(cpu, legacy=legacy)
            + vmsa(cpu, reset_eip, legacy) * (number - 1))


def sha256(data):
    return hashlib.sha256(data).digest()
