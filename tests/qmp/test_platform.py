# SPDX-License-Identifier: GPL-2.0-or-later
"""
The platform behind query-sev-capabilities: where it is, who may look into
it, and that it stays the same whatever happens.
"""

import base64
import json
import os
import shutil
from pathlib import Path

import pytest

from platform_tool import kill_library, plain_tool  # noqa: F401
from qmp_guest import NOTE, TCG, Guest, capabilities, own_words
from qmp_session import make_session, session_properties

FILES = {'manifest', 'fuses', 'model', 'ark.cert', 'ask.cert', 'cek.cert',
         'certs', 'flash', 'lock', 'guests'}
OBJECTS = {'sev-emulated': 'sev-emulated,id=sev0,platform={}',
           'sev-guest': 'sev-guest,id=sev0,cbitpos=51,reduced-phys-bits=1,'
                        'sev-device={}'}
MOST_STEPS = 200
BAD_MEASUREMENT = ("sev_launch_start: LAUNCH_START ret=1 fw_error=11 'Bad "
                   "measurement'")


@pytest.fixture(name='usual')
def usual_fixture(qemu_env):
    """Where the platform is by default; not there yet."""
    return Path(qemu_env['XDG_STATE_HOME']) / 'sevemu' / 'platform'


@pytest.fixture(name='start')
def start_fixture(build, log_path):
    """start(platform, kind, more options): a Guest with its own log"""
    count = 0

    def start(platform, kind='sev-emulated', *options, more=''):
        nonlocal count
        count += 1
        return Guest(build.qemu,
                     [*TCG, '-S', '-object',
                      OBJECTS[kind].format(platform) + more, *options],
                     log_path.with_suffix(f'.{count}.log'))

    return start


def questions(build):
    """A QEMU that is asked by the standard input ASK, and ends."""
    return [build.qemu, '-accel', 'tcg', '-machine', 'none', '-nodefaults',
            '-display', 'none', '-qmp', 'stdio']


ASK = ''.join(json.dumps({'execute': name}) for name in (
    'qmp_capabilities', 'query-sev-capabilities', 'quit'))


def ask(build, run, **kw):
    """What query-sev-capabilities answers."""
    done = run(questions(build), stdin=None, input=ASK, **kw)
    assert (done.returncode, done.stderr) == (0, '')
    return json.loads(done.stdout.splitlines()[2])['return']


def check_modes(path):
    assert {file.name for file in path.iterdir()} == FILES
    assert path.stat().st_mode & 0o7777 == 0o700
    assert {file.stat().st_mode & 0o7777
            for file in path.iterdir()} == {0o600}


# --- what it answers, and when ---------------------------------------------

def test_capabilities(build, run):
    answer = ask(build, run)
    sizes = {name: len(base64.b64decode(answer[name], validate=True))
             for name in ('pdh', 'cert-chain', 'cpu0-id')}
    assert sizes == {'pdh': 2084, 'cert-chain': 3 * 2084, 'cpu0-id': 64}
    assert (answer['cbitpos'], answer['reduced-phys-bits']) == (51, 1)
    assert len(answer) == 5


@pytest.mark.parametrize('options', [
    ('-machine', 'none'), ('-machine', 'q35'), ('-machine', 'isapc'),
    # an object that the machine was not told of
    ('-machine', 'q35', '-object', 'sev-emulated,id=sev0,platform=nowhere'),
    (*TCG, '-object', 'sev-emulated,id=sev0'),
    (*TCG, '-S', '-object',
     'sev-guest,id=sev0,cbitpos=51,reduced-phys-bits=1'),
], ids=['none', 'q35', 'isapc', 'object', 'sev-emulated', 'sev-guest'])
def test_same_on_each_machine(build, qemu_env, log_path, options):
    first = capabilities(build.qemu, log_path.with_suffix('.first.log'),
                         env=qemu_env)
    with Guest(build.qemu, ['-accel', 'tcg', *options], log_path,
               env=qemu_env) as guest:
        for _ in range(2):
            assert same(guest.command('query-sev-capabilities'), first)


def same(answer, expected):
    """Names of what differs would be long base64 otherwise."""
    return not [name for name in expected if answer[name] != expected[name]]


def test_guest_with_another_platform(start, build, tmp_path, log_path):
    """It is the guest's own that answers, and that has its C-bit."""
    usual = capabilities(build.qemu, log_path)
    with start(tmp_path / 'other', more=',cbitpos=47') as guest:
        answer = guest.command('query-sev-capabilities')
        assert answer['pdh'] != usual['pdh']
        assert answer['cbitpos'] == 47
        guest.command('cont')
        assert same(guest.command('query-sev-capabilities'), answer)
        assert guest.command('query-sev')['state'] == 'running'


def test_other_accelerators(build, log_path):
    with Guest(build.qemu, ['-accel', 'qtest', '-machine', 'none'],
               log_path) as guest:
        assert guest.refusal('query-sev-capabilities') == 'KVM not enabled'


# --- where it is -----------------------------------------------------------

@pytest.mark.parametrize('umask', [0, 0o022, 0o777])
def test_made_on_first_use(build, run, usual, umask):
    assert not usual.exists()
    ask(build, run, umask=umask)
    check_modes(usual)
    for parent in usual.parent, usual.parent.parent:
        assert parent.stat().st_mode & 0o7777 == 0o700


@pytest.mark.usefixtures('no_system_platform')
@pytest.mark.parametrize('state', [None, '', 'not/absolute'])
def test_without_state_directory(build, run, qemu_env, tmp_path, monkeypatch,
                                 state):
    monkeypatch.chdir(tmp_path)
    del qemu_env['XDG_STATE_HOME']
    if state is not None:
        qemu_env['XDG_STATE_HOME'] = state
    ask(build, run)
    check_modes(Path(qemu_env['HOME']) / '.local/state/sevemu/platform')
    assert not (tmp_path / 'not').exists()


@pytest.mark.parametrize('kind', OBJECTS)
def test_of_the_users_choice(start, tmp_path, kind):
    platform = tmp_path / 'platform'
    with start(platform, kind) as guest:
        pdh = guest.command('query-sev-capabilities')['pdh']
    check_modes(platform)
    with start(platform, kind) as guest:
        assert guest.command('query-sev-capabilities')['pdh'] == pdh


def test_may_not_be_written(build, run, tmp_path):
    """Also by root, who may else write everywhere."""
    tmp_path.joinpath('closed').mkdir(mode=0o500)
    as_root = ['setpriv', '--bounding-set', '-dac_override']
    for path, named in (('closed/platform', 'closed/platform'),
                        ('closed', 'closed/lock')):
        done = run([*(as_root if os.geteuid() == 0 else []), build.qemu,
                    *TCG, '-display', 'none', '-object',
                    OBJECTS['sev-guest'].format(tmp_path / path)])
        assert done.returncode == 1
        assert own_words(done.stderr) == [
            f'SEV: {tmp_path / named}: Permission denied']


# --- that it stays ---------------------------------------------------------

def test_same_after_each_start(build, run):
    first = ask(build, run)
    for _ in range(2):
        assert same(ask(build, run), first)


@pytest.mark.parametrize('kinds', [
    ('sev-emulated', 'sev-emulated'), ('sev-guest', 'sev-emulated')])
def test_two_at_once(start, tmp_path, kinds):
    """Both on their first use; the one's end does not matter to the other."""
    platform = tmp_path / 'platform'
    first, second = (start(platform, kind) for kind in kinds)
    with second:
        with first:
            answers = [guest.command('query-sev-capabilities')
                       for guest in (first, second)]
            assert same(*answers)
            assert first.quit() == 0
        second.command('cont')
        assert second.command('query-sev')['state'] == 'running'
        assert same(second.command('query-sev-capabilities'), answers[0])
        assert second.said()[-1] == NOTE
        with start(platform) as third:
            assert same(third.command('query-sev-capabilities'), answers[0])


@pytest.mark.parametrize('command', ['reset', 'pek-gen'])
def test_not_reset_under_a_guest(start, plain_tool, command):  # noqa: F811
    with start(plain_tool.path) as guest:
        answer, _ = plain_tool.refused(command)
        assert answer['status'] == 'INVALID_PLATFORM_STATE'
        assert guest.quit() == 0
    plain_tool(command)


@pytest.mark.parametrize('command', ['reset', 'pek-gen', 'pdh-gen'])
def test_session_for_earlier_keys(build, run, start, tmp_path,
                                  plain_tool, command):  # noqa: F811
    pdh = base64.b64decode(plain_tool('export')['pdh'])
    base = make_session(pdh).write(tmp_path)
    session = ',' + session_properties(base)
    with start(plain_tool.path, more=session) as guest:
        assert guest.command('query-sev')['state'] == 'launch-secret'
        assert guest.quit() == 0
    plain_tool(command)
    done = run([build.qemu, *TCG, '-display', 'none', '-object',
                OBJECTS['sev-emulated'].format(plain_tool.path) + session])
    said = own_words(done.stderr)
    assert (done.returncode, said[:-1]) == (1, [BAD_MEASUREMENT])
    for named in base.name + '_godh.b64', base.name + '_session.b64', \
            plain_tool.path.name, 'policy=0x1':
        assert named in said[-1]


@pytest.mark.parametrize('name, change, says', [
    ('flash', lambda data: data[:-1] + bytes([data[-1] ^ 1]),
     'damaged, or of another chip'),
    ('flash', lambda data: data[:-1], 'damaged, or of another chip'),
    ('fuses', lambda data: data[:-1], 'expected 112 bytes, found 111')])
def test_damaged(build, run, usual, name, change, says):
    """A question is told which file it is, as a launch is."""
    ask(build, run)
    path = usual / name
    path.write_bytes(change(path.read_bytes()))
    done = run(questions(build), stdin=None, input=ASK)
    assert (done.returncode, done.stderr) == (0, '')
    error = json.loads(done.stdout.splitlines()[2])['error']
    assert error['desc'] == f'SEV: {path}: {says}'


def test_damaged_then_mended(build, usual, qemu_env, log_path):
    """The same QEMU, asked again, looks again."""
    with Guest(build.qemu, ['-accel', 'tcg', '-machine', 'none'], log_path,
               env=qemu_env) as guest:
        answer = guest.command('query-sev-capabilities')
        flash = (usual / 'flash').read_bytes()
        (usual / 'flash').write_bytes(flash[:-1])
        assert str(usual / 'flash') in guest.refusal('query-sev-capabilities')
        (usual / 'flash').write_bytes(flash)
        assert same(guest.command('query-sev-capabilities'), answer)


def test_keeps_its_pdh(start, plain_tool):  # noqa: F811
    """A session for the guest's own PDH stays good until its QEMU ends."""
    with start(plain_tool.path) as guest:
        before = guest.command('query-sev-capabilities')['pdh']
        plain_tool('pdh-gen')
        assert guest.command('query-sev-capabilities')['pdh'] == before
        with start(plain_tool.path) as other:
            after = other.command('query-sev-capabilities')['pdh']
    assert after == plain_tool('export')['pdh'] != before


def test_asked_without_a_guest(build, plain_tool, log_path,  # noqa: F811
                               qemu_env):
    """Each question is a new look at the platform."""
    plain_tool.path = Path(qemu_env['XDG_STATE_HOME']) / 'sevemu' / 'platform'
    with Guest(build.qemu, ['-accel', 'tcg', '-machine', 'none'], log_path,
               env=qemu_env) as guest:
        before = guest.command('query-sev-capabilities')['pdh']
        plain_tool('pdh-gen')
        after = guest.command('query-sev-capabilities')['pdh']
    assert after == plain_tool('export')['pdh'] != before


def test_killed_on_first_use(build, run, tmp_path, qemu_env,
                             plain_tool):  # noqa: F811
    """Every third step: test_platform_kill.py has each, without QEMU."""
    env = dict(qemu_env, LD_PRELOAD=str(kill_library(tmp_path)))
    plain_tool.path = Path(qemu_env['XDG_STATE_HOME']) / 'sevemu' / 'platform'
    for step in range(1, MOST_STEPS, 3):
        env['KILL_AT'] = str(step)
        done = run(questions(build), stdin=None, input=ASK, env=env)
        chain = plain_tool.chain()
        assert plain_tool.chain().pdh.data == chain.pdh.data
        check_modes(plain_tool.path)
        if done.returncode == 0:
            break
        assert done.returncode == -9
        shutil.rmtree(plain_tool.path)
    assert 30 < step < MOST_STEPS - 3
