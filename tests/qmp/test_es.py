# SPDX-License-Identifier: GPL-2.0-or-later
"""
SEV-ES guests from outside: how they end, what cannot be done to them, and
what QMP tells of them.
"""

import re

import pytest

from qmp_guest import NOTE, TIMEOUT, ZERO_KEYS, Guest

NO_PLACE = ('CPU hot-plug is not possible for this guest: the state of its '
            'CPUs was protected when it was launched')
CPU = {'driver': 'qemu64-x86_64-cpu', 'id': 'late', 'socket-id': 1,
       'core-id': 0, 'thread-id': 0}


def image(build):
    return build.dir / 'tools' / 'tests' / 'guests' / 'guest64.bin'


def options(build, words, policy=5):
    """Of QEMU, for a bare-metal guest that is told what to do."""
    es = int(bool(policy & 4))
    return ['-accel', 'tcg', '-m', '64M', '-machine',
            'q35,confidential-guest-support=sev0', '-object',
            f'sev-emulated,id=sev0,policy={policy}', '-bios', image(build),
            '-fw_cfg', f'name=opt/sevemu/test,string={words} sev=1 '
                       f'cbitpos=51 reduced=1 es={es}']


@pytest.fixture(name='start')
def start_fixture(build, log_path):
    """start(words, more...): a Guest that waits for `cont`"""
    return lambda words, *more, policy=5: Guest(
        build.qemu, [*options(build, words, policy), '-S', *more], log_path)


def last_events(guest):
    """Up to SHUTDOWN, without time stamps; and QEMU's exit status."""
    events = [(None, None)]
    while events[-1][0] != 'SHUTDOWN':
        event = guest.qmp.pull_event(float(TIMEOUT))
        events.append((event['event'], event.get('data')))
    return events, guest.process.wait(TIMEOUT)


def last_words(guest):
    """What QEMU has said beside what it says of each such guest"""
    return [line for line in guest.said()
            if line not in (NOTE, ZERO_KEYS) and 'TCG doesn' not in line]


def panicked(reason):
    """As QEMU 11.0 has it; what is no reason of the guest's is not there"""
    data = {'action': 'poweroff'}
    if reason:
        data['info'] = {'type': 'sev', 'set': reason[0], 'code': reason[1]}
    return ('GUEST_PANICKED', data)


ENDS = [
    ('terminate set=0 code=0',
     'general termination request (reason set 0, general; code 0)', (0, 0)),
    ('terminate set=0 code=1', 'no version of the GHCB protocol that both '
     'sides speak (reason set 0, general; code 1)', (0, 1)),
    ('terminate set=1 code=1 ghcb=1',
     'a page state change failed (reason set 1, Linux; code 1)', (1, 1)),
    ('terminate set=15 code=255', 'for a reason without a name (reason set '
     '15, code 255)', (15, 255)),
    ('give_up event=114',
     'its #VC handler does not know exit code 0x72 (CPUID)', None),
    ('give_up request=18', 'it made a request that only SEV-SNP guests can '
     'make, by the GHCB MSR', None),
]


@pytest.mark.parametrize('words,message,reason', ENDS)
def test_guest_ends_itself(start, words, message, reason):
    """One sentence, one event with the numbers, and the end of QEMU."""
    with start(words) as guest:
        guest.command('cont')
        events, status = last_events(guest)
        assert panicked(reason) in events
        assert ('SHUTDOWN', {'guest': True,
                             'reason': 'guest-panic'}) in events
        assert last_words(guest) == [f'SEV: the guest has ended: {message}']
        assert status == 0


def test_end_can_be_a_failure(start):
    """As with every panic: -action panic=..."""
    with start('terminate set=1 code=4', '-action',
               'panic=exit-failure') as guest:
        guest.command('cont')
        assert last_events(guest)[1] == 1


def test_end_can_be_looked_at(start):
    with start('terminate set=1 code=4', '-action', 'panic=pause') as guest:
        guest.command('cont')
        guest.wait_for('GUEST_PANICKED')
        assert guest.command('query-status')['status'] == 'guest-panicked'
        assert 'RIP=' in guest.human('info registers')
        assert guest.quit() == 0


@pytest.mark.parametrize('sev', [['--sev-es'], ['--policy', '0x5']])
def test_sevemu_run_tells_of_it(build, run, sev):
    """From a real QEMU; other endings have a QEMU of pretence."""
    words = 'terminate set=1 code=2 sev=1 cbitpos=51 reduced=1 es=1'
    done = run([build.sevemu, 'run', *sev, '--firmware', image(build),
                '--timeout', '60', '--', '-fw_cfg',
                f'name=opt/sevemu/test,string={words}'])
    assert done.returncode == 4
    assert 'SEV: the guest has ended: PVALIDATE failed (reason set 1, ' \
        'Linux; code 2)' in done.stderr


@pytest.mark.parametrize('more,status,last', [
    ([], 33, 'the guest powered off'),
    (['-no-reboot'], 4, 'the guest reset instead of powering off'),
    (['-action', 'reboot=reset'], 33, 'the guest powered off'),
], ids=lambda value: str(value))
def test_sevemu_run_and_reboots(build, run, more, status, last):
    """Each launch is measured, unless QEMU is told what to do."""
    words = 'relaunch how=cf9 times=3 sev=1 cbitpos=51 reduced=1 es=1'
    done = run([build.sevemu, 'run', '--sev-es', '--firmware', image(build),
                '--timeout', '100', '--exit-code', 'guest', '--', *more,
                '-fw_cfg', f'name=opt/sevemu/test,string={words}'])
    assert done.returncode == status
    assert done.stderr.splitlines()[-1] == f'sevemu: {last}'
    assert done.stderr.count('the measurement is as expected') == \
        (1 if more else 4)


@pytest.mark.parametrize('runs', [False, True])
def test_cpu_cannot_be_added(start, runs):
    with start('first mode=passing', '-smp', '1,maxcpus=2,sockets=2') as guest:
        if runs:
            guest.command('cont')
        assert guest.refusal('device_add', **CPU) == NO_PLACE
        assert len(guest.command('query-cpus-fast')) == 1
        assert guest.quit() == 0


def test_cpu_can_be_added_without_es(start):
    with start('first mode=passing', '-smp', '1,maxcpus=2,sockets=2',
               policy=1) as guest:
        guest.command('device_add', **CPU)
        assert len(guest.command('query-cpus-fast')) == 2


def test_cpu_cannot_be_taken_away(start):
    gone = NO_PLACE.replace('hot-plug', 'hot-unplug')
    with start('first mode=passing', '-smp', '2') as guest:
        path = guest.command('query-hotpluggable-cpus')[0]['qom-path']
        assert guest.refusal('device_del', id=path) == gone
        assert len(guest.command('query-cpus-fast')) == 2


LAUNCH = (
    'kvm_sev_init \n'
    'kvm_sev_launch_start policy 0x5 session (nil) pdh (nil)\n'
    'kvm_sev_change_state uninit -> launch-update\n'
    'kvm_sev_launch_update_data addr ADDRESS len LENGTH\n'
    'sev_asp_command LAUNCH_UPDATE_VMSA -> SUCCESS\n'
    'sev_asp_command LAUNCH_UPDATE_VMSA -> SUCCESS\n'
    'kvm_sev_change_state launch-update -> launch-secret\n'
    'kvm_sev_launch_measurement data DATA\n'
    'kvm_sev_launch_finish \n'
    'kvm_sev_change_state launch-secret -> running\n')


def test_launch(start, build, tmp_path):
    """It has a step more: the save area of each CPU."""
    trace = tmp_path / 'trace'
    with start('first mode=passing', '-smp', '2', '-trace', 'kvm_sev_*',
               '-trace', 'sev_asp_command', '-D', trace) as guest:
        assert guest.command('query-sev')['policy'] == 5
        guest.command('cont')
        assert guest.quit() == 0
    lines = re.sub(r'0x[0-9a-f]{7,}', 'ADDRESS', trace.read_text())
    lines = re.sub(r'data \S{64}', 'data DATA', lines)
    other = re.compile(r'sev_asp_command (?!LAUNCH_UPDATE_VMSA).*\n')
    length = image(build).stat().st_size
    assert other.sub('', lines) == LAUNCH.replace('LENGTH', hex(length))
