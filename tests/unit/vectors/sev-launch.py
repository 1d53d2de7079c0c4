#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Known answers of a SEV launch, for tests/unit/asp-vectors.h.

Made without any code of ours: SHA-256 and HMAC are Python's, AES-128-CTR is
OpenSSL's command, the layouts are spelled out here from AMD's publication
55766, LAUNCH_MEASURE and LAUNCH_SECRET. Prints the header's constants:

    tests/unit/vectors/sev-launch.py > tests/unit/asp-vectors.h
"""

import hashlib
import hmac
import struct
import subprocess

API_MAJOR, API_MINOR, BUILD = 1, 55, 1
TIK = bytes(range(0x00, 0x10))
TEK = bytes(range(0x10, 0x20))
MNONCE = bytes(range(0x40, 0x50))
IV = bytes(range(0xf0, 0x100))      # the counter's low bytes carry over
POLICY = 0x37010029                 # API 1.55, SEV, NOSEND, NODBG
ES_POLICY = 0x00000005              # SEV-ES, NODBG
SECRET = bytes((3 * i + 1) & 0xff for i in range(48))
SECRET_FLAGS = 0


def pattern(length):
    """What the tests' memory holds."""
    return bytes((7 * i + (i >> 8)) & 0xff for i in range(length))


def measure(digest, policy=POLICY, tik=TIK):
    message = struct.pack('<BBBBI', 4, API_MAJOR, API_MINOR, BUILD, policy)
    return hmac.new(tik, message + digest + MNONCE, 'sha256').digest()


def aes_ctr(key, iv, data):
    return subprocess.run(
        ['openssl', 'enc', '-aes-128-ctr', '-K', key.hex(), '-iv', iv.hex()],
        input=data, stdout=subprocess.PIPE, check=True).stdout


def packet_mac(data, measurement, flags=SECRET_FLAGS):
    message = struct.pack('<BI', 1, flags) + IV
    message += struct.pack('<II', len(data), len(data)) + data + measurement
    return hmac.new(TIK, message, 'sha256').digest()


def array(name, data, comment):
    print(f'\n/* {comment} */')
    print(f'static const uint8_t {name}[{len(data)}] = {{')
    for i in range(0, len(data), 8):
        line = ', '.join(f'0x{b:02x}' for b in data[i:i + 8])
        print(f'    {line},')
    print('};')


def main():
    print('/* SPDX-License-Identifier: GPL-2.0-or-later */\n'
          '/*\n'
          ' * Known answers of a SEV launch, made by Python and OpenSSL:\n'
          ' * tests/unit/vectors/sev-launch.py prints this file and tells how.\n'
          ' */\n\n'
          '#ifndef ASP_VECTORS_H\n#define ASP_VECTORS_H\n\n'
          '#include <stdint.h>')
    print(f'\n#define VECTOR_POLICY 0x{POLICY:08x}u')
    array('vector_tik', TIK, 'Transport integrity key')
    array('vector_tek', TEK, 'Transport encryption key')
    array('vector_mnonce', MNONCE, 'Nonce of the measurements')
    for length in (16, 4096, 4112, 65536):
        digest = hashlib.sha256(pattern(length)).digest()
        array(f'vector_measure_{length}', measure(digest),
              f'Measurement of the first {length} bytes of the pattern')
    digest = hashlib.sha256(pattern(4112)).digest()
    array('vector_digest_4112', digest, 'Digest of 4112 bytes of the pattern')
    array('vector_measure_none', measure(hashlib.sha256(b'').digest()),
          'Measurement of nothing')
    array('vector_measure_policy_0', measure(digest, policy=0),
          'Measurement of 4112 bytes, policy 0')
    array('vector_measure_again', measure(
        hashlib.sha256(pattern(4112) + pattern(16)).digest()),
        'Measurement of 4112 bytes and the first 16 of them again')
    print(f'\n#define VECTOR_ES_POLICY 0x{ES_POLICY:08x}u')
    for pages in (0, 1, 2):
        array(f'vector_es_measure_{pages}', measure(
            hashlib.sha256(pattern(4112) + pattern(8192)[:pages * 4096])
            .digest(), policy=ES_POLICY),
            f'Measurement of 4112 bytes, then {pages} VMSAs, the pattern\'s '
            'pages')
    array('vector_es_measure_vmsa_first', measure(
        hashlib.sha256(pattern(4096) + pattern(4112)).digest(),
        policy=ES_POLICY), 'Measurement of a VMSA, then 4112 bytes')
    data = aes_ctr(TEK, IV, SECRET)
    array('vector_secret', SECRET, 'The secret')
    array('vector_iv', IV, 'First counter block of its packet')
    array('vector_packet', data, 'Its packet\'s payload')
    array('vector_packet_mac', packet_mac(data, measure(digest)),
          'Its packet\'s HMAC, after vector_measure_4112')
    array('vector_packet_mac_compressed',
          packet_mac(data, measure(digest), flags=1),
          'The same, with the compressed flag')
    array('vector_packet_mac_flag_1',
          packet_mac(data, measure(digest), flags=2),
          'The same, with an unknown flag')
    print('\n#endif')


if __name__ == '__main__':
    main()
