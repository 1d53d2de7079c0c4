# SPDX-License-Identifier: GPL-2.0-or-later
"""
From one kernel into the next. Of SEV-SNP guests only newer kernels give back
what they have shared, and then can't answer a #VC any more, the one of their
own write to DR7 included: so it works with debug-swap=on, where that is none.
"""

import pytest

from scene import SEV_ES, VIRTIO, Kind, Row, Scene

NEW = 'kernel-new'
OLD = 'kernel-6.1'
DEBUG_SWAP = Kind('sev-snp-emulated,debug-swap=on', 'SEV SEV-ES SEV-SNP')
KEXEC = Row(*VIRTIO, do='kexec', words=('sevemu.kexec=disk,net',))
TERMINATION = ('SEV: the guest has ended: a feature of SEV-SNP that the '
               'hypervisor lacks, or the guest does not know (reason set 0, '
               'general; code 2)')

# The kernel is what Debian has today: a failure is reported, not counted.
reported = pytest.mark.xfail(reason='reported, not gating')


def expect_kexec(scene):
    scene.expect_up('boot')
    scene.expect('kexec', ('loads', '^guest: kexec: the next kernel is '
                                    'loaded$'))


@pytest.mark.full
@pytest.mark.parametrize('kind, row', [
    pytest.param(SEV_ES, KEXEC, id='sev-es'),
    pytest.param(DEBUG_SWAP, KEXEC._replace(kernel=NEW, next=NEW),
                 id='sev-snp', marks=reported),
    pytest.param(DEBUG_SWAP, KEXEC._replace(kernel=NEW, next=NEW, vcpus=4),
                 id='sev-snp-4-cpus', marks=reported),
])
def test_kexec(build, log_path, tmp_path, kind, row):
    """The next kernel finds all as the first did."""
    with Scene(build, kind, row, log_path, tmp_path) as scene:
        expect_kexec(scene)
        scene.expect_up('next kernel')
        scene.expect_devices('next kernel')


@pytest.mark.full
@reported
def test_refused(build, log_path, tmp_path):
    """Linux 6.1 does not know DebugSwap: its EFI stub returns to firmware
    (matrix.txt), and without the stub it ends itself by the GHCB.
    """
    row = KEXEC._replace(kernel=NEW, next=OLD)
    with Scene(build, DEBUG_SWAP, row, log_path, tmp_path) as scene:
        expect_kexec(scene)
        assert scene.guest.status() == 0, "QEMU's exit status"
        assert scene.guest.last_error() == TERMINATION
