#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Known answers of a platform's keys and a guest owner's session, by Python's
hmac and by python3-cryptography (OpenSSL). Prints
tests/unit/asp-session-vectors.h:

    tests/unit/vectors/sev-session.py >tests/unit/asp-session-vectors.h

The formats are those of AMD's publication 55766: sections 2.2.2 (key
derivation) and 6.2 (LAUNCH_START). The platform's keys are those of
tests/unit/asp-fixture.h, TEK, TIK and policy those of sev-launch.py.
"""

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

HEAD = '''/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Known answers of a platform's keys and a guest owner's session, by Python
 * and OpenSSL: tests/unit/vectors/sev-session.py prints this file and tells
 * how. Coordinates are big-endian.
 */

#ifndef ASP_SESSION_VECTORS_H
#define ASP_SESSION_VECTORS_H

#include <stdint.h>
'''

TIK, TEK = bytes(range(16)), bytes(range(16, 32))
POLICY = 0x37010029

# IDENTITY_FIRST_RANDOM and IDENTITY_RANDOM_STEP of asp-fixture.h
RANDOM = bytes((1 + 5 * i) & 0xff for i in range(3 * 48))
OCA, PEK, PDH = RANDOM[:48], RANDOM[48:96], RANDOM[96:]
CEK = bytes([0xce] * 48)
OWNER = bytes([0x0e] * 48)

NONCE = bytes(range(0x60, 0x70))
IV = bytes((0xf7 + i) & 0xff for i in range(16))

P = 2 ** 384 - 2 ** 128 - 2 ** 96 + 2 ** 32 - 1
N = int('ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf'
        '581a0db248b0a77aecec196accc52973', 16)
B = int('b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a'
        'c656398d8a2ed19d2a85c8edd3ec2aef', 16)


def private(scalar):
    return ec.derive_private_key(int.from_bytes(scalar, 'big'),
                                 ec.SECP384R1())


def public(scalar):
    numbers = private(scalar).public_key().public_numbers()
    return numbers.x.to_bytes(48, 'big'), numbers.y.to_bytes(48, 'big')


def kdf(key, label, context=b''):
    message = struct.pack('<I', 1) + label + b'\0' + context
    message += struct.pack('<I', 128)
    return hmac.new(key, message, hashlib.sha256).digest()[:16]


def ctr(key, iv, data):
    aes = Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor()
    return aes.update(data) + aes.finalize()


def point_past_the_prime():
    """A point whose X, plus the prime, still fits into 48 bytes."""
    for x in range(1, 100):
        square = (x ** 3 - 3 * x + B) % P
        y = pow(square, (P + 1) // 4, P)
        if y * y % P == square:
            return x, y
    raise AssertionError


def short_key():
    """The first private key whose public X begins with a zero byte."""
    return next(scalar.to_bytes(48, 'big') for scalar in range(1, 10000)
                if public(scalar.to_bytes(48, 'big'))[0][0] == 0)


def show(comment, name, data):
    print(f'\n/* {comment} */')
    print(f'static const uint8_t {name}[{len(data)}] = {{')
    for i in range(0, len(data), 8):
        print('    ' + ' '.join(f'0x{b:02x},' for b in data[i:i + 8]))
    print('};')


def main():
    print(HEAD, end='')
    for name, scalar in (('oca', OCA), ('pek', PEK), ('pdh', PDH),
                         ('cek', CEK), ('owner', OWNER)):
        x, y = public(scalar)
        show(f'{name.upper() if name != "owner" else "Guest owner"}: '
             'private key', f'vector_{name}_scalar', scalar)
        show('Its public key', f'vector_{name}_x', x)
        show('Its public key', f'vector_{name}_y', y)

    secret = private(PDH).exchange(ec.ECDH(), private(OWNER).public_key())
    master = kdf(secret, b'sev-master-secret', NONCE)
    kek, kik = kdf(master, b'sev-kek'), kdf(master, b'sev-kik')
    wrapped = ctr(kek, IV, TEK + TIK)
    show('What PDH and guest owner share', 'vector_z', secret)
    show('Nonce of the session', 'vector_session_nonce', NONCE)
    show('The keys that follow from both', 'vector_master', master)
    show('From the master key', 'vector_kek', kek)
    show('From the master key', 'vector_kik', kik)
    show('The session, of vector_tek, vector_tik and VECTOR_POLICY',
         'vector_session',
         NONCE + wrapped + IV
         + hmac.new(kik, wrapped, hashlib.sha256).digest()
         + hmac.new(TIK, struct.pack('<I', POLICY), hashlib.sha256).digest())

    show('Private key of a short public key', 'vector_short_scalar',
         short_key())
    show('Its public key', 'vector_short_x', public(short_key())[0])
    show('Its public key', 'vector_short_y', public(short_key())[1])
    x, y = point_past_the_prime()
    show('A small point', 'vector_small_x', x.to_bytes(48, 'big'))
    show('A small point', 'vector_small_y', y.to_bytes(48, 'big'))
    show('The same, its X above the prime', 'vector_past_x',
         (x + P).to_bytes(48, 'big'))
    show('The order of the curve', 'vector_order', N.to_bytes(48, 'big'))
    print('\n#endif')


if __name__ == '__main__':
    main()
