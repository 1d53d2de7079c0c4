# SPDX-License-Identifier: GPL-2.0-or-later
"""
ID blocks of SEV-SNP launches, and their signatures, by Python's own means:
from AMD's publication 56860 (SNP_LAUNCH_FINISH); nothing here is taken from
our C.
"""

import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

import igvm_file

PAGE = 4096
POLICY = 0x30000


def public_key(key):
    """As in an ID authentication structure: curve, X, Y, little-endian"""
    point = key.public_key().public_numbers()
    return (struct.pack('<I', 2) + point.x.to_bytes(72, 'little')
            + point.y.to_bytes(72, 'little')).ljust(0x404, b'\0')


def signature(key, data):
    r, s = utils.decode_dss_signature(key.sign(data,
                                               ec.ECDSA(hashes.SHA384())))
    return (r.to_bytes(72, 'little')
            + s.to_bytes(72, 'little')).ljust(0x200, b'\0')


def id_block(digest, policy=POLICY, version=1, family=bytes(16),
             image=bytes(16), svn=0):
    return (digest + family + image
            + struct.pack('<IIQ', version, svn, policy))


def id_auth(block, key=None, author=None, signer=None, key_signer=None):
    """
    @key signs the block, @author signs that key. @signer: who signs the block
    instead, so that it is wrong; @key_signer, who signs the key.
    """
    key = key or ec.generate_private_key(ec.SECP384R1())
    auth = bytearray(PAGE)

    def put(at, data):
        auth[at:at + len(data)] = data

    put(0x000, struct.pack('<II', 1, 1 if author else 0))
    put(0x040, signature(signer or key, block))
    put(0x240, public_key(key))
    if author:
        put(0x680, signature(key_signer or author, public_key(key)))
        put(0x880, public_key(author))
    return bytes(auth)


def id_block_is_signed(block, auth):
    """By the key in it?"""
    x, y = (int.from_bytes(auth[at:at + 72], 'little')
            for at in (0x244, 0x28c))
    r, s = (int.from_bytes(auth[at:at + 72], 'little')
            for at in (0x040, 0x088))
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP384R1()).public_key()
    key.verify(utils.encode_dss_signature(r, s), block,
               ec.ECDSA(hashes.SHA384()))
    return True


def put_id_block(file, digest, policy=POLICY, mask=igvm_file.SNP_MASK):
    """
    Into an IGVM file, with the signature of a key that is drawn for it;
    returns that key's part of the structure of 56860.
    """
    block = id_block(digest, policy)
    auth = id_auth(block)
    file.add(igvm_file.ID_BLOCK, struct.pack('<IB3x', mask, 0) + digest
             + bytes(32) + struct.pack('<IIII', 1, 0, 1, 0)
             + auth[0x40:0xd0] + auth[0x240:0x244] + bytes(4)
             + auth[0x244:0x2d4] + bytes(0x90 + 0x98))
    return auth[0x240:0x644]
