# SPDX-License-Identifier: GPL-2.0-or-later
"""
`make check-arch`, as far as it takes no time: the script refuses what it does
not know, and what is left out of a run under an emulator is a test that
exists, with a reason.
"""

import os
import re
import subprocess
import sys

import pytest

from conftest import ROOT, table

ARCHS = ('arm64', 's390x')
SCRIPT = ROOT / 'scripts' / 'check-arch'


@pytest.fixture(name='ids', scope='module')
def ids_fixture():
    """The tests that check-arch chooses from, by their ids."""
    env = dict(os.environ, PYTHONDONTWRITEBYTECODE='1')
    done = subprocess.run(
        [sys.executable, '-m', 'pytest', '--collect-only', '-q', '--full',
         f'--rootdir={ROOT}', '-p', 'no:cacheprovider', '-p', 'no:xdist',
         *(f'tests/{name}' for name in where())],
        cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, timeout=240,
        check=False)
    found = [line for line in done.stdout.splitlines() if '::' in line]
    assert done.returncode == 0 and found, done.stdout[-2000:]
    return found


def where():
    """The folders that scripts/check runs then."""
    text = (ROOT / 'scripts' / 'check').read_text()
    return re.search(r'"\$root"/tests/\{([\w,]+)\}', text)[1].split(',')


def test_help(run):
    done = run([SCRIPT, '--help'])
    assert done.returncode == 0
    assert all(arch in done.stdout for arch in ARCHS)


def test_unknown(run):
    done = run([SCRIPT, 'mips'])
    assert done.returncode == 1
    assert done.stderr == ("check-arch: ARCH: expected arm64 or s390x, "
                           "found 'mips'\n")


@pytest.mark.parametrize('arch', ARCHS)
def test_what_is_left_out(ids, arch):
    patterns = list(table(ROOT / 'tests' / 'arch' / f'{arch}.txt'))
    assert len(dict(patterns)) == len(patterns), 'a line is there twice'
    idle = [pattern for pattern, _ in patterns
            if not any(re.fullmatch(pattern, name) for name in ids)]
    assert idle == []
    # What is left out is the exception
    left = [name for name in ids
            if any(re.fullmatch(pattern, name) for pattern, _ in patterns
                   if 'asan' not in pattern)]
    assert len(left) < len(ids) / 10
