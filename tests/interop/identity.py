# SPDX-License-Identifier: GPL-2.0-or-later
"""The certificates of a platform, from QMP and from its directory."""

import base64

from sev_chain import CA_SIZE, SEV_SIZE

CHAIN = ('pek', 'oca', 'cek')       # what cert-chain has, in this order
MANUFACTURER = ('cek', 'ask', 'ark')


def certificates_of_chip(answer):
    """By name, of an answer to query-sev-capabilities."""
    chain = base64.b64decode(answer['cert-chain'], validate=True)
    assert len(chain) == len(CHAIN) * SEV_SIZE
    certs = {name: chain[i * SEV_SIZE:(i + 1) * SEV_SIZE]
             for i, name in enumerate(CHAIN)}
    certs['pdh'] = base64.b64decode(answer['pdh'], validate=True)
    return certs


def certificates(answer, directory):
    """The same; CEK, ASK and ARK as the manufacturer hands them out."""
    certs = certificates_of_chip(answer)
    for name in MANUFACTURER:
        certs[name] = (directory / f'{name}.cert').read_bytes()
    assert {name: len(cert) for name, cert in certs.items()} == {
        **dict.fromkeys(('pdh', 'pek', 'oca', 'cek'), SEV_SIZE),
        'ask': CA_SIZE, 'ark': CA_SIZE}
    return certs
