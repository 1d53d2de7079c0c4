#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Known answers of the exchange between a SEV-SNP guest and its owner, by
python3-cryptography (OpenSSL). Prints tests/unit/attest-vectors.h:

    tests/unit/vectors/attest-seal.py >tests/unit/attest-vectors.h

What is reckoned here is docs/attestation-exchange.md, read anew.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HEAD = '''/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Known answers of the exchange between a SEV-SNP guest and its owner, by
 * Python and OpenSSL: tests/unit/vectors/attest-seal.py prints this file and
 * tells how. Numbers are big-endian.
 */

#ifndef ATTEST_VECTORS_H
#define ATTEST_VECTORS_H

#include <stdint.h>
'''

NONCE = bytes(range(0x20, 0x40))
GUEST = bytes((7 + 11 * i) & 0xff for i in range(48))
OWNER = bytes((1 + 5 * i) & 0xff for i in range(48))
REPORT = bytes((3 * i) & 0xff for i in range(1184))
SECRETS = bytes(range(100, 180))


def private(scalar):
    return ec.derive_private_key(int.from_bytes(scalar, 'big'),
                                 ec.SECP384R1())


def public(key):
    return key.public_key().public_bytes(
        serialization.Encoding.X962,
        serialization.PublicFormat.UncompressedPoint)


def sha512(*parts):
    return hashlib.sha512(b''.join(parts)).digest()


def field(name, value, comment):
    print(f'\n/* {comment} */')
    print(f'static const uint8_t attest_{name}[{len(value)}] = {{')
    for at in range(0, len(value), 8):
        print('    ' + ' '.join(f'0x{byte:02x},'
                                for byte in value[at:at + 8]))
    print('};')


def main():
    guest, owner = private(GUEST), private(OWNER)
    transcript = sha512(b'sevemu attest 1 transcript\0', NONCE, public(guest),
                        public(owner), REPORT)
    keys = HKDF(algorithm=hashes.SHA512(), length=64, salt=transcript,
                info=b'sevemu attest 1 keys\0').derive(
                    guest.exchange(ec.ECDH(), owner.public_key()))
    sealed = AESGCM(keys[:32]).encrypt(bytes(12), SECRETS, transcript)
    proof = hmac.digest(keys[32:], b'sevemu attest 1 proof\0' + SECRETS,
                        'sha512')
    print(HEAD, end='')
    field('nonce', NONCE, 'What the owner drew')
    field('guest_scalar', GUEST, "The guest's private key")
    field('guest_key', public(guest), 'Its public one')
    field('owner_scalar', OWNER, "The owner's private key")
    field('owner_key', public(owner), 'Its public one')
    field('report', REPORT, "What stands for the guest's report")
    field('report_data_is', sha512(b'sevemu attest 1 report\0', NONCE,
                                public(guest)),
          'What has to be in the report')
    field('secrets', SECRETS, 'What stands for the table of secrets')
    field('sealed', sealed, 'The same, sealed')
    field('proof', proof, 'That the guest has them')
    print('\n#endif')


main()
