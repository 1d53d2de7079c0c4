# SPDX-License-Identifier: GPL-2.0-or-later
"""The files that command lines of the field name, and the QEMU that runs one."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from qemu.qmp import ConnectError, QMPError
from qemu.qmp.legacy import QEMUMonitorProtocol

import svsm_file
from qmp_guest import NOTE, own_words

TIMEOUT = 180

# What QEMU says of command lines that work, an unpatched one as well
HARMLESS = re.compile(
    r"warning: TCG doesn't support requested feature: "
    r'|(.*: )?warning: short-form boolean option .* deprecated$'
    r'|Please use \w+=on instead$'
    r'|char device redirected to '
    r'|VNC server running on ')

SHELL_SCRIPT = ('fs0:\r\nlinux.efi initrd=\\initrd.img '
                'console=ttyS0 no_timer_check\r\n')
VSOCK = Path('/dev/vhost-vsock')
VSOCK_DEVICE = ('-device vhost-vsock-pci,id=vsock0,guest-cid=3,'
                'disable-legacy=on,iommu_platform=true')


def make_files(build, directory):
    """What words stand for; each guest gets copies of what it writes to."""
    kernel = build.kernel('kernel-6.12')
    initrd = directory / 'initrd.cpio.gz'
    subprocess.run([build.root / 'initramfs/build', initrd,
                    build.asset('kernel-6.12')], check=True)
    share = directory / 'share'
    (share / 'EFI/BOOT').mkdir(parents=True)
    shutil.copy(build.asset('efi-shell') /
                'usr/share/efi-shell-x64/shellx64.efi',
                share / 'EFI/BOOT/BOOTX64.EFI')
    shutil.copy(kernel, share / 'linux.efi')
    shutil.copy(initrd, share / 'initrd.img')
    (share / 'startup.nsh').write_text(SHELL_SCRIPT, newline='')
    for form in ('qcow2', 'raw'):
        subprocess.run([build.qemu_img, 'convert', '-O', form,
                        f'fat:16:{share}', directory / f'disk.{form}'],
                       check=True)
    trixie = build.asset('ovmf-trixie') / 'usr/share'
    svsm = build.dir / 'tools/tests/svsm/svsm.bin'
    if svsm.exists():
        svsm_file.main(svsm, trixie / 'ovmf/OVMF.fd', directory / 'igvm')
    return {
        'CODE': trixie / 'OVMF/OVMF_CODE_4M.fd',
        'VARS': trixie / 'OVMF/OVMF_VARS_4M.fd',
        'AMDSEV': build.asset('ovmf-amdsev') / 'usr/share/ovmf/OVMF.amdsev.fd',
        'OVMF': trixie / 'ovmf/OVMF.fd',
        'IGVM': directory / 'igvm',
        'KERNEL': kernel,
        'INITRD': initrd,
        'DISK': directory / 'disk.qcow2',
        'RAW': directory / 'disk.raw',
        'SHARE': share,
    }


def own_copies(files, text, here):
    """@files for one guest, with copies of what it can write to."""
    files = dict(files)
    for word in ('VARS', 'DISK'):
        if word in text:
            files[word] = Path(shutil.copy(files[word], here))
    if 'SHARE' in text:
        files['SHARE'] = shutil.copytree(files['SHARE'], here / 'share')
    (here / 'master-key.aes').write_bytes(os.urandom(32))
    return files


class FieldGuest:
    """
    A QEMU with the words of a line, a monitor of ours and, if the line has
    no serial port, one of ours. All files are in the directory @here.
    """

    def __init__(self, qemu, words, here, log, env):
        self.here = here
        self.log = log
        self.output = here / 'stdout'
        self.errors = here / 'stderr'
        self.monitor = None
        ours, theirs = socket.socketpair()
        command = [str(word) for word in [
            qemu, *words, '-chardev', f'socket,id=ours,fd={theirs.fileno()}',
            '-mon', 'chardev=ours,mode=control']]
        log.write_text(shlex.join(command) + '\n')
        with theirs, self.output.open('wb') as out, \
                self.errors.open('wb') as errors:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=errors,
                pass_fds=[theirs.fileno()], env=env, cwd=here)
        self.socket = ours
        self.deadline = time.monotonic() + TIMEOUT

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if self.monitor:
            with suppress(QMPError, EOFError, OSError):
                self.monitor.cmd('quit')
            with suppress(QMPError, EOFError, OSError):
                self.monitor.close()
        self.process.kill()
        if self.process.wait() == 0 and '-daemonize' in self.process.args:
            self.end_daemon()
        self.socket.close()
        with self.log.open('a') as log:
            log.write(f'{self.console()}\n--- stderr\n'
                      + self.errors.read_text())

    def end_daemon(self):
        """Ends what -daemonize has left behind, if it did not by itself."""
        for path in self.here.glob('*pid'):
            with suppress(OSError, ValueError):
                os.kill(int(path.read_text()), signal.SIGKILL)

    def status(self):
        """QEMU's exit status, once it has ended"""
        return self.process.wait(30)

    def start(self):
        """Lets it go on where the line left it; the state that SEV is in"""
        self.monitor = QEMUMonitorProtocol(self.socket)
        self.monitor.settimeout(TIMEOUT)
        try:
            self.monitor.connect()
        except ConnectError as error:
            self.monitor.close()
            self.monitor = None
            raise AssertionError(
                f'QEMU ends with status {self.status()}; it says: '
                + '\n'.join(self.said())) from error
        if not self.monitor.cmd('query-status')['running']:
            self.monitor.cmd('cont')
        return self.monitor.cmd('query-sev')

    def console(self):
        """What the guest wrote to its serial port, wherever that goes"""
        files = [self.output, *self.here.glob('console.log')]
        return ''.join(path.read_bytes().decode(errors='replace')
                       for path in files).replace('\r', '')

    def wait_for(self, text):
        """Waits until that is on the console; what is there then."""
        while text not in (console := self.console()):
            ended = self.process.poll()
            if time.monotonic() > self.deadline or ended not in (None, 0):
                raise AssertionError(f'no {text!r} on the console, but: '
                                     f'{console[-500:]}\n{self.said()}')
            time.sleep(0.1)
        return console

    def said(self):
        """What QEMU says beside what it says of lines that work"""
        # -msg timestamp=on
        text = re.sub(r'^20\d\d-\S+Z ', '', self.errors.read_text(),
                      flags=re.M)
        return [line for line in own_words(text)
                if line != NOTE and not HARMLESS.match(line)]
