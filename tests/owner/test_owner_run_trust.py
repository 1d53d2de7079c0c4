# SPDX-License-Identifier: GPL-2.0-or-later
"""
sevemu run, with a stand-in for QEMU: whom it entrusts with what. A platform
with a chain that is not good gets no guest, a guest that measures to
something else gets no secret.
"""

import json
import re

import pytest

from owner_files import LUKS_GUID, decrypt, files, sevemu  # noqa: F401
from owner_platform import platform  # noqa: F401
from owner_run import (CHAIN, EXPECTED, KERNEL, private, said,  # noqa: F401
                       sev_run)
from sev_chain import platform_of_others


@pytest.mark.parametrize('name', ['fw', 'kernel', 'initrd'])
def test_differs(sev_run, files, name):  # noqa: F811
    """QEMU launches another file than the one that was looked at."""
    other = files / 'other'
    other.write_bytes((files / name).read_bytes()[:-1] + b'?')
    option = {'fw': '-bios'}.get(name, '-' + name)
    done = sev_run('poweroff', *KERNEL, '--secret', f'{LUKS_GUID}=secret',
                   '--', option, other)
    assert done.returncode == 1
    assert said(done)[2] == \
        'the measurement differs from what the files give'
    assert done.stdout == ''
    assert not (files / 'injected.json').exists()


def test_secret(sev_run, files):  # noqa: F811
    (files / 'secret2').write_bytes(b'another')
    done = sev_run('poweroff', *KERNEL, '--secret', f'{LUKS_GUID}=secret',
                   '--secret', '00112233-4455-6677-8899-aabbccddeeff=secret2')
    assert (done.returncode, said(done)[2:4]) == \
        (0, [EXPECTED, "the secret is in the guest's memory"])
    packet = json.loads((files / 'injected.json').read_text())
    plain = decrypt(packet['tek'], packet['iv'],
                    bytes.fromhex(packet['payload']))
    assert plain[:20].hex() == '42f5741edd71664d963eef4287ff173b4b000000'
    assert plain[36:48] == b'\x1c\0\0\0a secret'
    assert plain[64:75] == b'\x1b\0\0\0another'
    assert plain[75:] == bytes(5)


@pytest.mark.parametrize('append,why', [
    ('a b ', 'a command line with a space at its end'),
    ('', 'an empty command line'),
])
def test_differs_explained(sev_run, append, why):
    done = sev_run('poweroff', *KERNEL, '--', '-append', append)
    assert done.returncode == 1
    assert said(done)[6] == f'it is what was found with: {why}'


def test_differs_unexplained(sev_run, files):  # noqa: F811
    (files / 'other').write_bytes(bytes(0x10000))
    done = sev_run('poweroff', *KERNEL, '--', '-bios', 'other')
    assert done.returncode == 1
    assert re.fullmatch(r'\d+ likely mistakes were tried, none gives what '
                        'was found', said(done)[6])


def test_chain_not_good(sev_run, platform):  # noqa: F811
    """Nothing is entrusted to a platform of who knows whom."""
    platform.be(platform_of_others())
    done = sev_run('poweroff')
    assert (done.returncode, done.stdout) == (1, '')
    assert said(done) == [
        f'platform {platform.path}: its chain is not good: unknown root with '
        'the key id of AMD Milan: it only has the key id: give --ca if you '
        'trust it']


def test_other_ca(sev_run, files, platform):  # noqa: F811
    platform.be(platform_of_others())
    (files / 'ca').write_bytes(platform.platform.chain('ask', 'ark'))
    done = sev_run('poweroff', '--ca', 'ca')
    assert done.returncode == 0
    assert said(done)[0] == ("the platform's chain is good: unknown root with "
                             'the key id of AMD Milan')


def test_platform(sev_run, files, platform):  # noqa: F811
    """--platform names the one that is asked, and that QEMU gets."""
    other = files / 'a,b'
    platform.path.rename(other)
    done = sev_run('poweroff', '--platform', other)
    assert (done.returncode, said(done)[0]) == (0, CHAIN)


def test_platform_refuses(sev_run, platform):  # noqa: F811
    platform.refuse('export-full', 'INIT: SECURE_DATA_INVALID (flash)')
    done = sev_run('poweroff')
    assert done.returncode == 3
    assert said(done) == ['INIT: SECURE_DATA_INVALID (flash)']


def test_secret_refused(sev_run):
    done = sev_run('fail-sev-inject-launch-secret', '--secret',
                   f'{LUKS_GUID}=secret')
    assert done.returncode == 3
    assert said(done)[-1] == 'sev-inject-launch-secret failed: not today'
    assert done.stdout == ''
