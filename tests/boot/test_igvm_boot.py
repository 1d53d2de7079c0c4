# SPDX-License-Identifier: GPL-2.0-or-later
"""
Debian's OVMF as an IGVM file, and what it boots: in memory that the file has
made for it, with CPUs that start with the file's save areas.
"""

import struct

import pytest

import boot_guest
import igvm_file
from scene import SEV_SNP, VIRTIO, Row, Scene
from sev_vmsa import MODELS, signature, vmsa

CPU = signature(*MODELS['EPYC'])


def state(reset=None):
    """A CPU out of reset, with SEV-SNP"""
    content = bytearray(vmsa(CPU, reset) if reset else vmsa(CPU))
    struct.pack_into('<Q', content, 0x3b0, 1)
    return bytes(content)


class IgvmScene(Scene):
    """Its guest comes from a file."""

    def __init__(self, build, kind, row, log, scratch):
        self.scratch = scratch
        super().__init__(build, kind, row, log, scratch)

    def options(self):
        options = super().options()
        at = options.index('-bios')
        image = options[at + 1].read_bytes()
        path = self.scratch / 'igvm'
        path.write_bytes(bytes(igvm_file.of_firmware(image, [state()] + [
            state(igvm_file.reset_of(image))] * (self.row.vcpus - 1))))
        options[at:at + 2] = ['-object', f'igvm-cfg,id=igvm0,file={path}',
                              '-machine', 'igvm-cfg=igvm0']
        return options


@pytest.mark.parametrize('vcpus', [1, 4])
def test_boots(build, log_path, tmp_path, vcpus):
    row = Row(*VIRTIO, vcpus=vcpus, kernel='kernel-6.12')
    with IgvmScene(build, SEV_SNP, row, log_path, tmp_path) as scene:
        scene.expect_up('boot')
        scene.expect_devices('boot')
