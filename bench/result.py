# SPDX-License-Identifier: GPL-2.0-or-later
"""From what was measured to a table, a JSON document and a verdict.

Everything is computed from all pairs. The ratio of a pair is B / A; beside
it, taken in turn with it, stand pairs of A against A itself. How far apart
these ratios lie is what this machine can tell today: a limit holds when the
median ratio is within the limit plus the half-range, (max - min) / 2, of
the self-comparison.
"""

import statistics
from typing import NamedTuple

from guest import MEASURES

ENOUGH_PAIRS = 15


class Row(NamedTuple):
    """One measure of one comparison; seconds are medians."""

    measure: str
    clock: str
    a_seconds: float
    b_seconds: float
    ratio: float
    ratio_min: float
    ratio_max: float
    self_ratio: float
    self_half_range: float
    limit: float
    holds: bool

    @property
    def verdict(self):
        """A limit that holds only thanks to the half-range says so."""
        if self.limit is None:
            return ''
        if self.ratio <= self.limit:
            return 'holds'
        return 'holds +/-' if self.holds else 'EXCEEDED'


def ratios(pairs, measure, clock):
    """Second run / first run of each pair."""
    return [getattr(second[measure], clock) / getattr(first[measure], clock)
            for first, second in pairs]


def make_row(comparison, pairs, self_pairs, measure, clock):
    """Limits are on processor time; wall time is for information."""
    ours = ratios(pairs, measure, clock)
    selfs = ratios(self_pairs, measure, clock)
    half_range = (max(selfs) - min(selfs)) / 2
    ratio = statistics.median(ours)
    limit = comparison.limits[measure] if clock == 'cpu' else None
    seconds = [statistics.median(getattr(pair[side][measure], clock)
                                 for pair in pairs) for side in (0, 1)]
    return Row(measure, clock, *seconds, ratio, min(ours), max(ours),
               statistics.median(selfs), half_range, limit,
               None if limit is None else ratio <= limit + half_range)


def make_rows(comparison, pairs, self_pairs):
    """All rows of a comparison."""
    return [make_row(comparison, pairs, self_pairs, measure, clock)
            for clock in ('cpu', 'wall') for measure in MEASURES]


HEADING = (f'{"":13} {"A":>8} {"B":>8} {"B / A":>8} {"min":>7} {"max":>7} '
           f'{"A / A":>8} {"+/-":>7} {"limit":>6}')


def format_row(row):
    """A line of the table."""
    limit = '' if row.limit is None else f'{row.limit:.2f}'
    return (f'{row.measure:8} {row.clock:4} '
            f'{row.a_seconds:6.3f} s {row.b_seconds:6.3f} s '
            f'{row.ratio:8.4f} {row.ratio_min:7.4f} {row.ratio_max:7.4f} '
            f'{row.self_ratio:8.4f} {row.self_half_range:7.4f} '
            f'{limit:>6} {row.verdict}').rstrip()


def format_table(comparison, rows, pairs):
    """The table of a comparison."""
    few = '' if pairs >= ENOUGH_PAIRS else \
        f'; too few to judge by, {ENOUGH_PAIRS} are needed'
    return '\n'.join([f'{comparison.name}: {comparison.title}',
                      f'{pairs} pairs, {pairs} of A against A{few}',
                      HEADING, *map(format_row, rows)])


def as_document(comparison, rows, pairs, self_pairs):
    """What goes into the JSON file: the rows, and each pair as measured."""
    def plain(pairs):
        return [[{measure: took[measure]._asdict() for measure in MEASURES}
                 for took in pair] for pair in pairs]
    return {'name': comparison.name, 'title': comparison.title,
            'a': comparison.a._asdict(), 'b': comparison.b._asdict(),
            'rows': [row._asdict() for row in rows],
            'pairs': plain(pairs), 'self-pairs': plain(self_pairs)}
