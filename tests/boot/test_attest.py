# SPDX-License-Identifier: GPL-2.0-or-later
"""
Linux' SEV-SNP guest attests itself to `sevemu run` and gets its secret, by
our sevemu-attest; with another command line it gets none. Debian's 6.1 has no
sev-guest driver.
"""

import os
import subprocess

import pytest

import boot_guest
from conftest import SLOWER

KERNEL = 'kernel-6.12'
LUKS = '736869e5-84f0-4973-92ec-06879ce3da0b'
CMDLINE = 'console=ttyS0 quiet panic=-1 sevemu.do=attest'


@pytest.fixture(name='initrd', scope='module')
def initrd_fixture(build, tmp_path_factory):
    """With sevemu-attest and its modules"""
    initrd = tmp_path_factory.mktemp('attest') / 'initrd'
    subprocess.run([build.root / 'initramfs/build', '--attest', initrd,
                    build.asset(KERNEL)], check=True)
    return initrd


@pytest.fixture(name='attest')
def attest_fixture(build, run, tmp_path, initrd):
    """attest(*options): a run of a guest that is to get a secret"""
    package = build.asset(KERNEL)
    firmware = boot_guest.one_of(build.asset('ovmf-amdsev'),
                                 'usr/share/ovmf/OVMF*.fd')
    secret = tmp_path / 'secret'
    secret.write_bytes(os.urandom(32))

    def start(*options, vcpus=1):
        done = run([build.sevemu, 'run', '--sev-snp', '--cpu', 'EPYC-Milan',
                    '--smp', vcpus, '--memory', '512M', '--qemu', build.qemu,
                    '--firmware', firmware,
                    '--kernel', boot_guest.one_of(package, 'boot/vmlinuz-*'),
                    '--initrd', initrd, '--append', CMDLINE,
                    '--secret', f'{LUKS}={secret}',
                    '--timeout', str(boot_guest.TIMEOUT * SLOWER), *options],
                   timeout=boot_guest.TIMEOUT + 30)
        done.lines = done.stdout.replace('\r', '').splitlines()
        done.secret = f'guest: secret {LUKS} {secret.read_bytes().hex()}'
        return done

    return start


@pytest.mark.parametrize('vcpus', [1, 4])
def test_secret(attest, vcpus):
    done = attest(vcpus=vcpus)
    assert done.returncode == 0, done.stderr
    assert 'guest: up: Linux 6.12' in done.stdout
    assert done.secret in done.lines
    assert 'guest: done' in done.lines
    said = done.stderr.splitlines()
    assert said[-2:] == [
        'sevemu: the guest has shown that it has the secret',
        'sevemu: the guest powered off']


def test_another_command_line(attest):
    """The platform is told nothing, and so the guest runs; its report tells"""
    done = attest('--no-id-block', '--', '-append', f'{CMDLINE} changed')
    assert done.returncode == 1
    assert any(line.startswith('guest: up: ') for line in done.lines)
    assert not any(line.startswith('guest: secret') for line in done.lines)
    assert done.stderr.splitlines()[-1].startswith(
        'sevemu: the guest is refused: measurement: expected ')


def test_no_driver(attest, build, tmp_path):
    """The guest can show nothing, and says so."""
    bare = tmp_path / 'bare'
    subprocess.run([build.root / 'initramfs/build', '--attest', bare],
                   check=True)
    done = attest('--initrd', bare)
    assert done.returncode == 1
    assert 'sevemu-attest: no attestation report: /dev/sev-guest is missing' \
        in done.stdout
    assert 'guest: FAILED: attest: /sevemu-attest ended with status 3' \
        in done.lines
    assert done.stderr.splitlines()[-1] == \
        'sevemu: the guest powered off without having attested itself'
