# SPDX-License-Identifier: GPL-2.0-or-later
"""
Both halves of the exchange of docs/attestation-exchange.md by Python's own
means, right and wrong: nothing is taken from our C.
"""

import base64
import hashlib
import hmac
import json
import os
import struct
import uuid

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PORT = 'org.sevemu.attest'
REPORT_SIZE = 1184
SECRET_TABLE = '1e74f542-71dd-4d66-963e-ef4287ff173b'


def sha512(*parts):
    return hashlib.sha512(b''.join(parts)).digest()


def new_key():
    return ec.generate_private_key(ec.SECP384R1())


def public(key):
    return key.public_key().public_bytes(
        serialization.Encoding.X962,
        serialization.PublicFormat.UncompressedPoint)


def report_data(nonce, guest_key):
    return sha512(b'sevemu attest 1 report\0', nonce, guest_key)


def keys(own, peer, nonce, guest_key, owner_key, report):
    """Transcript, the key for the secrets, the key for the proof"""
    transcript = sha512(b'sevemu attest 1 transcript\0', nonce, guest_key,
                        owner_key, report)
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), peer)
    out = HKDF(hashes.SHA512(), 64, transcript, b'sevemu attest 1 keys\0'
               ).derive(own.exchange(ec.ECDH(), point))
    return transcript, out[:32], out[32:]


def prove(key, secrets):
    return hmac.digest(key, b'sevemu attest 1 proof\0' + secrets, 'sha512')


def secret_table(secrets):
    """OVMF's table of {GUID: value}"""
    entries = b''.join(uuid.UUID(guid).bytes_le
                       + struct.pack('<I', 20 + len(value)) + value
                       for guid, value in secrets.items())
    return (uuid.UUID(SECRET_TABLE).bytes_le
            + struct.pack('<I', 20 + len(entries)) + entries)


def read_table(table):
    """{GUID: value} of such a table"""
    assert table[:16] == uuid.UUID(SECRET_TABLE).bytes_le
    end, at, secrets = struct.unpack_from('<I', table, 16)[0], 20, {}
    while at < end:
        size = struct.unpack_from('<I', table, at + 16)[0]
        guid = str(uuid.UUID(bytes_le=table[at:at + 16]))
        secrets[guid] = table[at + 20:at + size]
        at += size
    return secrets


def line(**members):
    """A message; bytes go in base64."""
    return json.dumps({
        name: base64.b64encode(value).decode() if isinstance(value, bytes)
        else value for name, value in members.items()}).encode() + b'\n'


def binary(message, name):
    return base64.b64decode(message[name], validate=True)


class Owner:
    """Seals whatever it is told to; what it has seen are its attributes."""

    def __init__(self):
        self.nonce, self.key = os.urandom(32), new_key()
        self.message = self.proof_key = self.secrets = None

    def challenge(self):
        return line(version=1, nonce=self.nonce)

    def take_evidence(self, message):
        self.message = message
        self.report = binary(message, 'report')
        self.guest_key = binary(message, 'key')
        assert len(self.report) == REPORT_SIZE

    def data_is_right(self):
        return self.report[0x50:0x90] == report_data(self.nonce,
                                                     self.guest_key)

    def seal(self, secrets):
        self.secrets = secrets
        transcript, key, self.proof_key = keys(
            self.key, self.guest_key, self.nonce, self.guest_key,
            public(self.key), self.report)
        return AESGCM(key).encrypt(bytes(12), secrets, transcript)

    def answer(self, secrets):
        return line(key=public(self.key), secret=self.seal(secrets))

    def proof_is_right(self, message):
        return binary(message, 'proof') == prove(self.proof_key, self.secrets)


class Guest:
    """Asks for secrets, with a report by report(data)."""

    def __init__(self, report):
        self.key, self.report = new_key(), report

    def evidence(self, challenge, **other):
        assert challenge['version'] == 1
        self.nonce = binary(challenge, 'nonce')
        assert len(self.nonce) == 32
        self.shown = self.report(report_data(self.nonce, public(self.key)))
        return line(**{'report': self.shown, 'key': public(self.key),
                       **other})

    def open(self, answer):
        """The table of secrets, and the message that proves it"""
        owner_key = binary(answer, 'key')
        transcript, key, proof_key = keys(
            self.key, owner_key, self.nonce, public(self.key), owner_key,
            self.shown)
        table = AESGCM(key).decrypt(bytes(12), binary(answer, 'secret'),
                                    transcript)
        return table, line(proof=prove(proof_key, table))
