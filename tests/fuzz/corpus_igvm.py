# SPDX-License-Identifier: GPL-2.0-or-later
"""First inputs of the target that reads IGVM files; see make-corpus.py."""

import struct

import igvm_file as igvm


def files():
    """Names and files"""
    yield 'svsm', bytes(igvm.svsm(pages=2))
    yield 'version-1', bytes(igvm.Writer(version=1))
    other = igvm.Writer()
    other.area(5, 2 * igvm.PAGE, bytes(2 * igvm.PAGE))
    other.add(0x80000399, b'optional')
    other.add(igvm.ID_BLOCK, struct.pack('<I', 1) + bytes(0x2b4))
    other.page(0x200000, flags=igvm.LARGE | igvm.UNMEASURED)
    other.context(bytes(0xe8), mask=igvm.NATIVE_MASK)
    yield 'others', bytes(other)
    for kind, size in ((0x102, 0x30), (0x103, 0x20), (0x104, 0x10),
                       (0x30d, 0x10), (0x311, 0x360)):
        one = igvm.Writer()
        one.add(kind, struct.pack('<I', 1) + bytes(size - 4))
        yield f'type-{kind:x}', bytes(one)
