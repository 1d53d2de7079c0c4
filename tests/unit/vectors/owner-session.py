#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Known answers for the guest owner's session, by Python's hmac and the
openssl command. Prints tests/unit/owner-session-vectors.h:

    tests/unit/vectors/owner-session.py >tests/unit/owner-session-vectors.h
"""

import hashlib
import hmac
import struct
import subprocess

HEAD = '''/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Known answers of the guest owner's session, by Python's hmac and OpenSSL:
 * tests/unit/vectors/owner-session.py prints this file and tells how.
 */

#ifndef OWNER_SESSION_VECTORS_H
#define OWNER_SESSION_VECTORS_H

#include <stdint.h>
'''

POLICY = 0x01370003
SHARED_X = bytes(range(0x80, 0xb0))
NONCE = bytes(range(0x10, 0x20))
IV = bytes(range(0xf0, 0x100))
TIK = bytes(range(0x20, 0x30))
TEK = bytes(range(0x30, 0x40))


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def kdf(key, label, context=b''):
    return mac(key, struct.pack('<I', 1) + label + b'\0' + context
               + struct.pack('<I', 128))[:16]


def ctr(key, iv, data):
    return subprocess.run(
        ['openssl', 'enc', '-aes-128-ctr', '-K', key.hex(), '-iv', iv.hex()],
        input=data, stdout=subprocess.PIPE, check=True).stdout


def show(comment, name, data):
    print(f'\n/* {comment} */')
    print(f'static const uint8_t owner_session_{name}[{len(data)}] = {{')
    for at in range(0, len(data), 8):
        row = ', '.join(f'0x{byte:02x}' for byte in data[at:at + 8])
        print(f'    {row},')
    print('};')


def main():
    master = kdf(SHARED_X, b'sev-master-secret', NONCE)
    kek = kdf(master, b'sev-kek')
    wrapped = ctr(kek, IV, TEK + TIK)
    buffer = (NONCE + wrapped + IV + mac(kdf(master, b'sev-kik'), wrapped)
              + mac(TIK, struct.pack('<I', POLICY)))

    print(HEAD)
    print(f'#define OWNER_SESSION_POLICY 0x{POLICY:08x}u')
    show('What both sides agree on', 'shared_x', SHARED_X)
    show('Nonce of the session', 'nonce', NONCE)
    show('IV of the wrapped keys', 'iv', IV)
    show('Integrity key', 'tik', TIK)
    show('Encryption key', 'tek', TEK)
    show('Master secret', 'master', master)
    show('Key encryption key', 'kek', kek)
    show('The session buffer', 'buffer', buffer)
    print('\n#endif')


main()
