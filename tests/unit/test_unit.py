# SPDX-License-Identifier: GPL-2.0-or-later
"""
Runs the GLib unit tests of build/tools and, with sanitizers, of
build/tools-asan and build/tools-tsan (those with threads alone): each test
path is one test here.
"""

import os
import subprocess

import pytest

from conftest import BUILD, ROOT, SLOWER

FLAVOURS = ('tools', 'tools-asan', 'tools-tsan')


def unit_env():
    env = dict(os.environ)
    env['G_TEST_SRCDIR'] = str(ROOT / 'tests' / 'unit')
    env['TSAN_OPTIONS'] = 'halt_on_error=1'
    env['UBSAN_OPTIONS'] = 'halt_on_error=1:print_stacktrace=1'
    return env


def command(program, *args):
    """ThreadSanitizer of GCC 12 does not start wherever Linux puts it."""
    fixed = ['setarch', '-R']
    if 'tools-tsan' in program.parts and subprocess.run(
            [*fixed, 'true'], stderr=subprocess.DEVNULL,
            check=False).returncode == 0:
        return [*fixed, program, *args]
    return [program, *args]


def list_tests(program):
    """A program's test paths; [''] when it cannot say or has none."""
    done = subprocess.run(command(program, '-l'), env=unit_env(), text=True,
                          stdout=subprocess.PIPE, timeout=30 * SLOWER,
                          check=False)
    paths = [line for line in done.stdout.splitlines()
             if line.startswith('/')]
    return paths if done.returncode == 0 and paths else ['']


def all_tests():
    for flavour in FLAVOURS:
        unit = BUILD / flavour / 'tests' / 'unit'
        for program in sorted(unit.glob('test-*')):
            if program.is_file() and os.access(program, os.X_OK):
                for path in list_tests(program):
                    yield pytest.param(
                        program, path,
                        id=f'{flavour}/{program.name}:{path}')


@pytest.mark.limit(120)
@pytest.mark.parametrize('program,path', all_tests())
def test_unit(run, program, path):
    assert path, f'{program} lists no test'
    done = run(command(program, '--tap', '-p', path), env=unit_env(),
               timeout=100)
    if done.returncode == 77 or (done.returncode == 0
                                 and '# SKIP' in done.stdout):
        pytest.skip(done.stdout.partition('# SKIP')[2].strip() or 'exit 77')
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize('flavour', FLAVOURS)
def test_built(flavour):
    """Without programs the list above would be empty, and pass."""
    assert list((BUILD / flavour / 'tests' / 'unit').glob('test-*'))
