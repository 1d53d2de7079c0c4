# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's sevemu-attest, and an owner in Python that is not always one."""

import json
import os
import subprocess
import threading
import tty

import pytest

from conftest import SLOWER
from sev_attest import Owner, binary, line, public, secret_table

FLAVOURS = ('tools', 'tools-asan')
LUKS = '736869e5-84f0-4973-92ec-06879ce3da0b'
OTHER = '11111111-2222-3333-4444-555555555555'
REPORT = bytes(i * 7 & 0xff for i in range(1184))


class Port:
    """A line to the guest, as its virtio serial port; a terminal really"""

    def __init__(self):
        self.host, self.guest = os.openpty()
        tty.setraw(self.guest)
        self.name = os.ttyname(self.guest)
        self.rest = b''

    def hear(self):
        while b'\n' not in self.rest:
            self.rest += os.read(self.host, 4096)
        text, self.rest = self.rest.split(b'\n', 1)
        return json.loads(text)

    def say(self, data):
        while data:
            data = data[os.write(self.host, data):]

    def close(self):
        os.close(self.host)
        os.close(self.guest)


@pytest.fixture(name='port')
def port_fixture():
    port = Port()
    yield port
    port.close()


@pytest.fixture(name='attest', params=FLAVOURS)
def attest_fixture(build, request, qemu_env, tmp_path, monkeypatch, port):
    """attest(play, *options): the program with an owner that plays"""
    program = build.dir / request.param / 'tests' / 'sevemu-attest-stand-in'
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'report').write_bytes(REPORT)
    qemu_env['ATTEST_REPORT'] = 'report'
    qemu_env['UBSAN_OPTIONS'] = 'halt_on_error=1'

    def start(play, *options, timeout=20):
        owner, errors = Owner(), []

        def act():
            try:
                play(port, owner)
            except BaseException as error:   # pylint: disable=broad-except
                errors.append(error)

        thread = threading.Thread(target=act, daemon=True)
        thread.start()
        done = subprocess.run(
            [program, '--port', port.name, '--timeout', str(timeout),
             *options], env=qemu_env, stdin=subprocess.DEVNULL,
            capture_output=True, timeout=60 * SLOWER, check=False)
        thread.join(10 * SLOWER)
        assert not errors, errors
        done.owner = owner
        return done

    return start


def begin(port, owner):
    assert port.hear() == {'version': 1}
    port.say(owner.challenge())
    owner.take_evidence(port.hear())


def play_well(secrets):
    def play(port, owner):
        begin(port, owner)
        assert owner.data_is_right()
        assert owner.report[:0x50] == REPORT[:0x50]
        port.say(owner.answer(secret_table(secrets)))
        assert owner.proof_is_right(port.hear())
    return play


def said(done):
    text = done.stderr.decode()
    assert text.startswith('sevemu-attest: ') and text.count('\n') == 1, text
    return text[len('sevemu-attest: '):-1]


@pytest.mark.parametrize('secret', [b'x', b'\0\n' * 1000, bytes(16000)],
                         ids=['byte', 'lines', 'large'])
def test_secret(attest, secret):
    done = attest(play_well({LUKS: secret}))
    assert (done.returncode, done.stdout, done.stderr) == (0, secret, b'')
    assert 'certificates' not in done.owner.message


def test_certificates(attest, qemu_env, tmp_path):
    certs = bytes(i & 0xff for i in range(0x4000))
    (tmp_path / 'certs').write_bytes(certs)
    qemu_env['ATTEST_CERTS'] = 'certs'

    def play(port, owner):
        play_well({LUKS: b'x'})(port, owner)
        assert binary(owner.message, 'certificates') == certs

    assert attest(play).returncode == 0


def test_output(attest, tmp_path):
    (tmp_path / 'key').write_bytes(b'something longer')
    done = attest(play_well({OTHER: b'no', LUKS: b'yes'}), '--guid',
                  LUKS.upper(), '--output', 'key')
    assert (done.returncode, done.stdout, done.stderr) == (0, b'', b'')
    assert (tmp_path / 'key').read_bytes() == b'yes'
    assert (tmp_path / 'key').stat().st_mode & 0o777 == 0o400


def test_output_does_not_follow(attest, tmp_path):
    (tmp_path / 'key').symlink_to('elsewhere')
    done = attest(play_well({LUKS: b'yes'}), '--output', 'key')
    assert done.returncode == 0
    assert not (tmp_path / 'elsewhere').exists()
    assert (tmp_path / 'key').read_bytes() == b'yes'


@pytest.mark.parametrize('secrets', [{}, {LUKS: b'a', OTHER: b''}])
def test_directory(attest, tmp_path, secrets):
    done = attest(play_well(secrets), '--directory', 'secrets')
    assert (done.returncode, done.stdout, done.stderr) == (0, b'', b'')
    path = tmp_path / 'secrets'
    assert {name.name: name.read_bytes() for name in path.glob('*')} == secrets


@pytest.mark.parametrize('secrets,options,message', [
    ({}, [], 'the owner has sent 0 secrets'),
    ({LUKS: b'a', OTHER: b'b'}, [], 'the owner has sent 2 secrets'),
    ({LUKS: b'a'}, ['--guid', OTHER],
     f'the owner has sent no secret {OTHER}'),
])
def test_not_that_secret(attest, secrets, options, message):
    done = attest(play_well(secrets), *options)
    assert (done.returncode, done.stdout) == (4, b'')
    assert said(done).startswith(message)


def test_refused(attest):
    def play(port, owner):
        begin(port, owner)
        port.say(line(refused='the measurement\x1b differs'))

    done = attest(play)
    assert done.returncode == 1
    assert said(done) == 'refused by the owner: the measurement? differs'


def test_refused_at_once(attest):
    def play(port, _owner):
        port.hear()
        port.say(line(refused='version: expected 2'))

    assert attest(play).returncode == 1


def challenge(text):
    def play(port, _owner):
        port.hear()
        port.say(text)
    return play


def sealed(change):
    def play(port, owner):
        begin(port, owner)
        port.say(change(owner))
    return play


def other_conversation(owner):
    """Right for the same guest, but with another nonce"""
    owner.nonce = bytes(32)
    return owner.answer(secret_table({LUKS: b'x'}))


def changed(owner):
    data = bytearray(owner.seal(secret_table({LUKS: b'x'})))
    data[0] ^= 1
    return line(key=public(owner.key), secret=bytes(data))


def no_point(owner):
    data = owner.seal(secret_table({LUKS: b'x'}))
    return line(key=b'\4' + bytes(96), secret=data)


@pytest.mark.parametrize('play,message', [
    (challenge(b'\n'), "the owner's answer: expected a JSON object"),
    (challenge(b'{"version":2}\n'), "the owner's answer: version: expected 1"),
    (challenge(b'{"version":1}\n'), "the owner's answer: nonce: expected"),
    (challenge(b'[' * 60000 + b'\n'), "the owner's answer: expected a JSON"),
    (challenge(b'x' * 65537 + b'\n'), 'a line of more than 65536 bytes'),
    (challenge(b'{"version":1\0}\n'), 'a line with a NUL in it'),
    (sealed(lambda owner: b'{}\n'), "the owner's answer: key: expected"),
    (sealed(other_conversation), "the owner's answer: not sealed for this"),
    (sealed(changed), "the owner's answer: not sealed for this"),
    (sealed(no_point), "the owner's answer: not sealed for this"),
    (sealed(lambda owner: owner.answer(b'no table')),
     'the secrets are no table of secrets'),
], ids=['empty', 'version', 'no-nonce', 'nested', 'long', 'nul', 'no-key',
        'other-nonce', 'changed', 'no-point', 'no-table'])
def test_bad_answer(attest, tmp_path, play, message):
    done = attest(play, '--output', 'key')
    assert (done.returncode, done.stdout) == (4, b'')
    assert said(done).startswith(message)
    assert not (tmp_path / 'key').exists()


def test_nobody_answers(attest):
    done = attest(lambda port, owner: None, timeout=1)
    assert done.returncode == 124
    assert said(done) == 'the owner took too long'


def test_no_report(attest, qemu_env):
    del qemu_env['ATTEST_REPORT']
    done = attest(challenge(Owner().challenge()))
    assert done.returncode == 3
    assert said(done) == 'no attestation report: the stand-in has none'


@pytest.mark.parametrize('options,status,message', [
    (['--guid', 'x'], 2, '--guid x: expected one like'),
    (['--guid', LUKS + '0'], 2, f'--guid {LUKS}0: expected one like'),
    (['--timeout', '0'], 2, '--timeout 0: expected a number from 1 to'),
    (['--timeout', '1x'], 2, '--timeout 1x: expected a number from 1 to'),
    (['--timeout', '-1'], 2, '--timeout -1: expected a number from 1 to'),
    (['--directory', 'd', '--output', 'o'], 2,
     '--directory takes all secrets: --output does not go with it'),
    (['--directory', 'd', '--guid', LUKS], 2,
     '--directory takes all secrets: --guid does not go with it'),
    (['secret'], 2, 'secret: there are options only'),
    (['--port', './none', '--timeout', '1'], 5,
     'port ./none: No such file or directory'),
    (['--port', 'none', '--timeout', '1'], 5, 'port none: No such file'),
])
def test_bad_options(attest, options, status, message):
    done = attest(lambda port, owner: None, *options)
    assert (done.returncode, done.stdout) == (status, b'')
    assert said(done).startswith(message)


def test_unknown_option(attest):
    done = attest(lambda port, owner: None, '--frobnicate')
    assert done.returncode == 2 and b'--frobnicate' in done.stderr


def test_bad_output(attest):
    done = attest(play_well({LUKS: b'x'}), '--output', 'no/such')
    assert done.returncode == 5
    assert said(done) == 'no/such: No such file or directory'


def test_the_real_one(build, run, tmp_path):
    """One static program, that finds no secure processor here."""
    program = tmp_path / 'sevemu-attest'
    assert run([build.root / 'guest/build', program]).returncode == 0
    assert b'INTERP' not in subprocess.run(
        ['readelf', '--program-headers', program], stdout=subprocess.PIPE,
        check=True).stdout
    done = run([program, '--help'])
    assert done.returncode == 0 and done.stdout.startswith('usage: ')
    again = tmp_path / 'again'
    assert run([build.root / 'guest/build', again]).returncode == 0
    assert again.read_bytes() == program.read_bytes()
