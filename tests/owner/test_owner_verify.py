# SPDX-License-Identifier: GPL-2.0-or-later
"""
sevemu verify and export: chains made by a second implementation, whole and
with each link broken once; whose root is trusted when.
"""

import base64
import json
import struct

import pytest

from owner_files import sevemu  # noqa: F401
from owner_platform import platform  # noqa: F401
from sev_chain import (CA_SIZE, NAMES, SEV_SIZE, SIGNED, fingerprint,
                       platform_in_tree, platform_of_others)

SEV_NAMES = NAMES[:4]
TEST_ROOT = 'sevemu test root (not AMD)'
ONLY_ID = 'unknown root with the key id of AMD Milan'

# Signer and signed, and what of the signed one is the signature
LINKS = [('PEK', 'PDH', SIGNED), ('OCA', 'PEK', SIGNED),
         ('OCA', 'OCA', SIGNED), ('CEK', 'PEK', SIGNED + 520),
         ('ASK', 'CEK', SIGNED), ('ARK', 'ASK', 0x440 - 8),
         ('ARK', 'ARK', 0x440 - 8)]


@pytest.fixture
def verify(sevemu, run, tmp_path, monkeypatch):  # noqa: F811
    """verify(chain, *options): sevemu verify --sev of these bytes"""
    monkeypatch.chdir(tmp_path)

    def start(chain, *options):
        (tmp_path / 'chain').write_bytes(chain)
        return run([sevemu, 'verify', '--sev', 'chain', *options])

    (tmp_path / 'ca').write_bytes(platform_in_tree().chain('ask', 'ark'))
    return start


def verdict(done, status=None):
    """The JSON; the exit status must go with it."""
    value = json.loads(done.stdout)
    assert done.returncode == (0 if value['good'] else 1)
    assert status in (None, done.returncode)
    assert done.stderr == ('' if value['good'] else
                           f"sevemu: the chain is not good: "
                           f"{value['complaint']}\n")
    return value


def bad_links(value):
    return {(link['signer'], link['subject']) for link in value['links']
            if not link['good']}


def test_good(verify):
    value = verdict(verify(platform_in_tree().chain(), '--ca', 'ca',
                           '--json'), 0)
    assert bad_links(value) == set()
    assert len(value['links']) == len(LINKS)
    for name in NAMES:
        assert value['fingerprints'][name.upper()] == \
            fingerprint(platform_in_tree().certs[name])
    assert value['root']['name'] == TEST_ROOT
    assert value['root']['fingerprint'] == value['fingerprints']['ARK']


def test_tree(verify):
    chain = platform_in_tree()
    short = {name.upper(): fingerprint(cert)[:16]
             for name, cert in chain.certs.items()}
    done = verify(chain.chain(), '--ca', 'ca')
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout.splitlines() == [
        f"PDH {short['PDH']}",
        f"`- PEK {short['PEK']}  signs PDH: good",
        f"   |- OCA {short['OCA']}  signs PEK: good",
        f"   |  `- OCA {short['OCA']}  signs itself: good",
        f"   `- CEK {short['CEK']}  signs PEK: good",
        f"      `- ASK {short['ASK']}  signs CEK: good",
        f"         `- ARK {short['ARK']}  signs ASK: good",
        f"            `- ARK {short['ARK']}  signs itself: good",
        f'root: {TEST_ROOT}',
        f"      fingerprint {fingerprint(chain.certs['ark'])}",
        '      trusted: given with --ca',
    ]


@pytest.mark.parametrize('signer,subject,where', LINKS,
                         ids=['-'.join(link[:2]) for link in LINKS])
def test_one_link_broken(verify, signer, subject, where):
    """The signature's bytes are others: that link is bad, and no other."""
    certs = dict(platform_in_tree().certs)
    data = bytearray(certs[subject.lower()])
    data[where + 8 + 5] ^= 0x40
    certs[subject.lower()] = bytes(data)
    value = verdict(verify(b''.join(certs[name] for name in NAMES),
                           '--json'), 1)
    assert bad_links(value) == {(signer, subject)}
    assert value['complaint'] == \
        f'{signer} signs {subject}: the signature is not of this key'


@pytest.mark.parametrize('name', NAMES)
@pytest.mark.parametrize('where', [0x04, 0x18, 0x50, 0x240])
def test_certificate_changed(verify, name, where):
    """Whatever is signed: its signatures are bad then."""
    certs = dict(platform_in_tree().certs)
    data = bytearray(certs[name])
    data[where] ^= 0x04
    certs[name] = bytes(data)
    value = verdict(verify(b''.join(certs[n] for n in NAMES), '--json'), 1)
    signed_by = {(signer, subject) for signer, subject, _ in LINKS
                 if subject == name.upper()}
    assert signed_by & bad_links(value)


@pytest.mark.parametrize('name,bad', [
    ('pdh', {('PEK', 'PDH')}),
    ('pek', {('PEK', 'PDH'), ('OCA', 'PEK'), ('CEK', 'PEK')}),
    ('oca', {('OCA', 'PEK')}),
    ('cek', {('CEK', 'PEK'), ('ASK', 'CEK')}),
    ('ask', {('ASK', 'CEK'), ('ARK', 'ASK')}),
    ('ark', {('ARK', 'ASK')}),
])
def test_certificate_of_another(verify, name, bad):
    """One that is good itself, but of another platform or manufacturer"""
    certs = dict(platform_in_tree().certs)
    certs[name] = platform_of_others().certs[name]
    value = verdict(verify(b''.join(certs[n] for n in NAMES), '--json'), 1)
    assert bad_links(value) == bad


@pytest.mark.parametrize('chain,options,status,name,why', [
    # Ours: in public, so a chain can't vouch for itself with it
    (platform_in_tree, [], 1, TEST_ROOT,
     'its private key is public: only for platforms of this machine, or with '
     '--ca'),
    (platform_in_tree, ['--ca', 'ca'], 0, TEST_ROOT, 'given with --ca'),
    # A third with the same key id
    (platform_of_others, [], 1, ONLY_ID,
     'it only has the key id: give --ca if you trust it'),
    (platform_of_others, ['--ca', 'others'], 0, ONLY_ID, 'given with --ca'),
])
def test_root(verify, tmp_path, chain, options, status, name, why):
    (tmp_path / 'others').write_bytes(
        platform_of_others().chain('ark', 'ask'))
    value = verdict(verify(chain().chain(), '--json', *options), status)
    assert bad_links(value) == set()
    assert (value['root']['name'], value['root']['why']) == (name, why)
    assert value['root']['trusted'] is (status == 0)


def test_root_of_another_than_ca(verify):
    """The chain's own root has the id of the one in --ca, but not the key."""
    value = verdict(verify(platform_of_others().chain(), '--ca', 'ca',
                           '--json'), 1)
    assert bad_links(value) == {('ASK', 'CEK')}
    assert value['root']['name'] == TEST_ROOT


def test_root_alone_in_ca(verify, tmp_path):
    (tmp_path / 'ca').write_bytes(platform_in_tree().chain('ark'))
    verdict(verify(platform_in_tree().chain(), '--ca', 'ca', '--json'), 0)
    value = verdict(verify(platform_in_tree().chain(*SEV_NAMES), '--ca', 'ca',
                           '--json'), 1)
    assert bad_links(value) == {('ASK', 'CEK'), ('ARK', 'ASK')}


def test_no_manufacturer(verify):
    """Only what is there is good, and how to get on is said."""
    done = verify(platform_in_tree().chain(*SEV_NAMES), '--json')
    value = verdict(done, 1)
    assert {signer for signer, _ in bad_links(value)} == {'ASK', 'ARK'}
    assert value['complaint'] == ('ASK signs CEK: the chain lacks it: give '
                                  '--ca, or export with --full')
    assert 'root' not in value


def test_base64(verify, tmp_path):
    """In lines, as base64(1) writes it, or in one"""
    chain = platform_in_tree().chain(*SEV_NAMES)
    ca = base64.b64encode(platform_in_tree().chain('ask', 'ark'))
    (tmp_path / 'ca').write_bytes(ca)
    for text in (base64.b64encode(chain), base64.encodebytes(chain)):
        assert verify(text, '--ca', 'ca').returncode == 0


def patched(name, where, form, value):
    certs = dict(platform_in_tree().certs)
    data = bytearray(certs[name])
    struct.pack_into(form, data, where, value)
    certs[name] = bytes(data)
    return b''.join(certs[n] for n in NAMES)


@pytest.mark.parametrize('make,message', [
    (lambda: b'', '0 bytes left for a certificate (PDH), which has 2084'),
    (lambda: b'\x01', '1 bytes left for a certificate (PDH), which has 2084'),
    (lambda: b'hello', 'neither certificates nor base64 of them'),
    (lambda: base64.b64encode(platform_in_tree().chain()) + b'\0x',
     'neither certificates nor base64 of them'),
    (lambda: bytes(9000), 'neither certificates nor base64 of them'),
    (lambda: platform_in_tree().chain()[:SEV_SIZE],
     '0 bytes left for a certificate (PEK), which has 2084'),
    (lambda: platform_in_tree().chain()[:-1],
     '1599 bytes left for the ARK, which has 1600'),
    (lambda: platform_in_tree().chain(*SEV_NAMES) + b'\0' * 10,
     '10 bytes left for the certificate of an ASK or ARK'),
    (lambda: platform_in_tree().chain(*NAMES, 'ark'), 'a second ARK'),
    (lambda: platform_in_tree().chain('pek'),
     'expected the certificate of a PDH, found one of usage 0x1002 (PEK)'),
    (lambda: patched('pdh', 8, '<I', 0x77777777),
     'expected the certificate of a PDH, found one of usage 0x77777777 (?)'),
    (lambda: patched('cek', 0, '<I', 2),
     'expected a certificate (CEK) of version 1, found 0x2'),
    (lambda: patched('ark', 0x3c, '<I', 0xffffffff),
     'the ARK has numbers of 4096 and 4294967295 bits, expected twice 2048 '
     'or 4096'),
    (lambda: patched('ask', 0x24, '<I', 0x1004),
     'expected the certificate of an ASK or ARK, found one of usage 0x1004'),
])
def test_no_chain(verify, make, message):
    done = verify(make())
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == f'sevemu: --sev chain: {message}\n'


@pytest.mark.parametrize('name,where,form,value,flaw', [
    ('pdh', 0x14, '<Q', 1, 'PDH: its key is not a point of the curve'),
    ('pdh', 0x10, '<I', 1, 'PDH: its curve is not P-384'),
    ('pdh', 0x0c, '<I', 2, 'PDH: its algorithm does not fit its usage'),
    ('oca', 0x5c, '<Q', 1,
     'OCA signs PEK: its key is not a point of the curve'),
    ('ark', 576, '<B', 0, 'ARK signs ASK: its key is not a sound one'),
    ('ask', 576, '<B', 2, 'ASK signs CEK: its key is not a sound one'),
    ('ask', 64, '<I', 0, 'ASK signs CEK: its key is not a sound one'),
    ('pek', SIGNED, '<I', 0x1000, 'OCA signs PEK: there is no such '
                                  'signature'),
    ('cek', SIGNED + 4, '<I', 2, 'ASK signs CEK: there is no such signature'),
    ('cek', SIGNED, '<I', 0x1000,
     'ASK signs CEK: the CEK is as a chip gives it, not signed: export has it '
     'signed'),
    ('ask', 0x14, '<I', 7,
     'ARK signs ASK: the signature is of a key with another id'),
])
def test_flaw(verify, name, where, form, value, flaw):
    value = verdict(verify(patched(name, where, form, value), '--json'), 1)
    assert value['complaint'] == flaw


@pytest.mark.parametrize('options,message', [
    (['--sev', 'none'], '--sev none: No such file or directory'),
    (['--sev', 'chain', '--ca', 'none'],
     '--ca none: No such file or directory'),
    (['--sev', 'chain', '--ca', 'chain'],
     '--ca chain: expected the certificate of an ASK or ARK, found one of '
     'usage 0x'),
    (['--sev', 'chain', '--ca', 'ask'],
     '--ca ask: no certificate of an ARK'),
    (['--sev', 'chain', '--platform', 'x'],
     "--sev has a chain: --platform doesn't go with it"),
    (['x'], 'unexpected argument: x'),
])
def test_usage(verify, sevemu, run, tmp_path, options,  # noqa: F811
               message):
    (tmp_path / 'chain').write_bytes(platform_in_tree().chain())
    (tmp_path / 'ask').write_bytes(platform_in_tree().chain('ask'))
    done = run([sevemu, 'verify', *options])
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr.startswith(f'sevemu: {message}')


# --- the platform of this machine ------------------------------------------

def test_local(sevemu, run, platform):  # noqa: F811
    value = verdict(run([sevemu, 'verify', '--json']), 0)
    assert value['root']['why'] == \
        'the platform is an emulated one of this machine'


def test_local_of_others(sevemu, run, platform, tmp_path):  # noqa: F811
    platform.be(platform_of_others())
    value = verdict(run([sevemu, 'verify', '--json']), 1)
    assert value['root']['name'] == ONLY_ID
    ca = tmp_path / 'ca'
    ca.write_bytes(platform.platform.chain('ask', 'ark'))
    verdict(run([sevemu, 'verify', '--json', '--ca', ca]), 0)


@pytest.mark.parametrize('options,names', [([], SEV_NAMES),
                                           (['--full'], NAMES)])
def test_export(sevemu, run, platform, tmp_path, options,  # noqa: F811
                names):
    path = tmp_path / 'chain'
    done = run([sevemu, 'export', *options, path])
    assert (done.returncode, done.stdout, done.stderr) == (0, '', '')
    assert path.read_bytes() == platform.platform.chain(*names)
    assert len(path.read_bytes()) == \
        4 * SEV_SIZE + (2 * CA_SIZE if options else 0)


@pytest.mark.parametrize('answer,message', [
    ('', ' export-full: the answer is no JSON object'),
    ('[]', ' export-full: the answer is no JSON object'),
    ('[' * 100000, ' export-full: the answer is no JSON object'),
    ('{"pdh": 1}', ': there is no "pdh" in the answer'),
    ('{"pdh": "AA"}', ': there is no "pek" in the answer'),
    ('{"pdh": "", "pek": "", "oca": "", "cek": ""}',
     ': 0 bytes left for a certificate (PDH), which has 2084'),
])
def test_export_nonsense(sevemu, run, platform, tmp_path,  # noqa: F811
                         answer, message):
    platform.answer('export-full', answer)
    done = run([sevemu, 'export', tmp_path / 'chain'])
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr.endswith(message + '\n')
    assert done.stderr.count('\n') == 1
    assert not (tmp_path / 'chain').exists()
