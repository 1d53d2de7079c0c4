# SPDX-License-Identifier: GPL-2.0-or-later
"""
A short run of each fuzzing target on its committed corpus. `make fuzz` runs
them for longer.
"""

import os
import subprocess

import pytest

from conftest import BUILD, ROOT, log_of

SECONDS = 5
PROGRAMS = BUILD / 'fuzz' / 'objects' / 'tests' / 'fuzz'
SOURCES = sorted((ROOT / 'tests' / 'fuzz').glob('fuzz-*.c'))


def libfuzzer(log, program, *args):
    with open(log, 'a', encoding='utf-8') as out:
        return subprocess.run(
            [program, '-timeout=120', '-rss_limit_mb=2048',
             f'-artifact_prefix={BUILD}/fuzz/findings/{program.name}-', *args],
            stdout=out, stderr=subprocess.STDOUT, check=False).returncode


@pytest.mark.limit(300)
@pytest.mark.parametrize('target', [source.stem for source in SOURCES])
def test_fuzz(request, tmp_path, target):
    log = log_of(request.node)
    corpus = ROOT / 'tests' / 'fuzz' / 'corpus' / target
    seeds = [path for path in sorted(corpus.iterdir()) if path.is_file()]
    program = PROGRAMS / target

    assert seeds, f'{corpus} is empty'
    assert os.access(program, os.X_OK), f'{program} was not built'
    (BUILD / 'fuzz' / 'findings').mkdir(exist_ok=True)
    # All that is in the tree, then what libFuzzer makes of it.
    assert libfuzzer(log, program, *seeds) == 0
    assert libfuzzer(log, program, f'-max_total_time={SECONDS}',
                     tmp_path, corpus) == 0


def test_corpora_have_targets():
    """Inputs under a misspelt name would never be tried."""
    corpora = {path.name for path in (ROOT / 'tests/fuzz/corpus').iterdir()}
    assert corpora == {source.stem for source in SOURCES}
