# SPDX-License-Identifier: GPL-2.0-or-later
"""First inputs of the target that reads IGVM files; see make-corpus.py."""

import struct

import igvm_file as igvm


def svsm():
    """What an SVSM's file has, with few pages"""
    file = igvm.Writer([(igvm.SNP, igvm.SNP_MASK),
                        (igvm.NATIVE, igvm.NATIVE_MASK),
                        (igvm.TDX, igvm.TDX_MASK)])
    file.policy(0x30000)
    file.required(0x8000000, 0x1000000)
    for index in range(4):
        file.area(index)
    for index, (kind, at) in enumerate([
            (igvm.VP_COUNT, 0), (igvm.MEMORY_MAP, 0), (igvm.MADT, 0),
            (igvm.DEVICE_TREE, 0)]):
        file.parameter(kind, index, at)
    file.parameter(igvm.ENVIRONMENT, 0, 4)
    for index in range(4):
        file.insert(index, 0x20000 + index * igvm.PAGE)
    file.pages(0x10000, b'code'.ljust(2 * igvm.PAGE))
    file.page(0x18000, b'table', mask=0x17)
    file.page(0x1c000, kind=igvm.CPUID)
    file.page(0x1d000, kind=igvm.SECRETS)
    file.context(bytes(igvm.PAGE))
    return file


def files():
    """Names and files"""
    yield 'svsm', bytes(svsm())
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
