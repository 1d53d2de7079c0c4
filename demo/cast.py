# SPDX-License-Identifier: GPL-2.0-or-later
"""Who acts: the guest owner, and the hypervisor with its platform.

The owner of a SEV guest trusts the files it chose, the keys it drew and a
platform whose certificates it verified, and asks only the `sevemu` command. The
hypervisor has QEMU; what passes between the two is what passes between them
on an EPYC server: certificates and a measurement one way, a session and a
packet that only this secure processor can open the other way.
"""

import base64
import os
import socket
import subprocess
import time
from typing import NamedTuple

from qemu.qmp import QMPError
from qemu.qmp.legacy import QEMUMonitorProtocol

NODBG = 0x1     # policy: the hypervisor may not read the guest's memory
ES = 0x4        # policy: nor its registers
CPU = 'EPYC'    # which SEV-ES measures
TIMEOUT = 180   # seconds for a guest to boot, on a slow and busy machine


class DemoError(Exception):
    """The demo did not go as it must; the text says what was seen."""


class Files(NamedTuple):
    """What a guest is made of, and the policy that its owner wants."""

    firmware: str
    kernel: str
    initrd: str
    cmdline: str
    policy: int

    def contain(self, content):
        """Is @content, in binary or in hex, in anything the guest is given?"""
        forms = (content, content.hex().encode())
        parts = [self.cmdline.encode()]
        for path in (self.firmware, self.kernel, self.initrd):
            with open(path, 'rb') as f:
                parts.append(f.read())
        return any(form in part for form in forms for part in parts)


class Owner:
    """Asks the `sevemu` command, whatever kind of guest it is."""

    def __init__(self, program, home):
        self.program = program
        self.home = home

    def sevemu(self, *words, statuses=(0,)):
        """Any other status than these is an error."""
        done = subprocess.run([self.program, *words], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode not in statuses:
            raise DemoError(f'sevemu {words[0]} {words[1]} ended with status '
                            f'{done.returncode}: {done.stderr.strip()}')
        return done

    def keep(self, name, content):
        """In a file of the owner's; returns its path."""
        path = os.path.join(self.home, name)
        with open(path, 'wb') as f:
            f.write(content)
        return path


class GuestOwner(Owner):
    """Knows the files and the keys, and decides."""

    def __init__(self, program, files, home):
        super().__init__(program, home)
        self.files = files
        self.chain = os.path.join(home, 'chain.cert')
        name = os.path.join(home, 'owner')
        self.godh = name + '_godh.b64'
        self.session = name + '_session.b64'
        self.tik = name + '_tik.bin'
        self.tek = name + '_tek.bin'

    def verifies(self, platform):
        """Asks a platform for its certificates; returns whose root it is."""
        self.sevemu('export', '--full', '--platform', platform, self.chain)
        done = self.sevemu('verify', '--platform', platform)
        return next(line.removeprefix('root: ')
                    for line in done.stdout.splitlines()
                    if line.startswith('root: '))

    def makes_session(self):
        """Draws keys, and wraps them for the platform it has verified."""
        self.sevemu('session', '--name', os.path.join(self.home, 'owner'),
                     self.chain, str(self.files.policy))

    def expected(self, platform, measurement):
        """What the files must measure to, with the nonce of that launch."""
        done = self.sevemu('measurement', 'build', *self._launch(platform),
                            '--launch-measure-blob', measurement)
        return done.stdout.strip()

    def accepts(self, platform, measurement):
        """Compares; any other outcome than yes and no is an error."""
        return self.sevemu('measurement', 'verify', *self._launch(platform),
                            '--measurement', measurement,
                            statuses=(0, 1)).returncode == 0

    def pack(self, measurement, guid, secret):
        """A secret for that launch alone: header and payload, in base64."""
        source = self.keep('secret.bin', secret)
        header, payload = (os.path.join(self.home, name)
                           for name in ('header.bin', 'payload.bin'))
        self.sevemu('secret', 'build', '--tik', self.tik, '--tek', self.tek,
                     '--launch-measure-blob', measurement,
                     '--secret', f'{guid}:{source}', header, payload)
        return [self._base64(path) for path in (header, payload)]

    def _launch(self, platform):
        return ['--api-major', str(platform['api-major']),
                '--api-minor', str(platform['api-minor']),
                '--build-id', str(platform['build-id']),
                '--policy', str(self.files.policy), '--cpu', CPU,
                '--tik', self.tik,
                '--firmware', self.files.firmware,
                '--kernel', self.files.kernel,
                '--initrd', self.files.initrd,
                '--cmdline', self.files.cmdline]

    @staticmethod
    def _base64(path):
        with open(path, 'rb') as f:
            return base64.b64encode(f.read()).decode()


class Hypervisor:
    """QEMU, started with its vCPUs stopped; with it, the platform."""

    def __init__(self, qemu, options, log):
        """@options: given a file descriptor for QMP, QEMU's command line"""
        self.log = log
        self.deadline = time.monotonic() + TIMEOUT
        ours, theirs = socket.socketpair()
        self.monitor = QEMUMonitorProtocol(ours)
        with theirs, open(log, 'w', encoding='utf-8') as f:
            self.process = subprocess.Popen(
                [qemu, *options(theirs.fileno())],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                stdout=f, stderr=f)
        try:
            self.monitor.connect()
        except QMPError as error:
            self.process.wait(10)
            last = (self.console().splitlines() or ['nothing'])[-1]
            raise DemoError(f'QEMU ended; it said: {last}') from error

    def platform(self):
        """What the platform says about itself and the launch."""
        return self.monitor.cmd('query-sev')

    def measurement(self):
        """What the secure processor measured, with its nonce."""
        return self.monitor.cmd('query-sev-launch-measure')['data']

    def inject(self, header, payload):
        """Hands the packet to the secure processor."""
        self.monitor.cmd('sev-inject-launch-secret',
                         **{'packet-header': header, 'secret': payload})

    def resume(self):
        """Lets the guest run, until that can be told by has_run()."""
        self.monitor.cmd('cont')
        while not self.has_run():
            if time.monotonic() > self.deadline:
                raise DemoError('the guest does not run')

    def resume_in_vain(self):
        """Tries to let the guest run; returns the status QEMU ends with."""
        try:
            self.monitor.cmd('cont')
        except (QMPError, OSError, EOFError):
            pass        # QEMU has ended before it answered
        return self.status()

    def has_run(self):
        """Did any vCPU begin to run guest code?

        TCG runs nothing that it has not translated, so a count of no
        translated blocks, with the first vCPU at the reset vector, is
        proof that no instruction was executed.
        """
        registers = self._monitor('info registers')
        blocks = [line.split()[-1].split('/')[0]
                  for line in self._monitor('info jit').splitlines()
                  if line.startswith('TB count')]
        at_reset = ('EIP=0000fff0' in registers and
                    'CS =f000 ffff0000' in registers)
        return not (at_reset and blocks == ['0'])

    def state(self):
        """QEMU's run state."""
        return self.monitor.cmd('query-status')['status']

    def console(self):
        """What the guest printed so far."""
        with open(self.log, encoding='utf-8', errors='replace') as f:
            return f.read().replace('\r', '')

    def wait_for(self, text):
        """Until the console shows it, or QEMU ends, or patience does."""
        while text not in self.console():
            ended = self.process.poll() is not None
            if ended and text in self.console():
                return
            if ended or time.monotonic() > self.deadline:
                raise DemoError(f'the guest never printed "{text}": its '
                                f'console is in {self.log}')
            time.sleep(0.05)

    def status(self):
        """QEMU's exit status."""
        return self.process.wait(max(1, self.deadline - time.monotonic()))

    def stop(self):
        """Ends QEMU, if it has not ended by itself."""
        self.process.kill()
        self.process.wait()
        try:
            self.monitor.close()
        except EOFError:
            pass        # QEMU was the first to close it

    def _monitor(self, command):
        return self.monitor.cmd('human-monitor-command',
                                **{'command-line': command})


def session_options(platform, files, owner):
    """For Hypervisor: a SEV guest with the keys in its owner's session."""
    return launch_options(
        files, f'sev-emulated,id=sev0,policy={files.policy},'
               'cbitpos=51,reduced-phys-bits=1,kernel-hashes=on,'
               f'platform={platform},dh-cert-file={owner.godh},'
               f'session-file={owner.session}')


def launch_options(files, guest, firmware=None):
    """The QEMU command line: TCG, SEV, measured kernel, vCPUs stopped.

    @firmware: the options for it, if it is not an image for -bios
    """
    def options(monitor):
        return ['-accel', 'tcg', '-cpu', CPU, '-m', '512', '-S',
                '-machine', 'q35,confidential-guest-support=sev0',
                '-object', guest, *(firmware or ('-bios', files.firmware)),
                '-kernel', files.kernel, '-initrd', files.initrd,
                '-append', files.cmdline,
                '-nodefaults', '-no-user-config', '-display', 'none',
                '-serial', 'stdio',
                '-chardev', f'socket,id=qmp,fd={monitor}',
                '-mon', 'chardev=qmp,mode=control']
    return options
