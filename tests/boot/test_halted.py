# SPDX-License-Identifier: GPL-2.0-or-later
"""
Kernels that halt for good: `sevemu run` ends with status 4, and says where,
instead of waiting for its timeout.

Without PAT a SEV-ES guest's kernel has a BUG() before it has a console, so it
is the only word that there is.
"""

import re

import pytest

import boot_guest

KERNEL = 'kernel-6.12'
TIMEOUT = 180
SAID = 'the guest halted for good, without powering off'
HALT = r'in HLT with interrupts off, RIP 0xffffffff[0-9a-f]{8}'
BUG = r', last exception #UD at RIP 0xffffffff[0-9a-f]{8}'
SEV_ES, SEV_SNP = '--sev-es', '--sev-snp'

full = pytest.mark.full


def halt(build, run, *options):
    """Run until the guest halts; stdout, and QEMU's line about it."""
    done = run([build.sevemu, 'run', '--firmware',
                boot_guest.one_of(build.asset('ovmf-amdsev'),
                                  'usr/share/ovmf/OVMF*.fd'),
                '--kernel', boot_guest.one_of(build.asset(KERNEL),
                                              'boot/vmlinuz-*'),
                '--timeout', TIMEOUT, *options], timeout=TIMEOUT + 30)
    assert done.returncode == 4, done.stderr
    line, = re.findall(r'warning: SEV: (the guest has halted .*)', done.stderr)
    assert done.stderr.splitlines()[-1] == f'sevemu: {SAID}'
    assert 'terminating on signal' not in done.stderr
    return done.stdout, line


@pytest.mark.parametrize('kind,vcpus', [
    pytest.param(SEV_ES, 4, id='sev-es'),
    pytest.param(SEV_SNP, 1, id='sev-snp'),
    pytest.param(SEV_ES, 1, id='sev-es-1', marks=full),
    pytest.param(SEV_SNP, 4, id='sev-snp-4', marks=full),
])
def test_early_bug(build, run, kind, vcpus):
    stdout, line = halt(build, run, kind, '--smp', vcpus, '--append',
                        'console=ttyS0 nopat')
    assert 'Linux version' not in stdout
    cpus = line.split('; ')[1:]
    assert re.match(rf'vCPU 0 {HALT}{BUG}', cpus[0]), line
    assert len(cpus) == vcpus


@pytest.mark.parametrize('kind', [
    pytest.param([], id='sev'), pytest.param([SEV_ES], id='sev-es',
                                             marks=full),
    pytest.param([SEV_SNP], id='sev-snp', marks=full)])
def test_halted_by_root(build, run, kind):
    """That it was told to looks the same, and is no power-off either."""
    stdout, line = halt(
        build, run, *kind, '--smp', 4, '--initrd',
        boot_guest.initramfs(build, KERNEL), '--append',
        'console=ttyS0 sevemu.do=stop')
    assert 'guest: halting' in stdout
    assert len(re.findall(HALT, line)) == 4
