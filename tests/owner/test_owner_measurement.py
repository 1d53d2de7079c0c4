# SPDX-License-Identifier: GPL-2.0-or-later
"""measurement and secret, against Python's own reckoning."""

import base64
import hashlib

import pytest

from owner_files import (LUKS_GUID, decrypt, files,  # noqa: F401
                         hash_table, measurement, sevemu)

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
