#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Known answers of VLEKs, by Python's hmac and by python3-cryptography
(OpenSSL). Prints tests/unit/vlek-vectors.h:

    tests/unit/vectors/snp-vlek.py >tests/unit/vlek-vectors.h

The form of a hashstick is that of AMD's publication 56860, SNP_VLEK_LOAD;
what is in it, and what the keys are derived from, is our own: docs/specs.md.
The chip is that of tests/unit/asp-fixture.c.
"""

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HEAD = '''/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Known answers of VLEKs, by Python and OpenSSL: tests/unit/vectors/snp-vlek.py
 * prints this file and tells how. Coordinates are big-endian.
 */

#ifndef VLEK_VECTORS_H
#define VLEK_VECTORS_H

#include <stdint.h>
'''

CHIP_ID, SECRET = bytes([0xc1] * 64), bytes([0xce] * 48)
SEED = bytes(0x30 + i for i in range(48))
IV = bytes(range(0x71, 0x7d))
TCB = bytes([3, 0, 0, 0, 0, 0, 8, 115])
OLDER_TCB = bytes([3, 0, 0, 0, 0, 0, 7, 100])
N = int('ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf'
        '581a0db248b0a77aecec196accc52973', 16)


def kdf(key, label, context, length):
    """SP 800-108, counter mode, HMAC-SHA-256, numbers little-endian"""
    out = b''
    for i in range(1, length // 32 + 2):
        out += hmac.new(key, struct.pack('<I', i) + label + b'\0' + context
                        + struct.pack('<I', 8 * length),
                        hashlib.sha256).digest()
    return out[:length]


def public(tcb):
    """FIPS 186-4, appendix B.4.1"""
    wide = int.from_bytes(kdf(SEED, b'sev-snp-vlek', tcb, 56), 'big')
    numbers = ec.derive_private_key(
        wide % (N - 1) + 1, ec.SECP384R1()).public_key().public_numbers()
    return numbers.x.to_bytes(48, 'big'), numbers.y.to_bytes(48, 'big')


def hashstick(plain):
    key = kdf(SECRET, b'sev-snp-vlek-wrap', CHIP_ID, 32)
    sealed = AESGCM(key).encrypt(IV, plain.ljust(384, b'\0'), TCB)
    return IV + bytes(4) + sealed[:384] + TCB + bytes(8) + sealed[384:]


def show(comment, name, data):
    print(f'\n/* {comment} */')
    print(f'static const uint8_t vector_{name}[{len(data)}] = {{')
    for at in range(0, len(data), 8):
        print('    ' + ', '.join(f'0x{byte:02x}' for byte in data[at:at + 8])
              + ',')
    print('};')


def main():
    print(HEAD, end='')
    show('What the provider has', 'vlek_seed', SEED)
    show('A TCB, and an older one', 'vlek_tcb', TCB)
    show('The latter', 'vlek_older_tcb', OLDER_TCB)
    for name, tcb in ('vlek', TCB), ('vlek_older', OLDER_TCB):
        x, y = public(tcb)
        show('The public key for it', f'{name}_x', x)
        show('The same', f'{name}_y', y)
    show('With this', 'vlek_iv', IV)
    show('the seed is sealed to', 'vlek_stick', hashstick(SEED))
    show('The same with a byte too much at the end', 'vlek_stick_rest',
         hashstick(SEED + bytes(335) + b'\1'))
    print('\n#endif')


main()
