# SPDX-License-Identifier: GPL-2.0-or-later
"""Counts what QEMU executes while a guest does something, by valgrind.

The guest (tests/guests/count.c) makes marks: an FNINIT, for which QEMU calls
a function that callgrind is told to write its counts before. What it writes
there are the counts of the thread that came there, since the mark before: of
the vCPU alone, without the start of QEMU. Between the first mark and the
second the guest does it N times, up to the third 2 N times; the difference is
what N times take once everything is warm.
"""

import collections
import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from guest import BenchError

MARK = 'helper_fninit'
PASSED = 33
TIMEOUT = 900   # seconds for one run, on a slow and busy machine
TRANSLATED = '(translated code)'


class Counts(NamedTuple):
    """Instructions by function; calls of each, and with whom it calls."""

    own: collections.Counter
    calls: collections.Counter
    all: collections.Counter


def name_of(function, program):
    """Code without a symbol is the translator's, or a library's."""
    if not function.startswith('0x'):
        # callgrind's mark for a function that calls itself
        return function.split("'", 1)[0]
    return TRANSLATED if program == '???' else f'({Path(program).name})'


def parse(lines):
    """From callgrind's format, without compressed names."""
    counts = Counts(*(collections.Counter() for _ in Counts._fields))
    program = function = callee = callee_program = ''
    calls = None
    for line in lines:
        key, _, value = line.rstrip('\n').partition('=')
        if line[:1].isdigit() or line[:1] in '+-*':
            cost = int(line.split()[1])
            if calls is None:
                counts.own[function] += cost
            else:
                counts.calls[callee] += calls
                counts.all[callee] += cost
            calls, callee_program = None, program
        elif key == 'ob':
            program = callee_program = value
        elif key == 'fn':
            function = name_of(value, program)
        elif key == 'cob':
            callee_program = value
        elif key == 'cfn':
            callee = name_of(value, callee_program)
        elif key == 'calls':
            calls = int(value.split()[0])
    return counts


def read_part(out, number):
    """What was written at a mark; a file for each thread that has some."""
    parts = sorted(out.parent.glob(f'{out.name}.{number}-*'))
    if not parts:
        raise BenchError(f'callgrind counted nothing before mark {number}: '
                         f'has QEMU no symbol {MARK}?')
    total = Counts(*(collections.Counter() for _ in Counts._fields))
    for part in parts:
        with part.open(encoding='utf-8', errors='replace') as lines:
            for one, more in zip(total, parse(lines)):
                one.update(more)
    return total


def difference(once, twice, times):
    """Of one, by what N times and 2 N times took."""
    return Counts(*({name: (b[name] - a[name]) / times
                     for name in a.keys() | b.keys() if b[name] != a[name]}
                    for a, b in zip(once, twice)))


def run(argv, directory, log):
    """What a program that makes three marks took for N and for 2 N."""
    if not shutil.which('valgrind'):
        raise BenchError('counting instructions takes valgrind (Debian: '
                         'apt-get install valgrind)')
    out = Path(directory) / 'callgrind'
    for old in out.parent.glob(f'{out.name}*'):
        old.unlink()
    argv = ['valgrind', '--tool=callgrind', '--smc-check=all-non-file',
            '--compress-strings=no', '--separate-threads=yes',
            f'--dump-before={MARK}', f'--callgrind-out-file={out}', *argv]
    log.write((' '.join(argv) + '\n').encode())
    log.flush()
    env = dict(os.environ, HOME=directory, XDG_STATE_HOME=directory,
               SEVEMU_PLATFORM=f'{directory}/platform')
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=log,
                              stderr=log, cwd=directory, env=env,
                              timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired as error:
        raise BenchError(f'the guest was not ready in {TIMEOUT} s: see '
                         f'{log.name}') from error
    if done.returncode != PASSED:
        raise BenchError(f'the guest ended with {done.returncode} instead of '
                         f'{PASSED}: see {log.name}')
    return read_part(out, 2), read_part(out, 3)
