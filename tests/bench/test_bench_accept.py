# SPDX-License-Identifier: GPL-2.0-or-later
"""What `make bench` makes of how long memory takes to accept: no QEMU."""

import re
import sys

import pytest
from conftest import ROOT

sys.path.append(str(ROOT / 'bench'))

# pylint: disable=wrong-import-position
import accept  # noqa: E402
import commands  # noqa: E402
from guest import BenchError, Clocks  # noqa: E402

PAGES = {'2m': 128, '4k': 65536}    # of 256 MiB


@pytest.fixture(name='runs')
def runs_fixture(monkeypatch):
    """Instead of a guest: 1 s to start, 3 us for each page and time."""
    seen = []

    def run(command, _files, _log):
        words = dict(re.findall(r'(\w+)=(\w+)', command.argv[-1]))
        seen.append((words['what'], words['page'], int(words['times'])))
        pages = PAGES[words['page']] * int(words['times'])
        return Clocks(1 + pages * 3e-6, 99)
    monkeypatch.setattr(commands, 'run', run)
    return seen


def test_a_page(runs):
    """Starting does not count; of PVALIDATE there are two a page."""
    taken = accept.measure('qemu', 'rom', {}, None, 2)
    assert taken['validate-2m'] == pytest.approx([1500, 1500])
    assert taken['validate-4k'] == pytest.approx([1500, 1500])
    assert taken['accept-2m'] == pytest.approx([3000, 3000])
    assert taken['accept-4k'] == pytest.approx([3000, 3000])
    # 2 N first, then N; the next round the other way round
    assert runs[:2] == [('validate', '2m', 40000), ('validate', '2m', 20000)]
    assert runs[8:10] == [('validate', '2m', 20000), ('validate', '2m', 40000)]


def test_speed_is_that_of_the_median():
    taken = {work.name: [1000, 2000, 9000] for work in accept.WORKS}
    rows = {row.name: row for row in accept.make_rows(taken)}
    row = rows['validate-2m']
    assert (row.median, row.least, row.most) == (2000, 1000, 9000)
    # bytes in a nanosecond are GB in a second
    assert row.speed == pytest.approx(1048.576)
    assert rows['accept-4k'].speed == pytest.approx(2.048)
    table = accept.format_table(list(rows.values()), 3).splitlines()
    assert table[0] == 'accept: 3 times 256 MiB, processor time of one page'
    assert table[2].split()[:8] == ['validate-2m', '2000', 'ns', '1000', 'ns',
                                    '9000', 'ns', '1048.6']


def test_what_takes_no_time_was_not_measured(monkeypatch):
    monkeypatch.setattr(commands, 'run', lambda *_: Clocks(1, 1))
    with pytest.raises(BenchError, match='took no time'):
        accept.measure('qemu', 'rom', {}, None, 1)


def test_there_is_memory_enough():
    """What lies below 64 MiB is the ROM's."""
    argv = accept.command(accept.WORKS[0], 'qemu', 'rom', 1).argv
    assert argv[argv.index('-m') + 1] == '320M'
