# SPDX-License-Identifier: GPL-2.0-or-later
"""
The guest owner's command with a real platform: what sevemu-platform makes
is what the command, and a second implementation, take.
"""

import json

import pytest

from owner_files import sevemu  # noqa: F401
from sev_chain import CA_SIZE, KEYS, SEV_SIZE, public_key

TEST_ROOT = 'sevemu test root (not AMD)'


@pytest.fixture
def owner(sevemu, run, build, qemu_env, tmp_path,  # noqa: F811
          monkeypatch):
    """owner(*arguments): must succeed; its output"""
    monkeypatch.chdir(tmp_path)
    for name in ('platform', 'vendor'):
        qemu_env[f'SEVEMU_{name.upper()}_TOOL'] = \
            str(build.dir / 'libexec' / f'sevemu-{name}')

    def call(*arguments, status=0):
        done = run([sevemu, *arguments])
        assert done.returncode == status, done.stderr
        return done.stdout

    return call


def root_of(text):
    return json.loads(text)['root']


def test_first_use(owner, qemu_env):
    """The platform is made where QEMU looks for it, and then stays."""
    shown = json.loads(owner('show', 'platform', '--json'))
    assert shown['directory'] == \
        qemu_env['XDG_STATE_HOME'] + '/sevemu/platform'
    assert (shown['api-major'], shown['api-minor'], shown['guests']) == \
        (1, 55, 0)
    assert len(bytes.fromhex(shown['id'])) == 64
    assert json.loads(owner('show', 'platform', '--json')) == shown


def test_chain(owner, tmp_path):
    assert root_of(owner('verify', '--json'))['name'] == TEST_ROOT
    owner('export', '--full', 'full')
    owner('export', 'chain')
    full, chain = ((tmp_path / name).read_bytes()
                   for name in ('full', 'chain'))
    assert full[:4 * SEV_SIZE] == chain
    assert len(full) == 4 * SEV_SIZE + 2 * CA_SIZE
    # Away from this machine, the root must be given
    owner('verify', '--sev', 'full', status=1)
    (tmp_path / 'ca').write_bytes((KEYS / 'ask.cert').read_bytes()
                                  + (KEYS / 'ark.cert').read_bytes())
    owner('verify', '--sev', 'chain', '--ca', 'ca')


def test_reset(owner, tmp_path):
    """Another PDH, of the same chip"""
    def keys():
        owner('export', 'chain')
        data = (tmp_path / 'chain').read_bytes()
        return [public_key(data[at:at + SEV_SIZE]).public_numbers()
                for at in range(0, 4 * SEV_SIZE, SEV_SIZE)]

    before = keys()
    owner('session', 'chain', '1')
    owner('reset')
    after = keys()
    assert [a == b for a, b in zip(before, after)] == \
        [False, False, False, True]
    owner('verify')


@pytest.mark.limit(600)
def test_vendor_new(owner, run, build, tmp_path):
    """A chip of another manufacturer: the third root with that key id"""
    owner('vendor', 'new', 'vendor')
    tool = build.dir / 'libexec' / 'sevemu-platform'
    assert run([tool, '--vendor=vendor', 'theirs', 'create']).returncode == 0
    root = root_of(owner('verify', '--json', '--platform', 'theirs',
                         status=1))
    assert root['name'] == 'unknown root with the key id of AMD Milan'
    ca = tmp_path / 'ca'
    ca.write_bytes((tmp_path / 'vendor' / 'ask.cert').read_bytes()
                   + (tmp_path / 'vendor' / 'ark.cert').read_bytes())
    owner('verify', '--platform', 'theirs', '--ca', 'ca')
    owner('verify', '--ca', 'ca', status=1)
    owner('vendor', 'new', '--product', 'Turin', 'turin')
    assert run([tool, '--vendor=turin', 'later', 'create']).returncode == 0
    root = root_of(owner('verify', '--json', '--platform', 'later',
                         status=1))
    assert root['name'] == 'unknown root with the key id of AMD Turin'


def test_damaged(owner, tmp_path, qemu_env, sevemu, run):  # noqa: F811
    """The file is named, in one line."""
    owner('show', 'platform', '--platform', 'mine')
    flash = tmp_path / 'mine' / 'flash'
    data = bytearray(flash.read_bytes())
    data[len(data) // 2] ^= 1
    flash.write_bytes(data)
    done = run([sevemu, 'verify', '--platform', 'mine'])
    assert (done.returncode, done.stdout) == (3, '')
    assert 'SECURE_DATA_INVALID' in done.stderr
    assert 'mine/flash' in done.stderr
    assert done.stderr.count('\n') == 1
