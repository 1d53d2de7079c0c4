# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual page has what --help tells."""

import re

import pytest


@pytest.fixture
def page(build):
    """Without the page's own markup"""
    text = (build.dir / 'share' / 'man' / 'man1' / 'sevemu.1').read_text()
    return re.sub(r'\\f[BR]|\\&', '', text).replace('\\-', '-')


def commands(build, run):
    """Titles of the sections: those that measure have one for each mode"""
    text = run([build.sevemu, '--help']).stdout.split('Commands:\n')[1]
    titles = re.findall(r'^  (\S+(?: \S+)?)  ', text.split('\n\n')[0], re.M)
    return [f'{title}{mode}' for title in titles for mode in (
        ('', ' --mode snp') if title.startswith('measurement ') else ('',))]


def test_commands(build, run, page):
    """Each has a section, with all of its options."""
    sections = dict(re.findall(r'^\.SS (.*)\n([^\0]*?)(?=^\.SS|\Z)', page,
                               re.M))
    assert list(sections) == commands(build, run)
    for title, section in sections.items():
        told = run([build.sevemu, *title.split(), '--help']).stdout
        options = re.findall(r'^  (--\S+)', told, re.M)
        assert re.findall(r'^\.TP\n(--\S+)', section, re.M) == options
        assert f'\nsevemu {title} ' in '\n' + section


def test_no_stray_requests(page):
    """A line that begins with a dot is a request that we use."""
    requests = set(re.findall(r"^[.'](\S+)", page, re.M))
    assert requests <= {'TH', 'SH', 'SS', 'TP', 'PP', 'nf', 'fi', 'RS', 'RE'}
