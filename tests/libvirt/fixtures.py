# SPDX-License-Identifier: GPL-2.0-or-later
"""A box with libvirt running, for all tests of one process: fixtures."""

import os
import shutil
import subprocess

import pytest

from box import GUIDE_SETUP, Box, Connection
from domains import Files

NEEDS = ('unshare', '--mount', '--pid', '--net', '--ipc', '--fork', 'true')


@pytest.fixture(scope='session', name='box')
def box_fixture(build, tmp_path_factory):
    if os.geteuid() != 0 or subprocess.run(NEEDS, check=False).returncode:
        pytest.skip('needs root, with mount and process namespaces')
    if not shutil.which('apt-get'):
        pytest.skip('needs apt, to fetch the packages of Debian 13')
    worker = os.environ.get('PYTEST_XDIST_WORKER', 'main')
    log = build.dir / 'logs' / f'libvirt-box-{worker}.log'
    log.write_text('')
    with Box(build, tmp_path_factory.mktemp('box'), log) as box:
        box.run('sh', '-ec', '\n'.join(GUIDE_SETUP.values()).replace(
            '$PWD', str(build.root)))
        box.start_libvirt()
        yield box


@pytest.fixture(params=['qemu:///system', 'qemu:///session'],
                ids=['system', 'session'], name='virsh')
def virsh_fixture(box, request):
    return Connection(box, request.param)


@pytest.fixture(name='system')
def system_fixture(box):
    return Connection(box, 'qemu:///system')


@pytest.fixture(scope='session', name='files')
def files_fixture(build):
    """Of the AmdSev build of OVMF, and a kernel that stays up."""
    initrd = build.dir / 'initramfs' / 'kernel-6.12.cpio.gz'
    subprocess.run([build.root / 'initramfs/build', initrd,
                    build.asset('kernel-6.12')], check=True)
    return Files(build.asset('ovmf-amdsev') / 'usr/share/ovmf/OVMF.amdsev.fd',
                 build.kernel('kernel-6.12'), initrd)
