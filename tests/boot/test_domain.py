# SPDX-License-Identifier: GPL-2.0-or-later
"""
Guests with what libvirt gives to a domain: a sandbox, a TPM, a screen that is
seen by VNC, USB, a channel, a memory backend, a thread for the disk.  The
guest's firmware and kernel have measured what they started, and the TPM's
quote of that verifies with tools that know nothing of us.
"""

import hashlib
import socket
import struct
import time
from pathlib import Path

import pytest
from PIL import Image
from qemu.qmp.legacy import QEMUMonitorProtocol

from scene import SEV, SEV_ES, SEV_SNP, Row, Scene
from tpm import Evidence, SwTpm

SANDBOX = ('on,obsolete=deny,elevateprivileges=deny,spawn=deny,'
           'resourcecontrol=deny')
DEVICES = (
    '-sandbox', SANDBOX,
    '-object', 'memory-backend-memfd,id=ram,size=768M,share=on',
    '-machine', 'memory-backend=ram',
    '-object', 'iothread,id=disks',
    '-object', 'rng-random,id=random,filename=/dev/urandom',
    '-device', 'virtio-rng-pci,rng=random',
    '-device', 'qemu-xhci', '-device', 'usb-tablet',
    '-audiodev', 'none,id=audio',
    '-device', 'virtio-vga',
)
RED = (170, 0, 0)       # of Linux' console
FULL = pytest.mark.full
TRIXIE, AMDSEV = 'ovmf-trixie', 'ovmf-amdsev'
ROWS = [
    pytest.param(SEV, 'tpm-tis', TRIXIE, id='sev-tpm-tis'),
    pytest.param(SEV_ES, 'tpm-crb', TRIXIE, id='sev-es-tpm-crb'),
    pytest.param(SEV_SNP, 'tpm-crb', TRIXIE, id='sev-snp-tpm-crb'),
    pytest.param(SEV, 'tpm-crb', TRIXIE, id='sev-tpm-crb', marks=FULL),
    pytest.param(SEV_ES, 'tpm-tis', TRIXIE, id='sev-es-tpm-tis', marks=FULL),
    pytest.param(SEV_SNP, 'tpm-tis', TRIXIE, id='sev-snp-tpm-tis',
                 marks=FULL),
    # Its #VC handler cannot decode how it looks at the interface of ppi=on.
    pytest.param(SEV_ES, 'tpm-crb,ppi=off', AMDSEV, id='sev-es-amdsev',
                 marks=FULL),
    pytest.param(SEV_SNP, 'tpm-crb,ppi=off', AMDSEV, id='sev-snp-amdsev',
                 marks=FULL),
]


class Host:
    """Where the host's ends of a guest's devices are."""

    def __init__(self, scratch):
        self.qmp = scratch / 'qmp'
        self.vnc = scratch / 'vnc'
        self.agent = scratch / 'agent'

    def options(self):
        return ('-qmp', f'unix:{self.qmp},server=on,wait=off',
                '-vnc', f'unix:{self.vnc}',
                '-device', 'virtio-serial-pci',
                '-chardev', f'socket,id=agent,path={self.agent},server=on,'
                            'wait=off',
                '-device', 'virtserialport,chardev=agent,'
                           'name=org.qemu.guest_agent.0')


def vnc_size(path):
    """What a VNC client is told of the screen: width and height."""
    with socket.socket(socket.AF_UNIX) as vnc:
        vnc.settimeout(10)
        vnc.connect(str(path))
        stream = vnc.makefile('rb')
        version = stream.read(12)
        assert version == b'RFB 003.008\n'
        vnc.sendall(version)
        kinds = stream.read(ord(stream.read(1)))
        assert 1 in kinds, 'no password is wanted'
        vnc.sendall(b'\1')
        assert stream.read(4) == bytes(4), 'security result'
        vnc.sendall(b'\1')     # others may look, too
        return struct.unpack('>HH', stream.read(4))


def pictures(monitor, scratch):
    """The screen by a PNG and by a PPM, while it stands still."""
    png, ppm = scratch / 'screen.png', scratch / 'screen.ppm'
    monitor.cmd('stop')
    monitor.cmd('screendump', filename=str(png), format='png')
    monitor.cmd('screendump', filename=str(ppm))
    monitor.cmd('cont')
    with Image.open(png) as first, Image.open(ppm) as second:
        assert (first.format, second.format) == ('PNG', 'PPM')
        return first.convert('RGB'), second.convert('RGB')


def check_screen(host, scratch):
    """The red that init has written, the same by PNG, by PPM and by VNC."""
    monitor = QEMUMonitorProtocol(str(host.qmp))
    monitor.connect()
    deadline = time.monotonic() + 20
    red = False
    while not red:
        png, ppm = pictures(monitor, scratch)
        assert png.tobytes() == ppm.tobytes()
        red = RED in (colour for _, colour in png.getcolors(1 << 24))
        assert red or time.monotonic() < deadline, 'nothing is red'
    monitor.close()
    assert png.size == vnc_size(host.vnc)


def check_sandbox(pid):
    """The kernel filters what it may ask for."""
    status = Path(f'/proc/{pid}/status').read_text()
    assert '\nSeccomp:\t2\n' in status


def check_quote(scene, tpm, scratch, run):
    """It verifies, and it is of the kernel's files; and nothing else does."""
    evidence = Evidence(scene.guest.console(), scratch, run)
    pcrs = evidence.pcrs()
    assert evidence.verifies(tpm.nonce, pcrs)
    assert not evidence.verifies(tpm.nonce[::-1], pcrs), 'another nonce'
    assert not evidence.verifies(tpm.nonce, pcrs[::-1]), 'other PCRs'
    initrd = hashlib.sha256(scene.initrd.read_bytes()).hexdigest()
    assert initrd in evidence.events, 'the initramfs is in the log'


@pytest.mark.parametrize('kind, device, firmware', ROWS)
def test_domain(build, log_path, tmp_path, run, kind, device,
                firmware):
    host = Host(tmp_path)
    with SwTpm(tmp_path) as tpm:
        row = Row('virtio-blk-pci,drive=disk,iothread=disks', '/dev/vda',
                  'virtio-net-pci,netdev=net,romfile=', 'screen,tpm,disk,net',
                  more=(*DEVICES, *host.options(), *tpm.options(device)),
                  words=(f'sevemu.nonce={tpm.nonce}',), kernel='kernel-6.12',
                  firmware=firmware)
        with Scene(build, kind, row, log_path, tmp_path) as scene:
            scene.expect_up('boot')
            check_sandbox(scene.guest.process.pid)
            scene.expect('screen', ('is red', '^guest: screen: red$'))
            check_screen(host, tmp_path)
            scene.expect('tpm', ('quotes', '^guest: tpm: quoted$'))
            scene.expect_devices('devices')
            check_quote(scene, tpm, tmp_path, run)
