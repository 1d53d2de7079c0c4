# SPDX-License-Identifier: GPL-2.0-or-later
"""What `make bench` makes of counted instructions, and one count for real."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest
from conftest import ROOT

sys.path.append(str(ROOT / 'bench'))

# pylint: disable=wrong-import-position
import callgrind  # noqa: E402
import instructions  # noqa: E402
from comparisons import OURS, ROM  # noqa: E402
from guest import BenchError  # noqa: E402
from instructions import Count, Limit, Work  # noqa: E402

# One function of QEMU's calls another twice, and translated code; a library
# without symbols.
PART = '''\
# callgrind format
cmd:  qemu -fw_cfg name=opt/test,string=fn=9
positions: line
events: Ir
summary: {total}

ob=/usr/bin/qemu
fl=a.c
fn=helper
10 {helper}
fi=b.h
+3 5
fe=a.c
cfn=rmp_check
calls=2 40
-2 {callee}
* 1
cob=???
cfi=???
cfn=0x000000000c000000
calls=1 0
* 700

fn=rmp_check'2
40 {callee}

ob=???
fl=???
fn=0x000000000c000000
0 700

ob=/usr/lib/libgcrypt.so.20
fl=???
fn=0x00000000000f7a40
0 3

totals: {total}
'''


def part(helper=100, callee=60):
    """A file of callgrind's, as lines."""
    return PART.format(helper=helper, callee=callee,
                       total=helper + callee + 709).splitlines(keepends=True)


def test_what_a_function_calls_is_not_its_own():
    counts = callgrind.parse(part())
    assert counts.own == {'helper': 106, 'rmp_check': 60,
                          '(translated code)': 700, '(libgcrypt.so.20)': 3}
    assert counts.calls == {'rmp_check': 2, '(translated code)': 1}
    assert counts.all == {'rmp_check': 60, '(translated code)': 700}


def test_the_sum_is_callgrinds():
    counts = callgrind.parse(part(helper=1234, callee=4321))
    assert sum(counts.own.values()) == 1234 + 4321 + 709


def test_what_happens_once_does_not_count():
    once, twice = callgrind.parse(part(100)), callgrind.parse(part(150))
    one = callgrind.difference(once, twice, 10)
    assert one == ({'helper': 5}, {}, {})


def test_parts_of_all_threads_count(tmp_path):
    for thread in ('01', '03'):
        (tmp_path / f'out.2-{thread}').write_text(''.join(part()))
    (tmp_path / 'out.3-03').write_text(''.join(part(500)))
    (tmp_path / 'out-01').write_text('of the end')
    out = tmp_path / 'out'
    assert callgrind.read_part(out, 2).own['helper'] == 212
    assert callgrind.read_part(out, 3).own['helper'] == 506
    with pytest.raises(BenchError, match='before mark 4.*helper_fninit'):
        callgrind.read_part(out, 4)


def stand_in(directory, script):
    """A valgrind that does this; $out is where counts go."""
    path = directory / 'valgrind'
    path.write_text('#!/bin/sh\nfor word; do case $word in '
                    '--callgrind-out-file=*) out=${word#*=};; esac; done\n'
                    + script)
    path.chmod(0o755)


def test_a_run(tmp_path, monkeypatch):
    """Counts of an earlier run are gone."""
    monkeypatch.setenv('PATH', str(tmp_path), prepend=':')
    for number, helper in ((2, 100), (3, 300)):
        (tmp_path / f'part{number}').write_text(''.join(part(helper)))
    (tmp_path / 'callgrind.2-09').write_text(''.join(part(9999)))
    stand_in(tmp_path, f'cp {tmp_path}/part2 $out.2-03\n'
                       f'cp {tmp_path}/part3 $out.3-03\nexit 33\n')
    with (tmp_path / 'log').open('wb') as log:
        once, twice = callgrind.run(['qemu'], str(tmp_path), log)
    assert (once.own['helper'], twice.own['helper']) == (106, 306)


@pytest.mark.parametrize('script, words', [
    ('exit 1', 'ended with 1 instead of 33'),
    ('exit 33', 'counted nothing before mark 2'),
])
def test_a_run_that_went_wrong(tmp_path, monkeypatch, script, words):
    monkeypatch.setenv('PATH', str(tmp_path), prepend=':')
    stand_in(tmp_path, script)
    with (tmp_path / 'log').open('wb') as log, \
            pytest.raises(BenchError, match=words):
        callgrind.run(['qemu'], str(tmp_path), log)


def test_without_valgrind(tmp_path, monkeypatch):
    monkeypatch.setenv('PATH', str(tmp_path))
    with pytest.raises(BenchError, match='apt-get install valgrind'):
        callgrind.run(['qemu'], str(tmp_path), None)


@pytest.mark.parametrize('value, limit, word', [
    (1.002, Limit('row', 'base', 1.002), 'holds'),
    (1.0021, Limit('row', 'base', 1.002), 'EXCEEDED'),
])
def test_verdicts(value, limit, word):
    verdict = instructions.judge(limit, {'row': 5000 * value, 'base': 5000})
    assert (verdict.word, verdict.good) == (word, word == 'holds')
    assert verdict.value == pytest.approx(value)
    assert word in instructions.format_verdict(verdict)


def test_a_limit_without_a_base():
    limit = Limit('row', '', 10000)
    assert instructions.judge(limit, {'row': 10000}).good
    assert not instructions.judge(limit, {'row': 10001}).good


def counts_of(**totals):
    """All rows, 1000 where nothing else is said."""
    def count(total):
        return Count(total, {'most': total - 5, 'little': 3, 'less': 2},
                     {'rmp_check': 2}, {'rmp_check': 120})
    return {work.name: count(totals.get(work.name.replace('-', '_'), 1000))
            for work in instructions.WORKS}


def test_the_table():
    counts = counts_of(fill_sev=1021)
    verdicts = instructions.judge_all(counts)
    assert [verdict.limit.row for verdict in verdicts
            if not verdict.good] == ['fill-sev']
    table = instructions.format_table(counts, verdicts)
    assert re.search(r'fill-sev / fill-plain +1\.0210 +1\.0200  EXCEEDED',
                     table)
    assert re.search(r'rmp-check +60\.0', table)
    for work in instructions.WORKS:
        assert re.search(rf'^{work.name} +1,0[02][01]\.0  ', table, re.M)
    # 3 and 2 are less than a hundredth
    assert re.search(r'^ +995\.0  most\n +5\.0  \(functions', table, re.M)


def test_the_document_has_all():
    counts = counts_of(vc_cpuid=10001)
    document = json.loads(json.dumps(instructions.as_document(
        counts, instructions.judge_all(counts))))
    assert [row['name'] for row in document['rows']] == list(counts)
    assert document['rows'][0]['own']['most'] == 995
    assert document['parts'] == {'rmp-check': 60}
    assert [limit['row'] for limit in document['limits']
            if limit['verdict'] == 'EXCEEDED'] == ['vc-cpuid']


def test_rows_and_limits_name_each_other():
    names = [work.name for work in instructions.WORKS]
    assert len(set(names)) == len(names)
    for limit in instructions.LIMITS:
        assert limit.row in names and limit.base in (*names, '')
    for _, _, row, _ in instructions.PARTS:
        assert row in names
    assert set(instructions.BROKEN_DOWN) <= set(names)


@pytest.mark.parametrize('kind, words, machine', [
    ('plain', 'count what=ud times=7', ''),
    ('sev', 'count what=ud times=7 sev=1 cbitpos=51 reduced=1', 'policy=1'),
    ('sev-es', 'count what=ud times=7 sev=1 es=1 cbitpos=51 reduced=1',
     'policy=5'),
    ('sev-snp', 'count what=ud times=7 sev=1 es=1 snp=1 cbitpos=51 reduced=1',
     'policy=0x30000'),
])
def test_guests_are_told_what_they_are(kind, words, machine):
    argv = instructions.command(Work('row', '', 'ud', 7, kind),
                                ('unpatched', 'ours'), 'rom')
    assert argv[0] == 'ours'
    assert argv[-1] == f'name=opt/sevemu/test,string={words}'
    assert machine in ' '.join(argv) and 'thread=single' in ' '.join(argv)


def test_the_unpatched_qemu_runs_guests_without_sev():
    for work in instructions.WORKS:
        argv = instructions.command(work, ('unpatched', 'ours'), 'rom')
        assert (argv[0] == 'unpatched') == work.name.endswith('-unpatched')
        assert argv[0] == 'ours' or work.kind == 'plain'


@pytest.mark.full
@pytest.mark.skipif(not shutil.which('valgrind'), reason='no valgrind')
def test_a_count_is_the_same_each_time(tmp_path):
    """To a thousandth, on a machine that is as busy as it is now."""
    totals = []
    (tmp_path / 'platform').mkdir()
    for number in range(2):
        work = Work(f'again-{number}', '', 'cpuid', 500)
        count = instructions.count_one(work, (None, OURS), ROM, tmp_path)
        totals.append(count.total)
        assert count.calls['ghcb_vmgexit'] == 1
    assert max(totals) / min(totals) < 1.001
    assert 2000 < totals[0] < 100000


def test_every_row_is_counted(tmp_path, monkeypatch):
    """With a directory of its own, as several are run at a time."""
    seen = []

    def run(argv, directory, _log):
        seen.append((argv[-1], directory))
        assert (Path(directory) / 'platform').is_dir()
        return callgrind.parse(part(100)), callgrind.parse(part(300))
    monkeypatch.setattr(callgrind, 'run', run)
    (tmp_path / 'platform').mkdir()
    counts = instructions.measure(('unpatched', 'ours'), 'rom', tmp_path)
    assert list(counts) == [work.name for work in instructions.WORKS]
    for work in instructions.WORKS:
        assert counts[work.name].total == 200 / work.times
        assert any(directory.endswith(f'/{work.name}')
                   for _, directory in seen)
