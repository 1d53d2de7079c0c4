# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest owner's session by a second implementation, as files for QEMU."""

import base64
import os
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

from sev_chain import ECDH, PDH, ctr, kdf, mac, public_key, sev_cert


@dataclass
class Session:
    """Certificate and session buffer for the firmware, and the keys."""

    godh: bytes
    buffer: bytes       # nonce, wrapped TEK and TIK, IV, two MACs
    tik: bytes
    tek: bytes

    def write(self, directory, name='vm'):
        """Files as `sevemu session` names them; their common beginning."""
        for what in ('godh', 'buffer'):
            suffix = {'godh': 'godh', 'buffer': 'session'}[what]
            (directory / f'{name}_{suffix}.b64').write_bytes(
                base64.b64encode(getattr(self, what)))
        for what in ('tik', 'tek'):
            (directory / f'{name}_{what}.bin').write_bytes(
                getattr(self, what))
        return directory / name


def owner_certificate(public):
    """Of PDH form, API version 0.0, unsigned: firmware takes that."""
    cert = bytearray(sev_cert(PDH, ECDH, public))
    cert[4:6] = bytes(2)
    return bytes(cert)


def make_session(pdh, policy=1):
    """A session that only who has the certificate @pdh's key can open."""
    owner = ec.generate_private_key(ec.SECP384R1())
    nonce, iv, tek, tik = (os.urandom(16) for _ in range(4))
    shared = owner.exchange(ec.ECDH(), public_key(pdh))
    master = kdf(shared, b'sev-master-secret', nonce)
    wrapped = ctr(kdf(master, b'sev-kek'), iv, tek + tik)
    buffer = (nonce + wrapped + iv + mac(kdf(master, b'sev-kik'), wrapped)
              + mac(tik, struct.pack('<I', policy)))
    return Session(owner_certificate(owner.public_key()), buffer, tik, tek)


def session_properties(base):
    """Of a sev-guest or sev-emulated that is launched in a session."""
    return f'dh-cert-file={base}_godh.b64,session-file={base}_session.b64'
