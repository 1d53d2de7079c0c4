# SPDX-License-Identifier: GPL-2.0-or-later
"""
What every test here shares: where the programs are, a log of its own, a
time limit, and the rules of the house (a skip must be listed, the last line
of output is "N passed, N failed, N skipped").

`make check` and `make check-full` run this; see scripts/check.
"""

import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Another architecture's programs, under an emulator (scripts/check-arch)
ARCH = os.environ.get('SEVEMU_ARCH')
BUILD = ROOT / 'build' / (f'arch-{ARCH}' if ARCH else '.')
LOGS = BUILD / 'logs'
DEFAULT_LIMIT = 300     # seconds that one test's body may take
SLOWER = 20 if ARCH else 1      # times, for all limits in seconds
SYSTEM_PLATFORM = Path('/var/lib/sevemu/platform')

# QEMU's own packages: qemu.qmp, qemu.machine.
sys.path.insert(0, str(ROOT / 'build' / 'qemu' / 'src' / 'python'))


class Build:
    """The programs under test, and the files they are tested with."""

    root = ROOT
    dir = BUILD
    qemu = BUILD / 'bin' / 'qemu-system-x86_64'
    qemu_img = BUILD / 'bin' / 'qemu-img'
    sevemu = BUILD / 'bin' / 'sevemu'
    qemu_src = ROOT / 'build' / 'qemu' / 'src'
    # For LD_PRELOAD: a /dev/kvm where there is none (kvm_stand_in.c)
    kvm_stand_in = BUILD / 'tools' / 'tests' / 'libkvm_stand_in.so'

    @staticmethod
    def asset(name):
        """The directory of an asset of scripts/assets.txt, fetched if new."""
        subprocess.run([ROOT / 'scripts' / 'fetch', name], check=True,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return ROOT / 'build' / 'assets' / name

    @classmethod
    def kernel(cls, name):
        """The image of a kernel asset, or what KERNEL= names."""
        if os.environ.get('KERNEL'):
            return Path(os.environ['KERNEL'])
        images = sorted((cls.asset(name) / 'boot').glob('vmlinuz-*'))
        assert images, f'no kernel image in asset {name}'
        return images[-1]


def own_state(env, home):
    """Point a program's idea of home and state into a directory of ours."""
    env['HOME'] = str(home)
    env.pop('SEVEMU_PLATFORM', None)
    if SYSTEM_PLATFORM.is_dir() and os.access(SYSTEM_PLATFORM, os.W_OK):
        # It would come before the home's; no test shall touch it
        env['SEVEMU_PLATFORM'] = str(home / 'state' / 'sevemu' / 'platform')
    for name in ('STATE', 'CONFIG', 'CACHE', 'DATA'):
        env[f'XDG_{name}_HOME'] = str(home / name.lower())
    return env


@pytest.fixture(scope='session')
def build():
    return Build()


@pytest.fixture
def no_system_platform():
    """For tests of the platform in the home, which comes after that one."""
    if 'SEVEMU_PLATFORM' in os.environ:
        pytest.skip(f'{SYSTEM_PLATFORM} is there')


@pytest.fixture
def log_path(request):
    """This test's log: build/logs/<test id>.log, fresh for each run."""
    return log_of(request.node)


@pytest.fixture
def qemu_env(tmp_path):
    """An environment in which programs see an empty home of their own."""
    home = tmp_path / 'home'
    home.mkdir()
    return own_state(dict(os.environ), home)


@pytest.fixture
def run(qemu_env, log_path):
    """run(args, timeout=S, **kw): a command, its output kept in the log."""

    def run_logged(args, timeout=60, **kw):
        args = [str(arg) for arg in args]
        kw.setdefault('env', qemu_env)
        kw.setdefault('stdin', subprocess.DEVNULL)
        with open(log_path, 'a', encoding='utf-8') as log:
            print('$', shlex.join(args), file=log, flush=True)
            done = subprocess.run(args, timeout=timeout * SLOWER, text=True,
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, **kw)
            print(done.stdout, done.stderr, f'exit {done.returncode}',
                  sep='\n', file=log)
        return done

    return run_logged


def log_of(item):
    name = item.nodeid.removeprefix('tests/')
    return LOGS / (re.sub(r'[^\w.=+-]+', '_', name).strip('_') + '.log')


# --- options and markers ---------------------------------------------------

def pytest_addoption(parser):
    parser.addoption('--full', action='store_true',
                     help='also the tests marked "full" (make check-full)')


def pytest_configure(config):
    config.addinivalue_line(
        'markers', 'full: only in make check-full')
    config.addinivalue_line(
        'markers', f'limit(seconds): time for the body ({DEFAULT_LIMIT})')
    LOGS.mkdir(parents=True, exist_ok=True)
    # Also for what a test starts without the qemu_env fixture.
    home = Path(tempfile.mkdtemp(prefix='sevemu-test-home-'))
    own_state(os.environ, home)
    config.add_cleanup(lambda: subprocess.run(['rm', '-rf', home],
                                              check=False))


def pytest_collection_modifyitems(config, items):
    for pattern, reason in arch_table():
        for item in items:
            if re.fullmatch(pattern, item.nodeid):
                item.add_marker(pytest.mark.skip(reason=reason))
    if config.getoption('full'):
        return
    full = [item for item in items if item.get_closest_marker('full')]
    items[:] = [item for item in items if item not in full]
    config.hook.pytest_deselected(items=full)


# --- each test -------------------------------------------------------------

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    log_of(item).unlink(missing_ok=True)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    """No test hangs: its body is interrupted when its time is over."""
    marker = item.get_closest_marker('limit')
    seconds = (marker.args[0] if marker else DEFAULT_LIMIT) * SLOWER

    def over(_signum, _frame):
        pytest.fail(f'not done after {seconds} s')

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(int(seconds))
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    refuse_unlisted_skip(report)
    if report.failed:
        with open(log_of(item), 'a', encoding='utf-8') as log:
            print(f'--- {report.when} failed', report.longreprtext,
                  report.caplog, report.capstdout, report.capstderr,
                  sep='\n', file=log)
        target = (f'check-arch ARCH={ARCH}' if ARCH else
                  'check-full' if item.get_closest_marker('full') else 'check')
        report.sections.append((
            'where to look',
            f'log:    {log_of(item)}\n'
            f'repeat: make {target} T={shlex.quote(item.nodeid)}'))


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report():
    refuse_unlisted_skip((yield).get_result())


# --- skips -----------------------------------------------------------------

def table(path):
    """The lines of a list: patterns, in which only * is special, reasons."""
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith('#'):
            pattern, _, reason = line.partition(' ')
            assert reason.strip(), f'{path.name}: no reason for {pattern}'
            yield re.escape(pattern).replace(r'\*', '.*'), reason.strip()


def arch_table():
    """What is left out of a run with another architecture's programs."""
    if not ARCH:
        return []
    return list(table(ROOT / 'tests' / 'arch' / f'{ARCH}.txt'))


def listed_skips():
    return [*table(ROOT / 'tests' / 'skips.txt'), *arch_table()]


def refuse_unlisted_skip(report):
    if not report.skipped or hasattr(report, 'wasxfail'):
        return
    if any(re.fullmatch(pattern, report.nodeid)
           for pattern, _ in listed_skips()):
        return
    reason = report.longrepr
    if isinstance(reason, tuple):
        reason = reason[-1]
    report.outcome = 'failed'
    report.longrepr = (f'{report.nodeid} was skipped, but tests/skips.txt '
                       f'does not list it: {reason}')


# --- the last line ---------------------------------------------------------

def pytest_sessionfinish(session, exitstatus):
    session.config.sevemu_status = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    reporter = config.pluginmanager.get_plugin('terminalreporter')
    if hasattr(config, 'workerinput') or reporter is None:
        return
    stats = reporter.stats
    passed = len(stats.get('passed', []))
    skipped = len(stats.get('skipped', []))
    failed = len(stats.get('failed', [])) + len(stats.get('error', []))
    # Nothing collected, interrupted, an error of pytest's own: not a success.
    if getattr(config, 'sevemu_status', 1) != 0:
        failed = max(failed, 1)
    print(f'{passed} passed, {failed} failed, {skipped} skipped', flush=True)
