# SPDX-License-Identifier: GPL-2.0-or-later
"""
SEV-ES guests and devices whose drivers Debian's cloud kernels lack: the full
kernel, with drivers as modules. Each access to a device's registers is a #VC.
"""

import contextlib
import gzip
import time
from typing import NamedTuple

import pytest
from qemu.qmp.legacy import QEMUMonitorProtocol

import boot_guest

ACTIVE = 'Memory Encryption Features active: AMD SEV SEV-ES$'
MODULES = ('nvme', 'ahci', 'sd_mod', 'e1000')
RED = bytes((170, 0, 0))        # of Linux' console
KERNEL = 'kernel-full'


class Row(NamedTuple):
    """Devices of a guest, how it calls its disk, and what it does."""

    disk: str
    path: str
    net: str
    do: str = 'disk,net'
    vcpus: int = 1
    more: tuple = ()
    kernel: tuple = ()


VIRTIO = ('virtio-blk-pci,drive=disk', '/dev/vda',
          'virtio-net-pci,netdev=net,romfile=')
ROWS = {
    'virtio': Row(*VIRTIO),
    'virtio-8-cpus': Row(*VIRTIO, vcpus=8),
    'nvme-e1000': Row('nvme,drive=disk,serial=1', '/dev/nvme0n1',
                      'e1000,netdev=net,romfile='),
    'ahci-e1000': Row('ide-hd,drive=disk,bus=ide.0', '/dev/sda',
                      'e1000,netdev=net,romfile='),
}
SCREEN = Row(*VIRTIO, do='screen,halt', more=('-device', 'VGA'))
KEXEC = Row(*VIRTIO, do='kexec', kernel=('sevemu.kexec=disk,net',))


def pad(data):
    return data + bytes(-len(data) % 4)


def cpio_entry(name, content, mode=0o100644):
    """Of the newc format: a head of numbers in hexadecimal, name, content."""
    numbers = (0, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1,
               0)
    head = b'070701' + b''.join(b'%08x' % number for number in numbers)
    return pad(head + name.encode() + b'\0') + pad(content)


def with_next_kernel(initrd, image, output):
    """The initramfs, and in it what kexec needs: kernel, and itself."""
    own = initrd.read_bytes()
    archive = (cpio_entry('kexec', b'', 0o40755)
               + cpio_entry('kexec/kernel', image.read_bytes())
               + cpio_entry('kexec/initrd', own)
               + cpio_entry('TRAILER!!!', b''))
    output.write_bytes(own + bytes(-len(own) % 4)
                       + gzip.compress(archive, 1))
    return output


class Scene:
    """A guest of a row, with the host's side of its disk and network."""

    def __init__(self, build, row, log, scratch):
        self.row = row
        self.build = build
        self.disk = boot_guest.Disk(scratch / 'disk.img')
        self.server = boot_guest.EchoServer()
        self.image = boot_guest.one_of(build.asset(KERNEL), 'boot/vmlinuz-*')
        self.initrd = boot_guest.initramfs(build, KERNEL, *MODULES)
        if 'kexec' in row.do:
            self.initrd = with_next_kernel(self.initrd, self.image,
                                           scratch / 'initrd')
        self.guest = boot_guest.Guest(build.qemu, self.options(), log)

    def options(self):
        row = self.row
        firmware = boot_guest.firmware_options(
            self.build.asset('ovmf-trixie'), 'bios', None)
        append = ' '.join(('console=ttyS0 panic=-1 iomem=relaxed',
                           f'sevemu.do={row.do} sevemu.disk={row.path}',
                           f'sevemu.port={self.server.port}', *row.kernel))
        return ['-accel', 'tcg', '-cpu', 'EPYC', '-m', '768', '-smp',
                row.vcpus, '-machine', 'q35,confidential-guest-support=sev0',
                '-object', 'sev-guest,id=sev0,policy=0x5,cbitpos=51,'
                           'reduced-phys-bits=1', *firmware,
                '-kernel', self.image, '-initrd', self.initrd,
                '-append', append, '-drive',
                f'file={self.disk.path},format=raw,if=none,id=disk',
                '-device', row.disk, '-netdev', 'user,id=net',
                '-device', row.net, *row.more]

    def expect(self, name, *steps):
        self.guest.expect(name, steps)

    def expect_up(self, name):
        self.expect(name, ('Linux starts', r'Linux version \d'),
                    ('the kernel finds SEV-ES', ACTIVE),
                    ('init runs on all CPUs',
                     rf'^guest: up: Linux .*, {self.row.vcpus} CPU$'))

    def expect_devices(self, name):
        self.expect(name, ('disk', r'^guest: disk: \d+ bytes copied$'),
                    ('network', r'^guest: net: \d+ bytes echoed$'),
                    ('all is done', '^guest: done$'),
                    ('power-off', '^guest: powering off$'))
        assert self.guest.status() == 0, "QEMU's exit status"
        self.disk.check()
        self.server.check(connections=1)


@pytest.fixture(name='play')
def play_fixture(build, log_path, tmp_path):
    """play(row): a Scene that begins"""
    with contextlib.ExitStack() as stack:
        def play(row):
            scene = Scene(build, row, log_path, tmp_path)
            stack.callback(scene.guest.stop)
            return scene
        yield play


@pytest.mark.full
@pytest.mark.parametrize('name', ROWS)
def test_device(play, name):
    scene = play(ROWS[name])
    scene.expect_up('boot')
    scene.expect_devices('devices')


@pytest.mark.full
def test_kexec(play):
    """The next kernel finds all as the first did."""
    scene = play(KEXEC)
    scene.expect_up('boot')
    scene.expect('kexec', ('loads', '^guest: kexec: the next kernel is '
                                    'loaded$'))
    scene.expect_up('next kernel')
    scene.expect_devices('next kernel')


def screendump(monitor, path):
    """The pixels of a PPM file, three bytes each, after a head of words"""
    monitor.cmd('screendump', filename=str(path))
    picture = path.read_bytes()
    _, width, height, *_ = picture.split(None, 4)
    return picture[-3 * int(width) * int(height):]


@pytest.mark.full
def test_screen(play, tmp_path):
    """What Linux' console writes to the frame buffer is to be seen."""
    path = tmp_path / 'qmp'
    more = (*SCREEN.more, '-qmp', f'unix:{path},server=on,wait=off')
    scene = play(SCREEN._replace(more=more))
    scene.expect_up('boot')
    scene.expect('screen', ('is red', '^guest: screen: red$'))
    monitor = QEMUMonitorProtocol(str(path))
    monitor.connect()
    deadline = time.monotonic() + 10
    red = 0
    while red < 0.9 and time.monotonic() < deadline:
        pixels = screendump(monitor, tmp_path / 'screen.ppm')
        red = pixels.count(RED) * 3 / len(pixels)
    monitor.close()
    assert red >= 0.9, f'{red:.0%} of the screen is red'
