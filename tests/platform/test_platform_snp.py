# SPDX-License-Identifier: GPL-2.0-or-later
"""
What sevemu-platform tells a platform's firmware of SEV-SNP, and what is kept of
it: firmware and its version, the reported TCB, masks, a VLEK; and that the
certificates for guests are those of the key that then signs.
"""

import struct
import uuid

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from platform_tool import plain_tool, tool  # noqa: F401
from sev_report import vcek

VCEK = uuid.UUID('63da758d-e664-4564-adc5-f4b93be8accd')
VLEK = uuid.UUID('a8074bc2-a25a-483e-aae6-39c045a0b8a1')
ASK = uuid.UUID('4ab7b379-bbac-4fe4-a02f-05aef327c782')
ARK = uuid.UUID('c0b406a4-a803-4952-9743-3fb6014cd0ae')
CSP_ID = x509.ObjectIdentifier('1.3.6.1.4.1.3704.1.5')


def run(tool, command, *options):  # noqa: F811
    done = tool.raw(*options, tool.path, command)
    assert (done.returncode, done.stderr) == (0, ''), done.stderr


def status(tool):  # noqa: F811
    answer = tool('status')
    return {name: answer[name] for name in (
        'api-minor', 'build-id', 'current-tcb', 'reported-tcb',
        'mask-chip-id', 'mask-chip-key', 'vlek')}


def certs(tool):  # noqa: F811
    """What guests get: X.509 by GUID, each signed by the next"""
    table = (tool.path / 'certs').read_bytes()
    found = {}
    for at in range(0, len(table), 24):
        guid, offset, size = struct.unpack_from('<16sII', table, at)
        if not any(guid):
            assert (offset, size) == (0, 0)
            break
        found[uuid.UUID(bytes=guid)] = x509.load_der_x509_certificate(
            table[offset:offset + size])
    chain = list(found.values())
    for cert, by in zip(chain, chain[1:] + chain[-1:]):
        assert cert.issuer == by.subject
        by.public_key().verify(
            cert.signature, cert.tbs_certificate_bytes,
            padding.PSS(padding.MGF1(hashes.SHA384()), 48), hashes.SHA384())
    return found


def check_vcek(tool, tcb):  # noqa: F811
    found = certs(tool)
    assert list(found) == [VCEK, ASK, ARK]
    key = vcek((tool.path / 'fuses').read_bytes(), bytes.fromhex(tcb))
    assert found[VCEK].public_key().public_numbers() == key.public_numbers()


def test_a_life(tool):  # noqa: F811
    """Updated, configured, committed: and it stays so."""
    run(tool, 'create', '--product=Turin')
    check_vcek(tool, '0101010400000048')
    run(tool, 'snp-update', '--api=1.59.2', '--tcb=snp=6,microcode=80')
    check_vcek(tool, '0101010400000048')
    expected = {
        'api-minor': 59, 'build-id': 2,
        'current-tcb': 'fmc=1,boot-loader=1,tee=1,snp=6,microcode=80',
        'reported-tcb': 'fmc=1,boot-loader=1,tee=1,snp=4,microcode=72',
        'mask-chip-id': False, 'mask-chip-key': False, 'vlek': False}
    assert status(tool) == expected
    run(tool, 'snp-config', '--tcb=snp=5', '--mask-chip-id')
    check_vcek(tool, '0101010500000050')
    expected |= {'reported-tcb': 'fmc=1,boot-loader=1,tee=1,snp=5,microcode=80',
                 'mask-chip-id': True}
    assert status(tool) == expected
    run(tool, 'snp-commit')
    assert status(tool) == expected
    for options in (['--api=1.59.1'], ['--tcb=snp=5']):
        done = tool.raw(*options, tool.path, 'snp-update')
        assert done.returncode == 3
    assert status(tool) == expected
    run(tool, 'snp-config')
    check_vcek(tool, '0101010600000050')


def test_vlek(tool):  # noqa: F811
    """Of a provider, the same for its chips; gone with another TCB"""
    keys = []
    for place in 'one', 'two':
        tool.path = tool.path.parent / place
        run(tool, 'create', '--product=Genoa')
        run(tool, 'snp-vlek', '--csp-id=Tests')
        found = certs(tool)
        assert list(found) == [VLEK, ASK, ARK]
        assert 'SEV-VLEK-Genoa' in str(found[VLEK].issuer)
        csp = found[VLEK].extensions.get_extension_for_oid(CSP_ID)
        assert csp.value.value == b'\x16\x05Tests'
        assert status(tool)['vlek'] is True
        keys.append(found[VLEK].public_key().public_numbers())
    assert keys[0] == keys[1]
    run(tool, 'snp-vlek', '--csp-id=Others')
    assert certs(tool)[VLEK].public_key().public_numbers() != keys[0]
    run(tool, 'snp-config', '--tcb=snp=1')
    assert status(tool)['vlek'] is False
    check_vcek(tool, '0900000000000148')
    run(tool, 'snp-vlek', '--csp-id=Tests')
    assert certs(tool)[VLEK].public_key().public_numbers() != keys[0]
    run(tool, 'snp-vlek')
    check_vcek(tool, '0900000000000148')
    assert status(tool)['vlek'] is False


REFUSED = [
    ('Milan', ['--tcb=snp=9'], 'snp-config', 3, 'SNP_CONFIG: INVALID_PARAM'),
    ('Milan', ['--api=1.54.9'], 'snp-update', 3,
     'SNP_DOWNLOAD_FIRMWARE_EX: BAD_VERSION'),
    ('Milan', ['--tcb=boot-loader=2'], 'snp-update', 3,
     'SNP_DOWNLOAD_FIRMWARE_EX: BAD_SVN'),
    ('Rome', [], 'snp-config', 3,
     'SNP_INIT: INVALID_COMMAND (the processor has no SEV-SNP)'),
    ('Rome', ['--csp-id=x'], 'snp-vlek', 3,
     'SNP_INIT: INVALID_COMMAND (the processor has no SEV-SNP)'),
    ('Milan', ['--csp-id='], 'snp-vlek', 2,
     '--csp-id: expected a name of 1 to 64 characters of ASCII, found '
     'another (see --help)'),
    ('Milan', ['--csp-id=' + 65 * 'x'], 'snp-vlek', 2,
     '--csp-id: expected a name of 1 to 64 characters of ASCII, found '
     'another (see --help)'),
    ('Milan', ['--mask-chip-id'], 'snp-update', 2,
     '--mask-chip-id does not go with snp-update (see --help)'),
    ('Milan', ['--mask-chip-key'], 'status', 2,
     '--mask-chip-key does not go with status (see --help)'),
]


@pytest.mark.parametrize('product,options,command,code,message', REFUSED)
def test_refused(plain_tool, product, options, command,  # noqa: F811
                 code, message):
    """And nothing is kept of it."""
    tool = plain_tool  # noqa: F811
    run(tool, 'create', f'--product={product}')
    before = {path.name: path.read_bytes() for path in tool.path.iterdir()}
    done = tool.raw(*options, tool.path, command)
    assert done.returncode == code
    assert done.stderr == f'sevemu-platform: {message}\n'
    assert {path.name: path.read_bytes()
            for path in tool.path.iterdir()} == before


def test_damaged_settings(plain_tool):  # noqa: F811
    tool = plain_tool  # noqa: F811
    run(tool, 'snp-config', '--mask-chip-id')
    (tool.path / 'settings').write_text('[config]\n')
    done = tool.raw(tool.path, 'status')
    assert done.returncode == 2
    assert 'settings: expected the text' in done.stderr
    # A wrapped VLEK that was altered is the firmware's affair
    (tool.path / 'settings').unlink()
    run(tool, 'snp-vlek', '--csp-id=x')
    stick = bytearray((tool.path / 'vlek').read_bytes())
    stick[20] ^= 1
    (tool.path / 'vlek').write_bytes(stick)
    answer, message = tool.refused('status')
    assert answer['command'] == 'SNP_VLEK_LOAD'
