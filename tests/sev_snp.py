# SPDX-License-Identifier: GPL-2.0-or-later
"""
What a SEV-SNP guest measures to, and ID blocks, by Python's own means: from
AMD's publication 56860 (SNP_LAUNCH_UPDATE, SNP_LAUNCH_FINISH) and edk2's
metadata; nothing here is taken from our C.
"""

import hashlib
import struct
import uuid

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from sev_vmsa import vmsa

PAGE = 4096
NORMAL, VMSA, ZERO, UNMEASURED, SECRETS, CPUID = 1, 2, 3, 4, 5, 6
VMSA_GPA = 0xfffffffff000
SECTION_SECRETS, SECTION_CPUID, SECTION_HASHES = 2, 3, 0x10
POLICY = 0x30000

FOOTER = '96b582de-1fb2-45f7-baea-a366c55a082d'
METADATA = 'dc886566-984a-4798-a75e-5585a7bf67cc'
RESET = '00f771de-1a7e-4fcb-890e-68c77e2fb44e'
HASH_AREA = '7255371f-3a3b-4b04-927b-1da6efa8d454'


def sha384(data):
    return hashlib.sha384(data).digest()


def table(image):
    """OVMF's table at the image's end, read backwards: GUID to data"""
    found = {}
    end = len(image) - 32
    length = struct.unpack_from('<H', image, end - 18)[0]
    assert image[end - 16:end] == uuid.UUID(FOOTER).bytes_le
    at, first = end - 18, end - length
    while at > first:
        size = struct.unpack_from('<H', image, at - 18)[0]
        guid = str(uuid.UUID(bytes_le=bytes(image[at - 16:at])))
        found[guid] = image[at - size:at - 18]
        at -= size
    return found


def sections(image):
    """(address, size, type) of the SEV metadata"""
    at = len(image) - struct.unpack('<I', table(image)[METADATA])[0]
    magic, _, _, number = struct.unpack_from('<4sIII', image, at)
    assert magic == b'ASEV'
    return [struct.unpack_from('<III', image, at + 16 + 12 * i)
            for i in range(number)]


def kernel_hashes(kernel, initrd, cmdline):
    """QEMU's table of them; the command line is hashed with its NUL."""
    def entry(guid, data):
        return (uuid.UUID(guid).bytes_le + struct.pack('<H', len(data) + 18)
                + data)

    def sha256(data):
        return hashlib.sha256(data).digest()

    return entry(
        '9438d606-4f22-4cc9-b479-a793d411fd21',
        entry('97d02dd8-bd20-4c94-aa78-e7714d36ab2a', sha256(cmdline + b'\0'))
        + entry('44baf731-3a2f-4bd7-9af1-41e29169781d', sha256(initrd))
        + entry('4de79437-abd2-427f-b835-d5b172d2045b', sha256(kernel)))


class Digest:
    """Of a launch, page by page"""

    def __init__(self):
        self.value = bytes(48)

    def page(self, kind, gpa, data=None):
        contents = bytes(48) if data is None else sha384(data)
        self.value = sha384(
            self.value + contents
            + struct.pack('<HBBBBBBQ', 0x70, kind, 0, 0, 0, 0, 0, gpa))

    def section(self, base, size, kind, hash_page):
        types = {SECTION_SECRETS: SECRETS, SECTION_CPUID: CPUID}
        for at in range(0, size, PAGE):
            if kind == SECTION_HASHES and hash_page:
                self.page(NORMAL, base + at, bytes(PAGE) if at else hash_page)
            else:
                self.page(types.get(kind, ZERO), base + at)


def launch_digest(image, cpus, cpu, hash_table=None, features=1):
    """
    Firmware @image, @cpus CPUs with signature @cpu, and what kernel hashes
    come to, if there are any.
    """
    digest = Digest()
    entries = table(image)
    page = None
    if hash_table:
        area = struct.unpack('<II', entries[HASH_AREA])[0] % PAGE
        page = (bytes(area) + hash_table).ljust(PAGE, b'\0')
    for at in range(0, len(image), PAGE):
        digest.page(NORMAL, (1 << 32) - len(image) + at, image[at:at + PAGE])
    for base, size, kind in sections(image):
        digest.section(base, size, kind, page)
    reset = struct.unpack('<I', entries[RESET])[0]
    for i in range(cpus):
        state = bytearray(vmsa(cpu, reset) if i else vmsa(cpu))
        struct.pack_into('<Q', state, 0x3b0, features)
        digest.page(VMSA, VMSA_GPA, state)
    return digest.value


def public_key(key):
    """As in an ID authentication structure: curve, X, Y, little-endian"""
    point = key.public_key().public_numbers()
    return (struct.pack('<I', 2) + point.x.to_bytes(72, 'little')
            + point.y.to_bytes(72, 'little')).ljust(0x404, b'\0')


def signature(key, data):
    r, s = utils.decode_dss_signature(key.sign(data,
                                               ec.ECDSA(hashes.SHA384())))
    return (r.to_bytes(72, 'little')
            + s.to_bytes(72, 'little')).ljust(0x200, b'\0')


def id_block(digest, policy=POLICY, version=1, family=bytes(16),
             image=bytes(16), svn=0):
    return (digest + family + image
            + struct.pack('<IIQ', version, svn, policy))


def id_auth(block, key=None, author=None, signer=None, key_signer=None):
    """
    @key signs the block, @author signs that key. @signer: who signs the block
    instead, so that it is wrong; @key_signer, who signs the key.
    """
    key = key or ec.generate_private_key(ec.SECP384R1())
    auth = bytearray(PAGE)

    def put(at, data):
        auth[at:at + len(data)] = data

    put(0x000, struct.pack('<II', 1, 1 if author else 0))
    put(0x040, signature(signer or key, block))
    put(0x240, public_key(key))
    if author:
        put(0x680, signature(key_signer or author, public_key(key)))
        put(0x880, public_key(author))
    return bytes(auth)


def id_block_is_signed(block, auth):
    """By the key in it?"""
    x, y = (int.from_bytes(auth[at:at + 72], 'little')
            for at in (0x244, 0x28c))
    r, s = (int.from_bytes(auth[at:at + 72], 'little')
            for at in (0x040, 0x088))
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP384R1()).public_key()
    key.verify(utils.encode_dss_signature(r, s), block,
               ec.ECDSA(hashes.SHA384()))
    return True
