# SPDX-License-Identifier: GPL-2.0-or-later
"""
The SVSM of tests/svsm at VMPL 0: Debian's OVMF and Linux at VMPL 2 above it,
which call it for their memory, their CPUs and a report.
"""

import hashlib
import os
import re

import pytest

import igvm_file
import svsm_file
from scene import VIRTIO, Kind, Row
from sev_report import Report, vcek
from test_attestation import MILAN, Chip, check, said, verify
from test_igvm_boot import IgvmScene

FULL = [pytest.mark.full,
        pytest.mark.xfail(reason='reported, not gating')]
# 58019: the GUID of a list of services, its size, and that there are none
NO_SERVICES = bytes.fromhex('bb9e8463923d7046a1ff58f9c94b87bb'
                            '1800000000000000')


class SvsmScene(IgvmScene):
    """Its guest is the SVSM, and the guest's guest the firmware."""

    def file(self, image):
        program = self.build.dir / 'tools/tests/svsm/svsm.bin'
        if not program.exists():
            pytest.skip('no libnettle.a for x86')
        return svsm_file.file_of(program.read_bytes(), image)

    def expect_svsm(self):
        """The SVSM's boot, and that Linux knows where it is"""
        self.expect('svsm', ('at VMPL 0', r'^svsm: at VMPL 0, '),
                    ('its CPUs', f'^svsm: {self.row.vcpus} CPUs$'),
                    ('its guest', '^svsm: the guest starts at VMPL 2$'))
        self.expect_up('boot')
        assert re.search(r'SEV: SNP running at VMPL2\.$',
                         self.guest.console(), re.M)


@pytest.mark.parametrize('kernel, vcpus', [
    ('kernel-6.12', 1),
    ('kernel-6.12', 4),
    ('kernel-6.12', 8),
    pytest.param('kernel-new', 1, marks=FULL),
    pytest.param('kernel-new', 4, marks=FULL),
])
def test_report(build, log_path, tmp_path, run, kernel, vcpus):
    """By configfs-tsm's provider "svsm": a report of VMPL 0 of this launch"""
    chip = Chip(build, tmp_path / 'platform', run, *MILAN)
    nonce = os.urandom(64)
    row = Row(*VIRTIO, do='svsm,disk,net', vcpus=vcpus, kernel=kernel,
              words=(f'sevemu.nonce={nonce.hex()}',))
    kind = Kind(f'sev-snp-guest,sev-device={chip.path}',
                'SEV SEV-ES SEV-SNP')
    with SvsmScene(build, kind, row, log_path, tmp_path) as scene:
        scene.expect_svsm()
        scene.expect('report', ('VMPL 2', '^guest: svsm: VMPL 2$'),
                     ('both reports', '^guest: svsm: reported$'))
        scene.expect_devices('devices')
        console = scene.guest.console()
    expected = igvm_file.launch_digest((tmp_path / 'igvm').read_bytes())
    manifest = said(console, 'manifest')
    assert manifest == NO_SERVICES
    data = hashlib.sha512(nonce + manifest).digest()
    check(Report(said(console, 'outblob')), data, expected, chip)
    verify(chip, said(console, 'outblob'), said(console, 'auxblob'), data,
           expected, tmp_path)
    own = Report(said(console, 'own'))
    assert own.vmpl == 2 and own.report_data == nonce
    assert own.is_signed_by(vcek(chip.fuses(), chip.tcb))
