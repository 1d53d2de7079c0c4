# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory that is plugged into a running guest, and a balloon that takes none.

SEV-SNP guests take no memory devices: tests/qmp/test_snp.py.
"""

import contextlib

import pytest
from qemu.qmp.legacy import QEMUMonitorProtocol

from scene import SEV, SEV_ES, SEV_SNP, VIRTIO, Row, Scene

MIB = 1 << 20
DIMM = 1024     # MiB; the guest has 768
PLUG = Row(*VIRTIO, do='plugged,fill,disk,net',
           words=('sevemu.fill=1200',),
           more=('-m', '768,slots=1,maxmem=2G', '-object',
                 f'memory-backend-ram,id=more,size={DIMM}M'))
BALLOON = Row(*VIRTIO, do='halt',
              more=('-device', 'virtio-balloon-pci,id=balloon'))


@contextlib.contextmanager
def scene_and_monitor(build, kind, row, log_path, tmp_path):
    path = tmp_path / 'qmp'
    row = row._replace(more=(*row.more, '-qmp',
                             f'unix:{path},server=on,wait=off'))
    with Scene(build, kind, row, log_path, tmp_path) as scene:
        scene.expect_up('boot')
        monitor = QEMUMonitorProtocol(str(path))
        monitor.connect()
        try:
            yield scene, monitor
        finally:
            monitor.close()


@pytest.mark.full
@pytest.mark.parametrize('kind', [pytest.param(SEV, id='sev'),
                                  pytest.param(SEV_ES, id='sev-es')])
def test_memory_is_plugged(build, log_path, tmp_path, kind):
    """More than there was before is used, also for the devices' buffers."""
    with scene_and_monitor(build, kind, PLUG, log_path,
                           tmp_path) as (scene, monitor):
        scene.expect('plug', ('waits', '^guest: plugged: waiting'))
        monitor.cmd('device_add', driver='pc-dimm', id='late', memdev='more')
        scene.expect('plug', ('has it', f'^guest: plugged: {DIMM} MiB more$'),
                     ('uses it', '^guest: fill: 1200 MiB hold'))
        scene.expect_devices('devices')


def virtio_status(monitor, driver):
    """The names of the bits that a virtio device's driver has set"""
    device, = (device for device in monitor.cmd('x-query-virtio')
               if device['name'] == driver)
    answer = monitor.cmd('x-query-virtio-status', path=device['path'])
    return {text.split(':')[0] for text in answer['status']['statuses']}


@pytest.mark.full
@pytest.mark.parametrize('kind', [pytest.param(SEV_ES, id='sev-es'),
                                  pytest.param(SEV_SNP, id='sev-snp')])
def test_balloon(build, log_path, tmp_path, kind):
    """Linux declines it, and nothing comes of what the monitor asks for."""
    with scene_and_monitor(build, kind, BALLOON, log_path,
                           tmp_path) as (scene, monitor):
        scene.expect('halt', ('stays', '^guest: staying up$'))
        status = virtio_status(monitor, 'virtio-balloon')
        assert 'VIRTIO_CONFIG_S_FAILED' in status
        assert 'VIRTIO_CONFIG_S_DRIVER_OK' not in status
        before = monitor.cmd('query-balloon')
        monitor.cmd('balloon', value=256 * MIB)
        assert monitor.cmd('query-balloon') == before == {'actual': 768 * MIB}
