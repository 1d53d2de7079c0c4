# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest of the boot matrix: its files, its QEMU, its console."""

import os
import re
import shlex
import socket
import subprocess
import threading
import time

# Under TCG a boot takes five to fifteen seconds on an idle machine.
TIMEOUT = 180


def one_of(directory, pattern):
    """The first file of a package that matches."""
    for path in sorted(directory.glob(pattern)):
        return path
    raise FileNotFoundError(f'{directory}: no {pattern}')


def initramfs(build, name, *modules, variant=''):
    """Our guest userland with the modules of that kernel."""
    output = build.dir / f'initramfs/{name}{variant}.cpio.gz'
    subprocess.run([build.root / 'initramfs/build', output,
                    build.asset(name), *modules], check=True)
    return output


def firmware_options(package, form, scratch):
    """-bios, or flash; variables are written to, so they are a copy."""
    if form == 'bios':
        return ['-bios', one_of(package, 'usr/share/ovmf/OVMF*.fd')]
    if form == 'flash':
        return flash_options(
            0, one_of(package, 'usr/share/ovmf/OVMF*.fd'), 'on')
    try:
        code = one_of(package, 'usr/share/OVMF/OVMF_CODE_4M.fd')
    except FileNotFoundError:
        # one image without a variable store
        code = one_of(package, 'usr/share/ovmf/OVMF*.fd')
        return flash_options(0, code, 'on')
    variables = scratch / 'vars.fd'
    variables.write_bytes(
        one_of(package, 'usr/share/OVMF/OVMF_VARS_4M.fd').read_bytes())
    return flash_options(0, code, 'on') + flash_options(1, variables, 'off')


def flash_options(unit, path, readonly):
    """One flash device."""
    return ['-drive', f'if=pflash,format=raw,unit={unit},'
                      f'readonly={readonly},file={path}']


def complement(content):
    """Every bit turned: what the guest makes of what it is given."""
    return bytes(byte ^ 0xff for byte in content)


class Disk:
    """Random content in the first half; the guest writes the second."""

    def __init__(self, path, half=1 << 20):
        self.path = path
        self.content = os.urandom(half)
        path.write_bytes(self.content + bytes(half))

    def check(self):
        """The first half is as it was, the second its complement."""
        half = len(self.content)
        now = self.path.read_bytes()
        assert now[:half] == self.content, 'disk: the source has changed'
        # the last byte counts boots
        assert now[half:-1] == complement(self.content)[:-1], \
            'disk: what the guest wrote is not what it should have read'


class EchoServer:
    """Sends random content to whoever connects, and keeps the answers."""

    def __init__(self, size=1 << 20):
        self.content = os.urandom(size)
        self.answers = []
        self.threads = []
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return      # closed by check()
            self.threads.append(threading.Thread(
                target=self._echo, args=(peer,), daemon=True))
            self.threads[-1].start()

    def _echo(self, peer):
        with peer:
            peer.settimeout(TIMEOUT)
            peer.sendall(self.content)
            peer.shutdown(socket.SHUT_WR)
            self.answers.append(b''.join(
                iter(lambda: peer.recv(1 << 16), b'')))

    def check(self, connections):
        """Each connection brought back the complement."""
        self.listener.close()
        for thread in self.threads:
            thread.join(TIMEOUT)
        assert len(self.answers) == connections, \
            f'net: {len(self.answers)} connections, not {connections}'
        for answer in self.answers:
            assert answer == complement(self.content), \
                'net: what came back is not what was sent'


class Guest:
    """A running QEMU, its console going to @log."""

    def __init__(self, qemu, options, log):
        self.log = log
        command = [str(word) for word in [
            qemu, *options, '-nodefaults', '-no-user-config',
            '-display', 'none',
            '-chardev', f'file,id=console,path={log},append=on',
            '-serial', 'chardev:console']]
        log.write_text(shlex.join(command) + '\n')
        self.start = len(log.read_bytes())
        self.matched = 0    # the console up to here has been matched
        self.errors = log.with_suffix('.stderr')
        with self.errors.open('w') as errors:
            self.process = subprocess.Popen(command, stderr=errors,
                                            stdin=subprocess.DEVNULL)
        self.deadline = time.monotonic() + TIMEOUT

    def console(self):
        """The console so far, without carriage returns."""
        return self.log.read_bytes()[self.start:].decode(
            errors='replace').replace('\r', '')

    def last_error(self):
        """QEMU's last line on stderr, without its name."""
        lines = self.errors.read_text().splitlines() or ['']
        return lines[-1].split(': ', 1)[-1]

    def expect(self, scene, steps):
        """Matches the console step by step; a failure names the step."""
        for step, pattern in steps:
            regex = re.compile(pattern, re.MULTILINE)
            while not (found := regex.search(self.console(), self.matched)):
                self._check_alive(f'{scene}: {step}', regex)
                time.sleep(0.05)
            self.matched = found.end()

    def _check_alive(self, step, regex):
        ended = self.process.poll() is not None
        if not ended and time.monotonic() < self.deadline:
            return
        # what QEMU wrote between the last look and its end counts
        if ended and regex.search(self.console(), self.matched):
            return
        why = (f'QEMU ended with status {self.process.returncode}'
               if ended else f'{TIMEOUT} s are over')
        last = (self.console().strip() or self.last_error()).splitlines()
        raise AssertionError(f"step '{step}': {why}; no /{regex.pattern}/ on "
                             f'the console, whose last line is: '
                             f"{last[-1] if last else '(none)'}")

    def status(self):
        """QEMU's exit status, once it has ended."""
        return self.process.wait(max(1, self.deadline - time.monotonic()))

    def stop(self):
        """Ends QEMU if it still runs, and adds its messages to the log."""
        self.process.kill()
        self.process.wait()
        with self.log.open('a') as log:
            log.write('\n--- stderr of QEMU ---\n' + self.errors.read_text())
        self.errors.unlink()
