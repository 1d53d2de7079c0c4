# SPDX-License-Identifier: GPL-2.0-or-later
"""How `make bench` times commands: real processes, made-up seconds."""

import sys

import pytest
from conftest import ROOT

sys.path.append(str(ROOT / 'bench'))

# pylint: disable=wrong-import-position
import commands  # noqa: E402
from commands import Command, Timed  # noqa: E402
from guest import BenchError, Clocks  # noqa: E402

ALONE = Timed('name', 'title', Command(('a',)), Command(('b',)), False, 0.1)
ADDED = ALONE._replace(less_a=True)
SH = ('sh', '-c')


def pairs_of(*seconds):
    """Pairs with these seconds on the wall, and twice them of processor."""
    return [(Clocks(2 * a, a), Clocks(2 * b, b)) for a, b in seconds]


@pytest.mark.parametrize('timed, seconds, taken, holds', [
    # the median counts, not the mean, and each pair does
    (ALONE, ((1, 0.0625), (1, 0.09375), (1, 9)), (0.09375, 0.0625, 9), True),
    (ALONE, ((1, 0.0625), (1, 0.125), (1, 0.25)), (0.125, 0.0625, 0.25),
     False),
    # of each pair's difference, which can be less than nothing
    (ADDED, ((1, 1.0625), (2, 2.0625), (5, 4)), (0.0625, -1, 0.0625), True),
    (ADDED, ((1, 1.125), (2, 2.125), (5, 4)), (0.125, -1, 0.125), False),
])
def test_row(timed, seconds, taken, holds):
    row = commands.make_row(timed, pairs_of(*seconds), 'wall')
    assert (row.taken, row.taken_min, row.taken_max) == taken
    assert (row.limit, row.holds) == (0.1, holds)
    words = commands.format_row(row)
    assert words.endswith('0.10 s holds' if holds else '0.10 s EXCEEDED')


def test_processor_time_is_not_judged():
    row = commands.make_row(ALONE, pairs_of((1, 8)), 'cpu')
    assert (row.a, row.b, row.limit, row.holds) == (2, 16, None, None)
    assert commands.format_row(row).split()[:2] == ['name', 'cpu']


def test_table_says_what_is_taken():
    rows = [commands.make_row(ADDED, pairs_of((1, 2)), 'wall')]
    table = commands.format_table([(ADDED, rows)], 1).splitlines()
    assert table[0] == 'commands: 1 pairs of each'
    assert table[1] == '  name: title; taken is B - A'
    assert len(table) == 4


@pytest.fixture(name='files')
def files_fixture(tmp_path):
    return {'dir': str(tmp_path), 'word': 'said'}


@pytest.fixture(name='log')
def log_fixture(tmp_path):
    with (tmp_path / 'log').open('wb') as log:
        yield log


def test_order(files, log, tmp_path):
    """A-B, B-A, A-B; whatever the order, A stands first in a pair."""
    slow = Command((*SH, 'printf A >> runs; sleep 0.2'))
    fast = Command((*SH, 'printf B >> runs'))
    pairs = commands.measure(Timed('', '', slow, fast, True, 1), files, log, 3)
    assert (tmp_path / 'runs').read_text() == 'ABBAAB'
    assert all(a.wall >= 0.2 for a, _ in pairs)


def test_processor_time_has_what_a_command_starts(files, log):
    """Of sevemu run that is QEMU, the most of it."""
    child = "sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done'; :"
    assert commands.run(Command((*SH, child)), files, log).cpu > 0.02


def test_words_and_log(files, log, tmp_path):
    commands.run(Command((*SH, 'echo {word}; echo $XDG_STATE_HOME >&2')),
                 files, log)
    assert (tmp_path / 'log').read_text().splitlines()[1:] == \
        ['said', str(tmp_path)]


@pytest.mark.parametrize('status', [0, 3])
def test_another_status_ends_the_session(files, log, status):
    """What failed at once would look fast."""
    commands.run(Command((*SH, f'exit {status}'), status), files, log)
    with pytest.raises(BenchError, match=f'ended with {status} instead of 7'):
        commands.run(Command((*SH, f'exit {status}'), 7), files, log)


def test_killed_ends_the_session(files, log):
    with pytest.raises(BenchError, match='ended with -9 instead of 0'):
        commands.run(Command((*SH, 'kill -9 $$')), files, log)


def test_too_slow_ends_the_session(files, log, monkeypatch):
    monkeypatch.setattr(commands, 'TIMEOUT', 0.1)
    with pytest.raises(BenchError, match='not ready in 0.1 s'):
        commands.run(Command(('sleep', '30')), files, log)
