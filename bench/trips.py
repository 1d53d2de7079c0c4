# SPDX-License-Identifier: GPL-2.0-or-later
"""What one #VC costs an SEV-ES guest, beside what other guests pay.

A ROM (tests/guests/trip.c) does one thing N times, then 2 N times; the
difference in processor time, over N, is what one of it takes, without what
starting QEMU takes. Rows take turns; every other round runs 2 N first.
"""

import statistics
from typing import NamedTuple

import commands
from guest import BenchError

NAME = 'trips'
TIMES = 1000000
PASSED = 33
WRONG = 'a trip took no time: the machine is too busy, or TIMES too small'


class Trip(NamedTuple):
    """A row: what the guest does, and of what kind it is."""

    name: str
    title: str
    what: str           # as trip.c has it
    policy: int         # of SEV; 5 is SEV-ES


class Row(NamedTuple):
    """Nanoseconds of processor time for one trip."""

    name: str
    median: float
    least: float
    most: float


TRIPS = (
    Trip('cpuid-sev', 'SEV: CPUID, which QEMU answers at once', 'cpuid', 1),
    Trip('port-sev', 'SEV: a read of a port', 'port', 1),
    Trip('ud-sev', 'SEV: a plain exception, #UD and IRET', 'ud', 1),
    Trip('both-sev', 'SEV: a plain exception, and a read of a port', 'both',
         1),
    Trip('ud-es', 'SEV-ES: a plain exception', 'ud', 5),
    Trip('cpuid-es', 'SEV-ES: CPUID: #VC, GHCB, VMGEXIT, IRET', 'cpuid', 5),
)


def command(trip, qemu, rom, times):
    """A guest that does it so often, and ends QEMU."""
    es = ' es=1' if trip.policy & 4 else ''
    return commands.Command(
        (qemu, '-accel', 'tcg', '-cpu', 'EPYC', '-m', '64M',
         '-machine', 'q35,confidential-guest-support=sev0', '-object',
         'sev-emulated,id=sev0,cbitpos=51,reduced-phys-bits=1,'
         f'policy={trip.policy}', '-nodefaults', '-no-user-config',
         '-display', 'none', '-serial', 'stdio', '-device',
         'isa-debug-exit,iobase=0xf4,iosize=0x04', '-bios', rom, '-fw_cfg',
         f'name=opt/sevemu/test,string=trip what={trip.what} times={times} '
         f'sev=1 cbitpos=51 reduced=1{es}'), PASSED)


def nanoseconds(once, twice):
    """Of one trip, from two runs' clocks."""
    return (twice.cpu - once.cpu) / TIMES * 1e9


def measure(qemu, rom, files, log, count):
    """By name: @count times what one trip takes."""
    taken = {trip.name: [] for trip in TRIPS}
    for number in range(count):
        for trip in TRIPS:
            runs = {}
            for times in (1, 2) if number % 2 else (2, 1):
                runs[times] = commands.run(
                    command(trip, qemu, rom, times * TIMES), files, log)
            taken[trip.name].append(nanoseconds(runs[1], runs[2]))
    if min(statistics.median(values) for values in taken.values()) <= 0:
        raise BenchError(WRONG)
    return taken


def make_rows(taken):
    """From all that was measured."""
    return [Row(trip.name, statistics.median(taken[trip.name]),
                min(taken[trip.name]), max(taken[trip.name]))
            for trip in TRIPS]


def format_table(rows, count):
    """The table, and how many times a plain exception and a port one #VC is."""
    by_name = {row.name: row.median for row in rows}
    ratio = by_name['cpuid-es'] / by_name['both-sev']
    return '\n'.join([
        f'{NAME}: {count} times {TIMES} of each, processor time of one',
        f'{"":10} {"median":>9} {"min":>9} {"max":>9}',
        *(f'{row.name:10} {row.median:6.0f} ns {row.least:6.0f} ns '
          f'{row.most:6.0f} ns  {trip.title}'
          for row, trip in zip(rows, TRIPS)),
        f'a #VC takes {ratio:.2f} times a plain exception and a port'])


def as_document(rows, taken):
    """What goes into the JSON file."""
    return {'times': TIMES, 'rows': [row._asdict() for row in rows],
            'taken': taken}
