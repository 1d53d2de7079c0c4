# SPDX-License-Identifier: GPL-2.0-or-later
"""A TPM for a guest, by swtpm, and what its quotes are verified with."""

import os
import re
import subprocess
import time

TIMEOUT = 10
# What initramfs/tpm.c has quoted; tpm2_checkquote can take seven.
PCRS = (0, 1, 2, 3, 4, 7, 9)
PCR_LIST = 'sha256:' + ','.join(str(pcr) for pcr in PCRS)


class SwTpm:
    """A new TPM 2.0 that serves one QEMU; use as a context."""

    def __init__(self, scratch):
        self.socket = scratch / 'swtpm'
        self.state = scratch / 'swtpm-state'
        self.state.mkdir()
        self.nonce = os.urandom(16).hex()

    def __enter__(self):
        self.process = subprocess.Popen(
            ['swtpm', 'socket', '--tpm2', '--tpmstate', f'dir={self.state}',
             '--ctrl', f'type=unixio,path={self.socket}'])
        deadline = time.monotonic() + TIMEOUT
        while not self.socket.exists():
            assert self.process.poll() is None, 'swtpm has ended'
            assert time.monotonic() < deadline, 'swtpm makes no socket'
            time.sleep(0.01)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def options(self, device):
        """QEMU's options for it, as the TPM of that kind."""
        return ('-chardev', f'socket,id=chrtpm,path={self.socket}',
                '-tpmdev', 'emulator,id=tpm,chardev=chrtpm',
                '-device', f'{device},tpmdev=tpm')


def said(console, what):
    """The bytes that init has printed in hexadecimal, line by line."""
    return bytes.fromhex(''.join(re.findall(
        rf'^guest: tpm: {what} ([0-9a-f]+)$', console, re.MULTILINE)))


class Evidence:
    """The event log and the quote that a guest's console has, as files."""

    def __init__(self, console, scratch, run):
        self.run = run
        self.scratch = scratch
        self.key = self._file('key', said(console, 'key'))
        # without the length before it
        self.quote = self._file('quote', said(console, 'quote')[2:])
        self.signature = self._file('signature', said(console, 'signature'))
        self.events = self._events(self._file('log', said(console, 'log')))

    def _file(self, name, content):
        path = self.scratch / f'tpm.{name}'
        path.write_bytes(content)
        return path

    def _events(self, log):
        """The log in words, with the PCRs that it leads to at the end."""
        done = self.run(['tpm2_eventlog', log])
        assert done.returncode == 0, done.stderr
        return done.stdout

    def pcrs(self):
        """Values of the SHA-256 PCRs by the log alone, one after another."""
        banks = self.events.partition('\npcrs:\n')[2]
        bank = re.search(r'^  sha256:\n((?:    .*\n)+)', banks, re.MULTILINE)
        values = dict(re.findall(r'^ +(\d+) *: 0x([0-9a-fA-F]{64})$',
                                 bank[1], re.MULTILINE))
        return b''.join(bytes.fromhex(values.get(str(pcr), 64 * '0'))
                        for pcr in PCRS)

    def verifies(self, nonce, pcrs):
        """Is the quote the key's, of these PCRs, and new?"""
        path = self._file('pcrs', pcrs)
        return self.run([
            'tpm2_checkquote', '-u', self.key, '-g', 'sha256', '-m',
            self.quote, '-s', self.signature, '-f', path, '-l', PCR_LIST,
            '-q', nonce]).returncode == 0
