#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Known answers of a SEV-SNP launch, for tests/unit/snp-vectors.h.

Made without any code of ours: SHA-384 is Python's, ECDSA is OpenSSL's
(python3-cryptography), the layouts are spelled out here from AMD's
publication 56860, SNP_LAUNCH_UPDATE and SNP_LAUNCH_FINISH, and the order of
pages is QEMU's with KVM. The firmware is a small one with the metadata of
edk2's ordinary or AmdSev build. Prints the header's constants:

    tests/unit/vectors/snp-launch.py > tests/unit/snp-vectors.h

Signatures are made with other random numbers each time; what is in the
header stays good.
"""

import hashlib
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

NORMAL, VMSA, ZERO, UNMEASURED, SECRETS, CPUID = range(1, 7)
VMSA_GPA = 0xfffffffff000
PAGE = 4096
POLICY = 0x30000
# CPUID(1).EAX, and where the other CPUs begin
SIGNATURE = 0x00a00f11
RESET_EIP = 0x0080b004
FIRMWARE_SIZE = 0x4000
KERNEL, INITRD, CMDLINE = b'kernel', b'initrd', b'console=ttyS0'

SNP_SEC_MEM, SNP_SECRETS, SNP_CPUID, SVSM, HASHES = 1, 2, 3, 4, 0x10
ORDINARY = [
    (0x800000, 0x9000, SNP_SEC_MEM), (0x80a000, 0x3000, SNP_SEC_MEM),
    (0x80d000, 0x1000, SNP_SECRETS), (0x80e000, 0x1000, SNP_CPUID),
    (0x80f000, 0x1000, SVSM), (0x810000, 0x10000, SNP_SEC_MEM),
]
AMDSEV = ORDINARY[:5] + [
    (0x811000, 0x1f000, SNP_SEC_MEM), (0x810000, 0x1000, HASHES),
]


def sha384(data):
    return hashlib.sha384(data).digest()


class Launch:
    """Takes pages; vmpl is the permissions of VMPL 1, 2 and 3."""

    def __init__(self):
        self.digest = bytes(48)

    def page(self, kind, gpa, data=bytes(PAGE), vmpl=(0, 0, 0)):
        measured = kind in (NORMAL, VMSA)
        contents = sha384(data) if measured else bytes(48)
        self.digest = sha384(
            self.digest + contents +
            struct.pack('<HBBBBBBQ', 0x70, kind, 0, 0, *vmpl, gpa))

    def pages(self, kind, gpa, data):
        for at in range(0, len(data), PAGE):
            self.page(kind, gpa + at, data[at:at + PAGE])


def pattern(first, length):
    """What the tests' memory holds."""
    return bytes((7 * i + (i >> 8)) & 0xff
                 for i in range(first, first + length))


def guid(text):
    a, b, c, d, e = text.split('-')
    return (struct.pack('<IHH', int(a, 16), int(b, 16), int(c, 16)) +
            bytes.fromhex(d + e))


def firmware(sections, hash_area):
    """A table of entries at the end, read backwards; metadata before."""
    metadata = b'ASEV' + struct.pack('<III', 16 + 12 * len(sections), 1,
                                     len(sections))
    metadata += b''.join(struct.pack('<III', *one) for one in sections)
    offset = 0x800                      # from the end
    entries = b''
    for data, name in (
            (struct.pack('<I', offset),
             'dc886566-984a-4798-a75e-5585a7bf67cc'),
            (struct.pack('<I', RESET_EIP),
             '00f771de-1a7e-4fcb-890e-68c77e2fb44e'),
            (struct.pack('<II', *hash_area),
             '7255371f-3a3b-4b04-927b-1da6efa8d454')):
        entries += data + struct.pack('<H', len(data) + 18) + guid(name)
    table = entries + struct.pack('<H', len(entries) + 18) + guid(
        '96b582de-1fb2-45f7-baea-a366c55a082d')
    image = bytearray(pattern(0, FIRMWARE_SIZE))
    image[-32 - len(table):-32] = table
    image[-offset:-offset + len(metadata)] = metadata
    return bytes(image), metadata, table


def kernel_hashes():
    def entry(name, data):
        return guid(name) + struct.pack('<H', 50) + hashlib.sha256(
            data).digest()
    body = (entry('97d02dd8-bd20-4c94-aa78-e7714d36ab2a', CMDLINE + b'\0') +
            entry('44baf731-3a2f-4bd7-9af1-41e29169781d', INITRD) +
            entry('4de79437-abd2-427f-b835-d5b172d2045b', KERNEL))
    table = guid('9438d606-4f22-4cc9-b479-a793d411fd21') + struct.pack(
        '<H', 168) + body
    return bytes(0xc00) + table + bytes(PAGE - 0xc00 - len(table))


def vmsa(features, eip=0xfffffff0):
    page = bytearray(PAGE)

    def put(at, form, value):
        struct.pack_into('<' + form, page, at, value)

    for at, selector, attrib, limit, base in (
            (0x00, 0, 0x93, 0xffff, 0),                 # ES
            (0x10, 0xf000, 0x9b, 0xffff, eip & 0xffff0000),
            (0x20, 0, 0x93, 0xffff, 0), (0x30, 0, 0x93, 0xffff, 0),
            (0x40, 0, 0x93, 0xffff, 0), (0x50, 0, 0x93, 0xffff, 0),
            (0x60, 0, 0, 0xffff, 0),                    # GDTR
            (0x70, 0, 0x82, 0xffff, 0),                 # LDTR
            (0x80, 0, 0, 0xffff, 0),                    # IDTR
            (0x90, 0, 0x8b, 0xffff, 0)):                # TR
        struct.pack_into('<HHIQ', page, at, selector, attrib, limit, base)
    for at, value in ((0xd0, 0x1000), (0x148, 0x40), (0x158, 0x10),
                      (0x160, 0x400), (0x168, 0xffff0ff0), (0x170, 2),
                      (0x178, eip & 0xffff), (0x268, 0x0007040600070406),
                      (0x310, SIGNATURE), (0x3b0, features), (0x3e8, 1)):
        put(at, 'Q', value)
    put(0x408, 'I', 0x1f80)
    put(0x410, 'H', 0x37f)
    return bytes(page)


def launch(image, sections, with_kernel, cpus, features):
    types = {SNP_SECRETS: SECRETS, SNP_CPUID: CPUID}
    guest = Launch()
    guest.pages(NORMAL, (1 << 32) - len(image), image)
    for base, size, kind in sections:
        if kind == HASHES and with_kernel:
            guest.page(NORMAL, base, kernel_hashes())
        else:
            guest.pages(types.get(kind, ZERO), base, bytes(size))
    for i in range(cpus):
        guest.page(VMSA, VMSA_GPA,
                   vmsa(features, RESET_EIP if i else 0xfffffff0))
    return guest.digest


def page_digests():
    """Pages of the tests' memory, each type once; then with permissions."""
    memory = pattern(0, 0x10000)
    one = Launch()
    one.page(NORMAL, 0x1000, memory[:PAGE])
    yield 'one_page', one.digest
    every = Launch()
    for kind in (NORMAL, VMSA, ZERO, UNMEASURED, SECRETS, CPUID):
        every.page(kind, 0x1000 * kind,
                   memory[kind * PAGE:(kind + 1) * PAGE])
    yield 'every_type', every.digest
    perms = Launch()
    perms.page(NORMAL, 0x1000, memory[:PAGE], (1, 3, 0xf))
    yield 'perms', perms.digest
    big = Launch()
    big.pages(NORMAL, 0x40000000, bytes(0x200000))
    yield 'big_page', big.digest


def number(value):
    return value.to_bytes(72, 'little')


def public_key(key):
    numbers = key.public_key().public_numbers()
    return (struct.pack('<I', 2) + number(numbers.x) + number(numbers.y) +
            bytes(0x370))


def sign(key, data):
    r, s = utils.decode_dss_signature(
        key.sign(data, ec.ECDSA(hashes.SHA384())))
    return number(r) + number(s) + bytes(0x170)


def id_block(digest):
    return digest + b'F' * 16 + b'I' * 16 + struct.pack('<IIQ', 1, 7, POLICY)


def id_auth(block):
    key = ec.derive_private_key(0x1111111111, ec.SECP384R1())
    author = ec.derive_private_key(0x2222222222, ec.SECP384R1())
    auth = (struct.pack('<II', 1, 1) + bytes(0x38) + sign(key, block) +
            public_key(key) + bytes(0x3c) + sign(author, public_key(key)) +
            public_key(author) + bytes(0x37c))
    assert len(auth) == PAGE and len(block) == 96
    return auth, sha384(public_key(key)), sha384(public_key(author))


def array(name, data, comment=None):
    print(f'\n/* {comment} */' if comment else '')
    print(f'static const uint8_t {name}[{len(data)}] = {{')
    for at in range(0, len(data), 8):
        line = ', '.join(f'0x{b:02x}' for b in data[at:at + 8])
        print(f'    {line},')
    print('};')


def sparse(name, data, comment):
    """Runs of what is not zero, as designated initializers."""
    print(f'\n/* {comment} */')
    print(f'static const uint8_t {name}[{len(data)}] = {{')
    at = 0
    while at < len(data):
        if data[at] == 0:
            at += 1
            continue
        end = at
        while end < len(data) and end - at < 8 and (
                data[end] or any(data[end:end + 4])):
            end += 1
        line = ', '.join(f'0x{b:02x}' for b in data[at:end])
        print(f'    [0x{at:x}] = {line},')
        at = end
    print('};')


def main():
    print('/* SPDX-License-Identifier: GPL-2.0-or-later */\n'
          '/* Made by vectors/snp-launch.py: change that, not this. */\n')
    print('#ifndef TESTS_UNIT_SNP_VECTORS_H')
    print('#define TESTS_UNIT_SNP_VECTORS_H\n')
    print('#include <stdint.h>\n')
    print(f'#define VECTOR_SNP_SIGNATURE 0x{SIGNATURE:08x}u')
    print(f'#define VECTOR_SNP_FIRMWARE_SIZE 0x{FIRMWARE_SIZE:x}')
    print(f'#define VECTOR_SNP_CMDLINE "{CMDLINE.decode()}"')
    print(f'#define VECTOR_SNP_KERNEL "{KERNEL.decode()}"')
    print(f'#define VECTOR_SNP_INITRD "{INITRD.decode()}"')
    for name, digest in page_digests():
        array(f'vector_snp_{name}', digest)
    block = id_block(dict(page_digests())['one_page'])
    auth, key, author = id_auth(block)
    array('vector_id_block', block, 'Of one_page')
    sparse('vector_id_auth', auth, 'Signed by an ID key, and that by another')
    array('vector_id_key_digest', key)
    array('vector_author_key_digest', author)
    bases = {'ordinary': firmware(ORDINARY, (0, 0)),
             'amdsev': firmware(AMDSEV, (0x810c00, 0x400))}
    for name, (image, metadata, table) in bases.items():
        sections = AMDSEV if name == 'amdsev' else ORDINARY
        array(f'vector_metadata_{name}', metadata,
              'Firmware is the pattern, but 0x800 bytes before its end')
        array(f'vector_table_{name}', table, 'And what ends 32 before it')
        for kernel in (False, True)[:1 + (name == 'amdsev')]:
            for cpus in (1, 4):
                for features in (0, 1):
                    array(f'vector_snp_{name}{"_kernel" if kernel else ""}'
                          f'_{cpus}_{features}',
                          launch(image, sections, kernel, cpus, features))
    print('\n#endif')


if __name__ == '__main__':
    main()
