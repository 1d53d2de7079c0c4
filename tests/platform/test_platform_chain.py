# SPDX-License-Identifier: GPL-2.0-or-later
"""Certificates of a platform, as a second implementation sees them."""

import base64

import pytest
from cryptography.exceptions import InvalidSignature

from platform_tool import (  # noqa: F401
    ARK, ASK, CEK, ECDH_SHA256, ECDSA_SHA256, NONE, OCA, PDH, PEK,
    AmdCert, Chain, SevCert, plain_tool, tool)

MILAN_ARK = bytes.fromhex('94c38e4177d0479292a7ae671d083fb6')
MILAN_ASK = bytes.fromhex('73478c05cc174bfeb06e718fa75dc3c8')

LINKS = [('ark', 'ark'), ('ask', 'ark'), ('cek', 'ask'), ('oca', 'oca'),
         ('pek', 'oca'), ('pek', 'cek'), ('pdh', 'pek')]


def test_chain(tool):  # noqa: F811
    chain = tool.chain()
    assert chain.ark.key_id == MILAN_ARK
    assert chain.ask.key_id == MILAN_ASK
    assert (chain.ark.usage, chain.ask.usage) == (ARK, ASK)
    assert (chain.ark.exponent, chain.ask.exponent) == (65537, 65537)

    expected = {'oca': (OCA, ECDSA_SHA256, {OCA, NONE}),
                'cek': (CEK, ECDSA_SHA256, {ASK, NONE}),
                'pek': (PEK, ECDSA_SHA256, {OCA, CEK}),
                'pdh': (PDH, ECDH_SHA256, {PEK, NONE})}
    for name, (usage, algo, signers) in expected.items():
        cert = getattr(chain, name)
        assert (cert.version, cert.usage, cert.algo) == (1, usage, algo)
        assert set(cert.signatures) == signers
        assert cert.key.curve.name == 'secp384r1'


@pytest.mark.parametrize('name,by', LINKS, ids=['-by-'.join(x)
                                                for x in LINKS])
def test_damage_shows(plain_tool, name, by):  # noqa: F811
    """So that no verification above can pass by itself"""
    answer = plain_tool('export-full')
    data = bytearray(base64.b64decode(answer[name]))
    data[0x20] ^= 1
    answer[name] = base64.b64encode(data).decode()
    chain = Chain(answer)
    with pytest.raises((InvalidSignature, AssertionError, ValueError)):
        getattr(chain, name).verify(getattr(chain, by))


def test_export(tool):  # noqa: F811
    """The chip's own answer has the same keys, and a CEK not signed."""
    full = tool('export-full')
    own = tool('export')
    assert set(own) == {'pdh', 'pek', 'oca', 'cek', 'platform'}
    for name in ('pdh', 'pek', 'oca'):
        assert own[name] == full[name]
    cek = SevCert(base64.b64decode(own['cek']))
    assert set(cek.signatures) == {NONE}
    assert cek.data[:0x414] == base64.b64decode(full['cek'])[:0x414]


def test_in_tree(build, plain_tool):  # noqa: F811
    """Root and signing key are those that lie in the tree."""
    answer = plain_tool('export-full')
    for name in ('ark', 'ask'):
        path = build.root / 'vendor' / 'keys' / 'milan' / f'{name}.cert'
        assert base64.b64decode(answer[name]) == path.read_bytes()


def test_two_chips(tool, tmp_path):  # noqa: F811
    first = tool.chain()
    tool.path = tmp_path / 'other'
    other = tool.chain()
    for name in ('pdh', 'pek', 'oca', 'cek'):
        assert getattr(first, name).x != getattr(other, name).x
    with pytest.raises(InvalidSignature):
        other.pek.verify(first.cek)


def test_other_vendor(build, plain_tool, tmp_path):  # noqa: F811
    """Same key ids, another key: only the signatures tell."""
    ours = plain_tool.chain()
    vendor = tmp_path / 'vendor'
    made = plain_tool.run([build.dir / 'libexec' / 'sevemu-vendor', vendor])
    assert (made.returncode, made.stdout, made.stderr) == (0, '', '')

    plain_tool.path = tmp_path / 'theirs'
    done = plain_tool.raw(f'--vendor={vendor}', plain_tool.path, 'create')
    assert (done.returncode, done.stderr) == (0, '')
    theirs = plain_tool.chain()
    assert theirs.ark.data == (vendor / 'ark.cert').read_bytes()
    assert theirs.ark.key_id == ours.ark.key_id
    assert theirs.ask.key_id == ours.ask.key_id
    for cert, by in ((theirs.ask, ours.ark), (theirs.cek, ours.ask)):
        with pytest.raises(InvalidSignature):
            cert.verify(by)


def test_vendor_exists(build, run, tmp_path):
    """Keys that somebody may need are not overwritten."""
    program = build.dir / 'libexec' / 'sevemu-vendor'
    done = run([program, tmp_path])
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == f'sevemu-vendor: {tmp_path}: File exists\n'
    assert run([program]).returncode == 2
    assert run([program, '--help']).returncode == 0
