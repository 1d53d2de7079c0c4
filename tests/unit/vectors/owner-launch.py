#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Known answers for the guest owner's reckoning, by Python's hashlib, hmac and
uuid. Prints tests/unit/owner-vectors.h:

    tests/unit/vectors/owner-launch.py >tests/unit/owner-vectors.h
"""

import hashlib
import hmac
import struct
import uuid

HEAD = '''/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Known answers of the guest owner's reckoning, by Python's hashlib, hmac
 * and uuid: tests/unit/vectors/owner-launch.py prints this file and tells
 * how. Files hold the pattern of owner_pattern(): byte i is i * 7 + seed.
 */

#ifndef OWNER_VECTORS_H
#define OWNER_VECTORS_H

#include <stdint.h>
'''

FIRMWARE_SIZE, FIRMWARE_SEED = 8192, 1
KERNEL_SIZE, KERNEL_SEED = 1000, 2
INITRD_SIZE, INITRD_SEED = 333, 3
CMDLINE = 'console=ttyS0'
POLICY = 0x01370003


def pattern(size, seed):
    return bytes((i * 7 + seed) & 0xff for i in range(size))


def sha256(data):
    return hashlib.sha256(data).digest()


def entry(guid, data):
    body = uuid.UUID(guid).bytes_le
    return body + struct.pack('<H', len(body) + 2 + len(data)) + data


def hash_table(kernel, initrd, cmdline):
    inner = (
        entry('97d02dd8-bd20-4c94-aa78-e7714d36ab2a',
              sha256(cmdline.encode() + b'\0'))
        + entry('44baf731-3a2f-4bd7-9af1-41e29169781d', sha256(initrd))
        + entry('4de79437-abd2-427f-b835-d5b172d2045b', sha256(kernel)))
    table = entry('9438d606-4f22-4cc9-b479-a793d411fd21', inner)
    return table + bytes(-len(table) % 16)


def measure(tik, api, build, policy, digest, nonce):
    message = struct.pack('<BBBBI', 4, *api, build, policy) + digest + nonce
    return hmac.new(tik, message, hashlib.sha256).digest()


def show(comment, name, data):
    print(f'\n/* {comment} */')
    print(f'static const uint8_t {name}[{len(data)}] = {{')
    for i in range(0, len(data), 8):
        print('    ' + ' '.join(f'0x{b:02x},' for b in data[i:i + 8]))
    print('};')


def main():
    firmware = pattern(FIRMWARE_SIZE, FIRMWARE_SEED)
    kernel = pattern(KERNEL_SIZE, KERNEL_SEED)
    initrd = pattern(INITRD_SIZE, INITRD_SEED)
    table = hash_table(kernel, initrd, CMDLINE)
    bare = hash_table(kernel, b'', '')
    digest = sha256(firmware + table)
    tik, nonce = bytes(range(16)), bytes(range(64, 80))

    print(HEAD)
    for name in ('FIRMWARE_SIZE', 'FIRMWARE_SEED', 'KERNEL_SIZE',
                 'KERNEL_SEED', 'INITRD_SIZE', 'INITRD_SEED'):
        print(f'#define OWNER_{name} {globals()[name]}')
    print(f'#define OWNER_CMDLINE "{CMDLINE}"')
    print(f'#define OWNER_POLICY 0x{POLICY:08x}u')
    show('Integrity key', 'owner_tik', tik)
    show('Nonce of the measurement', 'owner_mnonce', nonce)
    show('Table of kernel, initrd and command line', 'owner_table', table)
    show('Digest of the firmware alone', 'owner_digest_firmware',
         sha256(firmware))
    show('Digest of firmware, kernel, initrd and command line',
         'owner_digest_all', digest)
    show('Digest of firmware and kernel, nothing else',
         'owner_digest_kernel', sha256(firmware + bare))
    show('Measurement of owner_digest_all: API 1.55, build 42',
         'owner_measure', measure(tik, (1, 55), 42, POLICY, digest, nonce))
    print('\n#endif')


main()
