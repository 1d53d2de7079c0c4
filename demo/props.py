# SPDX-License-Identifier: GPL-2.0-or-later
"""What every play needs: files, QEMU, and a way to say what must be."""

import os
import subprocess
from pathlib import Path

from cast import DemoError, Files

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / 'build'
QEMU = os.environ.get('QEMU', str(BUILD / 'bin/qemu-system-x86_64'))
SEVEMU = str(BUILD / 'bin/sevemu')
CONSOLES = BUILD / 'demo'
CMDLINE = 'console=ttyS0 quiet panic=-1 iomem=relaxed sevemu.do='
# Firmware and modules of the kernel, by what the guest does. AmdSev starts a
# kernel that was measured. sev-guest's cryptography comes first.
FIRMWARE = {'secret': 'ovmf-amdsev', 'attest': 'ovmf-amdsev',
            'svsm': 'ovmf-trixie'}
MODULES = {'attest': (), 'svsm': ('ghash-generic', 'gcm', 'sev-guest')}
ACTIVE = 'Memory Encryption Features active: AMD '


def check(condition, otherwise):
    """The demo's own assert, which no option of Python's turns off."""
    if not condition:
        raise DemoError(otherwise)


def asset(variable, name, pattern):
    """The file that the environment names, or Debian's."""
    if os.environ.get(variable):
        return os.environ[variable]
    subprocess.run([ROOT / 'scripts/fetch', name], check=True)
    return str(next((BUILD / 'assets' / name).glob(pattern)))


def initramfs(kernel, does):
    """Ours; who asks for reports takes modules of its kernel for it."""
    initrd = CONSOLES / 'initramfs.cpio.gz'
    command = [ROOT / 'initramfs/build', initrd]
    if does == 'attest':
        command.insert(1, '--attest')
    if does in MODULES and not os.environ.get('KERNEL'):
        command += [Path(kernel).parent.parent, *MODULES[does]]
    subprocess.run(command, check=True)
    return str(initrd)


def prepare(stage, policy, does='secret'):
    """The files of the guest; the owner chose them, anybody may see them."""
    with stage.step('guest owner', 'chooses') as tell:
        CONSOLES.mkdir(parents=True, exist_ok=True)
        kernel = asset('KERNEL', 'kernel-6.12', 'boot/vmlinuz-*')
        files = Files(
            asset('FIRMWARE', FIRMWARE[does], 'usr/share/ovmf/*.fd'), kernel,
            initramfs(kernel, does), CMDLINE + does, policy)
        tell(', '.join(os.path.basename(path) for path in files[:3]))
    return files


def short(measurement):
    """Enough of it to compare by eye."""
    return measurement[:16] + '...'


def guest_lines(console):
    """What our program in the guest said."""
    return [line[len('guest: '):] for line in console.splitlines()
            if line.startswith('guest: ')]


def powered_off(stage, hypervisor):
    """The end of a good guest."""
    with stage.step('guest', 'powers off'):
        check(hypervisor.status() == 0, 'QEMU did not end well')
    return guest_lines(hypervisor.console())
