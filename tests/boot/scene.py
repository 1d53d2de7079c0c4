# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest with devices of its own, and the host's side of them."""

import gzip
from typing import NamedTuple

import boot_guest

ACTIVE = 'Memory Encryption Features active: AMD '
MODULES = ('nvme', 'ahci', 'sd_mod', 'e1000', 'virtio_balloon',
           '9pnet_virtio', '9p')
# Its cryptography comes first: there is no modprobe that would fetch it.
REPORT_MODULES = ('ghash-generic', 'gcm', 'sev-guest')
FULL = 'kernel-full'


class Kind(NamedTuple):
    """A guest's object with its properties, and what Linux calls it."""

    object: str
    features: str


SEV = Kind('sev-guest,policy=0x1', 'SEV')
SEV_ES = Kind('sev-guest,policy=0x5', 'SEV SEV-ES')
SEV_SNP = Kind('sev-snp-guest', 'SEV SEV-ES SEV-SNP')


class Row(NamedTuple):
    """Devices of a guest, how it calls its disk, and what it does."""

    disk: str
    path: str
    net: str
    do: str = 'disk,net'
    vcpus: int = 1
    more: tuple = ()
    words: tuple = ()       # for the kernel's command line
    kernel: str = FULL
    next: str = FULL        # for kexec
    firmware: str = 'ovmf-trixie'


VIRTIO = ('virtio-blk-pci,drive=disk', '/dev/vda',
          'virtio-net-pci,netdev=net,romfile=')


def pad(data):
    return data + bytes(-len(data) % 4)


def cpio_entry(name, content, mode=0o100644):
    """Of the newc format: a head of numbers in hexadecimal, name, content."""
    numbers = (0, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1,
               0)
    head = b'070701' + b''.join(b'%08x' % number for number in numbers)
    return pad(head + name.encode() + b'\0') + pad(content)


def with_next_kernel(initrd, image, next_initrd, output):
    """The initramfs, and in it what kexec needs: kernel, and initramfs."""
    own = initrd.read_bytes()
    archive = (cpio_entry('kexec', b'', 0o40755)
               + cpio_entry('kexec/kernel', image.read_bytes())
               + cpio_entry('kexec/initrd', next_initrd.read_bytes())
               + cpio_entry('TRAILER!!!', b''))
    output.write_bytes(own + bytes(-len(own) % 4)
                       + gzip.compress(archive, 1))
    return output


class Scene:
    """A guest of a row, running; use as a context, which ends it."""

    def __init__(self, build, kind, row, log, scratch):
        self.kind = kind
        self.row = row
        self.build = build
        self.disk = boot_guest.Disk(scratch / 'disk.img')
        self.server = boot_guest.EchoServer()
        self.image, self.initrd = self._kernel(row.kernel)
        if 'kexec' in row.do:
            self.initrd = with_next_kernel(self.initrd,
                                           *self._kernel(row.next),
                                           scratch / 'initrd')
        self.guest = boot_guest.Guest(build.qemu, self.options(), log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.guest.stop()

    def _kernel(self, name):
        modules = MODULES if name == FULL else ()
        variant = ''
        if 'report' in self.row.do or 'svsm' in self.row.do:
            # other guests have no such device, and then it does not load
            modules += REPORT_MODULES
            variant = '-report'
        return (boot_guest.one_of(self.build.asset(name), 'boot/vmlinuz-*'),
                boot_guest.initramfs(self.build, name, *modules,
                                     variant=variant))

    def options(self):
        row = self.row
        firmware = boot_guest.firmware_options(
            self.build.asset(row.firmware), 'bios', None)
        # the AmdSev build starts only what is measured
        hashes = 'on' if row.firmware == 'ovmf-amdsev' else 'off'
        self.append = ' '.join((
            'console=ttyS0 panic=-1 iomem=relaxed',
            f'sevemu.do={row.do} sevemu.disk={row.path}',
            f'sevemu.port={self.server.port}', *row.words))
        return ['-accel', 'tcg', '-cpu', 'EPYC', '-m', '768', '-smp',
                row.vcpus, '-machine', 'q35,confidential-guest-support=sev0',
                '-object', f'{self.kind.object},id=sev0,cbitpos=51,'
                           f'reduced-phys-bits=1,kernel-hashes={hashes}',
                *firmware,
                '-kernel', self.image, '-initrd', self.initrd,
                '-append', self.append, '-drive',
                f'file={self.disk.path},format=raw,if=none,id=disk',
                '-device', row.disk, '-netdev', 'user,id=net',
                '-device', row.net, *row.more]

    def expect(self, name, *steps):
        self.guest.expect(name, steps)

    def expect_up(self, name):
        self.expect(name, ('Linux starts', r'Linux version \d'),
                    ('the kernel finds what protects it',
                     f'{ACTIVE}{self.kind.features}$'),
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
