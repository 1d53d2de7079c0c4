# SPDX-License-Identifier: GPL-2.0-or-later
"""
Fixtures with a platform for the guest owner's command (to be imported by
name): one of our own making, answered for by fake_platform.
"""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from sev_chain import platform_in_tree

FAKE = Path(__file__).resolve().parent / 'fake_platform'
STATUS = {'api-major': 1, 'api-minor': 55, 'build-id': 1, 'state': 'init',
          'owner': 'self', 'es': False, 'guests': 0}


class FakePlatform:
    """The directory that fake_platform answers from"""

    def __init__(self, path):
        self.path = path
        path.mkdir(parents=True)
        self.answer('status', STATUS)
        self.answer('get-id', {'id': 'Kioq', 'hex': '2a2a2a'})
        self.answer('reset', {})
        self.be(platform_in_tree())

    def answer(self, command, value):
        text = value if isinstance(value, str) else json.dumps(value)
        (self.path / f'{command}.json').write_text(text)

    def refuse(self, command, message):
        (self.path / f'{command}.fail').write_text(message + '\n')

    def be(self, platform):
        """Takes the identity of a sev_chain.Platform."""
        self.platform = platform
        self.answer('export-full', platform.answer())
        (self.path / 'pdh.pem').write_bytes(platform.pdh.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()))


@pytest.fixture
def platform(qemu_env):
    """The user's own platform, where it is by default"""
    qemu_env['SEVEMU_PLATFORM_TOOL'] = str(FAKE)
    return FakePlatform(Path(qemu_env['XDG_STATE_HOME']) / 'sevemu'
                        / 'platform')
