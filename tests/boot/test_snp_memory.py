# SPDX-License-Identifier: GPL-2.0-or-later
"""
SEV-SNP guests with up to 8 GiB. What lies above 4 GiB, OVMF leaves to kernels
that say they can accept it; these do so when they need it, or at once. Others
find all of it accepted.
"""

import re
from typing import NamedTuple

import pytest

import boot_guest

ACTIVE = 'Memory Encryption Features active: AMD SEV SEV-ES SEV-SNP$'
UNACCEPTED = 'MiB, (.*) MiB not accepted yet'


class Row(NamedTuple):
    """What of a guest is not as in the others."""

    kernel: str
    gib: int
    fill: int           # MiB that init writes to
    word: str = ''      # for the kernel's command line
    before: str = UNACCEPTED
    vcpus: int = 1
    more: tuple = ()    # options


# What nearly every line in public has, and what libvirt adds
LINE = ('-m', '1G,slots=5,maxmem=9G', '-device', 'virtio-balloon-pci')
CHECKED = '6.12-1G-line'
ROWS = {
    '6.1-8G': Row('kernel-6.1', 8, 3072, before='MiB, all accepted by '
                                                '(firmware)'),
    '6.12-1G': Row('kernel-6.12', 1, 512, before='MiB, (0) MiB not accepted '
                                                 'yet'),
    CHECKED: Row('kernel-6.12', 1, 512, before='MiB, (0) MiB not accepted yet',
                 more=LINE),
    '6.12-4G-lazy': Row('kernel-6.12', 4, 1024, 'accept_memory=lazy'),
    '6.12-4G-eager': Row('kernel-6.12', 4, 1024, 'accept_memory=eager',
                         'MiB, (0) MiB not accepted yet'),
    '6.12-8G-lazy': Row('kernel-6.12', 8, 3072, 'accept_memory=lazy',
                        vcpus=4),
    # Lazy is what a kernel does that isn't told.
    'new-4G': Row('kernel-new', 4, 1024),
}


def parameters():
    """The newest kernel is reported alone."""
    for name, row in ROWS.items():
        marks = [] if name == CHECKED else [pytest.mark.full]
        if row.kernel == 'kernel-new':
            marks.append(pytest.mark.xfail(reason='reported, not gating'))
        yield pytest.param(row, id=name, marks=marks)


def options(build, row):
    image = boot_guest.one_of(build.asset(row.kernel), 'boot/vmlinuz-*')
    return ['-accel', 'tcg', '-cpu', 'EPYC', '-m', f'{row.gib}G', '-smp',
            row.vcpus, '-machine', 'q35,confidential-guest-support=sev0',
            '-object', 'sev-snp-guest,id=sev0,cbitpos=51,reduced-phys-bits=1',
            *boot_guest.firmware_options(build.asset('ovmf-trixie'), 'bios',
                                         None),
            '-kernel', image,
            '-initrd', boot_guest.initramfs(build, row.kernel), '-append',
            'console=ttyS0 panic=-1 sevemu.do=memory,fill,memory '
            f'sevemu.fill={row.fill} {row.word}', *row.more]


def check_amounts(row, console):
    """What the guest said before it used memory, and afterwards."""
    said = re.findall(r'^guest: memory: (\d+) ' + row.before + '$', console,
                      re.MULTILINE)
    assert len(said) == 2, f'before and after: {said}'
    for total, _ in said:
        # the kernel keeps a part to itself
        assert 0.8 * 1024 * row.gib < int(total) < 1024 * row.gib
    if row.before == UNACCEPTED:
        before, after = (int(amount) for _, amount in said)
        assert 0 <= after < before, 'memory is accepted when it is needed'


@pytest.mark.parametrize('row', parameters())
def test_memory(build, log_path, row):
    guest = boot_guest.Guest(build.qemu, options(build, row), log_path)
    try:
        guest.expect('boot', [
            ('Linux starts', r'Linux version \d'),
            ('the kernel finds SEV-SNP', ACTIVE),
            ('init runs on all CPUs',
             rf'^guest: up: Linux .*, {row.vcpus} CPU$'),
            ('init knows how much there is', r'^guest: memory: \d+ MiB, '),
            ('memory holds what it is given',
             f'^guest: fill: {row.fill} MiB hold what was written$'),
            ('init knows what is left', r'^guest: memory: \d+ MiB, '),
            ('power-off', '^guest: powering off$')])
        assert guest.status() == 0, "QEMU's exit status"
        check_amounts(row, guest.console())
    finally:
        guest.stop()
