# SPDX-License-Identifier: GPL-2.0-or-later
"""sevemu run on a terminal, with a stand-in for QEMU."""

import os
import pty
import select
import termios

import pytest

from owner_files import files, sevemu  # noqa: F401
from owner_platform import platform  # noqa: F401
from owner_run import FAKE, private  # noqa: F401


class Terminal:
    """sevemu on a terminal of its own."""

    def __init__(self, command, env):
        self.output = b''
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(command[0], command, env)

    def read(self):
        assert select.select([self.fd], [], [], 20)[0], self.output
        data = os.read(self.fd, 4096)
        self.output += data
        return data

    def wait_for(self, text):
        while text not in self.output:
            self.read()

    def is_raw(self):
        return not termios.tcgetattr(self.fd)[3] & termios.ICANON

    def type(self, keys):
        os.write(self.fd, keys)

    def end(self):
        """The exit status, once all output is read."""
        try:
            while self.read():
                pass
        except OSError:
            pass                # how Linux says that the other end is closed
        raw = self.is_raw()
        status = os.waitpid(self.pid, 0)[1]
        os.close(self.fd)
        assert not raw
        return os.waitstatus_to_exitcode(status)


@pytest.fixture
def terminal(sevemu, private, qemu_env):  # noqa: F811
    def start(play, *options):
        qemu_env['FAKE_QEMU'] = play
        command = [sevemu, 'run', '--qemu', FAKE, '--firmware', 'fw',
                   *options]
        return Terminal([str(word) for word in command], qemu_env)

    return start


def test_terminal_keys(terminal):
    """Every key goes to the guest: Ctrl-C, Ctrl-Z, Ctrl-\\, Ctrl-S, Enter."""
    term = terminal('echo')
    term.wait_for(b'type')
    assert term.is_raw()
    term.type(b'a\x03\x1a\x1c\x13\rQ')
    assert term.end() == 0
    assert b'<61><03><1a><1c><13><0d>' in term.output


def test_terminal_escape(terminal):
    term = terminal('echo')
    term.wait_for(b'type')
    term.type(b'\x1d')
    assert term.end() == 130
    assert b'sevemu: left\r\n' in term.output


@pytest.mark.parametrize('play,options,status', [
    ('hang', ['--timeout', '1'], 124), ('crash', [], 5), ('panic', [], 4),
    ('poweroff', [], 0),
])
def test_terminal_restored(terminal, play, options, status):
    assert terminal(play, *options).end() == status


def test_terminal_ctrl_c_before_the_guest(terminal):
    """Until the guest has the terminal, Ctrl-C ends the run."""
    term = terminal('mute')
    term.wait_for(b'is emulated')
    term.type(b'\x03')
    assert term.end() == 130
    assert b'Ctrl-C came here' not in term.output
