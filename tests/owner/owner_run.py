# SPDX-License-Identifier: GPL-2.0-or-later
"""
What the tests of `sevemu run` share (fixtures are to be imported by name): a
run with a stand-in for QEMU.
"""

from pathlib import Path

import pytest

FAKE = Path(__file__).resolve().parent / 'fake_qemu.py'
CHAIN = "the platform's chain is good: sevemu test root (not AMD)"
EXPECTED = 'the measurement is as expected'
KERNEL = ['--kernel', 'kernel', '--initrd', 'initrd', '--append', 'a b']


@pytest.fixture
def private(files, qemu_env, platform):
    """An empty directory for temporary files, which must stay so."""
    path = files / 'tmp'
    path.mkdir()
    qemu_env['TMPDIR'] = str(path)
    yield path
    assert not list(path.iterdir())


@pytest.fixture
def sev_run(sevemu, run, private, qemu_env):
    """sev_run(play, *options): `sevemu run` with the stand-in."""

    def start(play, *options, **kw):
        qemu_env['FAKE_QEMU'] = play
        return run([sevemu, 'run', '--qemu', FAKE, '--firmware', 'fw',
                    *options], **kw)

    return start


def said(done):
    """Our lines on stderr, each with its prefix checked."""
    lines = done.stderr.splitlines()
    assert all(line.startswith('sevemu: ') for line in lines), done.stderr
    return [line[8:] for line in lines]
