# SPDX-License-Identifier: GPL-2.0-or-later
"""
IGVM files, written and read by Python's own means: from the format as its
authors publish it (the crate igvm_defs); nothing here is taken from our C.
"""

import binascii
import hashlib
import struct
from typing import NamedTuple

import sev_snp

PAGE, LARGE_SIZE = 4096, 2 << 20
NATIVE, SNP, TDX = 0, 2, 3
SNP_MASK, NATIVE_MASK, TDX_MASK = 1, 2, 4
NORMAL, SECRETS, CPUID = 0, 1, 2
LARGE, UNMEASURED, SHARED = 1, 2, 4
VMSA_GPA = 0xfffffffff000

PLATFORM, POLICY = 0x001, 0x101
AREA, PAGE_DATA, INSERT, CONTEXT, REQUIRED = range(0x301, 0x306)
VP_COUNT, MADT, ID_BLOCK, MEMORY_MAP = 0x307, 0x309, 0x30b, 0x30c
DEVICE_TREE, ENVIRONMENT = 0x312, 0x313


class Writer:
    """A file that grows; bytes() of it is the file."""

    def __init__(self, platforms=((SNP, SNP_MASK), (NATIVE, NATIVE_MASK)),
                 version=2):
        self.version = version
        self.headers = []       # type, body, where its file offset is, content
        for kind, mask in platforms:
            self.add(PLATFORM, struct.pack('<IBBHQ', mask, 0, kind, 1, 0))

    def add(self, kind, body, at=None, content=b''):
        """A header; with the offset of @content at @at of it"""
        self.headers.append((kind, body, at, content))

    def policy(self, policy, mask=SNP_MASK):
        self.add(POLICY, struct.pack('<QII', policy, mask, 0))

    def area(self, index, size=PAGE, content=b''):
        self.add(AREA, struct.pack('<QII', size, index, 0), 12, content)

    def page(self, gpa, content=b'', mask=SNP_MASK, kind=NORMAL, flags=0):
        """Of zeros if there is no content"""
        self.add(PAGE_DATA, struct.pack('<QIIIHH', gpa, mask, 0, flags, kind,
                                        0), 12, content)

    def pages(self, gpa, content, **more):
        """Each of them"""
        for at in range(0, len(content), PAGE):
            self.page(gpa + at, content[at:at + PAGE], **more)

    def insert(self, index, gpa, mask=SNP_MASK):
        self.add(INSERT, struct.pack('<QII', gpa, mask, index))

    def parameter(self, kind, index, offset=0):
        self.add(kind, struct.pack('<II', index, offset))

    def context(self, content, number=0, gpa=VMSA_GPA, mask=SNP_MASK):
        self.add(CONTEXT, struct.pack('<QIIHH', gpa, mask, 0, number, 0), 12,
                 content)

    def required(self, gpa, size, mask=SNP_MASK):
        self.add(REQUIRED, struct.pack('<QIIII', gpa, mask, size, 0, 0))

    def __bytes__(self):
        fixed = 24 if self.version == 1 else 32
        size = sum(8 + len(body) + -len(body) % 8
                   for _, body, _, _ in self.headers)
        headers, data = bytearray(), bytearray()
        for kind, body, at, content in self.headers:
            if content:
                offset = struct.pack('<I', fixed + size + len(data))
                body = body[:at] + offset + body[at + 4:]
                data += content
            headers += (struct.pack('<II', kind, len(body)) + body
                        + bytes(-len(body) % 8))

        def first(checksum):
            words = [self.version, fixed, len(headers),
                     fixed + len(headers) + len(data), checksum, 0, PAGE]
            return b'IGVM' + struct.pack('<7I', *words)[:fixed - 4]

        return first(binascii.crc32(first(0) + headers)) + headers + data


def of_firmware(image, states, policy=0x30000):
    """
    What a launch of a firmware image has in memory, and a save area for each
    CPU: as QEMU with KVM launches it.
    """
    kinds = {sev_snp.SECTION_SECRETS: SECRETS, sev_snp.SECTION_CPUID: CPUID}
    file = Writer()
    file.policy(policy)
    file.pages((1 << 32) - len(image), image)
    for base, size, kind in sev_snp.sections(image):
        for at in range(0, size, PAGE):
            file.page(base + at, kind=kinds.get(kind, NORMAL))
    for number, state in enumerate(states):
        file.context(state, number)
    return file


def reset_of(image):
    """Where firmware has the other CPUs start"""
    return struct.unpack('<I', sev_snp.table(image)[sev_snp.RESET])[0]


def content(pages, seed=b''):
    """Each page another"""
    return b''.join(hashlib.sha512(seed + b'%d' % i).digest() * 64
                    for i in range(pages))


def svsm(pages=8):
    """
    As coconut-SVSM's file is made: three platforms, four parameter areas, so
    many pages of code
    """
    file = Writer([(SNP, SNP_MASK), (NATIVE, NATIVE_MASK), (TDX, TDX_MASK)])
    file.policy(0x30000)
    file.required(0x8000000, 0x1000000)
    for index in range(4):
        file.area(index)
    file.parameter(VP_COUNT, 0)
    file.parameter(ENVIRONMENT, 0, 4)
    file.parameter(MEMORY_MAP, 1)
    file.parameter(MADT, 2)
    file.parameter(DEVICE_TREE, 3)
    for index in range(4):
        file.insert(index, 0x20000 + index * PAGE)
    file.pages(0x10000, content(pages))
    file.page(0x18000, content(1, b't'), mask=0x17)
    file.page(0x1c000, kind=CPUID)
    file.page(0x1d000, content(1, b'n'), mask=NATIVE_MASK)
    file.page(0x80ab000, kind=SECRETS)
    file.context(content(1, b'native')[:0xe8], mask=NATIVE_MASK)
    file.context(content(1, b'vmsa'))
    return file


class Header(NamedTuple):
    """A header of a file that was read"""
    kind: int
    body: bytes


def read(file):
    """The file's headers"""
    at, size = struct.unpack_from('<II', file, 8)
    end = at + size
    while at < end:
        kind, size = struct.unpack_from('<II', file, at)
        yield Header(kind, file[at + 8:at + 8 + size])
        at += 8 + size + -size % 8


def mask_of(headers, platform):
    """The compatibility mask of a platform"""
    return next(struct.unpack_from('<I', header.body)[0] for header in headers
                if header.kind == PLATFORM and header.body[5] == platform)


def page_of(digest, file, body, only):
    """PAGE_DATA, if it is for one of the platforms in @only"""
    gpa, mask, offset, flags, kind, _ = struct.unpack('<QIIIHH', body)
    if not mask & only or flags & SHARED:
        return
    types = {SECRETS: sev_snp.SECRETS, CPUID: sev_snp.CPUID}
    for at in range(0, LARGE_SIZE if flags & LARGE else PAGE, PAGE):
        if kind in types:
            digest.page(types[kind], gpa + at)
        elif flags & UNMEASURED:
            digest.page(sev_snp.UNMEASURED, gpa + at)
        else:
            digest.page(sev_snp.NORMAL, gpa + at,
                        file[offset + at:offset + at + PAGE] if offset
                        else bytes(PAGE))


def launch_digest(file):
    """Of SEV-SNP: parameters first, as they are inserted; pages; contexts"""
    digest = sev_snp.Digest()
    headers = list(read(file))
    only = mask_of(headers, SNP)
    sizes = {index: size for size, index, _ in
             (struct.unpack('<QII', header.body) for header in headers
              if header.kind == AREA)}
    contexts = []
    for header in headers:
        if header.kind == INSERT:
            gpa, mask, index = struct.unpack('<QII', header.body)
            for at in range(0, sizes[index] if mask & only else 0, PAGE):
                digest.page(sev_snp.UNMEASURED, gpa + at)
        elif header.kind == PAGE_DATA:
            page_of(digest, file, header.body, only)
        elif header.kind == CONTEXT:
            gpa, mask, offset, _, _ = struct.unpack('<QIIHH', header.body)
            if mask & only:
                contexts.append((gpa, file[offset:offset + PAGE]))
    for gpa, state in contexts:
        digest.page(sev_snp.VMSA, gpa, state)
    return digest.value
