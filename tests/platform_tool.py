# SPDX-License-Identifier: GPL-2.0-or-later
"""
What the tests of sevemu-platform share: fixtures (to be imported by name),
and a second opinion on certificates, from OpenSSL through
python3-cryptography and this file's own reading of the formats.
"""

import base64
import json
import os
import shlex
import struct
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

FLAVOURS = ('libexec/sevemu-platform',
            'tools-asan/platform/tool/sevemu-platform')

ARK, ASK, NONE = 0x0, 0x13, 0x1000
OCA, PEK, PDH, CEK = 0x1001, 0x1002, 0x1003, 0x1004
ECDSA_SHA256, ECDH_SHA256, RSA_SHA384 = 0x2, 0x3, 0x101


class SevCert:
    """A certificate in the SEV API's form."""

    def __init__(self, data):
        assert len(data) == 2084
        self.data = data
        (self.version, self.api_major, self.api_minor, reserved, self.usage,
         self.algo, self.curve) = struct.unpack_from('<IBBHIII', data)
        assert reserved == 0
        assert not any(data[0xa4:0x414])
        self.x, self.y = (int.from_bytes(data[at:at + 72], 'little')
                          for at in (0x14, 0x5c))
        self.signatures = {}
        for at in (0x414, 0x61c):
            usage, algo = struct.unpack_from('<II', data, at)
            self.signatures[usage] = (algo, data[at + 8:at + 520])
            if usage == NONE:
                assert algo == 0 and not any(data[at + 8:at + 520])

    @property
    def key(self):
        """Raises ValueError when it is no point of the curve."""
        assert self.curve == 2
        return ec.EllipticCurvePublicNumbers(
            self.x, self.y, ec.SECP384R1()).public_key()

    def verify(self, by):
        """Raises InvalidSignature unless @by's key has signed this."""
        algo, signature = self.signatures[by.usage]
        body = self.data[:0x414]
        if isinstance(by, AmdCert):
            assert algo == RSA_SHA384
            by.verify_with(signature, body)
            return
        assert algo == ECDSA_SHA256
        assert not any(signature[144:])
        r, s = (int.from_bytes(signature[at:at + 72], 'little')
                for at in (0, 72))
        by.key.verify(utils.encode_dss_signature(r, s), body,
                      ec.ECDSA(hashes.SHA256()))


class AmdCert:
    """A certificate in AMD's own form, of an RSA-4096 key."""

    def __init__(self, data):
        assert len(data) == 1600
        self.data = data
        self.version, self.key_id, self.certifying_id, self.usage = \
            struct.unpack_from('<I16s16sI', data)
        assert not any(data[0x28:0x38])
        assert struct.unpack_from('<II', data, 0x38) == (4096, 4096)
        self.exponent, self.modulus = (
            int.from_bytes(data[at:at + 512], 'little') for at in (64, 576))

    def verify_with(self, signature, body):
        key = rsa.RSAPublicNumbers(self.exponent, self.modulus).public_key()
        key.verify(signature[::-1], body,
                   padding.PSS(padding.MGF1(hashes.SHA384()), 48),
                   hashes.SHA384())

    def verify(self, by):
        assert self.certifying_id == by.key_id
        by.verify_with(self.data[0x440:], self.data[:0x440])


class Chain:
    """All certificates of an answer to "export-full"."""

    def __init__(self, answer):
        for name in ('pdh', 'pek', 'oca', 'cek'):
            setattr(self, name, SevCert(base64.b64decode(answer[name])))
        for name in ('ask', 'ark'):
            setattr(self, name, AmdCert(base64.b64decode(answer[name])))

    def verify(self):
        self.ark.verify(self.ark)
        self.ask.verify(self.ark)
        self.cek.verify(self.ask)
        self.oca.verify(self.oca)
        self.pek.verify(self.oca)
        self.pek.verify(self.cek)
        self.pdh.verify(self.pek)


class Tool:
    """A platform, and sevemu-platform to command it."""

    def __init__(self, program, run, path):
        self.program = program
        self.run = run
        self.path = path

    def raw(self, *arguments, **kw):
        return self.run([self.program, *arguments], **kw)

    def __call__(self, command, **kw):
        """A command that must succeed: its answer"""
        done = self.raw(self.path, command, **kw)
        assert (done.returncode, done.stderr) == (0, '')
        return json.loads(done.stdout)

    def refused(self, command):
        """A command that the firmware must refuse: answer and message"""
        done = self.raw(self.path, command)
        assert done.returncode == 3
        return json.loads(done.stdout), done.stderr

    def chain(self):
        """The platform's certificates, verified"""
        chain = Chain(self('export-full'))
        chain.verify()
        return chain


def make_tool(build, flavour, run, qemu_env, tmp_path):
    qemu_env['LC_ALL'] = 'C'
    qemu_env['UBSAN_OPTIONS'] = 'halt_on_error=1'
    return Tool(build.dir / flavour, run, tmp_path / 'platform')


@pytest.fixture(params=FLAVOURS, ids=['plain', 'asan'])
def tool(build, request, run, qemu_env, tmp_path):
    return make_tool(build, request.param, run, qemu_env, tmp_path)


@pytest.fixture
def plain_tool(build, run, qemu_env, tmp_path):
    """Without sanitizers: for what they don't bear, or would slow down"""
    return make_tool(build, FLAVOURS[0], run, qemu_env, tmp_path)


def kill_library(directory):
    """Kills who preloads it, at the step $KILL_AT: see its head."""
    library = directory / 'kill-at.so'
    source = Path(__file__).parent / 'platform' / 'kill-at.c'
    compiler = shlex.split(os.environ.get('CC', 'cc'))
    subprocess.run([*compiler, '-shared', '-fPIC', '-O1', '-o', library,
                    source], check=True)
    return library
