# SPDX-License-Identifier: GPL-2.0-or-later
"""
Guests that a hypervisor must not believe, and such that are launched anew, on
a QEMU whose own folders are instrumented (scripts/qemu-asan): no access out of
bounds, no undefined behaviour, no crash, no hang and no leak, whatever a guest
asks for.
"""

import os
import re
import time
from pathlib import Path

import pytest

import test_guests
from test_guests import images_fixture  # noqa: F401

LEAKS = Path(__file__).with_name('leaks.txt')
SECONDS = 10
FULL_SECONDS = int(os.environ.get('SOAK') or 60)
HOSTILE = re.compile(r'(ghcb|snp)-|relaunch-.*-4-cpus')
RANDOM = re.compile(r'(ghcb|snp)-random')


@pytest.fixture(name='asan_qemu')
def asan_qemu_fixture(build, qemu_env):
    # Slow, but GLib has no frame pointers, and leaks are known by their stack.
    qemu_env['ASAN_OPTIONS'] = ('detect_leaks=1:fast_unwind_on_malloc=0:'
                                'malloc_context_size=8')
    qemu_env['LSAN_OPTIONS'] = (f'suppressions={LEAKS}:'
                                'print_suppressions=0')
    qemu_env['UBSAN_OPTIONS'] = 'print_stacktrace=1'
    return build.dir / 'asan' / 'qemu-system-x86_64'


def rows_like(pattern):
    return [row for row in test_guests.rows() if pattern.match(row.name)]


def run_rows(rows, seconds, qemu, images, run):
    """Over and over, random ones with other seeds; returns how many."""
    assert rows
    count = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        row = rows[count % len(rows)]
        row = row._replace(guest=re.sub(r'seed=\d+', f'seed={count + 1000}',
                                        row.guest))
        verdict, output = test_guests.run_and_judge(row, qemu, images, run,
                                                    timeout=60)
        assert verdict == row.verdict and 'ERROR: ' not in output, (
            f'guest {count + 1}, {row.name}; it and QEMU said:\n{output}')
        count += 1
    return count


def test_random_guests_with_sanitizers(asan_qemu, images, run):  # noqa: F811
    assert run_rows(rows_like(RANDOM), SECONDS, asan_qemu, images, run) > 1


@pytest.mark.parametrize('row', rows_like(HOSTILE), ids=lambda row: row.name)
def test_hostile_guest_with_sanitizers(row, asan_qemu, images,  # noqa: F811
                                       run):
    verdict, output = test_guests.run_and_judge(row, asan_qemu, images, run,
                                                timeout=60)
    assert verdict == row.verdict and 'ERROR: ' not in output, (
        f'the guest and QEMU said:\n{output}')


@pytest.mark.full
@pytest.mark.limit(FULL_SECONDS + 120)
def test_soak_with_sanitizers(asan_qemu, images, run):  # noqa: F811
    assert run_rows(rows_like(RANDOM), FULL_SECONDS, asan_qemu, images,
                    run) > 1
