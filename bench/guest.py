# SPDX-License-Identifier: GPL-2.0-or-later
"""One run of a guest under QEMU, with the host's clocks read on the way.

The guest (initramfs/workload.c) says a line when it is ready to work and
when it is done, and waits for a line from us before it goes on. So each of
our readings is taken while the guest is idle, however late we are woken.

Two clocks: wall time, and processor time of the QEMU process (user and
system, all its threads, in nanoseconds). Who else uses the machine costs
wall time, but hardly processor time.
"""

import ctypes
import os
import select
import shlex
import subprocess
import time
from typing import NamedTuple

MEASURES = ('boot', 'compute', 'walk')
TIMEOUT = 300   # seconds for one run, on a slow and busy machine
CMDLINE = ('console=ttyS0 quiet panic=-1 swiotlb=force '
           'sevemu.do=compute,walk')


class BenchError(Exception):
    """Nothing was measured; the text says why."""


class Setup(NamedTuple):
    """What runs."""

    name: str
    qemu: str
    machine: tuple      # options that make a guest of this kind
    says: str           # what the guest then knows of its memory


class Files(NamedTuple):
    """What every guest is made of, and its QEMU is run with."""

    firmware: str
    kernel: str
    initrd: str
    preload: str        # page-aligned.c, compiled: see there


class Clocks(NamedTuple):
    """Seconds since QEMU was started."""

    cpu: float
    wall: float

    def __sub__(self, earlier):
        return Clocks(self.cpu - earlier.cpu, self.wall - earlier.wall)


def command_line(setup, files, cmdline):
    """One vCPU and no devices that are not in the way of a boot."""
    in_file = any('igvm-cfg' in option for option in setup.machine)
    firmware = () if in_file else ('-bios', files.firmware)
    return [setup.qemu, '-accel', 'tcg', '-cpu', 'EPYC', '-m', '1024',
            *setup.machine, *firmware, '-kernel', files.kernel, '-initrd',
            files.initrd, '-append', cmdline, '-nodefaults', '-no-user-config',
            '-display', 'none', '-serial', 'stdio']


def processor_clock(pid):
    """The identifier of another process' processor-time clock."""
    clock = ctypes.c_int()
    error = ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock))
    if error:
        raise BenchError(f'clock of process {pid}: {os.strerror(error)}')
    return clock.value


class Guest:
    """A running QEMU; use as a context, which ends it."""

    def __init__(self, setup, files, log, cmdline=CMDLINE):
        command = command_line(setup, files, cmdline)
        self.log = log.open('wb')
        self.log.write(shlex.join(command).encode() + b'\n')
        self.log.flush()
        self.console = b''
        # what QEMU may keep about its user is not this user's
        env = dict(os.environ, HOME=str(log.parent),
                   XDG_STATE_HOME=str(log.parent),
                   SEVEMU_PLATFORM=f'{log.parent}/sevemu/platform',
                   LD_PRELOAD=files.preload)
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self.log, env=env)
        self.clock = processor_clock(self.process.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()
        self.log.close()

    def clocks(self):
        """Now."""
        return Clocks(time.clock_gettime_ns(self.clock) / 1e9,
                      time.monotonic() - self.started)

    def lines(self):
        """What our program in the guest has said, in whole lines."""
        lines = self.console.decode(errors='replace').split('\r\n')[:-1]
        return [line[len('guest: '):] for line in lines
                if line.startswith('guest: ')]

    def wait_for(self, words):
        """Until the guest says a line that starts so; returns its rest."""
        while True:
            for line in self.lines():
                if line.startswith(words):
                    return line[len(words):]
            self._read_more(words)

    def go_on(self):
        """What the guest waits for."""
        self.process.stdin.write(b'\n')
        self.process.stdin.flush()

    def _read_more(self, words):
        left = self.started + TIMEOUT - time.monotonic()
        output = self.process.stdout.fileno()
        if not select.select([output], [], [], max(left, 0))[0]:
            raise BenchError(f'{TIMEOUT} s are over, and the guest has not '
                             f'said "{words}": see {self.log.name}')
        more = os.read(output, 1 << 16)
        if not more:
            raise BenchError(f'QEMU ended before the guest said "{words}": '
                             f'see {self.log.name}')
        self.console += more
        self.log.write(more)
        self.log.flush()


def run(setup, files, log):
    """The clocks' advance by measure, and what the guest computed."""
    took, sums = {}, []
    with Guest(setup, files, log) as guest:
        guest.wait_for('compute: ready')
        took['boot'] = guest.clocks()
        if setup.says not in guest.lines():
            raise BenchError(f'{setup.name}: the guest did not say '
                             f'"{setup.says}": see {log}')
        for work in ('compute', 'walk'):
            guest.wait_for(f'{work}: ready')
            before = guest.clocks()
            guest.go_on()
            sums.append(guest.wait_for(f'{work}: done, sum '))
            took[work] = guest.clocks() - before
            guest.go_on()
        guest.wait_for('done')
    return took, sums
