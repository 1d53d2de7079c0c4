# SPDX-License-Identifier: GPL-2.0-or-later
"""
query-sev-attestation-report: what it says, and that the platform's PEK has
signed it, by a second implementation.
"""

import base64
import hashlib
import os
import struct
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    encode_dss_signature)

from identity import certificates_of_chip
from launched import hash_table, owner_files
from qmp_guest import TCG, Guest
from sev_chain import ECDSA, PEK, public_key

OBJECTS = ['sev-emulated', 'sev-guest']
SIZE, SIGNED = 0xd0, 0x34


def ask_report(guest, nonce):
    answer = guest.command('query-sev-attestation-report',
                           mnonce=base64.b64encode(nonce).decode())
    assert list(answer) == ['data']
    return base64.b64decode(answer['data'], validate=True)


def check_signature(report, pek):
    """Raises InvalidSignature."""
    r, s = (int.from_bytes(report[at:at + 72], 'little')
            for at in (0x40, 0x88))
    public_key(pek).verify(encode_dss_signature(r, s), report[:SIGNED],
                           ec.ECDSA(hashes.SHA256()))


def pek_of(guest):
    answer = guest.command('query-sev-capabilities')
    return certificates_of_chip(answer)['pek']


@pytest.mark.parametrize('policy', [0, 1, 3])
@pytest.mark.parametrize('sev', OBJECTS)
def test_report(build, tmp_path, log_path, sev, policy):
    files = replace(owner_files(build, tmp_path), sev=f'{sev},policy={policy}')
    digest = hashlib.sha256(files.firmware.read_bytes()
                            + hash_table(files)).digest()
    with Guest(build.qemu, files.options(), log_path) as guest:
        pek = pek_of(guest)
        for state in 'launch-secret', 'running':
            assert guest.command('query-sev')['state'] == state
            nonce = os.urandom(16)
            report = ask_report(guest, nonce)
            assert len(report) == SIZE
            assert report[:0x40] == nonce + digest + struct.pack(
                '<IIII', policy, PEK, ECDSA, 0)
            check_signature(report, pek)
            guest.command('cont')


@pytest.fixture(name='guest')
def guest_fixture(build, log_path):
    with Guest(build.qemu, [*TCG, '-S', '-object', 'sev-emulated,id=sev0'],
               log_path) as guest:
        yield guest


@pytest.mark.parametrize('where', [0, 15, 16, 47, 48, 51, 0x40, 0x6f, 0x88,
                                   0xb7])
def test_flipped_byte(guest, where):
    """Of MNONCE, digest, policy, r and s."""
    report = bytearray(ask_report(guest, bytes(16)))
    check_signature(report, pek_of(guest))
    report[where] ^= 0x01
    with pytest.raises(InvalidSignature):
        check_signature(report, pek_of(guest))


def test_another_platform_has_another_pek(build, guest, tmp_path, log_path):
    report = ask_report(guest, bytes(16))
    sev = f'sev-emulated,id=sev0,platform={tmp_path / "other"}'
    with Guest(build.qemu, [*TCG, '-S', '-object', sev],
               log_path.with_suffix('.other.log')) as other:
        pek = pek_of(other)
        check_signature(ask_report(other, bytes(16)), pek)
    with pytest.raises(InvalidSignature):
        check_signature(report, pek)


def encoded(size):
    return base64.b64encode(bytes(size)).decode()


@pytest.mark.parametrize('mnonce,size', [
    ('', 0), ('%%%', 0), (encoded(1), 1), (encoded(15), 15),
    (encoded(17), 17), (encoded(4096), 4096),
], ids=['empty', 'not-base64', '1', '15', '17', '4096'])
def test_bad_mnonce(guest, mnonce, size):
    assert guest.refusal('query-sev-attestation-report', mnonce=mnonce) == \
        f'SEV: mnonce must be 16 bytes (got {size})'
    ask_report(guest, bytes(16))


def test_without_mnonce(guest):
    assert guest.refusal('query-sev-attestation-report') == \
        "Parameter 'mnonce' is missing"


def test_after_a_reset(guest):
    """The launched memory is what it was."""
    before = ask_report(guest, bytes(16))
    guest.command('cont')
    guest.command('system_reset')
    after = ask_report(guest, bytes(16))
    check_signature(after, pek_of(guest))
    assert after[:SIGNED] == before[:SIGNED]


def test_before_the_launch(build, log_path):
    with Guest(build.qemu, [*TCG, '-preconfig', '-object',
                            'sev-emulated,id=sev0'], log_path) as guest:
        assert guest.refusal('query-sev-attestation-report',
                             mnonce=encoded(16)) == (
            "The command 'query-sev-attestation-report' is permitted only "
            "after machine initialization has completed")
