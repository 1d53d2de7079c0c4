# SPDX-License-Identifier: GPL-2.0-or-later
"""sevemu run, with a stand-in for QEMU: what ends it from outside."""

import signal
import subprocess
import time
from pathlib import Path

import pytest

from owner_files import files, sevemu  # noqa: F401
from owner_platform import platform  # noqa: F401
from owner_run import FAKE, private  # noqa: F401


@pytest.fixture
def background(sevemu, private, qemu_env):  # noqa: F811
    """Like sev_run, but returns the process while it runs."""
    processes = []

    def start(play, *options):
        qemu_env['FAKE_QEMU'] = play
        process = subprocess.Popen(
            [sevemu, 'run', '--qemu', FAKE, '--firmware', 'fw', *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=qemu_env)
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM,
                                    signal.SIGHUP])
def test_signal(background, number):
    process = background('hang')
    assert process.stdout.readline() == 'hanging\n'
    process.send_signal(number)
    assert process.wait(20) == 128 + number


def test_stdout_closed(background):
    process = background('flood')
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(20) == 2
    assert 'stdout: nobody reads it any more' in process.stderr.read()


def test_gdb(background):
    """The guest waits, and has said nothing when the run is ended."""
    process = background('poweroff', '--gdb=4321')
    while 'waits' not in (line := process.stderr.readline()):
        assert line
    assert line == ("sevemu: the guest waits: gdb -ex 'target remote "
                    "localhost:4321', then \"continue\"\n")
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    assert process.stdout.read() == ''


def children(pid):
    path = Path(f'/proc/{pid}/task/{pid}/children')
    return [int(word) for word in path.read_text().split()]


def gone(pid):
    try:
        state = Path(f'/proc/{pid}/stat').read_text()
    except FileNotFoundError:
        return True
    return state.rpartition(')')[2].split()[0] == 'Z'


def test_killed(sevemu, files, qemu_env, platform):  # noqa: F811
    """QEMU does not outlive a sevemu that could not say goodbye."""
    qemu_env.update(FAKE_QEMU='hang', TMPDIR=str(files))
    with subprocess.Popen([sevemu, 'run', '--qemu', FAKE, '--firmware', 'fw'],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=qemu_env) as process:
        process.stdout.readline()
        qemu, = children(process.pid)
        process.kill()
    until = time.monotonic() + 10
    while not gone(qemu) and time.monotonic() < until:
        time.sleep(0.05)
    assert gone(qemu)
