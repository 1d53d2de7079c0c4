# SPDX-License-Identifier: GPL-2.0-or-later
"""A QEMU that is spoken to through its monitor, and its options for SEV."""

import contextlib
import shlex
import socket
import subprocess

from qemu.qmp import ExecuteError, QMPError
from qemu.qmp.legacy import QEMUMonitorProtocol

TIMEOUT = 30    # seconds that an answer, or the end, may take

TCG = ('-accel', 'tcg', '-m', '64M', '-machine',
       'q35,confidential-guest-support=sev0')

# What QEMU says on stderr with each emulated guest, and what it may say.
NOTE = ('info: SEV is emulated: it protects nothing from whoever runs this '
        'QEMU')
ZERO_KEYS = ("warning: sev-emulated: neither tik nor tek is given: the "
             "guest's transport keys are all-zero test keys")


def own_words(stderr):
    """Lines of QEMU's, each without the program's name before it."""
    return [line.removeprefix('qemu-system-x86_64: ')
            for line in stderr.splitlines()]


class Guest:
    """
    A running QEMU; `with` ends it.

    What is said goes to @log: the command line, QMP in both directions, and
    then all of stderr.
    """

    def __init__(self, qemu, options, log, env=None):
        self.log = log
        self.errors = log.with_suffix('.stderr')
        ours, theirs = socket.socketpair()
        command = [str(word) for word in [
            qemu, *options, '-nodefaults', '-no-user-config', '-display',
            'none', '-chardev', f'socket,id=qmp,fd={theirs.fileno()}',
            '-mon', 'chardev=qmp,mode=control']]
        self.note('$', shlex.join(command))
        with theirs, self.errors.open('w') as errors:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=errors,
                stderr=errors, pass_fds=[theirs.fileno()], env=env)
        self.qmp = QEMUMonitorProtocol(ours)
        self.qmp.settimeout(TIMEOUT)

    def __enter__(self):
        try:
            self.qmp.connect()
        except Exception as error:
            self.stop()
            raise AssertionError('QEMU does not start; it says: '
                                 f'{self.log.read_text()}') from error
        return self

    def __exit__(self, *exception):
        self.stop()

    def note(self, *words):
        with self.log.open('a') as log:
            print(*words, file=log)

    def command(self, name, **arguments):
        """The result of a QMP command; _ in names of arguments is -."""
        arguments = {key.replace('_', '-'): value
                     for key, value in arguments.items()}
        self.note('->', name, arguments)
        try:
            result = self.qmp.cmd(name, **arguments)
        except ExecuteError as error:
            self.note('<- error:', error)
            raise
        self.note('<-', result)
        return result

    def refusal(self, name, **arguments):
        """The text of the error that a QMP command must end with."""
        try:
            result = self.command(name, **arguments)
        except ExecuteError as error:
            return str(error)
        raise AssertionError(f'{name} was not refused, but gave {result}')

    def human(self, line):
        """What the human monitor answers, in lines without \\r."""
        text = self.command('human-monitor-command', command_line=line)
        return text.replace('\r', '')

    def wait_for(self, event):
        """Waits for a QMP event of that name."""
        while self.qmp.pull_event(float(TIMEOUT))['event'] != event:
            pass

    def memory(self, address, size, scratch):
        """Guest physical memory, as the host sees it."""
        path = scratch / 'memory'
        self.command('pmemsave', val=address, size=size, filename=str(path))
        return path.read_bytes()

    def said(self):
        """What QEMU has written to stderr so far."""
        return own_words(self.errors.read_text())

    def quit(self):
        """Ends QEMU by QMP; its exit status."""
        self.command('quit')
        return self.process.wait(TIMEOUT)

    def stop(self):
        """Ends QEMU if it still runs, and adds its stderr to the log."""
        self.process.kill()
        self.process.wait()
        with contextlib.suppress(QMPError, EOFError, OSError):
            self.qmp.close()    # QEMU was first
        self.note('--- QEMU on stderr:\n' + self.errors.read_text())


def capabilities(qemu, log, *options, env=None):
    """What query-sev-capabilities answers where there is no guest."""
    with Guest(qemu, ['-accel', 'tcg', '-machine', 'none', *options], log,
               env) as guest:
        return guest.command('query-sev-capabilities')
