# SPDX-License-Identifier: GPL-2.0-or-later
"""
The same run twice: by a seed and a clock that counts instructions, and by a
record. A trace of two runs is then equal to the line, up to where the guest
asks for its end: how far other CPUs come until QEMU stops, the host decides.
"""

import itertools
import re

import pytest

from test_guests import (command, image_of,  # noqa: F401
                         images_fixture, judge, qemu_fixture, rows)

SEEDED = ['-icount', 'shift=3,sleep=off', '-rtc', 'base=2026-01-01,clock=vm',
          '-seed', '1']
ROWS = {row.name: row for row in rows()}


def is_the_end(line):
    """VMGEXIT that writes to isa-debug-exit"""
    return re.search(r'IOIO \(0x7b\), 0xf4\w{4}, ', line)


def traced(run, args, trace):
    """The exit status, what the guest said, and the trace"""
    done = run([*args, '-trace', 'sev_*', '-D', trace], timeout=100)
    lines = trace.read_text().splitlines()
    return done.returncode, done.stdout, list(
        itertools.takewhile(lambda line: not is_the_end(line), lines))


@pytest.fixture(name='args')
def args_fixture(qemu, images):
    """args(name): the command line of a row of guests.txt"""
    def find(name):
        return command(ROWS[name], qemu, image_of(ROWS[name], images))

    return find


@pytest.mark.parametrize('name', ['snp-ap', 'snp-random-smp', 'ghcb-hold',
                                  'snp-messages-4-cpus'])
def test_seeded(run, tmp_path, args, name):
    """Several vCPUs, which take turns after so many instructions"""
    first, second = (traced(run, [*args(name), *SEEDED], tmp_path / trace)
                     for trace in ('first', 'second'))
    assert judge(*first[:2]) == 'ok', first[1]
    assert len(first[2]) > 100
    assert second == first


@pytest.mark.parametrize('name', ['rdrand-qemu64', 'ghcb-random-1',
                                  'snp-random-1'])
def test_replayed(run, tmp_path, args, name):
    recorded, replayed = (
        traced(run, [*args(name), '-icount',
                     f'shift=3,rr={mode},rrfile={tmp_path}/events'],
               tmp_path / mode)
        for mode in ('record', 'replay'))
    assert judge(*recorded[:2]) == 'ok', recorded[1]
    assert recorded[2]
    # A replay ends where the record does, which has no exit status in it and
    # may end before the few instructions that ended QEMU.
    short = len(recorded[2]) - len(replayed[2])
    assert 0 <= short < 10
    assert replayed[1] == recorded[1]
    assert replayed[2] == recorded[2][:len(replayed[2])]
