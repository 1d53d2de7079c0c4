#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
x509_shape.py CERT [CERT]: what is in a certificate, in DER or PEM, line by line

What is a key's, an id's, a number's or a date's own is left out, so that two
certificates of the same form have the same lines. Of two, those that differ
are shown, and the exit status is 1.
"""

import base64
import difflib
import re
import sys
from pathlib import Path

NAMES = {0x01: 'BOOLEAN', 0x02: 'INTEGER', 0x03: 'BIT STRING',
         0x04: 'OCTET STRING', 0x05: 'NULL', 0x06: 'OID', 0x0c: 'UTF8String',
         0x13: 'PrintableString', 0x16: 'IA5String', 0x17: 'UTCTime',
         0x18: 'GeneralizedTime', 0x30: 'SEQUENCE', 0x31: 'SET'}
TEXT = {0x0c, 0x13, 0x16, 0x86}
AMD = '1.3.6.1.4.1.3704.1.'


def elements(data):
    """(tag, content) of what lies side by side"""
    at = 0
    while at < len(data):
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7f
            size, at = int.from_bytes(data[at:at + count], 'big'), at + count
        if at + size > len(data):
            raise ValueError('too short')
        yield tag, data[at:at + size]
        at += size


def oid(content):
    """As numbers with points between them"""
    numbers, value = [content[0] // 40, content[0] % 40], 0
    for byte in content[1:]:
        value = value << 7 | byte & 0x7f
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    return '.'.join(map(str, numbers))


def shown(tag, content):
    """What tells one form from another"""
    if tag in TEXT:
        return ' ' + content.decode()
    if tag == 0x06:
        return ' ' + oid(content)
    if tag == 0x01:
        return ' ' + content.hex()
    if tag == 0x02:
        return f' {"number" if len(content) < 5 else "long number"}'
    return ''


def inside(content, name):
    """Lines for an OCTET STRING: DER, but for what AMD puts there as it is"""
    if name == AMD + '4':
        return [f'{len(content)} bytes']
    if name in ('2.5.29.14', '2.5.29.35', '2.5.29.15'):
        return [re.sub('[0-9a-f]{40}$', '(20 bytes)', content.hex())]
    return shape(content)


def shape(data, name=''):
    """The lines of DER"""
    lines = []
    for tag, content in elements(data):
        if tag == 0x06:
            name = oid(content)
        lines.append(NAMES.get(tag, f'[{tag & 0x1f}]') + shown(tag, content))
        if tag == 0x04:
            lines += ['  ' + line for line in inside(content, name)]
        elif tag & 0x20:
            lines += ['  ' + line for line in shape(content, name)]
    return lines


def read(path):
    """DER, whichever form the file has"""
    data = Path(path).read_bytes()
    found = re.search(b'-----BEGIN CERTIFICATE-----(.*?)-----END', data, re.S)
    return base64.b64decode(found[1]) if found else data


def main():
    shapes = [shape(read(path)) for path in sys.argv[1:]]
    if len(shapes) == 1:
        print('\n'.join(shapes[0]))
        return 0
    lines = [*difflib.unified_diff(*shapes, *sys.argv[1:], n=2, lineterm='')]
    print('\n'.join(lines))
    return 1 if lines else 0


if __name__ == '__main__':
    if len(sys.argv) not in (2, 3) or sys.argv[1].startswith('-'):
        sys.exit(__doc__.strip())
    sys.exit(main())
