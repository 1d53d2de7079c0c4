# SPDX-License-Identifier: GPL-2.0-or-later
"""
The packet with the launch secret, as others build it: what the secure
processor takes arrives in the guest's memory, the rest does not.
"""

import base64
import os
import runpy
import uuid
from dataclasses import replace

import pytest

from launched import PLATFORM, owner_files
from packets import (AREA, AREA_SIZE, SECRET_GUID, TABLE_GUID,
                     built_by_sevemu, built_by_validator, draw_secret,
                     table_of)
from qmp_guest import Guest

BAD_MEASUREMENT = ("SEV: failed to inject secret ret=-5 fw_error=11 'Bad "
                   "measurement'")


@pytest.fixture(name='secret')
def secret_fixture(tmp_path):
    return draw_secret(tmp_path)


@pytest.fixture(name='files')
def files_fixture(build, tmp_path):
    return owner_files(build, tmp_path)


@pytest.fixture(name='guest')
def guest_fixture(build, files, log_path):
    with Guest(build.qemu, files.options(), log_path) as guest:
        yield guest


def built_unchecked(build, launched, secret):
    """
    By the validator's own class, where the program would not: it refuses
    to build a packet when the measurement is not what it expects.
    """
    script = build.asset('validate') / 'usr/bin/virt-qemu-sev-validate'
    guest = runpy.run_path(str(script))['OfflineConfidentialVM'](
        measurement=launched.measurement,
        **{name.replace('-', '_'): number
           for name, number in zip(PLATFORM, launched.platform)})
    guest.load_firmware(launched.firmware)
    guest.load_tik_tek(launched.tik, launched.tek)
    guest.secrets_table.load_secret(SECRET_GUID, secret)
    header, payload = guest.build_secrets()
    return {'packet_header': header, 'secret': payload}


def other_key(launched, name, scratch):
    """The launch with one of its keys replaced."""
    path = scratch / f'other-{name}'
    path.write_bytes(os.urandom(16))
    return replace(launched, **{name: path})


@pytest.mark.parametrize('build_packet',
                         [built_by_validator, built_by_sevemu])
def test_secret_arrives(build, guest, files, secret, run, tmp_path,
                        build_packet):
    launched = files.ask(guest)
    packet = build_packet(build, launched, secret, run, tmp_path)
    assert guest.memory(AREA, AREA_SIZE, tmp_path) == bytes(AREA_SIZE)
    assert guest.command('sev-inject-launch-secret', **packet) == {}
    area = guest.memory(AREA, AREA_SIZE, tmp_path)
    assert area == table_of(secret).ljust(AREA_SIZE, b'\0')


def test_secret_goes_where_gpa_says(build, guest, files, secret, run,
                                    tmp_path):
    packet = built_by_validator(build, files.ask(guest), secret, run,
                                tmp_path)
    guest.command('sev-inject-launch-secret', gpa=0x1234560, **packet)
    assert guest.memory(AREA, AREA_SIZE, tmp_path) == bytes(AREA_SIZE)
    table = table_of(secret)
    assert guest.memory(0x1234560, len(table), tmp_path) == table


def test_packet_with_another_tek(build, guest, files, secret, run, tmp_path):
    """The TEK is no part of the MAC: the guest gets garbage."""
    launched = other_key(files.ask(guest), 'tek', tmp_path)
    packet = built_by_validator(build, launched, secret, run, tmp_path)
    guest.command('sev-inject-launch-secret', **packet)
    area = guest.memory(AREA, AREA_SIZE, tmp_path)
    size = len(base64.b64decode(packet['secret']))
    assert area[size:] == bytes(AREA_SIZE - size)
    assert area[:size] != bytes(size)
    assert secret.read_bytes() not in area
    assert uuid.UUID(TABLE_GUID).bytes_le not in area


def refused(guest, packet, scratch):
    assert guest.refusal('sev-inject-launch-secret',
                         **packet) == BAD_MEASUREMENT
    assert guest.memory(AREA, AREA_SIZE, scratch) == bytes(AREA_SIZE)
    assert guest.command('query-sev')['state'] == 'launch-secret'


def test_packet_with_another_tik(build, guest, files, secret, tmp_path):
    launched = files.ask(guest)
    other = other_key(launched, 'tik', tmp_path)
    refused(guest, built_unchecked(build, other, secret), tmp_path)
    # and the right one is still taken
    guest.command('sev-inject-launch-secret',
                  **built_unchecked(build, launched, secret))
    area = guest.memory(AREA, AREA_SIZE, tmp_path)
    assert area.startswith(table_of(secret))


def test_packet_of_another_launch(build, guest, files, secret, tmp_path,
                                  log_path):
    """Same keys and files: the measurement, with its nonce, differs."""
    with Guest(build.qemu, files.options(),
               log_path.with_suffix('.other.log')) as earlier:
        packet = built_unchecked(build, files.ask(earlier), secret)
        earlier.command('sev-inject-launch-secret', **packet)
    refused(guest, packet, tmp_path)
