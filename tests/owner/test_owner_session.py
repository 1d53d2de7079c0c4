# SPDX-License-Identifier: GPL-2.0-or-later
"""sevemu session: opened by a second implementation, as the chip would."""

import base64

import pytest

from owner_files import sevemu  # noqa: F401
from sev_chain import (SessionError, platform_in_tree, platform_of_others,
                       unwrap, verify_godh)

FILES = ['vm_godh.b64', 'vm_session.b64', 'vm_tek.bin', 'vm_tik.bin']


@pytest.fixture
def session(sevemu, run, tmp_path, monkeypatch):  # noqa: F811
    """session(pdh, policy, *options) in an empty directory"""
    path = tmp_path / 'owner'
    path.mkdir()
    monkeypatch.chdir(path)

    def start(pdh, policy, *options):
        (tmp_path / 'pdh').write_bytes(pdh)
        return run([sevemu, 'session', *options, tmp_path / 'pdh', policy])

    start.path = path
    return start


def read(path, name='vm'):
    """godh, session, TIK, TEK"""
    blobs = [base64.b64decode((path / f'{name}_{what}.b64').read_bytes(),
                              validate=True) for what in ('godh', 'session')]
    keys = [(path / f'{name}_{what}.bin').read_bytes()
            for what in ('tik', 'tek')]
    return (*blobs, *keys)


def pdh_of(platform, form):
    return {'chain': platform.chain('pdh', 'pek', 'oca', 'cek'),
            'full': platform.chain(),
            'alone': platform.chain('pdh'),
            'base64': base64.encodebytes(platform.chain('pdh'))}[form]


@pytest.mark.parametrize('form', ['chain', 'full', 'alone', 'base64'])
def test_opened(session, form):
    done = session(pdh_of(platform_in_tree(), form), '0x1')
    assert (done.returncode, done.stderr) == (0, '')
    assert sorted(path.name for path in session.path.iterdir()) == FILES
    godh, buffer, tik, tek = read(session.path)
    verify_godh(godh)
    assert len(buffer) == 128
    assert unwrap(platform_in_tree().pdh, godh, buffer, 1) == (tik, tek)
    assert len({tik, tek, bytes(16)}) == 3


@pytest.mark.parametrize('policy', ['0', '7', '0x37010029', '4294967295'])
def test_policy(session, policy):
    assert session(platform_in_tree().chain('pdh'), policy).returncode == 0
    godh, buffer, tik, tek = read(session.path)
    number = int(policy, 0)
    assert unwrap(platform_in_tree().pdh, godh, buffer, number) == (tik, tek)
    with pytest.raises(SessionError, match='BAD_MEASUREMENT'):
        unwrap(platform_in_tree().pdh, godh, buffer, number ^ 0x100)


def test_another_chip(session):
    session(platform_in_tree().chain('pdh'), '1')
    godh, buffer, _, _ = read(session.path)
    with pytest.raises(SessionError, match='BAD_MEASUREMENT'):
        unwrap(platform_of_others().pdh, godh, buffer, 1)


def test_name_and_modes(session):
    """Nobody else can read the keys, even if they could before."""
    old = session.path / 'my vm_tik.bin'
    old.write_bytes(b'old')
    old.chmod(0o644)
    done = session(platform_in_tree().chain('pdh'), '1', '--name', 'my vm')
    assert done.returncode == 0
    assert done.stdout == ('Wrote my vm_godh.b64\nWrote my vm_session.b64\n'
                           'Wrote my vm_tik.bin\nWrote my vm_tek.bin\n')
    assert len(read(session.path, 'my vm')[2]) == 16
    for what in ('tik', 'tek'):
        mode = (session.path / f'my vm_{what}.bin').stat().st_mode
        assert mode & 0o777 == 0o600


def test_fresh(session):
    seen = set()
    for _ in range(2):
        session(platform_in_tree().chain('pdh'), '1')
        seen.update(read(session.path))
    assert len(seen) == 8


def bad_pdh(where):
    data = bytearray(platform_in_tree().certs['pdh'])
    data[where] ^= 1
    return bytes(data)


@pytest.mark.parametrize('make,message', [
    (lambda: b'', '0 bytes left for a certificate (PDH), which has 2084'),
    (lambda: b'x', 'neither certificates nor base64 of them'),
    (lambda: platform_in_tree().chain('pek'),
     'expected the certificate of a PDH, found one of usage 0x1002 (PEK)'),
    (lambda: bad_pdh(0x10), 'PDH: its curve is not P-384'),
    (lambda: bad_pdh(0x14), 'PDH: its key is not a point of the curve'),
    (lambda: bad_pdh(0x14 + 48), 'PDH: its key is not a point of the curve'),
    (lambda: bad_pdh(0x5c), 'PDH: its key is not a point of the curve'),
])
def test_no_pdh(session, tmp_path, make, message):
    done = session(make(), '1')
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == f"sevemu: {tmp_path / 'pdh'}: {message}\n"
    assert not list(session.path.iterdir())


@pytest.mark.parametrize('policy', ['', 'x', '+1', '0x100000000', '1 '])
def test_no_policy(session, policy):
    done = session(platform_in_tree().chain('pdh'), policy)
    assert done.returncode == 2
    assert done.stderr.startswith(f'sevemu: POLICY {policy}: expected a '
                                  'number from 0 to 4294967295')


def test_nowhere_to_write(session):
    done = session(platform_in_tree().chain('pdh'), '1', '--name', 'no/vm')
    assert done.returncode == 2
    assert done.stderr == \
        'sevemu: --name no/vm_godh.b64: No such file or directory\n'
