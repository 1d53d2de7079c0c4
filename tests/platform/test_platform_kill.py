# SPDX-License-Identifier: GPL-2.0-or-later
"""
A kill before each system call that changes a file, one after another: it
leaves the old state or the new, and the platform can be used. And the order
in which files reach the disk, for what a loss of power leaves.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from platform_tool import kill_library, plain_tool  # noqa: F401

ALL_FILES = {'manifest', 'fuses', 'model', 'ark.cert', 'ask.cert', 'cek.cert',
             'certs', 'flash', 'lock', 'guests'}
FORMAT_1 = Path(__file__).parent / 'format-1'
MOST_STEPS = 200

# How the platform came to be, the command that is killed, and the
# certificates that it replaces; None: all, as there was no platform
ROWS = [
    ([], 'create', None),
    ([], 'export', None),
    (['create'], 'status', {'oca', 'pek', 'pdh'}),
    (['status'], 'pdh-gen', {'pdh'}),
    (['status'], 'pek-gen', {'oca', 'pek', 'pdh'}),
    (['status'], 'reset', {'oca', 'pek', 'pdh'}),
    (['status', 'reset'], 'status', {'oca', 'pek', 'pdh'}),
    ([FORMAT_1], 'status', set()),
]


@pytest.fixture
def killer(tmp_path, qemu_env):
    """Runs a tool's command and kills it at a step; was it killed?"""
    library = kill_library(tmp_path)

    def run(tool, command, **settings):
        done = subprocess.run(
            [tool.program, tool.path, command],
            env=dict(qemu_env, LD_PRELOAD=str(library), **settings),
            stdin=subprocess.DEVNULL, capture_output=True, check=False)
        assert done.returncode in (0, -9), done.stderr
        return done.returncode != 0

    return run


def keys(chain):
    return {name: getattr(chain, name).data[:0x414]
            for name in ('cek', 'oca', 'pek', 'pdh')}


def copy_private(old, new):
    """With the modes of a platform, which a checkout does not have"""
    shutil.copytree(old, new)
    new.chmod(0o700)
    for path in new.iterdir():
        path.chmod(0o600)


def check_after_kill(tool, before, replaced):
    """Old or new, the same from now on, and nothing left behind"""
    now = keys(tool.chain())
    assert keys(tool.chain()) == now
    if before:
        changed = {name for name in now if now[name] != before[name]}
        assert changed in (set(), replaced)
    tool('pdh-gen')
    assert {path.name for path in tool.path.iterdir()} == ALL_FILES
    assert tool.path.stat().st_mode & 0o7777 == 0o700
    assert {path.stat().st_mode & 0o7777
            for path in tool.path.iterdir()} == {0o600}


@pytest.mark.parametrize('made_by,command,replaced', ROWS, ids=[
    '-'.join([getattr(word, 'name', word) for word in row[0]] + [row[1]])
    for row in ROWS])
def test_kill(plain_tool, killer, tmp_path, made_by, command,  # noqa: F811
              replaced):
    tool, start = plain_tool, tmp_path / 'start'
    tool.path = start
    before = None
    for made in made_by:
        if made == FORMAT_1:
            copy_private(made, start)
        else:
            tool(made)
    if made_by and 'flash' in os.listdir(start) \
            and (start / 'flash').stat().st_size:
        before = keys(tool.chain())

    for step in range(1, MOST_STEPS):
        tool.path = tmp_path / f'step-{step}'
        if start.exists():
            shutil.copytree(start, tool.path)
        killed = killer(tool, command, KILL_AT=str(step))
        check_after_kill(tool, before, replaced)
        shutil.rmtree(tool.path)
        if not killed:
            break
    assert 4 < step < MOST_STEPS - 1


def test_order_on_disk(plain_tool, killer, tmp_path):  # noqa: F811
    """Content before name, name before anything that counts on it"""
    log = tmp_path / 'log'
    killer(plain_tool, 'status', KILL_LOG=str(log))
    unsynced, path_of, renamed, folders = set(), {}, [], set()
    for line in log.read_text().splitlines():
        call, *words = line.split()
        if call == 'openat':
            path_of[words[0]] = words[1]
        elif call == 'write':
            unsynced.add(path_of[words[0]])
        elif call == 'fsync':
            unsynced.discard(path_of.get(words[0]))
            folders.discard(words[0])
        elif call == 'renameat':
            assert words[1] not in unsynced, line
            if words[2] in ('manifest', 'flash'):
                assert not folders, line
            folders.add(words[0])
            renamed.append(words[2])
    assert not folders
    assert renamed == ['certs', 'fuses', 'model', 'ark.cert', 'ask.cert',
                       'cek.cert', 'manifest', 'flash']
