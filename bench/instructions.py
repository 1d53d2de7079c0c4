# SPDX-License-Identifier: GPL-2.0-or-later
"""How many instructions QEMU executes for what guests do most often.

Rows are guests (tests/guests/count.c) of some kind that do one thing; how it
is counted stands in callgrind.py. Limits are on a row, or on its ratio to
another row.
"""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import callgrind

NAME = 'instructions'
SHOWN = 0.01        # of a row: functions below it are summed up

KINDS = {           # policy of the emulated guest; what the ROM is told
    'plain': (None, ''),
    'sev': ('sev-emulated,policy=1', 'sev=1'),
    'sev-es': ('sev-emulated,policy=5', 'sev=1 es=1'),
    'sev-snp': ('sev-snp-guest,policy=0x30000', 'sev=1 es=1 snp=1'),
}


class Work(NamedTuple):
    """A row: which guest does what, so often."""

    name: str
    title: str
    what: str           # as count.c has it
    times: int
    kind: str = 'sev-es'
    patched: bool = True


class Limit(NamedTuple):
    """On a row's instructions, or on its ratio to those of another."""

    row: str
    base: str           # '' for none
    most: float


class Verdict(NamedTuple):
    """What became of a limit."""

    limit: Limit
    value: float
    word: str           # holds, EXCEEDED

    @property
    def good(self):
        """Is it met?"""
        return self.word == 'holds'


def of_each(name, title, what, times):
    """A row for each kind of guest that does it, the unpatched QEMU first."""
    return (
        Work(f'{name}-unpatched', f'{title}: unpatched QEMU', what, times,
             'plain', False),
        Work(f'{name}-plain', f'{title}: ours, no SEV', what, times, 'plain'),
        Work(f'{name}-sev', f'{title}: SEV', what, times, 'sev'),
    )


WORKS = (
    *of_each('fill', 'TLB fill', 'fill', 20000),
    Work('fill-sev-es', 'TLB fill: SEV-ES', 'fill', 20000),
    Work('fill-snp', 'TLB fill: SEV-SNP, private page that was good before',
         'fill', 20000, 'sev-snp'),
    Work('fill-snp-shared', 'TLB fill: SEV-SNP, shared page that was good '
         'before', 'fill shared=1', 20000, 'sev-snp'),
    Work('first-snp', 'TLB fill: SEV-SNP, private page, RMP check',
         'first', 1000, 'sev-snp'),
    Work('first-snp-shared', 'TLB fill: SEV-SNP, shared page, RMP check',
         'first shared=1', 1000, 'sev-snp'),
    *of_each('switch', 'CR3 load, then 16 pages', 'switch', 2000),
    Work('switch-sev-es', 'CR3 load, then 16 pages: SEV-ES', 'switch', 2000),
    Work('switch-snp', 'CR3 load, then 16 pages: SEV-SNP', 'switch', 2000,
         'sev-snp'),
    *of_each('exception', '#UD and IRET', 'ud', 2000),
    Work('exception-sev-es', '#UD and IRET: SEV-ES', 'ud', 2000),
    *of_each('port', 'IN', 'port', 10000),
    Work('vc-cpuid', '#VC by CPUID: GHCB, VMGEXIT, IRET', 'cpuid', 2000),
    Work('vc-port', '#VC by IN', 'port', 2000),
    Work('vc-mmio', '#VC by a read of the local APIC', 'mmio', 2000),
    Work('psc-4k', 'page state change of 4K, one in a request', 'psc', 2000,
         'sev-snp'),
    Work('psc-2m', 'page state change of 2M, one in a request',
         'psc page=2m', 2000, 'sev-snp'),
    Work('pvalidate-4k', 'PVALIDATE of 4K', 'pvalidate', 2000, 'sev-snp'),
    Work('pvalidate-2m', 'PVALIDATE of 2M', 'pvalidate page=2m', 200,
         'sev-snp'),
    Work('vmpl', 'another VMPL, a CPUID there, and back', 'vmpl', 500,
         'sev-snp'),
)

# A function, with all that it calls, of a row
PARTS = (
    ('rmp-check', 'RMP check alone (rmp_check())', 'first-snp', 'rmp_check'),
)

LIMITS = (
    Limit('fill-plain', 'fill-unpatched', 1.002),
    Limit('switch-plain', 'switch-unpatched', 1.002),
    Limit('fill-sev', 'fill-plain', 1.02),
    Limit('switch-sev', 'switch-plain', 1.02),
    Limit('exception-sev', 'exception-plain', 1.02),
    Limit('port-sev', 'port-plain', 1.02),
    Limit('fill-snp', 'fill-sev', 1.15),
    Limit('fill-snp-shared', 'fill-sev', 1.15),
    Limit('vc-cpuid', '', 10000),
    Limit('vmpl', 'vc-cpuid', 6),
)

BROKEN_DOWN = ('vc-cpuid', 'fill-snp', 'vmpl')


class Count(NamedTuple):
    """Of one: all instructions; by function its own; calls, and with them."""

    total: float
    own: dict
    calls: dict
    all: dict


def command(work, qemus, rom):
    """One vCPU, so one thread that is counted; @qemus: unpatched, ours."""
    launch, words = KINDS[work.kind]
    machine = ['-machine', 'q35']
    if launch:
        words += ' cbitpos=51 reduced=1'
        kind, policy = launch.split(',')
        machine = ['-machine', 'q35,confidential-guest-support=sev0',
                   '-object', f'{kind},id=sev0,cbitpos=51,'
                   f'reduced-phys-bits=1,{policy}']
    return [qemus[work.patched], '-accel', 'tcg,thread=single', '-cpu',
            'EPYC', '-m', '128M', *machine, '-nodefaults', '-no-user-config',
            '-display', 'none', '-serial', 'stdio', '-device',
            'isa-debug-exit,iobase=0xf4,iosize=0x04', '-bios', rom, '-fw_cfg',
            f'name=opt/sevemu/test,string=count what={work.what} '
            f'times={work.times} {words}'.rstrip()]


def count_one(work, qemus, rom, directory):
    """Runs a row's guest, with a copy of @directory's platform.

    Under valgrind its lock is held for longer than QEMU waits.
    """
    own = Path(directory) / work.name
    shutil.copytree(Path(directory) / 'platform', own / 'platform')
    with (own / 'log').open('wb') as log:
        once, twice = callgrind.run(command(work, qemus, rom), str(own), log)
    one = callgrind.difference(once, twice, work.times)
    return Count(sum(one.own.values()), *one)


def measure(qemus, rom, directory):
    """By name, each row's Count; other processes make no difference."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        counts = pool.map(
            lambda work: count_one(work, qemus, rom, directory), WORKS)
        return {work.name: count for work, count in zip(WORKS, counts)}


def part(counts, row, function):
    """What one call of @function takes."""
    count = counts[row]
    return count.all[function] / count.calls[function]


def judge(limit, totals):
    """Is it met?"""
    value = totals[limit.row] / (totals[limit.base] if limit.base else 1)
    return Verdict(limit, value,
                   'holds' if value <= limit.most else 'EXCEEDED')


def judge_all(counts):
    """Every limit's verdict."""
    totals = {name: count.total for name, count in counts.items()}
    return [judge(limit, totals) for limit in LIMITS]


def number(value, base):
    """Of a ratio the thousandths count."""
    return f'{value:9.4f}' if base else f'{value:9,.0f}'


def format_verdict(verdict):
    """A line of the table."""
    limit = verdict.limit
    of = f'{limit.row} / {limit.base}' if limit.base else limit.row
    return (f'{of:32} {number(verdict.value, limit.base)} '
            f'{number(limit.most, limit.base)}  {verdict.word}')


def break_down(count):
    """(instructions, function), the most first, what is small as one."""
    shown = sorted(((n, name) for name, n in count.own.items()
                    if n >= SHOWN * count.total), reverse=True)
    rest = count.total - sum(n for n, _ in shown)
    return [*shown, (rest, f'(functions of less than {SHOWN:.0%})')]


def format_table(counts, verdicts):
    """Rows, limits, and where the instructions of some rows go."""
    lines = [f'{NAME}: executed by QEMU for one, N and 2 N times']
    lines += [f'{work.name:20} {counts[work.name].total:9,.1f}  {work.title}'
              for work in WORKS]
    lines += [f'{name:20} {part(counts, row, function):9,.1f}  {title}'
              for name, title, row, function in PARTS]
    lines += ['', f'{"limits":32} {"is":>9} {"at most":>9}']
    lines += [format_verdict(verdict) for verdict in verdicts]
    for row in BROKEN_DOWN:
        lines += ['', f'{row} by function']
        lines += [f'{n:9,.1f}  {name}' for n, name in break_down(counts[row])]
    return '\n'.join(lines)


def as_document(counts, verdicts):
    """What goes into the JSON file."""
    return {'rows': [{**work._asdict(), **counts[work.name]._asdict()}
                     for work in WORKS],
            'parts': {name: part(counts, row, function)
                      for name, _, row, function in PARTS},
            'limits': [{**verdict.limit._asdict(), 'value': verdict.value,
                        'verdict': verdict.word} for verdict in verdicts]}
