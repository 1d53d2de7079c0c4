# SPDX-License-Identifier: GPL-2.0-or-later
"""How many attestation reports a Linux guest gets, beside plain signatures.

A report is a message to the secure processor and back, of which a signature
by P-384 is the part that cannot be spared. The guest (initramfs/report.c)
asks for REPORTS of them when it is told to, and sign.c makes as many
signatures by libgcrypt; the two take turns, and processor time counts, of
QEMU's process and of that one.
"""

import statistics
import subprocess
from typing import NamedTuple

import guest
from guest import BenchError

NAME = 'reports'
REPORTS = 500       # as report.c has it
LIMIT = 0.5         # reports for a signature, at least
CMDLINE = 'console=ttyS0 quiet panic=-1 sevemu.do=reports'
MODULES = ('ghash-generic', 'gcm', 'sev-guest')
WRONG = 'reports took no time: the machine is too busy'


class Row(NamedTuple):
    """Milliseconds of processor time for one."""

    name: str
    median: float
    least: float
    most: float


class Verdict(NamedTuple):
    """Reports in the time of a signature, of each round."""

    median: float
    least: float
    most: float
    holds: bool


def sign(program):
    """Seconds of processor time that as many signatures take."""
    done = subprocess.run([program, str(REPORTS)], check=True,
                          stdout=subprocess.PIPE, text=True)
    return int(done.stdout) / 1e9


def ask(running, done):
    """Seconds of processor time until the guest has so many in all."""
    before = running.clocks()
    running.go_on()
    running.wait_for(f'reports: done {done}')
    return (running.clocks() - before).cpu


def measure(setup, files, program, log, count):
    """@count pairs: seconds of all reports, and of all signatures."""
    taken = []
    with guest.Guest(setup, files, log, CMDLINE) as running:
        running.wait_for('reports: ready')
        if setup.says not in running.lines():
            raise BenchError(f'the guest did not say "{setup.says}": see '
                             f'{log}')
        ask(running, REPORTS)           # translates what the others execute
        for number in range(2, count + 2):
            if number % 2:
                signed = sign(program)
                taken.append((ask(running, number * REPORTS), signed))
            else:
                asked = ask(running, number * REPORTS)
                taken.append((asked, sign(program)))
    if min(min(pair) for pair in taken) <= 0:
        raise BenchError(WRONG)
    return taken


def make_rows(taken):
    """One of each, from all rounds."""
    return [Row(name, *(figure(values) / REPORTS * 1e3
                        for figure in (statistics.median, min, max)))
            for name, values in zip(('report', 'signature'), zip(*taken))]


def judge(taken):
    """Each round's ratio has its own signatures: machines get slower."""
    ratios = [signed / asked for asked, signed in taken]
    middle = statistics.median(ratios)
    return Verdict(middle, min(ratios), max(ratios), middle >= LIMIT)


def format_table(rows, verdict, count):
    """The table, and the verdict."""
    return '\n'.join([
        f'{NAME}: {count} times {REPORTS} of each, processor time of one',
        f'{"":9} {"median":>9} {"min":>9} {"max":>9}',
        *(f'{row.name:9} {row.median:6.3f} ms {row.least:6.3f} ms '
          f'{row.most:6.3f} ms {1e3 / row.median:8.0f} a second'
          for row in rows),
        f'{verdict.median:.2f} reports for a signature ({verdict.least:.2f} '
        f'to {verdict.most:.2f}), at least {LIMIT}: '
        f'{"holds" if verdict.holds else "EXCEEDED"}'])


def as_document(rows, verdict, taken):
    """What goes into the JSON file."""
    return {'reports': REPORTS, 'rows': [row._asdict() for row in rows],
            'verdict': verdict._asdict(), 'taken': taken}
