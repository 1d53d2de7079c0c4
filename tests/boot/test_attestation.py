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
from conftest import ROOT
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


class Chip:
    """A platform that a row boots on, and what its reports must say"""

    def __init__(self, build, path, run, product, api, tcb, vlek=None):
        self.build, self.path, self.run = build, path, run
        self.product, self.tcb = product, tcb
        self.version = 2 if api < 56 else 3 if api < 58 else 5
        self.vlek = vlek
        self.sevemu('platform', 'new', '--product', product, '--api',
                    f'1.{api}.7', path)
        if vlek:
            self.sevemu('platform', 'vlek', '--platform', path, '--csp-id',
                        vlek)

    def sevemu(self, *words):
        done = self.run([self.build.sevemu, *words])
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def fuses(self):
        return (self.path / 'fuses').read_bytes()

    def certs(self):
        return (self.path / 'certs').read_bytes()


CPUID = {'Milan': (0x19, 0x01, 1), 'Genoa': (0x19, 0x11, 1),
         'Turin': (0x1a, 0x02, 1)}


def check(report, nonce, expected, chip):
    assert report.version == chip.version
    assert report.policy == 0x30000
    assert report.vmpl == 0
    assert report.report_data == nonce
    assert report.measurement == expected
    assert report.chip_id == chip.fuses()[:64]
    assert tuple(report.cpuid) == (CPUID[chip.product] if chip.version > 2
                                   else (0, 0, 0))
    for tcb in (report.current_tcb, report.reported_tcb,
                report.committed_tcb, report.launch_tcb):
        assert tcb == chip.tcb
    assert report.key_info == (1 << 2 if chip.vlek else 0)
    assert report.is_signed_by(vcek(chip.fuses(), chip.tcb)) == \
        (chip.vlek is None)
    assert not report.is_signed_by(vcek(chip.fuses(), bytes(8)))


def verify(chip, report, certs, nonce, expected, tmp_path):
    """By the owner's command, with what the guest has had from its host"""
    (tmp_path / 'report').write_bytes(report)
    (tmp_path / 'table').write_bytes(certs)
    root = ROOT / 'vendor/keys' / chip.product.lower() / 'ark.der'
    chip.sevemu('report', 'verify', tmp_path / 'report', '--certs',
                tmp_path / 'table', '--ca', root, '--product', chip.product,
                '--report-data', nonce.hex(), '--measurement', expected.hex())


MILAN = ('Milan', 55, MILAN_TCB)
GENOA = ('Genoa', 56, bytes((9, 0, 0, 0, 0, 0, 23, 72)))
TURIN = ('Turin', 58, bytes((1, 1, 1, 4, 0, 0, 0, 72)))


@pytest.mark.parametrize('kernel, vcpus, made', [
    pytest.param('kernel-6.12', 1, MILAN, id='6.12'),
    pytest.param('kernel-6.12', 4, MILAN, id='6.12-4-cpus'),
    pytest.param('kernel-6.12', 1, GENOA, id='6.12-genoa'),
    pytest.param('kernel-6.12', 4, TURIN, id='6.12-turin-4-cpus'),
    pytest.param('kernel-6.12', 1, (*TURIN, 'Provider'), id='6.12-turin-vlek'),
    pytest.param('kernel-new', 4, MILAN, id='new-4-cpus', marks=[
        pytest.mark.full, pytest.mark.xfail(reason='reported, not gating')]),
])
def test_report(build, log_path, tmp_path, run, kernel, vcpus, made):
    chip = Chip(build, tmp_path / 'platform', run, *made)
    nonce = os.urandom(64)
    row = Row(*VIRTIO, do='report,disk,net', vcpus=vcpus,
              words=(f'sevemu.nonce={nonce.hex()}',), kernel=kernel,
              firmware='ovmf-amdsev')
    kind = Kind(f'sev-snp-guest,sev-device={chip.path}',
                'SEV SEV-ES SEV-SNP')
    with Scene(build, kind, row, log_path, tmp_path) as scene:
        scene.expect_up('boot')
        scene.expect('report', ('all asked', '^guest: report: reported$'))
        scene.expect_devices('devices')
        console = scene.guest.console()
    expected = measurement(build, scene)
    certs = chip.certs().rstrip(b'\0')
    assert said(console, 'certificates') == certs
    assert said(console, 'auxblob') == certs
    for what in ('report', 'extended', 'outblob'):
        data = said(console, what)
        check(Report(data), nonce, expected, chip)
        verify(chip, data, said(console, 'certificates'), nonce, expected,
               tmp_path)
    assert len(said(console, 'key')) == 32 and any(said(console, 'key'))
