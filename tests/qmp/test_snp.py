# SPDX-License-Identifier: GPL-2.0-or-later
"""What cannot be added to an SEV-SNP guest at run time."""

import pytest

from qmp_guest import Guest

CPU = {'driver': 'EPYC-x86_64-cpu', 'id': 'late', 'socket-id': 1,
       'core-id': 0, 'thread-id': 0}
NO_PLACE = ('CPU hot-plug is not possible for this guest: the state of its '
            'CPUs was protected when it was launched')
NO_BALLOON = ("SEV-SNP: a guest's private memory cannot be given back: leave "
              'out the virtio-balloon device')
NO_MEMORY = [
    ('pc-dimm', {}, "no slots where allocated, please specify the 'slots' "
     'option'),
    ('virtio-mem-pci', {'bus': 'root'}, 'the configuration is not prepared '
     'for memory devices (e.g., for memory hotplug), consider specifying the '
     'maxmem option'),
]


@pytest.fixture(name='start')
def start_fixture(build, log_path):
    """A Guest that waits for `cont`, with places where things fit"""
    image = build.dir / 'tools' / 'tests' / 'guests' / 'guest64.bin'
    return lambda: Guest(build.qemu, [
        '-accel', 'tcg', '-cpu', 'EPYC', '-m', '64M', '-S', '-smp',
        '1,maxcpus=2,sockets=2', '-machine',
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


@pytest.mark.parametrize('driver,place,reason', NO_MEMORY)
def test_memory(guest, driver, place, reason):
    assert guest.refusal('device_add', driver=driver, id='late',
                         memdev='more', **place) == reason
    assert guest.command('query-memory-devices') == []


@pytest.mark.parametrize('driver', [
    'virtio-balloon-pci', 'virtio-balloon-pci-non-transitional'])
def test_balloon(guest, driver):
    assert guest.refusal('device_add', driver=driver, id='late',
                         bus='root') == NO_BALLOON
    assert 'balloon' in guest.refusal('query-balloon')


def test_another_device(guest):
    """It is not the place that does not fit."""
    guest.command('device_add', driver='virtio-rng-pci', id='late',
                  bus='root')
