# SPDX-License-Identifier: GPL-2.0-or-later
"""
Attestation reports of SEV-SNP guests by Python's own means: from AMD's
publication 56860, chapter 7; nothing here is taken from our C. How a chip
gets its VCEK is this project's own, and is written down here once more.
"""

import hashlib
import hmac
import struct

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

SIZE, SIGNED = 0x4a0, 0x2a0
ORDER = int('ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf'
            '581a0db248b0a77aecec196accc52973', 16)


class Report:
    """The fields, numbers as numbers, the rest as bytes"""

    def __init__(self, data):
        assert len(data) == SIZE
        self.data = data
        (self.version, self.guest_svn, self.policy, self.family_id,
         self.image_id, self.vmpl, self.algo, self.current_tcb,
         self.platform_info, self.key_info,
         reserved) = struct.unpack_from('<IIQ16s16sII8sQII', data)
        assert reserved == 0
        (self.report_data, self.measurement, self.host_data, self.id_key,
         self.author_key, self.report_id, self.report_id_ma,
         self.reported_tcb) = struct.unpack_from(
             '<64s48s32s48s48s32s32s8s', data, 0x50)
        self.cpuid = data[0x188:0x18b]
        assert not any(data[0x18b:0x1a0])
        self.chip_id = data[0x1a0:0x1e0]
        self.committed_tcb = data[0x1e0:0x1e8]
        self.current = data[0x1e8:0x1eb][::-1]
        self.committed = data[0x1ec:0x1ef][::-1]
        self.launch_tcb = data[0x1f0:0x1f8]
        assert self.version >= 5 or not any(data[0x1f8:0x208])
        assert not any(data[0x208:SIGNED])

    @property
    def signature(self):
        assert not any(self.data[SIGNED + 144:])
        return utils.encode_dss_signature(*(
            int.from_bytes(self.data[at:at + 72], 'little')
            for at in (SIGNED, SIGNED + 72)))

    def is_signed_by(self, key):
        assert self.algo == 1
        try:
            key.verify(self.signature, self.data[:SIGNED],
                       ec.ECDSA(hashes.SHA384()))
        except InvalidSignature:
            return False
        return True


def kdf(key, label, context, size):
    """SP 800-108, counter mode, HMAC-SHA-256, numbers little-endian"""
    out = b''
    for counter in range(1, -(-size // 32) + 1):
        out += hmac.digest(key, struct.pack('<I', counter) + label + b'\0'
                           + context + struct.pack('<I', 8 * size),
                           hashlib.sha256)
    return out[:size]


def vcek(fuses, tcb):
    """Of a chip, whose fuses are its id and the CEK, and a TCB"""
    chip_id, cek = fuses[:64], fuses[64:]
    assert len(cek) == 48
    seed = kdf(cek, b'sev-snp-vcek', chip_id + tcb, 56)
    scalar = int.from_bytes(seed, 'big') % (ORDER - 1) + 1
    return ec.derive_private_key(scalar, ec.SECP384R1()).public_key()
