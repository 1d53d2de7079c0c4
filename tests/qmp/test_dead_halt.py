# SPDX-License-Identifier: GPL-2.0-or-later
"""
Guests that have halted for good: one line, one event, and QEMU goes on. Those
that something of their own can still wake are left alone.
"""

import asyncio
import re
import time

import pytest

from qmp_guest import Guest

EVENT = 'SEV_GUEST_HALTED'
PASSED = 33     # isa-debug-exit, when an NMI has ended the wait
A_WHILE = 2     # seconds, of which a quarter is needed twice

PLAIN = 'sev-emulated,id=sev0,policy=1'
ES = 'sev-emulated,id=sev0,policy=5'
SNP = 'sev-snp-emulated,id=sev0'
KINDS = {PLAIN: '', ES: ' es=1', SNP: ' es=1 snp=1'}
NAMES = {PLAIN: 'sev', ES: 'sev-es', SNP: 'sev-snp'}


@pytest.fixture(name='start')
def start_fixture(build, log_path, tmp_path):
    """start(kind, words, more...): a Guest that waits for `cont`"""
    image = build.dir / 'tools' / 'tests' / 'guests' / 'guest64.bin'
    console = tmp_path / 'console'

    def start(kind, words, *more):
        machine, sev = ['q35'], ''
        if kind:
            machine = ['q35,confidential-guest-support=sev0', '-object', kind]
            sev = f' sev=1 cbitpos=51 reduced=1{KINDS[kind]}'
        guest = Guest(build.qemu, [
            '-accel', 'tcg', '-cpu', 'EPYC', '-m', '64M', '-machine', *machine,
            '-bios', image, '-serial', f'file:{console}', '-S',
            '-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04',
            '-fw_cfg', f'name=opt/sevemu/test,string=halt {words}{sev}',
            *more], log_path)
        guest.console = console
        return guest

    return start


def kinds(*which):
    return pytest.mark.parametrize('kind', which,
                                   ids=[NAMES.get(kind, 'plain')
                                        for kind in which])


def halted(guest, seconds=A_WHILE):
    """The event's data, or None when there is none for a while."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        try:
            event = guest.qmp.pull_event(left)
        except asyncio.TimeoutError:
            break
        if event['event'] == EVENT:
            return event['data']
    return None


def lines(guest):
    return [line for line in guest.said() if 'has halted for good' in line]


def states(data):
    return [cpu['state'] for cpu in data['cpus']]


def check_alive(guest):
    guest.command('cont')
    assert halted(guest) is None
    assert not lines(guest)
    assert guest.command('query-status')['status'] == 'running'


@kinds(PLAIN, ES, SNP)
def test_said_once(start, kind):
    """Where it is and why, by the guest's own word; an NMI still wakes it."""
    with start(kind, 'boot=hlt') as guest:
        guest.command('cont')
        data = halted(guest, 30)
        fault, rip = (int(word, 16) for word in re.search(
            r'#UD at (0x\w+), HLT at (0x\w+)',
            guest.console.read_text()).groups())
        cpu = {'cpu-index': 0, 'state': 'hlt', 'rip': rip}
        line = ('the guest has halted for good; vCPU 0 in HLT with interrupts '
                f'off, RIP 0x{rip:x}')
        if kind != PLAIN:
            cpu |= {'exception': 6, 'exception-rip': fault}
            line += f', last exception #UD at RIP 0x{fault:x}'
        assert data == {'message': line, 'cpus': [cpu]}
        assert lines(guest) == [f'warning: SEV: {line}']
        assert halted(guest) is None
        assert guest.command('query-status')['status'] == 'running'
        guest.command('inject-nmi')
        assert guest.process.wait(30) == PASSED


@kinds(PLAIN, ES, SNP)
@pytest.mark.parametrize('words,expected', [
    ('boot=hlt aps=hlt cpus=4', ['hlt'] * 4),
    ('boot=hlt', ['hlt'] + ['wait-for-sipi'] * 3),
    ('boot=init aps=idle cpus=4', ['hlt'] + ['wait-for-sipi'] * 3),
], ids=['all', 'not-started', 'stopped-by-init'])
def test_four_cpus(start, kind, words, expected):
    with start(kind, words, '-smp', '4') as guest:
        guest.command('cont')
        assert states(halted(guest, 30)) == expected
        line, = lines(guest)
        assert line.count('vCPU') == 4


@kinds(PLAIN, ES, SNP)
def test_init_of_the_last(start, kind):
    """INIT is no HLT, and the others have been looked at before."""
    with start(kind, 'boot=hlt aps=init cpus=2', '-smp', '2') as guest:
        guest.command('cont')
        assert states(halted(guest, 60)) == ['hlt', 'wait-for-sipi']


@kinds(ES, SNP)
@pytest.mark.parametrize('words,expected', [
    ('boot=hlt aps=hold cpus=4', ['hlt'] + ['reset-hold'] * 3),
    ('boot=hold', ['reset-hold'] + ['wait-for-sipi'] * 3),
], ids=['others', 'boot-cpu'])
def test_held(start, kind, words, expected):
    """Nobody is left that could end it."""
    with start(kind, words, '-smp', '4') as guest:
        guest.command('cont')
        assert states(halted(guest, 30)) == expected


def test_destroyed(start):
    """The last one that ran has gone by its own request."""
    with start(SNP, 'boot=destroy aps=hlt cpus=2', '-smp', '2') as guest:
        guest.command('cont')
        assert states(halted(guest, 30)) == ['destroyed', 'hlt']


def test_many_cpus(start):
    """The line does not get long; the event has all."""
    with start(ES, 'boot=hlt', '-smp', '12') as guest:
        guest.command('cont')
        assert len(halted(guest, 30)['cpus']) == 12
        line, = lines(guest)
        assert line.count('vCPU') == 8
        assert line.endswith('; and 4 more')


@pytest.mark.parametrize('kind,words', [
    (PLAIN, 'boot=idle aps=hlt cpus=4'),
    (ES, 'boot=hlt aps=idle cpus=4'),
    (SNP, 'boot=spin aps=hlt cpus=4'),
    (ES, 'boot=spin aps=hold cpus=4'),
    (SNP, 'boot=idle'),
], ids=['boot-cpu-waits', 'another-waits', 'boot-cpu-runs', 'others-are-held',
        'others-not-started'])
def test_alive(start, kind, words):
    """One CPU is left that may wake itself, or the others."""
    with start(kind, words, '-smp', '4') as guest:
        check_alive(guest)


@kinds(PLAIN, ES, SNP)
def test_nmi_to_come(start, kind):
    """The guest's own timer wakes it after a second."""
    with start(kind, 'boot=timer') as guest:
        guest.command('cont')
        assert guest.process.wait(30) == PASSED
        assert not lines(guest)


def test_no_sev(start):
    """As upstream: nothing."""
    with start(None, 'boot=hlt') as guest:
        check_alive(guest)


def test_stopped(start):
    """Time stands still for a guest that is stopped."""
    with start(ES, 'boot=hlt') as guest:
        guest.command('cont')
        while 'HLT at' not in (guest.console.exists()
                               and guest.console.read_text() or ''):
            time.sleep(0.01)
        guest.command('stop')
        assert halted(guest) is None
        guest.command('cont')
        assert halted(guest, 30)


@pytest.mark.parametrize('kind', [PLAIN, ES])
def test_said_again_after_a_reset(start, kind):
    with start(kind, 'boot=hlt') as guest:
        guest.command('cont')
        assert halted(guest, 30)
        guest.command('system_reset')
        assert halted(guest, 30)
        assert len(lines(guest)) == 2


@pytest.mark.parametrize('sleep', ['on', 'off'])
def test_by_instructions(start, sleep):
    """With -icount, time is the guest's; asleep, it leaps."""
    with start(ES, 'boot=hlt aps=hlt cpus=2', '-smp', '2', '-icount',
               f'shift=3,sleep={sleep}') as guest:
        guest.command('cont')
        assert states(halted(guest, 60)) == ['hlt'] * 2


