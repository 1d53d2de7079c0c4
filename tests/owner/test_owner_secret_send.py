# SPDX-License-Identifier: GPL-2.0-or-later
"""sevemu secret send, to guests that are Python's; right and wrong."""

import json
import socket
import subprocess

import pytest

import sev_attest
from conftest import ROOT, SLOWER
from owner_files import LUKS_GUID, files, sevemu  # noqa: F401
from report_files import Certs, leaves, make_report  # noqa: F401

DIGEST = bytes(range(48))
CA = ['--ca', ROOT / 'vendor' / 'keys' / 'milan' / 'ark.der']
DEMANDS = ['--measurement', DIGEST.hex(), *CA, '--secret',
           f'{LUKS_GUID}=secret']


@pytest.fixture(name='table', scope='module')
def table_fixture(leaves):  # noqa: F811
    """A chain for the key of the reports"""
    certs = Certs('Milan', leaves)
    # as good when this is run as the roots are
    certs.change('vcek', b'271022172305Z', b'461022172305Z')
    return certs.table('ark', 'ask', 'vcek')


@pytest.fixture(name='send')
def send_fixture(sevemu, files, qemu_env):  # noqa: F811
    """send(guest, *options): what guest(line) does at the other end"""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(files / 'port'))
    server.listen(1)

    def start(guest, *options):
        with subprocess.Popen(
                [sevemu, 'secret', 'send', *options, 'port'], text=True,
                env=qemu_env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                stdin=subprocess.DEVNULL) as process:
            if guest:
                server.settimeout(20 * SLOWER)
                with server.accept()[0] as connection:
                    guest(connection.makefile('rwb', buffering=0))
            out, err = process.communicate(timeout=30 * SLOWER)
        return process.returncode, out, err

    yield start
    server.close()


def ask(table, **fields):
    """A guest whose report has FIELDS, and what it gets"""
    got = []

    def guest(line):
        mine = sev_attest.Guest(lambda data: make_report(
            report_data=data, **fields))
        line.write(sev_attest.line(version=1))
        line.write(mine.evidence(json.loads(line.readline()),
                                 certificates=table))
        answer = json.loads(line.readline())
        got.append(answer)
        if 'secret' in answer:
            secrets, proof = mine.open(answer)
            got[0] = sev_attest.read_table(secrets)
            line.write(proof)
    return guest, got


def test_good(send, table, files):  # noqa: F811
    guest, got = ask(table)
    status, out, err = send(guest, *DEMANDS)
    assert (status, out) == (0, ''), err
    assert err == 'sevemu: the guest has shown that it has the secret\n'
    assert got == [{LUKS_GUID: (files / 'secret').read_bytes()}]


def test_json(send, table):
    guest, _ = ask(table)
    status, out, _ = send(guest, *DEMANDS, '--json')
    assert status == 0 and json.loads(out)['good'] is True


@pytest.mark.parametrize('options,fields,check', [
    ([], {'measurement': b'M' * 48}, 'measurement'),
    ([], {'vmpl': 1}, 'vmpl'),
    ([], {'policy': 0xb0000}, 'debug'),
    (['--policy', '0x20000'], {}, 'policy'),
    (['--host-data', '00' * 32], {}, 'host-data'),
])
def test_refused(send, table, options, fields, check):
    guest, got = ask(table, **fields)
    status, _, err = send(guest, *DEMANDS, *options)
    assert status == 1
    assert err.startswith(f'sevemu: the guest is refused: {check}: ')
    assert list(got[0]) == ['refused']


def test_untrusted_root(send, table):
    """Ours is trusted only by --ca: the guest may be anywhere."""
    guest, got = ask(table)
    status, _, err = send(guest, '--measurement', DIGEST.hex())
    assert (status, list(got[0])) == (1, ['refused'])
    assert 'the guest is refused: ark-root: ' in err


def test_vmpl(send, table):
    guest, _ = ask(table, vmpl=2)
    assert send(guest, *DEMANDS, '--vmpl', '2')[0] == 0


def test_gone(send):
    status, _, err = send(lambda line: None, *DEMANDS)
    assert status == 5
    assert err.startswith('sevemu: the guest is gone before ')


def test_late(send):
    status, _, err = send(lambda line: line.read(), *DEMANDS, '--timeout',
                          '1')
    assert status == 124
    assert err == 'sevemu: the guest has not attested itself within 1 seconds\n'


@pytest.mark.parametrize('options,message', [
    (CA, 'which guest may have the secrets? --measurement, or'),
    ([*DEMANDS, '--report-data', '00' * 64], '--report-data: it is of nonce'),
    ([*DEMANDS, '--timeout', '0'], '--timeout 0: expected a number'),
    ([*DEMANDS, '--secret', 'x'], '--secret x: expected GUID=FILE'),
    ([*DEMANDS, '--certs', 'none'], '--certs none: No such file'),
])
def test_bad(send, options, message):
    status, out, err = send(None, *options)
    assert (status, out) == (2, '')
    assert err.startswith(f'sevemu: {message}')


def test_no_socket(sevemu, files, run):  # noqa: F811
    # pylint: disable=unused-argument
    for path, why in ('none', 'No such file or directory'), (
            'x' * 200, 'too long for a socket'):
        done = run([sevemu, 'secret', 'send', *DEMANDS, path])
        assert done.returncode == 2
        assert done.stderr == f'sevemu: SOCKET {path}: {why}\n'
