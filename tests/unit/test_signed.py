# SPDX-License-Identifier: GPL-2.0-or-later
"""
What the secure processor signs, taken apart by the formats' description in
AMD's publication 55766 and verified by OpenSSL (python3-cryptography).
"""

import hashlib
import struct
import subprocess

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from conftest import BUILD

CERT_SIZE, SIGNED_SIZE, REPORT_SIZE = 2084, 0x414, 208
NONE, OCA, PEK, PDH, CEK = range(0x1000, 0x1005)
ECDSA_SHA256, ECDH_SHA256 = 2, 3
P384 = 2


def number(field):
    return int.from_bytes(field, 'little')


class Signature:
    def __init__(self, data):
        self.usage, self.algo = struct.unpack_from('<II', data)
        self.r, self.s = number(data[8:80]), number(data[80:152])
        assert not any(data[152:520])


class Cert:
    def __init__(self, data):
        assert len(data) == CERT_SIZE
        self.signed = data[:SIGNED_SIZE]
        (self.version, self.major, self.minor, reserved, self.usage,
         self.algo, self.curve) = struct.unpack_from('<IBBHIII', data)
        assert reserved == 0
        x, y = number(data[0x14:0x5c]), number(data[0x5c:0xa4])
        assert not any(data[0xa4:SIGNED_SIZE])
        # Raises when the point is not on the curve.
        self.key = ec.EllipticCurvePublicNumbers(
            x, y, ec.SECP384R1()).public_key()
        self.sigs = [Signature(data[at:at + 520]) for at in (0x414, 0x61c)]

    def verify(self, r, s, data):
        self.key.verify(utils.encode_dss_signature(r, s), data,
                        ec.ECDSA(hashes.SHA256()))


def signed_by(cert, signer):
    """The signature of signer's usage; raises if it is wrong."""
    sigs = [sig for sig in cert.sigs if sig.usage == signer.usage]
    assert len(sigs) == 1 and sigs[0].algo == ECDSA_SHA256
    signer.verify(sigs[0].r, sigs[0].s, cert.signed)


@pytest.fixture(scope='module')
def exported(tmp_path_factory):
    path = tmp_path_factory.mktemp('export') / 'exported'
    program = BUILD / 'tools' / 'tests' / 'unit' / 'asp-export'
    subprocess.run([program, path], check=True, timeout=60)
    data = path.read_bytes()
    certs = [Cert(data[i * CERT_SIZE:(i + 1) * CERT_SIZE]) for i in range(4)]
    return certs, data[4 * CERT_SIZE:]


def test_forms(exported):
    certs, _ = exported
    assert [cert.usage for cert in certs] == [PDH, PEK, OCA, CEK]
    assert [cert.algo for cert in certs] == [
        ECDH_SHA256, ECDSA_SHA256, ECDSA_SHA256, ECDSA_SHA256]
    assert all(cert.version == 1 and cert.curve == P384 for cert in certs)
    assert [(cert.major, cert.minor) for cert in certs] == [
        (0, 0), (1, 55), (0, 0), (0, 0)]


def test_chain(exported):
    (pdh, pek, oca, cek), _ = exported
    signed_by(pdh, pek)
    signed_by(pek, oca)
    signed_by(pek, cek)
    signed_by(oca, oca)
    assert [sig.usage for cert in (pdh, oca) for sig in cert.sigs] == [
        PEK, NONE, OCA, NONE]
    assert all(sig.usage == NONE and sig.algo == 0 for sig in cek.sigs)


def test_chain_of_another(exported):
    """OpenSSL does refuse: a signature of one key is not another's."""
    (pdh, pek, _, cek), _ = exported
    with pytest.raises(InvalidSignature):
        cek.verify(pdh.sigs[0].r, pdh.sigs[0].s, pdh.signed)
    with pytest.raises(InvalidSignature):
        pek.verify(pdh.sigs[0].r, pdh.sigs[0].s, pdh.signed + b'\0')


def test_report(exported):
    (_, pek, _, _), report = exported
    assert len(report) == REPORT_SIZE
    mnonce, digest, policy, usage, algo, reserved = struct.unpack_from(
        '<16s32sIIII', report)
    memory = bytes((7 * i + (i >> 8)) & 0xff for i in range(4112))
    assert mnonce == b'\xab' * 16
    assert digest == hashlib.sha256(memory).digest()
    assert (policy, usage, algo, reserved) == (
        0x37010029, PEK, ECDSA_SHA256, 0)
    r, s = number(report[64:136]), number(report[136:208])
    pek.verify(r, s, report[:52])
    with pytest.raises(InvalidSignature):
        pek.verify(r, s, report[:51] + b'\xff')
