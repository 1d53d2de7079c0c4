# SPDX-License-Identifier: GPL-2.0-or-later
"""Several programs on one platform at the same time."""

import contextlib
import fcntl
import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from platform_tool import Chain, plain_tool, tool  # noqa: F401

AT_ONCE = 8


def start(tool, command):  # noqa: F811
    return subprocess.Popen([tool.program, tool.path, command], text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def finish(process):
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, '')
    return json.loads(out)


@contextlib.contextmanager
def held(path, how):
    with open(path, 'r+b') as file:
        fcntl.flock(file, how)
        yield


@pytest.mark.parametrize('attempt', range(5))
def test_first_use(tool, attempt):  # noqa: F811
    """All get one chip, and one identity of it."""
    processes = [start(tool, 'export-full') for _ in range(AT_ONCE)]
    answers = [finish(process) for process in processes]
    assert all(answer == answers[0] for answer in answers)
    Chain(answers[0]).verify()


def test_writers_and_readers(tool):  # noqa: F811
    tool('status')
    for _ in range(3):
        processes = [start(tool, command)
                     for command in ('export-full', 'pdh-gen') * 4]
        for process in processes:
            answer = finish(process)
            if 'pdh' in answer:
                Chain(answer).verify()
    tool.chain()


def test_makers(tool):  # noqa: F811
    """One of them has made it."""
    processes = [start(tool, 'create') for _ in range(AT_ONCE)]
    for process in processes:
        process.communicate(timeout=60)
    codes = sorted(process.returncode for process in processes)
    assert codes == [0] + [2] * (AT_ONCE - 1)


@pytest.mark.parametrize('command,name', [('reset', 'PLATFORM_RESET'),
                                          ('pek-gen', 'PEK_GEN')])
def test_not_with_guests(tool, command, name):  # noqa: F811
    """What would change the PEK under a guest is refused, as by firmware."""
    before = tool('export-full')
    with held(tool.path / 'guests', fcntl.LOCK_SH):
        answer, message = tool.refused(command)
        assert answer == {'command': name, 'code': 1,
                          'status': 'INVALID_PLATFORM_STATE'}
        assert message == (f'sevemu-platform: {name}: '
                           'INVALID_PLATFORM_STATE\n')
        assert tool('export-full') == before
    tool(command)
    assert tool('export-full') != before


def test_with_guests(tool):  # noqa: F811
    tool('create')
    with held(tool.path / 'guests', fcntl.LOCK_SH):
        for command in ('status', 'export', 'get-id', 'pdh-gen'):
            tool(command)
        tool.chain()


def test_exclusive_ones_take_turns(tool):  # noqa: F811
    """Two resets are no guests to each other."""
    tool('status')
    for process in [start(tool, 'reset') for _ in range(AT_ONCE)]:
        finish(process)


def test_does_not_wait_for_ever(plain_tool):  # noqa: F811
    """Who holds the lock and never lets go does not stop others for good."""
    plain_tool('status')
    with held(f'{plain_tool.path}/lock', fcntl.LOCK_EX):
        process = start(plain_tool, 'status')
        _, err = process.communicate(timeout=60)
    assert process.returncode != 0
    assert f'{plain_tool.path}/lock: another program has held it for 10 ' \
        'seconds' in err


@pytest.mark.skipif(os.geteuid() != 0, reason='only root can be another')
def test_root_spoils_nothing(plain_tool):  # noqa: F811
    """What root makes in somebody's directory is that one's."""
    directory = Path(plain_tool.path)
    directory.mkdir(mode=0o700)
    os.chown(directory, 4711, 4712)
    plain_tool('status')
    assert {(file.stat().st_uid, file.stat().st_gid)
            for file in directory.iterdir()} == {(4711, 4712)}


def test_waits(plain_tool):  # noqa: F811
    plain_tool('create')
    with held(plain_tool.path / 'lock', fcntl.LOCK_EX):
        process = start(plain_tool, 'status')
        time.sleep(0.5)
        assert process.poll() is None
    finish(process)
