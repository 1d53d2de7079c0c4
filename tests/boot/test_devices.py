# SPDX-License-Identifier: GPL-2.0-or-later
"""
SEV-ES and SEV-SNP guests, and devices whose drivers Debian's cloud kernels
lack: the full kernel, with drivers as modules. Each access to a device's
registers is a #VC.
"""

import os
import time

import pytest
from qemu.qmp.legacy import QEMUMonitorProtocol

import boot_guest
from scene import SEV_ES, SEV_SNP, VIRTIO, Row, Scene

RED = bytes((170, 0, 0))        # of Linux' console
KINDS = [pytest.param(SEV_ES, id='sev-es'),
         pytest.param(SEV_SNP, id='sev-snp')]
ROWS = {
    'virtio': Row(*VIRTIO),
    'virtio-8-cpus': Row(*VIRTIO, vcpus=8),
    'nvme-e1000': Row('nvme,drive=disk,serial=1', '/dev/nvme0n1',
                      'e1000,netdev=net,romfile='),
    'ahci-e1000': Row('ide-hd,drive=disk,bus=ide.0', '/dev/sda',
                      'e1000,netdev=net,romfile='),
}
SCREEN = Row(*VIRTIO, do='screen,halt', more=('-device', 'VGA'))


@pytest.mark.full
@pytest.mark.parametrize('name', ROWS)
@pytest.mark.parametrize('kind', KINDS)
def test_device(build, log_path, tmp_path, kind, name):
    with Scene(build, kind, ROWS[name], log_path, tmp_path) as scene:
        scene.expect_up('boot')
        scene.expect_devices('devices')


@pytest.mark.full
@pytest.mark.parametrize('kind', KINDS)
def test_share(build, log_path, tmp_path, kind):
    """A directory of the host's, by virtio-9p."""
    content = os.urandom(1 << 20)
    (tmp_path / 'in').write_bytes(content)
    row = Row(*VIRTIO, do='share', more=(
        '-fsdev', f'local,id=fs,path={tmp_path},security_model=none',
        '-device', 'virtio-9p-pci,fsdev=fs,mount_tag=share'))
    with Scene(build, kind, row, log_path, tmp_path) as scene:
        scene.expect_up('boot')
        scene.expect('share', ('copied', r'^guest: share: \d+ bytes copied$'),
                     ('power-off', '^guest: powering off$'))
        assert scene.guest.status() == 0
    out = (tmp_path / 'out').read_bytes()
    assert out == boot_guest.complement(content)


def screendump(monitor, path):
    """The pixels of a PPM file, three bytes each, after a head of words"""
    monitor.cmd('screendump', filename=str(path))
    picture = path.read_bytes()
    _, width, height, *_ = picture.split(None, 4)
    return picture[-3 * int(width) * int(height):]


def share_of_red(monitor, path):
    """Of the screen's pixels, from 0 to 1"""
    pixels = screendump(monitor, path)
    return pixels.count(RED) * 3 / len(pixels)


@pytest.mark.full
@pytest.mark.parametrize('kind', KINDS)
def test_screen(build, log_path, tmp_path, kind):
    """What Linux' console writes to the frame buffer is to be seen."""
    path = tmp_path / 'qmp'
    row = SCREEN._replace(more=(*SCREEN.more, '-qmp',
                                f'unix:{path},server=on,wait=off'))
    with Scene(build, kind, row, log_path, tmp_path) as scene:
        scene.expect_up('boot')
        scene.expect('screen', ('is red', '^guest: screen: red$'))
        monitor = QEMUMonitorProtocol(str(path))
        monitor.connect()
        deadline = time.monotonic() + 10
        red = 0
        while red < 0.9 and time.monotonic() < deadline:
            red = share_of_red(monitor, tmp_path / 'screen.ppm')
        monitor.close()
    assert red >= 0.9, f'{red:.0%} of the screen is red'
