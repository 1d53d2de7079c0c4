# SPDX-License-Identifier: GPL-2.0-or-later
"""What a launch is measured from, and who measures it independently."""

import base64
import hashlib
import hmac
import os
import struct
import sys
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional

from qmp_guest import TCG, Guest
from sev_vmsa import MODELS, signature, vmsas

HASHES = 'id=sev0,cbitpos=51,reduced-phys-bits=1,kernel-hashes=on'
RESET_EIP = 0x80b004            # of OVMF's AmdSev build
PLATFORM = ('api-major', 'api-minor', 'build-id', 'policy')


@dataclass
class Cpus:
    """Those of a SEV-ES guest, which are measured too."""

    number: int
    model: str
    legacy: bool = False

    def pages(self):
        return vmsas(self.number, signature(*MODELS[self.model]), RESET_EIP,
                     self.legacy)


@dataclass
class Launch:
    """Files of a guest owner, and what QMP says of the launched guest."""

    firmware: Path
    kernel: Optional[Path]
    initrd: Optional[Path]
    tik: Path
    tek: Path
    cmdline: Optional[str] = 'console=ttyS0 root=/dev/vda quiet'
    in_flash: bool = False      # the firmware
    sev: Optional[str] = None   # object; None: sev-emulated with both keys
    cpus: Optional[Cpus] = None     # of a guest with SEV-ES
    measurement: str = ''       # base64 of measure (32 bytes), MNONCE (16)
    platform: tuple = ()        # numbers, named by PLATFORM

    def options(self):
        """QEMU's, for a guest that waits for its secret."""
        keys = f'sev-emulated,tik={self.tik},tek={self.tek}'
        policy = ',policy=0x5' if self.cpus else ''
        return [*TCG, '-S', *self.cpu_options(), '-object',
                f'{self.sev or keys},{HASHES}{policy}',
                *(['-drive', 'if=pflash,format=raw,readonly=on,'
                             f'file={self.firmware}'] if self.in_flash
                  else ['-bios', self.firmware]),
                *self.kernel_options('-kernel', '-initrd', '-append')]

    def cpu_options(self):
        if not self.cpus:
            return []
        return ['-smp', self.cpus.number, '-cpu', self.cpus.model]

    def kernel_options(self, *names):
        """What there is of kernel, initrd and command line."""
        values = self.kernel, self.initrd, self.cmdline
        return [word for name, value in zip(names, values)
                if value is not None for word in (name, value)]

    def ask(self, guest):
        """A copy with the answers of a guest launched so."""
        sev = guest.command('query-sev')
        measured = guest.command('query-sev-launch-measure')
        return replace(self, measurement=measured['data'],
                       platform=tuple(sev[name] for name in PLATFORM))

    def arguments(self):
        """As virt-qemu-sev-validate and sevemu both understand them."""
        numbers = [word for name, number in zip(PLATFORM, self.platform)
                   for word in (f'--{name}', str(number))]
        return [*numbers, '--firmware', self.firmware, '--tik', self.tik,
                *self.kernel_options('--kernel', '--initrd', '--cmdline')]


def owner_files(build, directory):
    """A Launch with files that QEMU can start from; keys are drawn."""
    for name, size in ('initrd', 123457), ('tik', 16), ('tek', 16):
        (directory / name).write_bytes(os.urandom(size))
    amdsev = build.asset('ovmf-amdsev') / 'usr/share/ovmf/OVMF.amdsev.fd'
    return Launch(amdsev, build.kernel('kernel-6.1'), directory / 'initrd',
                  directory / 'tik', directory / 'tek')


def launch(build, directory, **other):
    """The same, with the answers of a guest that has been ended since."""
    files = replace(owner_files(build, directory), **other)
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


def hash_table(launched):
    """Of a kernel: absent are a command line "" and an initrd of nothing."""
    def entry(guid, content):
        return guid_entry(guid, hashlib.sha256(content).digest())

    if launched.kernel is None:
        return b''
    initrd = launched.initrd.read_bytes() if launched.initrd else b''
    table = guid_entry(
        '9438d606-4f22-4cc9-b479-a793d411fd21',
        entry('97d02dd8-bd20-4c94-aa78-e7714d36ab2a',
              (launched.cmdline or '').encode() + b'\0')
        + entry('44baf731-3a2f-4bd7-9af1-41e29169781d', initrd)
        + entry('4de79437-abd2-427f-b835-d5b172d2045b',
                launched.kernel.read_bytes()))
    return table + bytes(-len(table) % 16)


def reckon(launched):
    """The measurement by Python's standard library alone."""
    digest = hashlib.sha256(launched.firmware.read_bytes()
                            + hash_table(launched)
                            + (launched.cpus.pages() if launched.cpus
                               else b'')).digest()
    nonce = base64.b64decode(launched.measurement)[32:]
    message = struct.pack('<BBBBI', 4, *launched.platform) + digest + nonce
    mac = hmac.new(launched.tik.read_bytes(), message, hashlib.sha256)
    return base64.b64encode(mac.digest() + nonce).decode()
