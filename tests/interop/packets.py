# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets with the launch secret, and what they leave in the guest."""

import base64
import os
import struct
import uuid

from launched import validate_command

# Secret area of OVMF's AmdSev build, and what its table is made of
AREA, AREA_SIZE = 0x810000, 0xc00
TABLE_GUID = '1e74f542-71dd-4d66-963e-ef4287ff173b'
SECRET_GUID = '736869e5-84f0-4973-92ec-06879ce3da0b'


def draw_secret(directory):
    """A file with 32 bytes that nobody has seen."""
    path = directory / 'secret'
    path.write_bytes(os.urandom(32))
    return path


def table_of(secret):
    """What the guest must find: entries of GUID, length (u32), data."""
    entry = (uuid.UUID(SECRET_GUID).bytes_le + struct.pack('<I', 20 + 32)
             + secret.read_bytes())
    return (uuid.UUID(TABLE_GUID).bytes_le
            + struct.pack('<I', 20 + len(entry)) + entry)


def built_by_validator(build, launched, secret, run, scratch):
    header, payload = scratch / 'header', scratch / 'payload'
    done = run(validate_command(
        build, launched, '--inject-secret', f'luks-key:{secret}',
        '--secret-header', header, '--secret-payload', payload))
    assert done.returncode == 0, done.stderr
    return {'packet_header': header.read_text(),
            'secret': payload.read_text()}


def built_by_sevemu(build, launched, secret, run, scratch):
    header, payload = scratch / 'header', scratch / 'payload'
    done = run([build.sevemu, 'secret', 'build', '--tik', launched.tik,
                '--tek', launched.tek, '--secret', f'{SECRET_GUID}:{secret}',
                '--launch-measure-blob', launched.measurement,
                header, payload])
    assert done.returncode == 0, done.stderr
    return {'packet_header': base64.b64encode(header.read_bytes()).decode(),
            'secret': base64.b64encode(payload.read_bytes()).decode()}
