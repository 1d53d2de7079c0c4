# SPDX-License-Identifier: GPL-2.0-or-later
"""How long commands of sevemu take, each in turn with what it is held against.

A run is a process from its start until its end has been seen. Runs of A and
of B take turns, every other pair the other way round. A command that answers
with another exit status than it should ends the session: what failed is not
timed.
"""

import os
import select
import statistics
import subprocess
import time
from typing import NamedTuple

from guest import BenchError, Clocks

NAME = 'commands'
TIMEOUT = 60    # seconds for one run, on a slow and busy machine


class Command(NamedTuple):
    """What runs; the words of argv may name {files}, see run()."""

    argv: tuple
    status: int = 0     # that it must end with


class Timed(NamedTuple):
    """A row: B is held against a limit, alone or without what A takes."""

    name: str
    title: str
    a: Command
    b: Command
    less_a: bool        # is it B - A that has the limit, or B
    limit: float        # seconds on a clock on the wall


class Row(NamedTuple):
    """Seconds of one clock; a, b and taken are medians."""

    name: str
    clock: str
    a: float
    b: float
    taken: float        # B, or B - A of each pair
    taken_min: float
    taken_max: float
    limit: float
    holds: bool


def run(command, files, log):
    """How long it took."""
    argv = [word.format_map(files) for word in command.argv]
    log.write((' '.join(argv) + '\n').encode())
    log.flush()
    started = time.monotonic()
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log,
                          stderr=log, cwd=files['dir'],
                          env=dict(os.environ, HOME=files['dir'],
                                   XDG_STATE_HOME=files['dir'],
                                   SEVEMU_PLATFORM=files['dir'] +
                                   '/sevemu/platform')) as process:
        status, usage = wait(process, started + TIMEOUT)
    wall = time.monotonic() - started
    if status != command.status:
        raise BenchError(f'{argv[0]} ended with {status} instead of '
                         f'{command.status}: see {log.name}')
    return Clocks(usage.ru_utime + usage.ru_stime, wall)


def wait(process, until):
    """Its exit status, and the processor time of it and all it started."""
    process_fd = os.pidfd_open(process.pid)
    left = max(until - time.monotonic(), 0)
    ended = select.select([process_fd], [], [], left)[0]
    os.close(process_fd)
    if not ended:
        process.kill()
        raise BenchError(f'{process.args[0]}: not ready in {TIMEOUT} s')
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage


def measure(timed, files, log, count):
    """@count pairs of (A, B)."""
    pairs = []
    for number in range(count):
        if number % 2:
            b = run(timed.b, files, log)
            pairs.append((run(timed.a, files, log), b))
        else:
            a = run(timed.a, files, log)
            pairs.append((a, run(timed.b, files, log)))
    return pairs


def make_row(timed, pairs, clock):
    """The limit is on wall time; processor time is for information."""
    a, b = ([getattr(pair[side], clock) for pair in pairs]
            for side in (0, 1))
    taken = [y - x for x, y in zip(a, b)] if timed.less_a else b
    middle = statistics.median(taken)
    limit = timed.limit if clock == 'wall' else None
    return Row(timed.name, clock, statistics.median(a), statistics.median(b),
               middle, min(taken), max(taken), limit,
               None if limit is None else middle <= limit)


def format_row(row):
    """A line of the table."""
    limit, verdict = '', ''
    if row.limit is not None:
        limit = f'{row.limit:.2f} s'
        verdict = 'holds' if row.holds else 'EXCEEDED'
    return (f'{row.name:8} {row.clock:4} {row.a:7.3f} s {row.b:7.3f} s '
            f'{row.taken:7.3f} s {row.taken_min:7.3f} {row.taken_max:7.3f} '
            f'{limit:>7} {verdict}').rstrip()


HEADING = (f'{"":13} {"A":>9} {"B":>9} {"taken":>9} {"min":>7} {"max":>7} '
           f'{"limit":>7}')


def format_table(timed_rows, count):
    """All rows, and what A and B are."""
    titles = [f'  {timed.name}: {timed.title}; taken is '
              f'{"B - A" if timed.less_a else "B"}' for timed, _ in timed_rows]
    return '\n'.join([f'{NAME}: {count} pairs of each', *titles, HEADING,
                      *(format_row(row) for _, rows in timed_rows
                        for row in rows)])


def as_document(timed, rows, pairs):
    """What goes into the JSON file: the rows, and each pair as measured."""
    return {'name': timed.name, 'title': timed.title,
            'a': timed.a.argv, 'b': timed.b.argv,
            'rows': [row._asdict() for row in rows],
            'pairs': [[took._asdict() for took in pair] for pair in pairs]}
