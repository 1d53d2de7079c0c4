# SPDX-License-Identifier: GPL-2.0-or-later
"""How `make bench` judges: from made-up seconds to a verdict."""

import sys

import pytest
from conftest import ROOT

sys.path.append(str(ROOT / 'bench'))

# pylint: disable=wrong-import-position
import result  # noqa: E402
from comparisons import Comparison  # noqa: E402
from guest import MEASURES, Clocks  # noqa: E402

LIMITS = Comparison('name', 'title', None, None, {'boot': 1.05,
                                                  'compute': 1.01,
                                                  'walk': 1.01})


def pairs_of(*ratios):
    """Pairs with these ratios in processor time, and twice them in wall."""
    return [tuple({measure: Clocks(cpu, wall) for measure in MEASURES}
                  for cpu, wall in ((4.0, 5.0), (4 * ratio, 10 * ratio)))
            for ratio in ratios]


@pytest.mark.parametrize('ratios, selfs, verdict, holds', [
    # the median counts, not the mean, and each pair does
    ((1.0, 1.009, 9.0), (1.0, 1.0), 'holds', True),
    ((1.0, 1.02, 1.03), (1.0, 1.0), 'EXCEEDED', False),
    # half of 0.98 to 1.02 is 0.02, wherever the middle is
    ((1.029,), (0.98, 1.0, 1.02), 'holds +/-', True),
    ((1.031,), (0.98, 1.0, 1.02), 'EXCEEDED', False),
    ((1.029,), (1.0, 1.0, 1.04), 'holds +/-', True),
    # faster is never wrong
    ((0.5,), (1.0,), 'holds', True),
])
def test_verdict(ratios, selfs, verdict, holds):
    """A limit holds within itself plus the self-comparison's half-range."""
    row = result.make_row(LIMITS, pairs_of(*ratios), pairs_of(*selfs),
                          'walk', 'cpu')
    assert (row.verdict, row.holds) == (verdict, holds)


def test_each_measure_has_its_limit():
    """The same ratio is good for a boot, too much for the loops."""
    rows = result.make_rows(LIMITS, pairs_of(1.04), pairs_of(1.0))
    assert [(row.measure, row.holds) for row in rows if row.clock == 'cpu'] \
        == [('boot', True), ('compute', False), ('walk', False)]


def test_wall_time_is_not_judged():
    """It is in the table all the same."""
    row = result.make_row(LIMITS, pairs_of(1.0), pairs_of(1.0),
                          'boot', 'wall')
    assert (row.ratio, row.limit, row.holds) == (2.0, None, None)
    assert 'wall' in result.format_row(row)


def test_row_has_the_spread():
    """Medians of seconds, and the ends of the ratios' range."""
    row = result.make_row(LIMITS, pairs_of(0.9, 1.0, 1.2), pairs_of(1.0),
                          'boot', 'cpu')
    assert (row.a_seconds, row.b_seconds) == (4.0, 4.0)
    assert (row.ratio_min, row.ratio_max) == (0.9, 1.2)
