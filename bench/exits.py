# SPDX-License-Identifier: GPL-2.0-or-later
"""Of what kind the #VCs of an SEV-ES guest's boot are, and how many.

QEMU writes a line for each (trace event sev_vc) until our /init is ready for
work. How many reads of a timer there are depends on how fast the machine is:
firmware waits by reading it.
"""

import collections
import re
from pathlib import Path

import guest

NAME = 'exits'
LINE = re.compile(r'sev_vc .*?#VC: (.*) \(0x')


def count_lines(lines):
    """Exits by name, the most frequent first."""
    counts = collections.Counter()
    for line in lines:
        found = LINE.search(line)
        if found:
            counts[found.group(1)] += 1
    return counts.most_common()


def measure(setup, files, out):
    """Boots once; the trace is a file in @out, gone afterwards."""
    trace = Path(out) / 'exits.trace'
    traced = setup._replace(
        machine=(*setup.machine, '-trace', 'sev_vc', '-D', str(trace)))
    try:
        with guest.Guest(traced, files, Path(out) / 'console.log') as running:
            running.wait_for('compute: ready')
        with trace.open(encoding='utf-8', errors='replace') as lines:
            counts = count_lines(lines)
    finally:
        trace.unlink(missing_ok=True)
    if not counts:
        raise guest.BenchError('the trace of the boot has no #VC')
    return counts


def format_table(counts):
    """One line for each kind."""
    total = sum(number for _, number in counts)
    return '\n'.join([f'{NAME}: #VCs of one boot as SEV-ES guest',
                      *(f'{name:20} {number:9}' for name, number in counts),
                      f'{"all":20} {total:9}'])
