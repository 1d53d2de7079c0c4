# SPDX-License-Identifier: GPL-2.0-or-later
"""Our work as patches for QEMU: applies, passes checkpatch.pl, compiles."""

import pytest


def test_passes_checkpatch(run, build):
    done = run([build.root / 'scripts' / 'series'], timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((build.dir / 'series').glob('*.patch'))


@pytest.mark.full
@pytest.mark.limit(7200)
def test_compiles_at_every_patch(run, build):
    done = run([build.root / 'scripts' / 'series', '--build'], timeout=7000)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
