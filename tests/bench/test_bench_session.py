# SPDX-License-Identifier: GPL-2.0-or-later
"""In which order `make bench` runs guests, and what ends it: no QEMU here."""

import sys

import pytest
from conftest import ROOT

sys.path.append(str(ROOT / 'bench'))

# pylint: disable=wrong-import-position
import guest  # noqa: E402
from comparisons import Comparison  # noqa: E402
from session import Session  # noqa: E402

A, B = (guest.Setup(name, 'qemu', (), '') for name in 'AB')
COMPARISON = Comparison('name', 'title', A, B, {})


@pytest.fixture
def runs(monkeypatch):
    """Instead of running a guest: its name, and how many were before it."""
    seen = []

    def run(setup, _files, _log):
        seen.append(setup.name)
        number = len(seen)
        return ({measure: guest.Clocks(number, number)
                 for measure in guest.MEASURES}, ['a sum'])
    monkeypatch.setattr(guest, 'run', run)
    return seen


def numbers(pairs):
    """Which run, counted from one, stands where."""
    return [tuple(took['walk'].cpu for took in pair) for pair in pairs]


def test_order(runs):
    """A-B, A-A, B-A, A-A; whatever the order, A stands first in a pair."""
    pairs, self_pairs = Session(None, None, [COMPARISON], 3).measure()['name']
    assert ''.join(runs) == 'AB' 'AA' 'BA' 'AA' 'AB' 'AA'
    assert numbers(pairs) == [(1, 2), (6, 5), (9, 10)]
    assert numbers(self_pairs) == [(3, 4), (8, 7), (11, 12)]


def test_comparisons_take_turns(runs):
    """Each round has a pair of every comparison."""
    other = Comparison('other', 'title', B, A, {})
    pairs = Session(None, None, [COMPARISON, other], 1).measure()
    assert ''.join(runs) == 'AB' 'AA' 'BA' 'BB'
    assert set(pairs) == {'name', 'other'}


def test_another_sum_ends_the_session(monkeypatch):
    """A guest that computes something else is not timed."""
    sums = iter([['1'], ['1'], ['2']])
    nothing = {measure: guest.Clocks(1, 1) for measure in guest.MEASURES}
    monkeypatch.setattr(guest, 'run', lambda *_: (nothing, next(sums)))
    with pytest.raises(guest.BenchError, match='computed'):
        Session(None, None, [COMPARISON], 1).measure()
