# SPDX-License-Identifier: GPL-2.0-or-later
"""
The SVSM of tests/svsm at VMPL 0: Debian's OVMF and Linux at VMPL 2 above it,
which call it for their memory, their CPUs and a report.
"""

import hashlib
import os
import re
from collections import Counter

import pytest

import boot_guest
import igvm_file
import svsm_file
from scene import VIRTIO, Kind, Row
from sev_report import Report, vcek
from test_attestation import MILAN, Chip, check, said, verify
from test_igvm_boot import IgvmScene

# Debian's newest: what it does above an SVSM has to be right as well.
FULL = pytest.mark.full
ALTERNATE = 0x10        # SEV feature: alternate injection
# 58019: the GUID of a list of services, its size, and that there are none
NO_SERVICES = bytes.fromhex('bb9e8463923d7046a1ff58f9c94b87bb'
                            '1800000000000000')


def igvm(build, image=None, **more):
    """The SVSM's file, with a firmware for its guest"""
    program = build.dir / 'tools/tests/svsm/svsm.bin'
    if not program.exists():
        pytest.skip('no libnettle.a for x86')
    image = image or boot_guest.one_of(
        build.asset('ovmf-trixie'), 'usr/share/ovmf/OVMF*.fd').read_bytes()
    return svsm_file.file_of(program.read_bytes(), image, **more)


class SvsmScene(IgvmScene):
    """Its guest is the SVSM, and the guest's guest the firmware."""

    def file(self, image):
        return igvm(self.build, image)

    def expect_svsm(self):
        """The SVSM's boot, and that Linux knows where it is"""
        self.expect('svsm', ('at VMPL 0', r'^svsm: at VMPL 0, '),
                    ('its CPUs', f'^svsm: {self.row.vcpus} CPUs$'),
                    ('its guest', '^svsm: the guest starts at VMPL 2$'))
        self.expect_up('boot')
        assert re.search(r'SEV: SNP running at VMPL2\.$',
                         self.guest.console(), re.M)


def check_trace(path, vcpus):
    """Calls have their names there, and each its result."""
    text = path.read_text()
    calls = Counter(re.findall(
        r'\bsev_svsm_call vCPU \d: VMPL 2 calls its SVSM: (.+) '
        r'\(0x\w+\), RCX 0x\w+, RDX 0x\w+$', text, re.M))
    results = re.findall(r'\bsev_svsm_result vCPU \d: VMPL 2: (.+) -> (\w+) '
                         r'\(0x\w+\)$', text, re.M)
    assert calls == Counter(name for name, _ in results)
    # Newer kernels look for a vTPM.
    assert {result for result in results if result[1] != 'SUCCESS'} <= {
        ('vTPM, query', 'UNSUPPORTED_PROTOCOL')}
    assert calls['attestation, attest services'] == 1
    assert calls['core, remap calling area'] >= 1
    assert calls['core, PVALIDATE'] > 100
    # Firmware and Linux start the others, each for itself.
    assert calls['core, create vCPU'] >= 2 * (vcpus - 1)


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
              words=(f'sevemu.nonce={nonce.hex()}',),
              more=('-trace', 'sev_svsm_*', '-D', tmp_path / 'trace'))
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
    check_trace(tmp_path / 'trace', vcpus)
    verify(chip, said(console, 'outblob'), said(console, 'auxblob'), data,
           expected, tmp_path)
    own = Report(said(console, 'own'))
    assert own.vmpl == 2 and own.report_data == nonce
    assert own.is_signed_by(vcek(chip.fuses(), chip.tcb))


# What becomes of a good file, and what is said then
BAD = {
    'no-file': (lambda file: b'MZ' + file[2:],
                'no IGVM file: it does not begin with "IGVM"'),
    'cut-off': (lambda file: file[:-1], 'it is not as long as it says'),
    'changed': (lambda file: file[:40] + bytes([file[40] ^ 1]) + file[41:],
                'its checksum is wrong: the file is damaged'),
}


@pytest.mark.parametrize('name', BAD)
def test_run_of_bad_file(build, run, tmp_path, name):
    """`sevemu run` says so in one line, before it starts anything."""
    spoil, words = BAD[name]
    path = tmp_path / 'svsm.igvm'
    path.write_bytes(spoil(igvm(build)))
    done = run([build.sevemu, 'run', '--igvm', path, '--qemu', build.qemu,
                '--timeout', '60'])
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == f'sevemu: {path}: {words}\n'


def test_run_of_file_that_qemu_refuses(build, run, tmp_path):
    """It can be measured, but has an SEV feature that is not emulated."""
    path = tmp_path / 'svsm.igvm'
    path.write_bytes(igvm(build, features=svsm_file.SNP_ACTIVE | ALTERNATE))
    done = run([build.sevemu, 'run', '--igvm', path, '--qemu', build.qemu,
                '--timeout', '60'])
    assert (done.returncode, done.stdout) == (3, '')
    why, last = done.stderr.splitlines()
    assert f'SEV-SNP: igvm-cfg: {path}: ' in why
    assert why.endswith('alternate injection, which is not emulated')
    assert last == 'sevemu: the platform refused the guest'
