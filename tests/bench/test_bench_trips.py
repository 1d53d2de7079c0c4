# SPDX-License-Identifier: GPL-2.0-or-later
"""What `make bench` makes of a #VC's times and of a boot's trace: no QEMU."""

import sys

import pytest
from conftest import ROOT

sys.path.append(str(ROOT / 'bench'))

# pylint: disable=wrong-import-position
import commands  # noqa: E402
import exits  # noqa: E402
import trips  # noqa: E402
from guest import BenchError, Clocks  # noqa: E402


@pytest.fixture(name='runs')
def runs_fixture(monkeypatch):
    """Instead of a guest: 1 s to start, 2 us for each trip."""
    seen = []

    def run(command, _files, _log):
        words = command.argv[-1].split()
        times = int(words[2].removeprefix('times='))
        seen.append(times // trips.TIMES)
        return Clocks(1 + times * 2e-6, 99)
    monkeypatch.setattr(commands, 'run', run)
    return seen


def test_starting_does_not_count(runs):
    taken = trips.measure('qemu', 'rom', {}, None, 2)
    assert set(taken) == {trip.name for trip in trips.TRIPS}
    for values in taken.values():
        assert values == pytest.approx([2000, 2000])
    # 2 N first, then N; the next round the other way round
    assert runs == [2, 1] * len(trips.TRIPS) + [1, 2] * len(trips.TRIPS)


def test_the_median_counts():
    taken = {trip.name: [10, 20, 90] for trip in trips.TRIPS}
    taken['cpuid-es'] = [60, 50, 40]
    rows = trips.make_rows(taken)
    assert (rows[0].median, rows[0].least, rows[0].most) == (20, 10, 90)
    table = trips.format_table(rows, 3)
    assert table.endswith('takes 2.50 times a plain exception and a port')


def test_what_takes_no_time_was_not_measured(monkeypatch):
    monkeypatch.setattr(commands, 'run', lambda *_: Clocks(1, 1))
    with pytest.raises(BenchError, match='took no time'):
        trips.measure('qemu', 'rom', {}, None, 1)


def test_only_sev_es_guests_are_told_so():
    by_policy = {trip.policy: trips.command(trip, 'qemu', 'rom', 1).argv[-1]
                 for trip in trips.TRIPS}
    assert by_policy[5].endswith(' es=1')
    assert ' es=1' not in by_policy[1]


def test_exits_are_counted_by_name():
    lines = ['sev_vc vCPU 0: #VC: IOIO (0x7b) at 0xfff0',
             '12@3.4:sev_vc vCPU 1: #VC: MWAIT (conditional) (0x8c) at 0x1',
             'sev_vc vCPU 0: #VC: IOIO (0x7b) at 0xfff1',
             'sev_vmgexit vCPU 0: IOIO (0x7b), 0x0, 0x0', 'else']
    assert exits.count_lines(lines) == [('IOIO', 2),
                                        ('MWAIT (conditional)', 1)]
    assert exits.format_table([('IOIO', 2), ('CPUID', 1)]).split()[-1] == '3'
