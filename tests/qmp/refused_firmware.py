# SPDX-License-Identifier: GPL-2.0-or-later
"""The firmware that the command lines of refused.txt name."""

from sev_firmware import (BASE, LENGTH, NUMBER, SIZE, entry, magic, metadata,
                          renamed, section)
from sev_snp import HASH_AREA, METADATA

PACKAGED = {
    'AMDSEV': ('ovmf-amdsev', 'usr/share/ovmf/OVMF.amdsev.fd'),
    'BOOKWORM': ('ovmf-bookworm', 'usr/share/ovmf/OVMF.fd'),
    'TRIXIE': ('ovmf-trixie', 'usr/share/ovmf/OVMF.fd'),
    'SEABIOS': ('qemu-data', 'usr/share/seabios/bios-256k.bin'),
}

# TRIXIE has 4 MiB, and 6 sections in 0x58 bytes, 0x548 before its end.
# The hash area of AMDSEV is 0xc00 into a page.
CHANGED = {
    'copy.fd': ('TRIXIE', lambda image: None),
    'another.fd': ('TRIXIE', lambda image: None),
    'no-metadata.fd': ('TRIXIE', renamed(METADATA)),
    'metadata-of-another-kind.fd': ('TRIXIE', magic(b'XSEV')),
    'metadata-too-short.fd': ('TRIXIE', metadata(LENGTH, 15)),
    'metadata-beyond-the-end.fd': ('TRIXIE', metadata(LENGTH, 0x549)),
    'metadata-before-the-start.fd': ('TRIXIE', entry(METADATA, 0, 0x400001)),
    'more-sections-than-fit.fd': ('TRIXIE', metadata(NUMBER, 7)),
    'sections-without-end.fd': ('TRIXIE', metadata(NUMBER, 0xffffffff)),
    'section-of-nothing.fd': ('TRIXIE', section(2, SIZE, 0)),
    'section-of-a-page-and-a-byte.fd': ('TRIXIE', section(2, SIZE, 0x1001)),
    'section-off-a-page.fd': ('TRIXIE', section(2, BASE, 0x80d800)),
    'hashes-without-room.fd': ('AMDSEV', entry(HASH_AREA, 0, 0x810f51)),
    'hashes-with-a-small-area.fd': ('AMDSEV', entry(HASH_AREA, 4, 175)),
}


def packaged(build, name):
    asset, path = PACKAGED[name]
    return build.asset(asset) / path


def write_changed(build, directory, name):
    origin, change = CHANGED[name]
    image = bytearray(packaged(build, origin).read_bytes())
    change(image)
    (directory / name).write_bytes(image)
