# SPDX-License-Identifier: GPL-2.0-or-later
"""
What command lines for SEV guests and libvirt's domains name is in this QEMU:
scripts/qemu-configure has switched it on, and the files that go with it are
installed.
"""

import re
import subprocess

import pytest

DEVICES = '''
    ich9-ahci intel-hda ich9-intel-hda hda-duplex ide-cd ide-hd ich9-usb-ehci1
    isa-debugcon isa-serial nec-usb-xhci nvme pci-bridge pcie-pci-bridge
    pcie-root-port pvpanic pvpanic-pci pxb-pcie qemu-xhci ramfb scsi-cd scsi-hd
    tpm-crb tpm-tis usb-ehci usb-kbd usb-mouse usb-storage usb-tablet vfio-pci
    VGA bochs-display e1000 e1000e rtl8139 vmgenid vmcoreinfo
    vhost-scsi-pci vhost-user-blk-pci vhost-user-fs-device vhost-user-fs-pci
    vhost-user-gpu-pci vhost-user-scsi-pci vhost-user-vsock-device
    vhost-user-vsock-pci vhost-vdpa-device-pci vhost-vsock-device
    vhost-vsock-pci virtconsole virtio-9p-device virtio-9p-pci
    virtio-balloon-pci virtio-blk-device virtio-blk-pci virtio-gpu-pci
    virtio-iommu-pci virtio-keyboard-pci virtio-mem-pci virtio-mouse-pci
    virtio-net-device virtio-net-pci virtio-pmem-pci virtio-rng-device
    virtio-rng-pci virtio-scsi-pci virtio-serial-device virtio-serial-pci
    virtio-tablet-pci virtio-vga virtserialport i6300esb
'''
OBJECTS = '''
    filter-dump iothread memory-backend-file memory-backend-memfd
    memory-backend-ram memory-backend-shm rng-builtin rng-egd rng-random secret
    sev-guest sev-snp-guest throttle-group
'''
NETDEVS = 'bridge dgram hubport socket stream tap user vhost-user vhost-vdpa'
CHARDEVS = 'file memory mux null pipe pty ringbuf socket stdio udp'
TPMS = 'emulator passthrough'
LISTS = {
    '-device': (DEVICES, r'^name "([^"]+)"'),
    '-object': (OBJECTS, r'^  (\S+)$'),
    '-netdev': (NETDEVS, r'^(\S+)$'),
    '-chardev': (CHARDEVS, r'^  (\S+)$'),
    '-tpmdev': (TPMS, r'^ *(\S+)'),
}

# Each must start with `-machine none -S` and QMP, and end when it is told to.
OPTIONS = {
    'sandbox': '-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,'
               'resourcecontrol=deny',
    'vnc': '-vnc unix:{scratch}/vnc',
    'vnc-keymap': '-vnc unix:{scratch}/vnc -k de',
    'vnc-password': '-object secret,id=pass,data=secret '
                    '-vnc unix:{scratch}/vnc,password-secret=pass',
    'audio': '-audiodev none,id=audio',
    'native': '-blockdev driver=raw,node-name=d,file.driver=file,'
              'file.filename={disk},file.aio=native,cache.direct=on',
    'throttled': '-object throttle-group,id=t,x-iops-total=100 '
                 '-drive if=none,id=d,format=raw,file={disk},throttling.'
                 'iops-total=100',
    'qcow2': '-drive if=none,id=d,file={qcow2}',
}
FILES = '''
    bios-256k.bin bios-microvm.bin vgabios-stdvga.bin vgabios-virtio.bin
    vgabios-bochs-display.bin vgabios-ramfb.bin efi-virtio.rom efi-e1000.rom
    efi-e1000e.rom efi-rtl8139.rom kvmvapic.bin linuxboot_dma.bin
    multiboot_dma.bin pvh.bin qboot.rom keymaps/en-us
'''


@pytest.mark.parametrize('option', LISTS)
def test_named_by_help(build, run, option):
    wanted, pattern = LISTS[option]
    done = run([build.qemu, option, 'help'])    # for -tpmdev it ends with 1
    found = re.findall(pattern, done.stdout + done.stderr, re.MULTILINE)
    assert sorted(set(wanted.split()) - set(found)) == []


@pytest.fixture
def disks(build, tmp_path):
    for form in ('raw', 'qcow2'):
        subprocess.run([build.qemu_img, 'create', '-q', '-f', form,
                        tmp_path / form, '1M'], check=True)
    return {'scratch': tmp_path, 'disk': tmp_path / 'raw',
            'qcow2': tmp_path / 'qcow2'}


@pytest.mark.parametrize('name', OPTIONS)
def test_starts(build, run, disks, name):
    words = [word.format(**disks) for word in OPTIONS[name].split()]
    done = run([build.qemu, '-machine', 'none', '-nodefaults', '-S',
                '-display', 'none', '-qmp', 'stdio', *words], stdin=None,
               input='{"execute": "qmp_capabilities"} {"execute": "quit"}')
    assert (done.returncode, done.stderr) == (0, '')


def test_data_files(build):
    share = build.dir / 'share' / 'qemu'
    assert [name for name in FILES.split()
            if not (share / name).is_file()] == []


def test_libraries(build, run):
    """Of what has no list above; libgcrypt for cryptography, not OpenSSL."""
    done = run(['ldd', build.qemu])
    found = set(re.findall(r'^\s*lib(\S+?)\.so', done.stdout, re.MULTILINE))
    assert {'seccomp', 'png16', 'aio', 'uring', 'numa', 'gcrypt'} - found \
        == set()
    assert {'ssl', 'crypto'} & found == set()
