# SPDX-License-Identifier: GPL-2.0-or-later
"""
Chains and sessions of SEV by a second implementation, OpenSSL's as
python3-cryptography gives it: made here for the guest owner to read, and
read here when the guest owner has made them.
"""

import base64
import functools
import hashlib
import hmac
import re
import struct
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEYS = Path(__file__).resolve().parents[1] / 'vendor' / 'keys' / 'milan'
MILAN_ARK = bytes.fromhex('94c38e4177d0479292a7ae671d083fb6')
MILAN_ASK = bytes.fromhex('73478c05cc174bfeb06e718fa75dc3c8')

ARK, ASK, NONE = 0x0, 0x13, 0x1000
OCA, PEK, PDH, CEK = 0x1001, 0x1002, 0x1003, 0x1004
ECDSA, ECDH, RSA_PSS = 0x2, 0x3, 0x101
SEV_SIZE, CA_SIZE, SIGNED = 2084, 1600, 0x414
NAMES = ('pdh', 'pek', 'oca', 'cek', 'ask', 'ark')


# --- keys ------------------------------------------------------------------

class EcKey:
    """Of P-384; signs as a platform does."""

    algo = ECDSA

    def __init__(self, usage):
        self.usage = usage
        self.private = ec.generate_private_key(ec.SECP384R1())

    def sign(self, body):
        r, s = utils.decode_dss_signature(
            self.private.sign(body, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(72, 'little') + s.to_bytes(72, 'little') + bytes(368)


class RsaKey:
    """Of 4096 bits; signs as a manufacturer does."""

    algo = RSA_PSS

    def __init__(self, usage, private):
        self.usage = usage
        self.private = private

    def sign(self, body):
        return self.private.sign(
            body, padding.PSS(padding.MGF1(hashes.SHA384()), 48),
            hashes.SHA384())[::-1]


@functools.lru_cache(maxsize=None)
def tree_key(name):
    """A key of vendor/keys, from libgcrypt's text"""
    text = (KEYS / f'{name}.key').read_text()
    n, e, d, p, q = (int(re.search(rf'\({part} #([0-9A-Fa-f]+)#', text)[1],
                         16) for part in 'nedpq')
    return rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q),
        rsa.rsa_crt_iqmp(p, q),
        rsa.RSAPublicNumbers(e, n)).private_key()


@functools.lru_cache(maxsize=None)
def other_key():
    """Of another manufacturer: takes a second or so"""
    return rsa.generate_private_key(65537, 4096)


# --- certificates ----------------------------------------------------------

def sev_cert(usage, algo, key, *signers):
    """The certificate of the public @key"""
    numbers = key.public_numbers()
    body = struct.pack('<IBBHIII', 1, 1, 55, 0, usage, algo, 2)
    body += numbers.x.to_bytes(72, 'little') + numbers.y.to_bytes(72, 'little')
    body += bytes(SIGNED - len(body))
    signatures = [struct.pack('<II', by.usage, by.algo) + by.sign(body)
                  for by in signers]
    while len(signatures) < 2:
        signatures.append(struct.pack('<II', NONE, 0) + bytes(512))
    return body + b''.join(signatures)


def ca_cert(usage, key_id, by_id, key, by):
    numbers = key.public_numbers()
    body = struct.pack('<I16s16sI16sII', 1, key_id, by_id, usage, b'', 4096,
                       4096)
    body += numbers.e.to_bytes(512, 'little') + numbers.n.to_bytes(512,
                                                                   'little')
    return body + by.sign(body)


def fingerprint(cert):
    size = SIGNED if len(cert) == SEV_SIZE else 0x440
    return hashlib.sha256(cert[:size]).hexdigest()


class Platform:
    """A platform's keys, and its chain as bytes by name"""

    def __init__(self, ark=None, ask=None):
        """Of the manufacturer in the tree, or of another"""
        ark = RsaKey(ARK, ark or tree_key('ark'))
        ask = RsaKey(ASK, ask or tree_key('ask'))
        cek, oca, pek = EcKey(CEK), EcKey(OCA), EcKey(PEK)
        self.pdh = ec.generate_private_key(ec.SECP384R1())
        self.certs = {
            'pdh': sev_cert(PDH, ECDH, self.pdh.public_key(), pek),
            'pek': sev_cert(PEK, ECDSA, pek.private.public_key(), oca, cek),
            'oca': sev_cert(OCA, ECDSA, oca.private.public_key(), oca),
            'cek': sev_cert(CEK, ECDSA, cek.private.public_key(), ask),
            'ask': ca_cert(ASK, MILAN_ASK, MILAN_ARK,
                           ask.private.public_key(), ark),
            'ark': ca_cert(ARK, MILAN_ARK, MILAN_ARK,
                           ark.private.public_key(), ark),
        }

    def chain(self, *names):
        return b''.join(self.certs[name] for name in names or NAMES)

    def answer(self):
        """What sevemu-platform answers to export-full"""
        return {name: base64.b64encode(cert).decode()
                for name, cert in self.certs.items()}


@functools.lru_cache(maxsize=None)
def platform_in_tree():
    return Platform()


@functools.lru_cache(maxsize=None)
def platform_of_others():
    """Same key ids, other keys"""
    return Platform(other_key(), other_key())


# --- sessions --------------------------------------------------------------

def kdf(key, label, context=b''):
    """SP 800-108 in counter mode, one block of it cut to 16 bytes"""
    message = struct.pack('<I', 1) + label + b'\0' + context
    return hmac.new(key, message + struct.pack('<I', 128),
                    hashlib.sha256).digest()[:16]


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def ctr(key, iv, data):
    return Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor().update(data)


def public_key(cert):
    """Of a certificate of SEV's form; ValueError if it is no point"""
    x, y = (int.from_bytes(cert[at:at + 72], 'little') for at in (0x14, 0x5c))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP384R1()).public_key()


def verify_godh(cert):
    """The guest owner's certificate: of PDH form, signed by itself"""
    assert len(cert) == SEV_SIZE
    assert struct.unpack_from('<IBBHIII', cert) == (1, 0, 0, 0, PDH, ECDH, 2)
    assert not any(cert[0xa4:SIGNED])
    assert struct.unpack_from('<II', cert, SIGNED) == (PDH, ECDSA)
    r, s = (int.from_bytes(cert[at:at + 72], 'little')
            for at in (SIGNED + 8, SIGNED + 80))
    public_key(cert).verify(utils.encode_dss_signature(r, s), cert[:SIGNED],
                            ec.ECDSA(hashes.SHA256()))
    assert not any(cert[SIGNED + 152:0x61c])
    assert cert[0x61c:] == struct.pack('<II', NONE, 0) + bytes(512)


class SessionError(Exception):
    """What LAUNCH_START answers to a session that is not for it"""


def unwrap(pdh, godh, session, policy):
    """TIK and TEK, for who has the private key @pdh"""
    nonce, wrapped, iv, wrap_mac, policy_mac = struct.unpack(
        '<16s32s16s32s32s', session)
    shared = pdh.exchange(ec.ECDH(), public_key(godh))
    master = kdf(shared, b'sev-master-secret', nonce)
    if mac(kdf(master, b'sev-kik'), wrapped) != wrap_mac:
        raise SessionError('BAD_MEASUREMENT')
    keys = ctr(kdf(master, b'sev-kek'), iv, wrapped)
    tek, tik = keys[:16], keys[16:]
    if mac(tik, struct.pack('<I', policy)) != policy_mac:
        raise SessionError('BAD_MEASUREMENT')
    return tik, tek
