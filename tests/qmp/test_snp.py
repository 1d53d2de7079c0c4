# SPDX-License-Identifier: GPL-2.0-or-later
"""What can be added to an SEV-SNP guest at run time, and what cannot."""

import pytest

from qmp_guest import Guest

CPU = {'driver': 'EPYC-x86_64-cpu', 'id': 'late', 'socket-id': 1,
       'core-id': 0, 'thread-id': 0}
NO_PLACE = ('CPU hot-plug is not possible for this guest: the state of its '
            'CPUs was protected when it was launched')
NO_MEMORY = ('SEV-SNP: no memory can be plugged into such a guest: leave out '
             '{}, and give it all by the size of -m')
MEMORY = [('pc-dimm', {'memdev': 'more'}), ('nvdimm', {'memdev': 'more'}),
          ('virtio-mem-pci', {'bus': 'root', 'memdev': 'more'}),
          ('virtio-pmem-pci', {'bus': 'root', 'memdev': 'more'})]
BALLOON = 48 << 20


@pytest.fixture(name='start')
def start_fixture(build, log_path):
    """A Guest that waits for `cont`, with places where things fit"""
    image = build.dir / 'tools' / 'tests' / 'guests' / 'guest64.bin'
    return lambda: Guest(build.qemu, [
        '-accel', 'tcg', '-cpu', 'EPYC', '-m', '64M,slots=2,maxmem=1G', '-S',
        '-smp', '1,maxcpus=2,sockets=2', '-machine',
        'q35,confidential-guest-support=sev0', '-object',
        'sev-snp-guest,id=sev0,cbitpos=51,reduced-phys-bits=1', '-bios', image,
        '-fw_cfg', 'name=opt/sevemu/test,string=first mode=passing sev=1 '
                   'cbitpos=51 reduced=1 es=1 snp=1',
        '-object', 'memory-backend-ram,id=more,size=64M',
        '-device', 'pcie-root-port,id=root'], log_path)


@pytest.fixture(name='guest', params=['waits', 'runs'])
def guest_fixture(start, request):
    """One that is launched or not, and lives on when it was tried"""
    with start() as guest:
        if request.param == 'runs':
            guest.command('cont')
        yield guest
        assert guest.quit() == 0


def test_cpu(start):
    """Before its launch it can be added: interop/test_snp_launch.py."""
    with start() as guest:
        guest.command('cont')
        assert guest.refusal('device_add', **CPU) == NO_PLACE
        assert len(guest.command('query-cpus-fast')) == 1
        assert guest.quit() == 0


@pytest.mark.parametrize('driver,place', MEMORY)
def test_memory(guest, driver, place):
    """There is place for it: the guest is started with slots and maxmem."""
    assert guest.refusal('device_add', driver=driver, id='late',
                         **place) == NO_MEMORY.format(driver)
    assert guest.command('query-memory-devices') == []


@pytest.mark.parametrize('driver', [
    'virtio-balloon-pci', 'virtio-balloon-pci-non-transitional'])
def test_balloon(guest, driver):
    """It is there, and nothing comes of it: the guest has no driver."""
    guest.command('device_add', driver=driver, id='late', bus='root')
    before = guest.command('query-balloon')
    assert guest.command('balloon', value=BALLOON) == {}
    assert guest.command('query-balloon') == before == {'actual': 64 << 20}


def test_another_device(guest):
    """It is not the place that does not fit."""
    guest.command('device_add', driver='virtio-rng-pci', id='late',
                  bus='root')
