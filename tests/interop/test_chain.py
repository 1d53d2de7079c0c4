# SPDX-License-Identifier: GPL-2.0-or-later
"""
A platform's chain of certificates, from query-sev-capabilities and from its
directory, read and verified by a second implementation.
"""

import base64
import os
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature

from identity import certificates, certificates_of_chip
from platform_tool import Chain, SevCert
from qmp_guest import capabilities
from sev_chain import (ASK, CEK, ECDH, ECDSA, NONE, OCA, PDH, PEK, SIGNED,
                       tree_key)

# Who has signed whom
LINKS = [('ark', 'ark'), ('ark', 'ask'), ('ask', 'cek'), ('oca', 'oca'),
         ('oca', 'pek'), ('cek', 'pek'), ('pek', 'pdh')]

# Bytes of what is signed: API version, X, Y; of a CA, exponent and modulus;
# and of signatures: r and s, or RSA's
SEV_BYTES = [0x04, 0x14, 0x43, 0x5c, 0x8b]
CA_BYTES = [0x50, 0x240, 0x3f0, 0x43f]
FIRST, SECOND = SIGNED + 8, SIGNED + 520 + 8
FLIPS = {
    'pdh': SEV_BYTES + [FIRST, FIRST + 72],
    'pek': SEV_BYTES + [FIRST, FIRST + 72, SECOND, SECOND + 72],
    'oca': SEV_BYTES + [FIRST, FIRST + 72],
    'cek': SEV_BYTES + [FIRST, FIRST + 511],
    'ask': CA_BYTES + [0x440, 0x63f],
    'ark': CA_BYTES + [0x440, 0x63f],
}


@pytest.fixture(scope='module', name='answer')
def answer_fixture(build, tmp_path_factory):
    log = tmp_path_factory.mktemp('capabilities') / 'log'
    return capabilities(build.qemu, log)


@pytest.fixture(scope='module', name='directory')
def directory_fixture(answer):
    """Where the platform of the answer is."""
    return Path(os.environ['XDG_STATE_HOME']) / 'sevemu' / 'platform'


@pytest.fixture(scope='module', name='certs')
def certs_fixture(answer, directory):
    return certificates(answer, directory)


def chain_of(certs):
    return Chain({name: base64.b64encode(cert) for name, cert in
                  certs.items()})


def test_chain(certs):
    chain_of(certs).verify()


def test_contents(certs):
    chain = chain_of(certs)
    found = {name: (cert.usage, cert.algo, set(cert.signatures))
             for name, cert in vars(chain).items() if len(cert.data) == 2084}
    assert found == {'pdh': (PDH, ECDH, {PEK, NONE}),
                     'pek': (PEK, ECDSA, {OCA, CEK}),
                     'oca': (OCA, ECDSA, {OCA, NONE}),
                     'cek': (CEK, ECDSA, {ASK, NONE})}
    assert (chain.pek.api_major, chain.pek.api_minor) == (1, 55)
    keys = {getattr(chain, name).x for name in found}
    assert len(keys) == 4
    for name in 'ark', 'ask':
        assert getattr(chain, name).modulus == \
            tree_key(name).public_key().public_numbers().n


def test_cek_as_the_chip_has_it(answer, certs):
    """The manufacturer's signature is not in the chip."""
    cek = SevCert(certificates_of_chip(answer)['cek'])
    assert cek.data[:SIGNED] == certs['cek'][:SIGNED]
    assert set(cek.signatures) == {NONE}


@pytest.mark.parametrize('options', [[], ['--full']])
def test_export_has_it_signed(build, run, answer, certs, tmp_path, options):
    """Also without ASK and ARK; all the rest is what QMP answers."""
    done = run([build.sevemu, 'export', *options, tmp_path / 'chain'],
               env=dict(os.environ))
    exported = (tmp_path / 'chain').read_bytes()
    of_chip = b''.join(base64.b64decode(answer[name])
                       for name in ('pdh', 'cert-chain'))
    assert (done.returncode, done.stderr) == (0, '')
    assert exported == b''.join(
        [of_chip[:3 * 2084], certs['cek']]
        + [certs[name] for name in ('ask', 'ark') if options])
    assert of_chip[3 * 2084:] != certs['cek']


def test_verify_says_that_it_is_not_signed(build, run, answer, certs,
                                           tmp_path):
    for name, data in (('chain', base64.b64decode(answer['pdh'])
                        + base64.b64decode(answer['cert-chain'])),
                       ('root', certs['ask'] + certs['ark'])):
        (tmp_path / name).write_bytes(data)
    done = run([build.sevemu, 'verify', '--sev', tmp_path / 'chain', '--ca',
                tmp_path / 'root'])
    assert done.returncode == 1
    assert done.stderr.endswith(
        'ASK signs CEK: the CEK is as a chip gives it, not signed: export '
        'has it signed\n')


def test_chip_id(answer, directory):
    chip_id = base64.b64decode(answer['cpu0-id'], validate=True)
    assert len(chip_id) == 64
    assert chip_id == (directory / 'fuses').read_bytes()[:64]


@pytest.mark.parametrize('name', FLIPS)
def test_flipped_byte(certs, name):
    """The links of that certificate, and no others, can break."""
    for where in FLIPS[name]:
        changed = bytearray(certs[name])
        changed[where] ^= 0x01
        broken = broken_links(chain_of({**certs, name: bytes(changed)}))
        assert broken, f'{name}: byte {where:#x}'
        assert all(name in link for link in broken)


def broken_links(chain):
    broken = []
    for signer, signed in LINKS:
        try:
            getattr(chain, signed).verify(getattr(chain, signer))
        except (InvalidSignature, ValueError):
            broken.append((signer, signed))
    return broken
