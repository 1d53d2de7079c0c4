# SPDX-License-Identifier: GPL-2.0-or-later
"""
A hostile driver of a virtio-balloon device, which takes it though its DMA is
not for such guests, and inflates it. The driver is this test, by QEMU's qtest
protocol; the guest itself waits for `cont`.
"""

import struct

import pytest
from qemu.machine.qtest import QEMUQtestProtocol

from qmp_guest import TCG, Guest

C_BIT = 1 << 51
PAGE = 0x200000
SHARED, PRIVATE = b'shared' * 8, b'secret' * 8
SLOT = 4
BAR = 0xc0000000
# Where QEMU has the parts of a modern virtio device, in its BAR 4
DRIVER_SELECT, DRIVER_FEATURE, STATUS = 0x8, 0xc, 0x14
QUEUE, QUEUE_SIZE, QUEUE_ENABLE = 0x16, 0x18, 0x1c
DESCRIPTORS, AVAILABLE, USED = 0x20, 0x28, 0x30
NOTIFY = 0x3000
# VIRTIO_F_VERSION_1 and VIRTIO_F_ACCESS_PLATFORM, of the upper 32 bits
FEATURES = 3
ACKNOWLEDGE, FEATURES_OK, DRIVER_OK = 3, 8, 4
INFLATE = 0             # the first queue
RING = 0x10000          # descriptors, available, used, page numbers


class Driver:
    """Of the balloon in a guest whose qtest socket this is"""

    def __init__(self, path):
        self.qtest = QEMUQtestProtocol(str(path))
        self.qtest.connect()

    def ask(self, words):
        answer = self.qtest.cmd(words).split()
        assert answer[0] == 'OK', (words, answer)
        return answer[-1]

    def write(self, address, data):
        self.ask(f'write {address:#x} {len(data)} 0x{data.hex()}')

    def read(self, address, size):
        return bytes.fromhex(self.ask(f'read {address:#x} {size}')[2:])

    def config(self, register, value):
        """Writes to the device's configuration space."""
        self.ask(f'outl 0xcf8 {0x80000000 | SLOT << 11 | register:#x}')
        self.ask(f'outl 0xcfc {value:#x}')

    def set(self, register, value, width='l'):
        self.ask(f'write{width} {BAR + register:#x} {value:#x}')

    def start(self):
        self.config(0x20, BAR)          # BAR 4
        self.config(0x24, 0)
        self.config(0x04, 0x6)          # memory, bus master
        self.set(STATUS, 0, 'b')
        self.set(STATUS, ACKNOWLEDGE, 'b')
        self.set(DRIVER_SELECT, 1)
        self.set(DRIVER_FEATURE, FEATURES)
        self.set(STATUS, ACKNOWLEDGE | FEATURES_OK, 'b')
        assert self.read(BAR + STATUS, 1)[0] & FEATURES_OK
        self.set(QUEUE, INFLATE, 'w')
        self.set(QUEUE_SIZE, 16, 'w')
        for i, register in enumerate((DESCRIPTORS, AVAILABLE, USED)):
            self.set(register, RING + i * 0x1000)
            self.set(register + 4, 0)
        self.set(QUEUE_ENABLE, 1, 'w')
        self.set(STATUS, ACKNOWLEDGE | FEATURES_OK | DRIVER_OK, 'b')

    def inflate(self, address):
        """Gives the page at @address to the balloon."""
        numbers = RING + 0x3000
        self.write(numbers, struct.pack('<I', address >> 12))
        self.write(RING, struct.pack('<QIHH', numbers, 4, 0, 0))
        self.write(RING + 0x1000, struct.pack('<HHH', 0, 1, 0))
        self.set(NOTIFY, INFLATE, 'w')
        _, used = struct.unpack('<HH', self.read(RING + 0x2000, 4))
        assert used == 1, 'the device has seen it'


@pytest.fixture(name='driver')
def driver_fixture(build, log_path, tmp_path, request):
    path = tmp_path / 'qtest'
    with Guest(build.qemu, [
            *TCG, '-S', '-cpu', 'EPYC', '-object', f'{request.param},id=sev0',
            '-bios', build.dir / 'tools/tests/guests/guest64.bin', '-device',
            f'virtio-balloon-pci,addr={SLOT},ioeventfd=off', '-qtest',
            f'unix:{path},server=on,wait=off', '-qtest-log', 'none'],
               log_path) as guest:
        driver = Driver(path)
        driver.start()
        yield driver
        driver.qtest.close()
        assert guest.quit() == 0


@pytest.mark.parametrize('driver', ['sev-snp-emulated'], indirect=True)
def test_private_memory_stays(driver):
    """What a page has as shared memory is gone, as with KVM."""
    driver.write(PAGE, SHARED)
    driver.write(C_BIT | PAGE, PRIVATE)
    driver.inflate(PAGE)
    assert driver.read(PAGE, len(SHARED)) == bytes(len(SHARED))
    assert driver.read(C_BIT | PAGE, len(PRIVATE)) == PRIVATE


@pytest.mark.parametrize('driver', ['sev-emulated', 'sev-emulated,policy=5'],
                         indirect=True)
def test_nothing_is_discarded(driver):
    """With one view of memory, which KVM pins"""
    driver.write(PAGE, SHARED)
    driver.inflate(PAGE)
    assert driver.read(PAGE, len(SHARED)) == SHARED
