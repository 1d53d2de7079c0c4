# SPDX-License-Identifier: GPL-2.0-or-later
"""What `make bench` makes of reports and signatures: no guest."""

import re
import subprocess
import sys

import pytest
from conftest import ROOT

sys.path.append(str(ROOT / 'bench'))

# pylint: disable=wrong-import-position
import guest  # noqa: E402
import reports  # noqa: E402
from guest import BenchError, Clocks  # noqa: E402

SETUP = guest.Setup('sev-snp', 'qemu', (), 'it is one')


class Pretended:
    """Instead of a guest: 1 s for as many as it is told to ask for."""

    said = ['it is one']
    took = 1

    def __init__(self, _setup, _files, _log, cmdline):
        assert 'sevemu.do=reports' in cmdline
        self.now, self.done = 7, 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def lines(self):
        return self.said

    def clocks(self):
        return Clocks(self.now, 99)

    def go_on(self):
        self.now += self.took
        self.done += reports.REPORTS

    def wait_for(self, words):
        assert words in ('reports: ready', f'reports: done {self.done}')


@pytest.fixture(name='order')
def order_fixture(monkeypatch):
    """Who was asked, in turn; signatures take half a second."""
    seen = []

    class Seen(Pretended):
        def go_on(self):
            seen.append('report')
            super().go_on()

    def sign(_program):
        seen.append('sign')
        return 0.5
    monkeypatch.setattr(guest, 'Guest', Seen)
    monkeypatch.setattr(reports, 'sign', sign)
    return seen


def test_turns(order):
    """The first reports do not count; then they and signatures take turns."""
    assert reports.measure(SETUP, None, 'sign', None, 3) == [(1, 0.5)] * 3
    assert order == ['report', 'report', 'sign', 'sign', 'report', 'report',
                     'sign']


def test_of_another_guest(order, monkeypatch):
    assert not order
    monkeypatch.setattr(Pretended, 'said', ['it is another'])
    with pytest.raises(BenchError, match='did not say "it is one"'):
        reports.measure(SETUP, None, 'sign', None, 1)


def test_what_takes_no_time_was_not_measured(order, monkeypatch):
    monkeypatch.setattr(Pretended, 'took', 0)
    with pytest.raises(BenchError, match='took no time'):
        reports.measure(SETUP, None, 'sign', None, 1)
    assert order


@pytest.mark.parametrize('taken, median, holds', [
    # the median of the rounds' ratios, not of all reports and signatures
    ([(1, 0.5), (4, 1), (2, 2)], 0.5, True),
    ([(1, 0.49), (4, 1), (2, 2)], 0.49, False),
])
def test_verdict(taken, median, holds):
    verdict = reports.judge(taken)
    assert (verdict.median, verdict.holds) == (median, holds)
    assert (verdict.least, verdict.most) == (0.25, 1)
    table = reports.format_table(reports.make_rows(taken), verdict, 3)
    assert table.endswith('holds' if holds else 'EXCEEDED')


def test_rows():
    rows = reports.make_rows([(1, 0.5), (4, 1), (2, 2)])
    assert rows[0] == ('report', 4, 2, 8)       # ms, of 500
    assert rows[1] == ('signature', 2, 1, 4)
    table = reports.format_table(rows, reports.judge([(1, 1)]), 3).split('\n')
    assert table[2].split()[-3:] == ['250', 'a', 'second']


def test_as_many_as_the_guest_asks_for():
    source = (ROOT / 'initramfs/report.c').read_text()
    assert re.search(rf'^#define REPORTS +{reports.REPORTS}\b', source, re.M)


def test_sign(tmp_path):
    """It takes time, and more of it for more signatures."""
    flags = subprocess.run(['pkg-config', '--cflags', '--libs', 'libgcrypt'],
                           check=True, stdout=subprocess.PIPE, text=True)
    program = tmp_path / 'sign'
    subprocess.run(['cc', '-O2', '-o', program, ROOT / 'bench/sign.c',
                    *flags.stdout.split()], check=True)
    few, many = (int(subprocess.run([program, count], check=True, text=True,
                                    stdout=subprocess.PIPE).stdout)
                 for count in ('1', '100'))
    assert many > 10 * few > 0
