# SPDX-License-Identifier: GPL-2.0-or-later
"""How fast an SEV-SNP guest accepts memory, and what one page of it costs.

A ROM (tests/guests/accept.c) accepts MIB of memory N times and gives it back,
then 2 N times; the difference in processor time is what N times take. Rows
take turns; every other round runs 2 N first.
"""

import statistics
from typing import NamedTuple

import commands
from guest import BenchError

NAME = 'accept'
MIB = 256
PASSED = 33
SIZES = {'4k': 4 << 10, '2m': 2 << 20}
WRONG = 'accepting took no time: the machine is too busy, or N too small'


class Work(NamedTuple):
    """A row: what the guest does with pages of what size, N times."""

    name: str
    title: str
    what: str           # as accept.c has it
    page: str
    times: int
    steps: int          # that count as one, of what is done to a page


class Row(NamedTuple):
    """Nanoseconds of processor time for one page; GB/s of the median."""

    name: str
    median: float
    least: float
    most: float
    speed: float


# PVALIDATE takes as long either way, so the two of them count as two.
WORKS = (
    Work('validate-2m', 'PVALIDATE of 2M', 'validate', '2m', 20000, 2),
    Work('validate-4k', 'PVALIDATE of 4K', 'validate', '4k', 40, 2),
    Work('accept-2m', 'page state change and PVALIDATE of 2M, and both back',
         'accept', '2m', 2500, 1),
    Work('accept-4k', 'page state change and PVALIDATE of 4K, and both back',
         'accept', '4k', 4, 1),
)


def command(work, qemu, rom, times):
    """A guest that does it so often, and ends QEMU."""
    return commands.Command(
        (qemu, '-accel', 'tcg', '-cpu', 'EPYC', '-m', f'{MIB + 64}M',
         '-machine', 'q35,confidential-guest-support=sev0', '-object',
         'sev-snp-guest,id=sev0,cbitpos=51,reduced-phys-bits=1',
         '-nodefaults', '-no-user-config', '-display', 'none', '-serial',
         'stdio', '-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04',
         '-bios', rom, '-fw_cfg',
         f'name=opt/sevemu/test,string=accept what={work.what} '
         f'page={work.page} mib={MIB} times={times} sev=1 es=1 snp=1 '
         'cbitpos=51 reduced=1'), PASSED)


def nanoseconds(work, once, twice):
    """Of one page, from two runs' clocks."""
    pages = MIB * (1 << 20) // SIZES[work.page]
    return ((twice.cpu - once.cpu) / work.times / pages / work.steps * 1e9)


def measure(qemu, rom, files, log, count):
    """By name: @count times what one page takes."""
    taken = {work.name: [] for work in WORKS}
    for number in range(count):
        for work in WORKS:
            runs = {}
            for times in (1, 2) if number % 2 else (2, 1):
                runs[times] = commands.run(
                    command(work, qemu, rom, times * work.times), files, log)
            taken[work.name].append(nanoseconds(work, runs[1], runs[2]))
    if min(statistics.median(values) for values in taken.values()) <= 0:
        raise BenchError(WRONG)
    return taken


def make_rows(taken):
    """From all that was measured."""
    rows = []
    for work in WORKS:
        values = taken[work.name]
        median = statistics.median(values)
        rows.append(Row(work.name, median, min(values), max(values),
                        SIZES[work.page] / median))
    return rows


def format_table(rows, count):
    """The table."""
    return '\n'.join([
        f'{NAME}: {count} times {MIB} MiB, processor time of one page',
        f'{"":11} {"median":>11} {"min":>11} {"max":>11}',
        *(f'{row.name:11} {row.median:8.0f} ns {row.least:8.0f} ns '
          f'{row.most:8.0f} ns {row.speed:10.1f} GB/s  {work.title}'
          for row, work in zip(rows, WORKS))])


def as_document(rows, taken):
    """What goes into the JSON file."""
    return {'mib': MIB, 'rows': [row._asdict() for row in rows],
            'taken': taken}
