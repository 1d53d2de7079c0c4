# SPDX-License-Identifier: GPL-2.0-or-later
"""
Linux that reboots again and again: there is no init, so it panics, and resets
the machine. Each launch measures to the same.
"""

import re

import pytest

import boot_guest

REBOOTS = 20
TRACE = {
    '0x5': re.compile(r'kvm_sev_launch_measurement data (\S+)'),
    '0x30000': re.compile(r'sev_snp_launch_page \S+ vmsa +(\S+)'),
}


@pytest.mark.full
@pytest.mark.limit(1800)
@pytest.mark.parametrize('vcpus', [1, 4])
@pytest.mark.parametrize('sev,policy', [('sev-guest', '0x5'),
                                        ('sev-snp-guest', '0x30000')])
def test_reboots(build, log_path, tmp_path, sev, policy, vcpus):
    """OVMF, the kernel and its hashes each time"""
    trace = tmp_path / 'trace'
    machine = boot_guest.Guest(build.qemu, [
        '-accel', 'tcg', '-cpu', 'EPYC', '-m', '512', '-smp', vcpus,
        '-machine', 'q35,confidential-guest-support=sev0', '-object',
        f'{sev},id=sev0,policy={policy},cbitpos=51,reduced-phys-bits=1,'
        'kernel-hashes=on', *boot_guest.firmware_options(
            build.asset('ovmf-amdsev'), 'bios', tmp_path),
        '-kernel', build.kernel('kernel-6.12'), '-append',
        'console=ttyS0 panic=-1', '-trace', 'kvm_sev_launch_measurement',
        '-trace', 'sev_snp_launch_page', '-D', trace], log_path)
    machine.deadline += 1500
    try:
        for boot in range(REBOOTS + 1):
            machine.expect(f'boot {boot}', [
                ('Linux starts', r'Linux version \d'),
                ('and panics', 'Kernel panic - not syncing: VFS')])
    finally:
        machine.stop()
    found = TRACE[policy].findall(trace.read_text())
    if policy == '0x5':
        assert len(found) > REBOOTS     # each with a nonce of its own
    else:
        digests = found[vcpus - 1::vcpus]
        assert len(digests) > REBOOTS and len(set(digests)) == 1
