# SPDX-License-Identifier: GPL-2.0-or-later
"""
What a SEV-SNP guest measures to, by Python's own means, of its standard
library alone: from AMD's publication 56860 (SNP_LAUNCH_UPDATE) and edk2's
metadata; nothing here is taken from our C.
"""

import hashlib
import struct
import uuid

from sev_vmsa import vmsa

PAGE = 4096
NORMAL, VMSA, ZERO, UNMEASURED, SECRETS, CPUID = 1, 2, 3, 4, 5, 6
VMSA_GPA = 0xfffffffff000
SECTION_SECRETS, SECTION_CPUID, SECTION_HASHES = 2, 3, 0x10

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
