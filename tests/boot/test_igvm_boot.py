# SPDX-License-Identifier: GPL-2.0-or-later
"""
Debian's OVMF as an IGVM file, and what it boots: in memory that the file has
made for it, with CPUs that start with the file's save areas.
"""

import struct
import subprocess

import pytest

import boot_guest
import igvm_file
from conftest import SLOWER
from scene import SEV_SNP, VIRTIO, Row, Scene
from sev_vmsa import MODELS, signature, vmsa

CPU = signature(*MODELS['EPYC'])


def state(reset=None):
    """A CPU out of reset, with SEV-SNP"""
    content = bytearray(vmsa(CPU, reset) if reset else vmsa(CPU))
    struct.pack_into('<Q', content, 0x3b0, 1)
    return bytes(content)


def file_of(image, vcpus):
    """OVMF, and a save area for each CPU"""
    others = [state(igvm_file.reset_of(image))] * (vcpus - 1)
    return bytes(igvm_file.of_firmware(image, [state()] + others))


class IgvmScene(Scene):
    """Its guest comes from a file."""

    def __init__(self, build, kind, row, log, scratch):
        self.scratch = scratch
        super().__init__(build, kind, row, log, scratch)

    def file(self, image):
        """What is launched, from the firmware"""
        return file_of(image, self.row.vcpus)

    def options(self):
        options = super().options()
        at = options.index('-bios')
        path = self.scratch / 'igvm'
        path.write_bytes(self.file(options[at + 1].read_bytes()))
        options[at:at + 2] = ['-object', f'igvm-cfg,id=igvm0,file={path}',
                              '-machine', 'igvm-cfg=igvm0']
        return options


@pytest.mark.parametrize('vcpus', [1, 4])
def test_boots(build, log_path, tmp_path, vcpus):
    row = Row(*VIRTIO, vcpus=vcpus, kernel='kernel-6.12')
    with IgvmScene(build, SEV_SNP, row, log_path, tmp_path) as scene:
        scene.expect_up('boot')
        scene.expect_devices('boot')


def test_attests(build, run, tmp_path):
    """`sevemu run`: the guest's report has the file's digest, and the owner's
    ID key; so it gets its secret. Kernel and initramfs are not measured."""
    package = build.asset('kernel-6.12')
    image = boot_guest.one_of(build.asset('ovmf-trixie'),
                              'usr/share/ovmf/OVMF*.fd').read_bytes()
    guid, secret = '736869e5-84f0-4973-92ec-06879ce3da0b', tmp_path / 'secret'
    secret.write_bytes(bytes(range(32)))
    (tmp_path / 'guest.igvm').write_bytes(file_of(image, 1))
    subprocess.run([build.root / 'initramfs/build', '--attest',
                    tmp_path / 'initrd', package], check=True)
    done = run([build.sevemu, 'run', '--igvm', tmp_path / 'guest.igvm',
                '--qemu', build.qemu, '--cpu', 'EPYC', '--memory', '512M',
                '--secret', f'{guid}={secret}', '--timeout',
                str(boot_guest.TIMEOUT * SLOWER), '--',
                '-kernel', boot_guest.one_of(package, 'boot/vmlinuz-*'),
                '-initrd', tmp_path / 'initrd',
                '-append', 'console=ttyS0 quiet panic=-1 sevemu.do=attest'],
               timeout=boot_guest.TIMEOUT + 30)
    assert done.returncode == 0, done.stderr
    assert f'guest: secret {guid} {secret.read_bytes().hex()}' in done.stdout
