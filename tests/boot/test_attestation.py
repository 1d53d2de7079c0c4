# SPDX-License-Identifier: GPL-2.0-or-later
"""
Linux asks for attestation reports, by the device and by configfs-tsm: what they
say is what was launched, and the chip has signed it. Debian's 6.1 has no
sev-guest driver.
"""

import os
import re

import pytest

import boot_guest
from scene import VIRTIO, Kind, Row, Scene
from sev_report import Report, vcek
from sev_snp import kernel_hashes, launch_digest

EPYC = 0x800f12     # what -cpu EPYC has as its signature
MILAN_TCB = bytes((3, 0, 0, 0, 0, 0, 8, 115))


def said(console, what):
    """The bytes that init has printed in hexadecimal, line by line."""
    return bytes.fromhex(''.join(re.findall(
        rf'^guest: report: {what} ([0-9a-f]+)$', console, re.MULTILINE)))


def measurement(build, scene):
    firmware = boot_guest.one_of(build.asset(scene.row.firmware),
                                 'usr/share/ovmf/OVMF*.fd').read_bytes()
    hashes = None
    if scene.row.firmware == 'ovmf-amdsev':
        hashes = kernel_hashes(scene.image.read_bytes(),
                               scene.initrd.read_bytes(),
                               scene.append.encode())
    return launch_digest(firmware, scene.row.vcpus, EPYC, hashes)


def check(report, nonce, expected, fuses):
    assert report.version == 2
    assert report.policy == 0x30000
    assert report.vmpl == 0
    assert report.report_data == nonce
    assert report.measurement == expected
    assert report.chip_id == fuses[:64]
    for tcb in (report.current_tcb, report.reported_tcb,
                report.committed_tcb, report.launch_tcb):
        assert tcb == MILAN_TCB
    assert report.key_info == 0
    assert report.is_signed_by(vcek(fuses, MILAN_TCB))
    assert not report.is_signed_by(vcek(fuses, bytes(8)))


@pytest.mark.parametrize('kernel, vcpus', [
    pytest.param('kernel-6.12', 1, id='6.12'),
    pytest.param('kernel-6.12', 4, id='6.12-4-cpus'),
    pytest.param('kernel-new', 4, id='new-4-cpus', marks=[
        pytest.mark.full, pytest.mark.xfail(reason='reported, not gating')]),
])
def test_report(build, log_path, tmp_path, run, kernel, vcpus):
    platform = tmp_path / 'platform'
    done = run([build.dir / 'libexec/sevemu-platform', platform, 'create'])
    assert done.returncode == 0, done.stderr
    nonce = os.urandom(64)
    row = Row(*VIRTIO, do='report,disk,net', vcpus=vcpus,
              words=(f'sevemu.nonce={nonce.hex()}',), kernel=kernel,
              firmware='ovmf-amdsev')
    kind = Kind(f'sev-snp-guest,sev-device={platform}',
                'SEV SEV-ES SEV-SNP')
    with Scene(build, kind, row, log_path, tmp_path) as scene:
        scene.expect_up('boot')
        scene.expect('report', ('all asked', '^guest: report: reported$'))
        scene.expect_devices('devices')
        console = scene.guest.console()
    fuses = (platform / 'fuses').read_bytes()
    for what in ('report', 'extended', 'outblob'):
        check(Report(said(console, what)), nonce, measurement(build, scene),
              fuses)
    certs = (platform / 'certs').read_bytes()
    assert said(console, 'certificates') == certs.rstrip(b'\0')
    assert said(console, 'auxblob') == certs.rstrip(b'\0')
    assert len(said(console, 'key')) == 32 and any(said(console, 'key'))
