# SPDX-License-Identifier: GPL-2.0-or-later
"""
The rows with several CPUs, those that reboot and random ones, over and over.

What goes wrong between CPUs goes wrong now and then. SOAK= says for how many
seconds to try; the count of what was run is in the log.
"""

import os
import re
import time

import pytest

import test_guests
from test_guests import images_fixture, qemu_fixture  # noqa: F401

SECONDS = int(os.environ.get('SOAK') or 30)


def soak_rows():
    return [row for row in test_guests.rows()
            if row.name == 'snp-ap' or
            row.name.startswith(('smp-', 'reboot-', 'no-sev-smp', 'es-smp',
                                 'ghcb-hold', 'ghcb-random',
                                 'snp-contend', 'snp-random', 'wake-',
                                 'snp-messages-',
                                 'remap-'))]


@pytest.mark.full
@pytest.mark.limit(SECONDS + 60)
def test_soak(qemu, images, run, log_path):  # noqa: F811
    rows = soak_rows()
    assert rows
    count = 0
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        row = rows[count % len(rows)]
        # Other requests each time; the log has the seed.
        row = row._replace(guest=re.sub(r'seed=\d+', f'seed={count + 1}',
                                        row.guest))
        verdict, output = test_guests.run_and_judge(row, qemu, images, run)
        assert verdict == row.verdict, (
            f'guest {count + 1}, {row.name}; it and QEMU said:\n{output}')
        count += 1
    with log_path.open('a') as log:
        log.write(f'{count} guests in {SECONDS} s\n')
