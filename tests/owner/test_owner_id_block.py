# SPDX-License-Identifier: GPL-2.0-or-later
"""sevemu id-block: read and verified by a second implementation."""

import base64

import pytest
from cryptography.exceptions import InvalidSignature

from owner_files import sevemu  # noqa: F401
from sev_id_block import id_block_is_signed

DIGEST = bytes(range(48))
FILES = ['vm_id_auth.b64', 'vm_id_block.b64']


@pytest.fixture
def id_block(sevemu, run, tmp_path, monkeypatch):  # noqa: F811
    """id_block(*arguments) in an empty directory"""
    path = tmp_path / 'owner'
    path.mkdir()
    monkeypatch.chdir(path)

    def start(*arguments):
        return run([sevemu, 'id-block', *arguments])

    start.path = path
    return start


def read(path, name='vm'):
    return [base64.b64decode((path / f'{name}_id_{what}.b64').read_bytes(),
                             validate=True) for what in ('block', 'auth')]


def test_files(id_block):
    """Every field (56860 table 75), and the signature"""
    done = id_block(DIGEST.hex(), '0x30000')
    assert (done.returncode, done.stderr) == (0, '')
    assert sorted(done.stdout.split()[1::2]) == FILES
    assert sorted(path.name for path in id_block.path.iterdir()) == FILES
    block, auth = read(id_block.path)
    assert block == (DIGEST + bytes(32) + (1).to_bytes(4, 'little')
                     + bytes(4) + (0x30000).to_bytes(8, 'little'))
    assert len(auth) == 4096
    assert id_block_is_signed(block, auth)
    with pytest.raises(InvalidSignature):
        id_block_is_signed(bytes([block[0] ^ 1]) + block[1:], auth)


def test_digest_in_a_file_and_a_name(id_block):
    (id_block.path / 'digest').write_bytes(DIGEST)
    assert id_block('--name', 'a', 'digest', '196608').returncode == 0
    assert id_block('--name', 'b', DIGEST.hex().upper(),
                    '0x30000').returncode == 0
    (block, first), (same, second) = (read(id_block.path, name)
                                      for name in 'ab')
    assert block == same
    assert first != second, 'the key is a new one each time'


@pytest.mark.parametrize('arguments,message', [
    ([], 'expected MEASUREMENT POLICY'),
    ([DIGEST.hex()], 'expected MEASUREMENT POLICY'),
    ([DIGEST.hex()[2:], '0x30000'],
     f'MEASUREMENT {DIGEST.hex()[2:]}: no such file, nor'),
    (['short', '0x30000'], 'MEASUREMENT short: '),
    ([DIGEST.hex(), 'any'], 'POLICY any: expected a number'),
    (['--name', 'no/where', DIGEST.hex(), '1'], '--name no/where_id_block.b64: '),
])
def test_bad(id_block, arguments, message):
    (id_block.path / 'short').write_bytes(DIGEST[1:])
    done = id_block(*arguments)
    assert (done.returncode, done.stdout) == (2, '')
    assert message in done.stderr
    assert len(list(id_block.path.iterdir())) == 1
