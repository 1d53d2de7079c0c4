# SPDX-License-Identifier: GPL-2.0-or-later
"""What a launch is measured from, and who measures it independently."""

import base64
import copy
import hashlib
import hmac
import os
import struct
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

from qmp_guest import TCG, Guest

SEV_OBJECT = ('sev-emulated,id=sev0,cbitpos=51,reduced-phys-bits=1,'
              'kernel-hashes=on')


@dataclass
class Launch:
    """Files of a guest owner, and what QMP says of the launched guest."""

    firmware: Path
    kernel: Path
    initrd: Path
    tik: Path
    tek: Path
    cmdline: str = 'console=ttyS0 root=/dev/vda quiet'
    measurement: str = ''       # base64 of measure (32 bytes), MNONCE (16)
    platform: tuple = ()        # API major, minor, build, policy

    def options(self):
        """QEMU's, for a guest that waits for its secret."""
        return [*TCG, '-S', '-object',
                f'{SEV_OBJECT},tik={self.tik},tek={self.tek}',
                '-bios', self.firmware, '-kernel', self.kernel,
                '-initrd', self.initrd, '-append', self.cmdline]

    def ask(self, guest):
        """A copy with the answers of a guest launched so."""
        answered = copy.copy(self)
        sev = guest.command('query-sev')
        answered.platform = tuple(sev[key] for key in (
            'api-major', 'api-minor', 'build-id', 'policy'))
        answered.measurement = guest.command(
            'query-sev-launch-measure')['data']
        return answered

    def arguments(self):
        """As virt-qemu-sev-validate and sevemu both understand them."""
        names = ('api-major', 'api-minor', 'build-id', 'policy')
        numbers = [word for pair in zip(names, self.platform)
                   for word in (f'--{pair[0]}', str(pair[1]))]
        return [*numbers, '--firmware', self.firmware, '--kernel',
                self.kernel, '--initrd', self.initrd,
                '--cmdline', self.cmdline, '--tik', self.tik]


def owner_files(build, directory):
    """A Launch with files that QEMU can start from; keys are drawn."""
    for name, size in ('initrd', 123457), ('tik', 16), ('tek', 16):
        (directory / name).write_bytes(os.urandom(size))
    amdsev = build.asset('ovmf-amdsev') / 'usr/share/ovmf/OVMF.amdsev.fd'
    return Launch(amdsev, build.kernel('kernel-6.1'), directory / 'initrd',
                  directory / 'tik', directory / 'tek')


def launch(build, directory):
    """The same, with the answers of a guest that has been ended since."""
    files = owner_files(build, directory)
    with Guest(build.qemu, files.options(), directory / 'qemu.log') as guest:
        return files.ask(guest)


def validate_command(build, launched, *more):
    script = build.asset('validate') / 'usr/bin/virt-qemu-sev-validate'
    return [sys.executable, script, *launched.arguments(), '--tek',
            launched.tek, '--measurement', launched.measurement, *more]


def guid_entry(guid, content):
    """Of the table of kernel hashes: GUID, length of all (u16), content."""
    return (uuid.UUID(guid).bytes_le
            + struct.pack('<H', len(content) + 18) + content)


def reckon(launched):
    """The measurement by Python's standard library alone."""
    def entry(guid, content):
        return guid_entry(guid, hashlib.sha256(content).digest())

    table = guid_entry(
        '9438d606-4f22-4cc9-b479-a793d411fd21',
        entry('97d02dd8-bd20-4c94-aa78-e7714d36ab2a',
              launched.cmdline.encode() + b'\0')
        + entry('44baf731-3a2f-4bd7-9af1-41e29169781d',
                launched.initrd.read_bytes())
        + entry('4de79437-abd2-427f-b835-d5b172d2045b',
                launched.kernel.read_bytes()))
    digest = hashlib.sha256(launched.firmware.read_bytes() + table
                            + bytes(-len(table) % 16)).digest()
    nonce = base64.b64decode(launched.measurement)[32:]
    message = struct.pack('<BBBBI', 4, *launched.platform) + digest + nonce
    mac = hmac.new(launched.tik.read_bytes(), message, hashlib.sha256)
    return base64.b64encode(mac.digest() + nonce).decode()
