# SPDX-License-Identifier: GPL-2.0-or-later
"""First inputs of what a SEV-SNP guest and its owner read of each other."""

import base64
import json
import struct


def attest_lines(own):
    """Of the exchange: those of the owner's, or the guest's own"""
    def line(**members):
        return json.dumps({
            name: base64.b64encode(value).decode()
            if isinstance(value, bytes) else value
            for name, value in members.items()}).encode()

    key = b'\4' + bytes(range(96))
    yield 'empty', b''
    yield 'array', b'[1]'
    yield 'deep', b'{"a":' * 100
    if own:
        yield 'hello', line(version=1)
        yield 'evidence', line(report=bytes(1184), key=key)
        yield 'certificates', line(report=bytes(1184), key=key,
                                   certificates=bytes(24))
        yield 'proof', line(proof=bytes(64))
        yield 'short', line(report=bytes(1183), key=key)
    else:
        yield 'challenge', line(version=1, nonce=bytes(32))
        yield 'sealed', line(key=key, secret=bytes(48))
        yield 'refused', line(refused='no\x1b[31m')
        yield 'padding', b'{"version":1,"nonce":"AA=A"}'


def cert_tables():
    def table(*entries):
        return b''.join(struct.pack('<16sII', *entry) for entry in entries)

    yield 'none', table((b'', 0, 0))
    yield 'one', table((b'vcek', 48, 5), (b'', 0, 0)) + b'chain'
    yield 'beyond', table((b'vcek', 48, 6), (b'', 0, 0)) + b'chain'
    yield 'wraps', table((b'vcek', 48, 0xffffffff), (b'', 0, 0))
    yield 'endless', table((b'vcek', 0, 24))
