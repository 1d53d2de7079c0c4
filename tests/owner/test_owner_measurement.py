# SPDX-License-Identifier: GPL-2.0-or-later
"""measurement and secret, against Python's own reckoning."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from owner_files import (LUKS_GUID, decrypt, files,  # noqa: F401
                         hash_table, measurement, sevemu)
from owner_platform import platform  # noqa: F401

NONCE = bytes(range(100, 116))
PLATFORM = ['--api-major', '01', '--api-minor', '0x37', '--build-id', '1',
            '--policy', '0x1']
KERNEL = ['--kernel', 'kernel', '--initrd', 'initrd', '--cmdline', 'a b']


def expected(files, kernel=True):  # noqa: F811
    launched = (files / 'fw').read_bytes()
    if kernel:
        launched += hash_table((files / 'kernel').read_bytes(),
                               (files / 'initrd').read_bytes(), b'a b')
    return measurement(launched, bytes(range(16)), NONCE)


def nonce():
    return base64.b64encode(NONCE).decode()


@pytest.mark.parametrize('kernel', [True, False])
@pytest.mark.parametrize('key', [('--tik', 'tik'), ('--tk', 'tk'),
                                 ('--tik', 'AAECAwQFBgcICQoLDA0ODw==')])
def test_build(sevemu, files, run, kernel, key):  # noqa: F811
    done = run([sevemu, 'measurement', 'build', *PLATFORM, *key, '--firmware',
                'fw', *(KERNEL if kernel else []), '--nonce', nonce()])
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout == expected(files, kernel) + '\n'


def test_build_from_digest(sevemu, files, run):  # noqa: F811
    digest = hashlib.sha256((files / 'fw').read_bytes()).digest()
    (files / 'digest').write_bytes(digest)
    (files / 'blob').write_bytes(bytes(32) + NONCE)
    done = run([sevemu, 'measurement', 'build', *PLATFORM, '--tik', 'tik',
                '--launch-digest', 'digest', '--launch-measure-blob', 'blob',
                '--outfile', 'out'])
    assert (done.returncode, done.stdout, done.stderr) == (0, '', '')
    assert base64.b64encode((files / 'out').read_bytes()).decode() == \
        expected(files, kernel=False)


def verify(sevemu, run, text, *options):  # noqa: F811
    return run([sevemu, 'measurement', 'verify', *PLATFORM, '--tik', 'tik',
                '--firmware', 'fw', *KERNEL, '--measurement', text, *options])


def test_verify(sevemu, files, run):  # noqa: F811
    done = verify(sevemu, run, expected(files))
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout == 'measurement is as expected\n'


@pytest.mark.parametrize('name', ['fw', 'kernel', 'initrd', 'tik'])
@pytest.mark.parametrize('where', [0, -1])
def test_verify_other_file(sevemu, files, run, name, where):  # noqa: F811
    good = expected(files)
    data = bytearray((files / name).read_bytes())
    data[where] ^= 1
    (files / name).write_bytes(data)
    differs(verify(sevemu, run, good), good)


@pytest.mark.parametrize('option,value', [
    ('--api-major', '2'), ('--api-minor', '54'), ('--build-id', '2'),
    ('--policy', '3'), ('--cmdline', 'a b '), ('--cmdline', ''),
])
def test_verify_other_option(sevemu, files, run, option,  # noqa: F811
                             value):
    good = expected(files)
    differs(verify(sevemu, run, good, option, value), good)


@pytest.mark.parametrize('where', range(0, 48, 9))
def test_verify_other_measurement(sevemu, files, run, where):  # noqa: F811
    blob = bytearray(base64.b64decode(expected(files)))
    blob[where] ^= 1
    text = base64.b64encode(blob).decode()
    differs(verify(sevemu, run, text), text)


def differs(done, found):
    blob = base64.b64decode(found)
    lines = done.stderr.splitlines()
    assert done.returncode == 1
    assert done.stdout == ''
    assert lines[0] == \
        'sevemu: the measurement differs from what the files give'
    assert lines[1].startswith('sevemu:   expected: ')
    assert lines[2] == f'sevemu:   found:    {blob[:32].hex()}'
    assert lines[3] == f'sevemu:   nonce:    {blob[32:].hex()}'
    assert lines[1].split()[-1] != lines[2].split()[-1]


def tried(done):
    """The last line, after those of differs()"""
    lines = done.stderr.splitlines()
    assert len(lines) == 5
    return lines[4].removeprefix('sevemu: ')


def launched(files, **changes):  # noqa: F811
    """What is measured when not all is as the options of verify() say"""
    parts = {'fw': (files / 'fw').read_bytes(),
             'kernel': (files / 'kernel').read_bytes(),
             'initrd': (files / 'initrd').read_bytes(), 'cmdline': b'a b',
             **changes}
    return parts.pop('fw') + hash_table(**parts)


@pytest.mark.parametrize('changes,why', [
    ({'cmdline': b'a b\n'}, 'a command line with a newline at its end'),
    ({'cmdline': b'a b '}, 'a command line with a space at its end'),
    ({'cmdline': b'a b\0'}, 'a command line hashed with two NULs'),
    ({'cmdline': b''}, 'an empty command line'),
    ({'initrd': b''}, 'no initrd'),
    ({'initrd': b'a secret'}, 'initrd secret'),
    ({'kernel': b'a secret'}, 'kernel secret'),
    ({'initrd': b'', 'cmdline': b''}, 'no initrd; an empty command line'),
    ({'fw': b'x'}, None),
])
def test_explained(sevemu, files, run, changes, why):  # noqa: F811
    found = measurement(launched(files, **changes), bytes(range(16)), NONCE)
    done = verify(sevemu, run, found, '--try', 'secret', '--try', 'none')
    differs(done, found)
    if why:
        assert tried(done) == f'it is what was found with: {why}'
    else:
        assert re.fullmatch(r'\d{3,} likely mistakes were tried, none gives '
                            'what was found', tried(done))


@pytest.mark.parametrize('how,why', [
    ({'policy': 0}, 'policy 0x0'),
    ({'policy': 2}, 'policy 0x2'),
    ({'api': (1, 51), 'build': 3}, "API 1.51, build 3 (the platform's)"),
])
def test_explained_numbers(sevemu, files, run, platform, how,  # noqa: F811
                           why):
    platform.answer('status', {'api-major': 1, 'api-minor': 51,
                               'build-id': 3})
    found = measurement(launched(files), bytes(range(16)), NONCE, **how)
    done = verify(sevemu, run, found)
    differs(done, found)
    assert tried(done) == f'it is what was found with: {why}'


def test_explained_tik(sevemu, files, run):  # noqa: F811
    found = measurement(launched(files), bytes(16), NONCE)
    done = verify(sevemu, run, found)
    assert tried(done) == 'it is what was found with: a TIK of zeros'


def test_explained_firmware(sevemu, files, run):  # noqa: F811
    """Given as one that may have been launched"""
    other = (files / 'fw-plain').read_bytes()
    found = measurement(launched(files, fw=other), bytes(range(16)), NONCE)
    done = verify(sevemu, run, found, '--try', 'fw-plain')
    assert tried(done) == 'it is what was found with: firmware fw-plain'


def test_no_platform_is_made(sevemu, files, run, qemu_env):  # noqa: F811
    """Only to explain, none is made."""
    verify(sevemu, run, 'A' * 64)
    assert not Path(qemu_env['XDG_STATE_HOME']).exists()


def test_json(sevemu, files, run):  # noqa: F811
    good = expected(files)
    raw = base64.b64decode(good)
    digest = hashlib.sha256(launched(files)).hexdigest()
    built = run([sevemu, 'measurement', 'build', *PLATFORM, '--tik', 'tik',
                 '--firmware', 'fw', *KERNEL, '--nonce', nonce(), '--json'])
    assert json.loads(built.stdout) == {
        'measurement': good, 'measure': raw[:32].hex(), 'nonce': NONCE.hex(),
        'digest': digest}
    done = verify(sevemu, run, good, '--json')
    assert (done.returncode, done.stderr) == (0, '')
    assert json.loads(done.stdout) == {
        'good': True, 'expected': raw[:32].hex(), 'found': raw[:32].hex(),
        'nonce': NONCE.hex(), 'digest': digest}


@pytest.mark.parametrize('policy,why', [(0, 'policy 0x0'), (0x100, None)])
def test_json_differs(sevemu, files, run, policy, why):  # noqa: F811
    found = measurement(launched(files), bytes(range(16)), NONCE,
                        policy=policy)
    done = verify(sevemu, run, found, '--json')
    value = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1, '')
    assert (value['good'], value.get('explanation')) == (False, why)
    assert value['tried'] > 0


def opened(files):  # noqa: F811
    """The payload, decrypted."""
    header = (files / 'header').read_bytes()
    return decrypt((files / 'tek').read_bytes().hex(), header[4:20].hex(),
                   (files / 'payload').read_bytes())


def test_secret(sevemu, files, run):  # noqa: F811
    packets = set()
    for _ in range(2):
        done = run([sevemu, 'secret', 'build', '--tk', 'tk', '--secret',
                    f'{LUKS_GUID}:secret', '--launch-measure-blob',
                    expected(files), 'header', 'payload'])
        assert (done.returncode, done.stderr) == (0, '')
        assert done.stdout == ('Wrote header to: header\n'
                               'Wrote payload to: payload\n')
        assert len((files / 'header').read_bytes()) == 52
        # 20 of header, 20 of entry, 8 of secret
        assert opened(files)[40:] == b'a secret'
        packets.add((files / 'payload').read_bytes())
    assert len(packets) == 2, 'the IV is not drawn anew'
