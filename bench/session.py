# SPDX-License-Identifier: GPL-2.0-or-later
"""All runs of a session, in the order that keeps comparisons fair.

A machine gets slower and faster while one measures. So the runs of a pair
follow each other, every other pair is run the other way round (A-B-B-A), and
comparisons and self-comparisons take turns. A run that fails ends the
session: nothing is measured again, nothing that was measured is left out.
"""

import sys
import time

import guest


class Session:
    """@count pairs of each comparison, and as many of A against A."""

    def __init__(self, files, log, comparisons, count):
        self.files = files
        self.log = log
        self.comparisons = comparisons
        self.count = count
        self.done = 0
        self.started = time.monotonic()
        self.sums = None

    def measure(self):
        """By comparison: its pairs, and those of the self-comparison."""
        pairs = {comparison.name: ([], []) for comparison in self.comparisons}
        for number in range(self.count):
            for comparison in self.comparisons:
                a, b = comparison.a, comparison.b
                for kept, other in zip(pairs[comparison.name], (b, a)):
                    kept.append(self._pair(a, other, turned=number % 2))
        return pairs

    def _pair(self, a, b, turned):
        if turned:
            later = self._run(b)
            return self._run(a), later
        return self._run(a), self._run(b)

    def _run(self, setup):
        took, sums = guest.run(setup, self.files, self.log)
        self.sums = self.sums or sums
        if sums != self.sums:
            raise guest.BenchError(f'{setup.name}: the guest computed {sums}, '
                                   f'an earlier one {self.sums}')
        self.done += 1
        self._tell(setup, took)
        return took

    def _tell(self, setup, took):
        runs = 4 * self.count * len(self.comparisons)
        each = (time.monotonic() - self.started) / self.done
        figures = ', '.join(f'{measure} {took[measure].cpu:.3f} s'
                            for measure in guest.MEASURES)
        print(f'[{self.done}/{runs}] {setup.name}: {figures}; '
              f'{(runs - self.done) * each / 60:.0f} min left',
              file=sys.stderr, flush=True)
