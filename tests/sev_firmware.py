# SPDX-License-Identifier: GPL-2.0-or-later
"""
What makes an image of OVMF into one that is damaged: each function here gives
another that changes a bytearray. Offsets are those of edk2's tables.
"""

import struct
import uuid

from sev_snp import METADATA, table

BASE, SIZE = 0, 4       # of a section, in its entry of the SEV metadata
LENGTH, NUMBER = 4, 12  # of all SEV metadata; of sections


def guid_at(image, guid):
    """Of an entry of OVMF's table: data, length of all (u16), GUID"""
    return image.rindex(uuid.UUID(guid).bytes_le)


def renamed(guid):
    """An entry of OVMF's table has another GUID."""
    def change(image):
        image[guid_at(image, guid)] ^= 1
    return change


def entry(guid, offset, value):
    """Puts a u32 into the data of an entry of OVMF's table."""
    def change(image):
        data = guid_at(image, guid) - 2 - len(table(image)[guid])
        struct.pack_into('<I', image, data + offset, value)
    return change


def metadata(offset, value):
    """Puts a u32 into the SEV metadata: magic, length, version, number"""
    def change(image):
        at = len(image) - struct.unpack('<I', table(image)[METADATA])[0]
        struct.pack_into('<I', image, at + offset, value)
    return change


def magic(value):
    return metadata(0, int.from_bytes(value, 'little'))


def section(index, offset, value):
    """Puts a u32 into one of the sections that follow: base, size, type"""
    return metadata(16 + 12 * index + offset, value)
