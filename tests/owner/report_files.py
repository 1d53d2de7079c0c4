# SPDX-License-Identifier: GPL-2.0-or-later
"""
Reports and certificates of SEV-SNP for tests of what verifies them, by
Python's own means: made whole, then changed as a test wants and signed again.
Keys are those of vendor/keys, and for chips the private key 1.
"""

import base64
import functools
import re
import struct
import subprocess
import uuid

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from conftest import BUILD, ROOT
from x509_shape import elements

PRODUCTS = {'Milan': (0x19, 1, 0), 'Genoa': (0x19, 0x11, 0),
            'Turin': (0x1a, 2, 0)}
TCB = bytes(range(0x7c, 0x84))          # as vendor-export's certificates
CHIP_ID = bytes(range(0x80, 0xc0))
AT = '2024-01-01T00:00:00Z'
GUIDS = {'vcek': '63da758d-e664-4564-adc5-f4b93be8accd',
         'vlek': 'a8074bc2-a25a-483e-aae6-39c045a0b8a1',
         'ask': '4ab7b379-bbac-4fe4-a02f-05aef327c782',
         'asvk': '4ab7b379-bbac-4fe4-a02f-05aef327c782',
         'ark': 'c0b406a4-a803-4952-9743-3fb6014cd0ae',
         'crl': '92f81bc3-5811-4d3d-97ff-d19f88dc67ea'}


# --- certificates -----------------------------------------------------------

@functools.cache
def rsa_key(product, name):
    """One of vendor/keys, which has S-expressions of libgcrypt's"""
    text = (ROOT / 'vendor/keys' / product.lower() / f'{name}.key').read_text()
    found = {name: int(re.sub(r'\s', '', number), 16) for name, number in
             re.findall(r'\((\w) #([0-9A-F\s]+)#\)', text)}
    p, q, d = found['p'], found['q'], found['d']
    return rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), rsa.rsa_crt_iqmp(p, q),
        rsa.RSAPublicNumbers(found['e'], found['n'])).private_key()


def der(tag, content):
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, 'big')
    return bytes((tag, 0x80 | len(digits))) + digits + content


def parts(data):
    """What is signed, the algorithm, and the signature"""
    (_, whole), = elements(data)
    return [der(tag, content) for tag, content in elements(whole)]


def signed(tbs, algorithm, key):
    signature = key.sign(tbs, padding.PSS(padding.MGF1(hashes.SHA384()), 48),
                         hashes.SHA384())
    return der(0x30, tbs + algorithm + der(3, b'\0' + signature))


def changed(cert, old, new, key=None, count=1):
    """CERT with NEW for OLD, of the same size; signed again with KEY"""
    assert len(old) == len(new) and old != new
    tbs, algorithm, signature = parts(cert)
    assert tbs.count(old) == count, (old, tbs.count(old))
    tbs = tbs.replace(old, new)
    return (signed(tbs, algorithm, key) if key else
            der(0x30, tbs + algorithm + signature))


def make_crl(ark, key, serials=(), dates=('230101000000Z', '330101000000Z')):
    """A list of what is revoked, issued by ARK"""
    fields = [der(tag, content) for tag, content in
              elements(next(elements(parts(ark)[0]))[1])]
    algorithm, name = fields[2:4]
    when = [der(0x17, date.encode()) for date in dates]
    entries = b''.join(der(0x30, der(2, serial.to_bytes(3, 'big')) + when[0])
                       for serial in serials)
    return signed(der(0x30, der(2, b'\1') + algorithm + name + b''.join(when)
                      + (der(0x30, entries) if entries else b'')),
                  algorithm, key)


def table(certs):
    """As a host gives it to a guest: of names, or pairs of GUID and bytes"""
    rows = [(uuid.UUID(GUIDS.get(name, name)).bytes, data)
            for name, data in certs]
    at, head, body = 24 * (len(rows) + 1), b'', b''
    for guid, data in rows:
        head += guid + struct.pack('<II', at + len(body), len(data))
        body += data
    return head + bytes(24) + body


def pem(data, what='CERTIFICATE'):
    return (f'-----BEGIN {what}-----\n'.encode() + base64.encodebytes(data)
            + f'-----END {what}-----\n'.encode())


@pytest.fixture(scope='session')
def leaves(tmp_path_factory):
    """{(product, 'vcek' or 'vlek'): DER}"""
    directory = tmp_path_factory.mktemp('leaves')
    subprocess.run([BUILD / 'tools/tests/unit/vendor-export',
                    ROOT / 'vendor/keys', directory], check=True)
    return {(product, name): (directory / f'{product}-{name}.der').read_bytes()
            for product in PRODUCTS for name in ('vcek', 'vlek')}


class Certs(dict):
    """Those of a product, by name, and the keys that sign them"""

    def __init__(self, product, leaves):  # pylint: disable=redefined-outer-name
        super().__init__()
        self.keys_of = {'ark': 'ark', 'ask': 'ark', 'asvk': 'ark',
                        'vcek': 'ask', 'vlek': 'asvk'}
        self.product = product
        for name in ('ark', 'ask', 'asvk'):
            self[name] = (ROOT / 'vendor/keys' / product.lower()
                          / f'{name}.der').read_bytes()
        for name in ('vcek', 'vlek'):
            self[name] = leaves[product, name]

    def key(self, name):
        """That signs NAME"""
        return rsa_key(self.product, self.keys_of[name])

    def change(self, name, old, new, again=True, count=1):
        self[name] = changed(self[name], old, new,
                             self.key(name) if again else None, count)

    def table(self, *names):
        return table([(name, self[name]) for name in names or self])


# --- reports ----------------------------------------------------------------

FIELDS = {
    'version': (0x000, '<I'), 'guest_svn': (0x004, '<I'),
    'policy': (0x008, '<Q'), 'family_id': (0x010, '16s'),
    'image_id': (0x020, '16s'), 'vmpl': (0x030, '<I'),
    'algorithm': (0x034, '<I'), 'current_tcb': (0x038, '8s'),
    'platform': (0x040, '<Q'), 'key_info': (0x048, '<I'),
    'report_data': (0x050, '64s'), 'measurement': (0x090, '48s'),
    'host_data': (0x0c0, '32s'), 'id_key_digest': (0x0e0, '48s'),
    'author_key_digest': (0x110, '48s'), 'report_id': (0x140, '32s'),
    'report_id_ma': (0x160, '32s'), 'reported_tcb': (0x180, '8s'),
    'cpuid': (0x188, '3s'), 'chip_id': (0x1a0, '64s'),
    'committed_tcb': (0x1e0, '8s'), 'current': (0x1e8, '3s'),
    'committed': (0x1ec, '3s'), 'launch_tcb': (0x1f0, '8s'),
}


def sign_report(report):
    """With the key whose public point is the base point"""
    key = ec.derive_private_key(1, ec.SECP384R1())
    numbers = utils.decode_dss_signature(
        key.sign(report[:0x2a0], ec.ECDSA(hashes.SHA384())))
    return report[:0x2a0] + b''.join(
        number.to_bytes(72, 'little') for number in numbers) + bytes(368)


def make_report(product='Milan', vlek=False, patch=(), sign=True, **values):
    """Good, but for VALUES and PATCH, pairs of offset and bytes"""
    report = bytearray(0x4a0)
    turin = product == 'Turin'
    fields = {
        'version': 5 if turin else 3, 'guest_svn': 7, 'policy': 0x30000,
        'family_id': b'F' * 16, 'image_id': b'I' * 16, 'vmpl': 0,
        'algorithm': 1, 'platform': 0x25, 'key_info': 4 if vlek else 0,
        'report_data': bytes(range(64)), 'measurement': bytes(range(48)),
        'host_data': b'H' * 32, 'id_key_digest': b'K' * 48,
        'author_key_digest': bytes(48), 'report_id': b'R' * 32,
        'report_id_ma': b'\xff' * 32,
        'chip_id': CHIP_ID[:8] + bytes(56) if turin else CHIP_ID,
        'current': bytes((4, 55, 1)), 'committed': bytes((4, 55, 1)),
        'reported_tcb': TCB, **{
            f'{name}_tcb': (TCB[:4] + bytes(3) + TCB[7:] if turin else
                            TCB[:2] + bytes(4) + TCB[6:])
            for name in ('current', 'committed', 'launch')}} | values
    if fields['version'] >= 3:
        fields.setdefault('cpuid', bytes(PRODUCTS[product]))
    for name, value in fields.items():
        at, form = FIELDS[name]
        struct.pack_into(form, report, at, value)
    for at, data in patch:
        report[at:at + len(data)] = data
    return sign_report(bytes(report)) if sign else bytes(report)
