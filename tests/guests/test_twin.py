# SPDX-License-Identifier: GPL-2.0-or-later
"""What the private memory of an SEV-SNP guest takes of the host."""

import re
import resource
from pathlib import Path

import pytest

from qmp_guest import NOTE, own_words
from test_guests import images_fixture, qemu_fixture  # noqa: F401
from test_guests import Row, run_and_judge

OVERCOMMIT = Path('/proc/sys/vm/overcommit_memory')
SNP = 'sev-snp-guest,cbitpos=51,reduced-phys-bits=1,policy=0x30000'
# More than QEMU maps with a guest of 128 MiB
MAPPED = 2 << 30


def snp_row(name, options, guest, verdict='ok'):
    return Row(name, 'guest64', 'EPYC-Milan,phys-bits=46', SNP, options, guest,
               verdict)


def more_than_the_host_has():
    """In GiB: memory and swap, and some"""
    kib = re.findall(r'^(?:Mem|Swap)Total: *(\d+)',
                     Path('/proc/meminfo').read_text(), re.M)
    return sum(map(int, kib)) // (1 << 20) + 8


@pytest.mark.parametrize('backend', [
    'memory-backend-ram,reserve=off', 'memory-backend-memfd,reserve=off',
    'memory-backend-memfd'])
def test_nothing_is_reserved(qemu, images, run, backend):
    """The kernel reserves nothing for the backend, so nor for the twin."""
    if OVERCOMMIT.read_text().strip() == '2':
        pytest.skip(f'{OVERCOMMIT} is 2: all is reserved')
    gib = more_than_the_host_has()
    row = snp_row('large', f'-m {gib}G -machine memory-backend=m -object '
                  f'{backend},id=m,size={gib}G', 'first mode=passing')
    verdict, output = run_and_judge(row, qemu, images, run)
    assert verdict == 'ok', output


def may_lock():
    """Is this process allowed to lock what QEMU maps?"""
    limit, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    status = Path('/proc/self/status').read_text()
    capabilities = int(re.search(r'CapEff:\s*(\w+)', status)[1], 16)
    return (limit == resource.RLIM_INFINITY or limit > MAPPED
            or capabilities >> 14 & 1)          # CAP_IPC_LOCK


@pytest.mark.parametrize('how', ['on', 'on-fault'])
def test_locked_memory(qemu, images, run, how):
    """It cannot be given back. Private pages are new nevertheless."""
    if not may_lock():
        pytest.skip('this user may not lock memory')
    # What is locked is there at once, the translations' buffer too.
    row = snp_row('locked', '-accel tcg,tb-size=32 -m 128M -overcommit '
                  f'mem-lock={how}', 'snp_discard kept=1',
                  'ok, warns: access')
    verdict, output = run_and_judge(row, qemu, images, run)
    assert verdict == row.verdict, output
    said = own_words(output[output.rindex('\n1..'):])
    assert [line for line in said if 'iscard' in line] == [], said
    assert NOTE in said
