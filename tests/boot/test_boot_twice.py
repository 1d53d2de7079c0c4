# SPDX-License-Identifier: GPL-2.0-or-later
"""
Linux booted twice: by `sevemu run --deterministic`, and from a record. What
sev_* trace events tell of the two is equal to the line.
"""

import pytest

from conftest import ROOT

CMDLINE = 'console=ttyS0 quiet'
KINDS = {
    'sev': 'sev-guest,policy=0x1',
    'sev-es': 'sev-guest,policy=0x5',
    'sev-snp': 'sev-snp-guest,policy=0x30000',
}


@pytest.fixture(name='initrd')
def initrd_fixture(run, tmp_path):
    path = tmp_path / 'initrd'
    done = run([ROOT / 'initramfs' / 'build', path])
    assert done.returncode == 0, done.stderr
    return path


@pytest.mark.full
@pytest.mark.limit(1200)
def test_seeded(build, run, tmp_path, initrd):
    """SEV-SNP with four vCPUs"""
    def boot(name):
        done = run([build.sevemu, 'run', '--sev-snp', '--deterministic',
                    '--smp', '4', '--cpu', 'EPYC-Milan', '--kernel',
                    build.kernel('kernel-6.12'), '--initrd', initrd, '--append',
                    CMDLINE, '--timeout', '500', '--', '-trace', 'sev_*', '-D',
                    tmp_path / name], timeout=550)
        assert done.returncode == 0, done.stderr
        return done.stdout, (tmp_path / name).read_text().splitlines()

    first = boot('first')
    assert len(first[1]) > 100000
    assert boot('second') == first


@pytest.mark.full
@pytest.mark.limit(1200)
@pytest.mark.parametrize('kind', KINDS)
def test_replayed(build, run, tmp_path, initrd, kind):
    """One vCPU, as QEMU records them"""
    def boot(mode):
        done = run([
            build.qemu, '-accel', 'tcg', '-cpu', 'EPYC-Milan', '-m', '512M',
            '-machine', 'q35,confidential-guest-support=sev0', '-object',
            f'{KINDS[kind]},id=sev0,cbitpos=51,reduced-phys-bits=1,'
            'kernel-hashes=on', '-bios', build.asset('ovmf-amdsev') / 'usr'
            / 'share' / 'ovmf' / 'OVMF.amdsev.fd', '-kernel',
            build.kernel('kernel-6.12'), '-initrd', initrd, '-append', CMDLINE,
            '-nodefaults', '-no-user-config', '-display', 'none', '-serial',
            'stdio', '-icount', f'shift=3,rr={mode},rrfile={tmp_path}/events',
            '-trace', 'sev_*', '-D', tmp_path / mode], timeout=550)
        assert done.returncode == 0, done.stderr
        return done.stdout, (tmp_path / mode).read_text().splitlines()

    recorded, replayed = boot('record'), boot('replay')
    assert 'guest: ' in recorded[0]
    # The record may end before the few instructions that ended QEMU.
    assert 0 <= len(recorded[1]) - len(replayed[1]) < 10
    assert replayed[0] == recorded[0]
    assert replayed[1] == recorded[1][:len(replayed[1])]
