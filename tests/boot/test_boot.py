# SPDX-License-Identifier: GPL-2.0-or-later
"""Boots real firmware and kernels: one test for each row of matrix.txt.

A guest that comes up checks a disk and the network by content, reboots,
does so again and powers off; SEV-ES and SEV-SNP guests are launched anew.
Guests with several CPUs reboot only in the full run, which saves time.
"""

import os
import re

import pytest

import boot_guest
from boot_matrix import read_matrix

ACTIVE = 'Memory Encryption Features active: '

# What each kernel says of SEV-SNP when it has looked; {} is what is on
STATUS = 'SEV: Status: SEV SEV-ES SEV-SNP{} *$'
SNP_LINES = {
    'kernel-6.1': ('SEV: Using SNP CPUID table',
                   'SNP guest platform device initialized'),
    'kernel-6.12': (STATUS, 'SEV: Using SNP CPUID table',
                    'SNP running at VMPL0',
                    'SNP guest platform device initialized'),
    'kernel-new': (STATUS, 'SEV: Using SNP CPUID table',
                   'SNP running at VMPL0',
                   'SNP guest platform devices initialized'),
}

# SEV features as properties have them, and as kernels do
FEATURES = {'debug-swap': 'DebugSwap', 'prevent-host-ibs': 'NoHostIBS',
            'btb-isolation': 'BTBIsol', 'secure-tsc': 'SecureTSC'}


def parameters():
    """The rows as pytest wants them."""
    for row in read_matrix():
        marks = {
            'check': [],
            'full': [pytest.mark.full],
            'report': [pytest.mark.full,
                       pytest.mark.xfail(reason='reported, not gating')],
        }[row.when]
        yield pytest.param(row, id=row.name, marks=marks)


def machine_options(row):
    """The machine, with SEV or without."""
    options = ['-accel', 'tcg', '-cpu', 'EPYC', '-m', '512',
               '-smp', row.vcpus]
    if row.guest == 'plain':
        return [*options, '-machine', 'q35']
    return [*options, '-machine', 'q35,confidential-guest-support=sev0',
            '-object', f'{row.guest},id=sev0,policy={row.policy},'
                       f'cbitpos={row.cbit},reduced-phys-bits=1,'
                       f'kernel-hashes={row.hashes}']


def number_of_boots(row, full):
    """Whether the guest reboots; see above."""
    return 2 if full or row.vcpus == '1' else 1


def kernel_options(build, row, port, boots):
    """Kernel, initramfs and what the guest shall do."""
    reboot = ',reboot' if boots == 2 else ''
    append = ('console=ttyS0 panic=-1 iomem=relaxed '
              f'sevemu.do=secret,disk,net{reboot} sevemu.port={port}')
    image = boot_guest.one_of(build.asset(row.kernel), 'boot/vmlinuz-*')
    return ['-kernel', image,
            '-initrd', boot_guest.initramfs(build, row.kernel),
            '-append', append]


def device_options(disk):
    """Disk and network; option ROMs are no use to a guest started so."""
    return ['-drive', f'file={disk.path},format=raw,if=none,id=disk',
            '-device', 'virtio-blk-pci,drive=disk',
            '-netdev', 'user,id=net',
            '-device', 'virtio-net-pci,netdev=net,romfile=']


def boot_steps(row, number):
    """What the console must show, in this order, of one boot."""
    encrypted = row.guest != 'plain'
    active = ACTIVE + row.active + '$'
    yield 'Linux starts', r'Linux version \d'
    if encrypted:
        yield 'the kernel finds SEV', active
    if row.snp:
        features = ''.join(f' {FEATURES[name]}' for name in row.switches)
        for line in SNP_LINES[row.kernel]:
            yield 'the kernel looks at SEV-SNP', line.format(features)
    yield 'init runs on all CPUs', rf'^guest: up: Linux .*, {row.vcpus} CPU$'
    yield 'init knows', ('^guest: ' + active if encrypted
                         else '^guest: no memory encryption$')
    yield 'no secret was sent', (
        '^guest: no secret$' if row.firmware == 'ovmf-amdsev'
        else '^guest: no secret area in this firmware$')
    yield 'disk', r'^guest: disk: \d+ bytes copied$'
    yield 'network', r'^guest: net: \d+ bytes echoed$'
    if number:
        yield 'boot is counted', rf'^guest: boot number {number}$'


def check_linux_up(row, machine, disk, server, boots):
    """One boot or two, and nothing lost on the way."""
    if boots == 2:
        machine.expect('boot 1', boot_steps(row, 1))
        machine.expect('boot 1', [('reboot', '^guest: rebooting$')])
        machine.expect('boot 2', boot_steps(row, 2))
    else:
        machine.expect('boot', boot_steps(row, None))
    machine.expect('last boot', [('all is done', '^guest: done$'),
                                 ('power-off', '^guest: powering off$')])
    assert machine.status() == 0, "QEMU's exit status after power-off"
    disk.check()
    server.check(connections=boots)
    if row.guest == 'plain':
        assert 'Memory Encryption' not in machine.console()


def check_refused(machine, message):
    """QEMU ends before the guest has said anything."""
    assert machine.status() == 1, "QEMU's exit status"
    assert machine.last_error() == message
    assert machine.console() == ''


def check_stuck(machine, message):
    """Firmware has given up, and no Linux was there."""
    machine.expect('firmware', [('gives up', re.escape(message))])
    assert 'Linux version' not in machine.console()


def check_ended(machine, message):
    """The guest has ended itself, and no Linux was there."""
    assert machine.status() == 0, "QEMU's exit status"
    assert machine.last_error() == message
    assert 'Linux version' not in machine.console()


@pytest.fixture
def qemu(build):
    """The program under test; QEMU= names another, for comparing."""
    return os.environ.get('QEMU', build.qemu)


@pytest.mark.parametrize('row', parameters())
def test_boot(row, build, qemu, log_path, tmp_path, pytestconfig):
    """Boots, or is refused, as the row says."""
    boots = number_of_boots(row, pytestconfig.getoption('--full'))
    disk = boot_guest.Disk(tmp_path / 'disk.img')
    server = boot_guest.EchoServer()
    firmware = boot_guest.firmware_options(build.asset(row.firmware),
                                           row.form, tmp_path)
    machine = boot_guest.Guest(qemu, [
        *machine_options(row), *kernel_options(build, row, server.port,
                                              boots),
        *firmware, *device_options(disk)], log_path)
    outcome, _, message = row.expected.partition(': ')
    try:
        if outcome == 'linux-up':
            check_linux_up(row, machine, disk, server, boots)
        elif outcome == 'refused':
            check_refused(machine, message)
        elif outcome == 'ended':
            check_ended(machine, message)
        else:
            check_stuck(machine, message)
    finally:
        machine.stop()
