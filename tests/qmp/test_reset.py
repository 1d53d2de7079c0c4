# SPDX-License-Identifier: GPL-2.0-or-later
"""
Reset of SEV-ES and SEV-SNP guests from outside: by QMP and by the guest, the
launch is repeated, with the same digest; or QEMU ends, if it was told to.
What the guest finds is looked at by tests/guests/reboot.c.
"""

import base64
import contextlib
import os
import re
import shutil

import pytest
from qemu.qmp import QMPError

from qmp_guest import NOTE, TCG, TIMEOUT, ZERO_KEYS, Guest, capabilities
from qmp_session import make_session, session_properties

SEV = {
    'es': 'sev-emulated,id=sev0,policy=5',
    'snp': 'sev-snp-guest,id=sev0,cbitpos=51,reduced-phys-bits=1',
}
# Of a guest that waits for `cont`
WAITING = {'es': 'launch-secret', 'snp': 'launch-update'}
RESETS = 5
BY_HOST = {'guest': False, 'reason': 'host-qmp-system-reset'}
BY_GUEST = {'guest': True, 'reason': 'guest-reset'}


def image(build):
    return build.dir / 'tools' / 'tests' / 'guests' / 'guest64.bin'


def words(kind, guest):
    return (f'name=opt/sevemu/test,string={guest} sev=1 cbitpos=51 reduced=1 '
            'es=1' + (' snp=1 features=1' if kind == 'snp' else ''))


@pytest.fixture(name='kind', params=SEV)
def kind_fixture(request):
    return request.param


@pytest.fixture(name='start')
def start_fixture(build, log_path, kind):
    """start(what the guest does, more options...): it waits for `cont`"""
    return lambda guest, *more, firmware=None: Guest(build.qemu, [
        '-accel', 'tcg', '-cpu', 'EPYC-Milan', '-m', '64M', '-S', '-machine',
        'q35,confidential-guest-support=sev0', '-object', SEV[kind],
        *(firmware or ['-bios', image(build)]),
        '-fw_cfg', words(kind, guest), *more], log_path)


def wait_for(guest, name):
    """The data of the next event of that name"""
    while True:
        event = guest.qmp.pull_event(float(TIMEOUT))
        if event['event'] == name:
            return event.get('data')


def reset(guest):
    guest.command('system_reset')
    assert wait_for(guest, 'RESET') == BY_HOST


def last_words(guest):
    """What QEMU has said beside what it says of each such guest"""
    return [line for line in guest.said()
            if line not in (NOTE, ZERO_KEYS) and 'TCG doesn' not in line]


def digest(guest):
    """What an SEV-ES guest measures to, as the platform reports it"""
    report = guest.command('query-sev-attestation-report',
                           mnonce=base64.b64encode(bytes(16)).decode())
    return base64.b64decode(report['data'])[16:48]


@pytest.mark.parametrize('cpus', [1, 4])
def test_running(start, kind, cpus):
    """It runs on, launched anew each time."""
    with start('halt boot=spin', '-smp', str(cpus)) as guest:
        guest.command('cont')
        before = guest.command('query-sev')
        for _ in range(RESETS):
            reset(guest)
            assert guest.command('query-status')['status'] == 'running'
            after = guest.command('query-sev')
            assert after['state'] == 'running'
            assert after == {**before, 'handle': after['handle']} \
                if kind == 'es' else after == before
        assert last_words(guest) == []
        assert guest.quit() == 0


@pytest.mark.parametrize('ran', [False, True])
def test_stopped(start, kind, ran):
    """The new guest waits, as with -S, and the next `cont` starts it."""
    with start('halt boot=spin') as guest:
        if ran:
            guest.command('cont')
            guest.command('stop')
        for _ in range(2):
            reset(guest)
            assert guest.command('query-status')['status'] == 'prelaunch'
            assert guest.command('query-sev')['state'] == WAITING[kind]
        guest.command('cont')
        assert guest.command('query-sev')['state'] == 'running'
        reset(guest)
        assert guest.command('query-sev')['state'] == 'running'
        assert last_words(guest) == []


@pytest.mark.parametrize('kind', ['es'], indirect=True)
def test_measurement(start):
    """The digest is the same, and the measurement is of a new launch."""
    with start('halt boot=spin', '-smp', '2') as guest:
        def look():
            return (digest(guest),
                    guest.command('query-sev-launch-measure')['data'])
        seen = [look()]
        guest.command('cont')
        for _ in range(RESETS):
            reset(guest)
            seen.append(look())
        assert len({found for found, _ in seen}) == 1
        assert len({found for _, found in seen}) == RESETS + 1


PAGE = re.compile(r'^(?:\S+ )?sev_snp_launch_page (.*)$', re.MULTILINE)


@pytest.mark.parametrize('kind', ['snp'], indirect=True)
def test_launch_digest(start, tmp_path):
    """Page for page the same, up to the save areas of all CPUs"""
    trace = tmp_path / 'trace'
    with start('halt boot=spin', '-smp', '2', '-trace', 'sev_snp_launch_page',
               '-D', trace) as guest:
        guest.command('cont')
        reset(guest)
        reset(guest)
        assert guest.quit() == 0
    pages = PAGE.findall(trace.read_text())
    once = len(pages) // 3
    assert once > 32 and ' vmsa ' in pages[once - 1]
    assert pages == pages[:once] * 3


COMMANDS = {
    'es': ['DEACTIVATE', 'DF_FLUSH', 'DECOMMISSION', 'LAUNCH_START',
           'ACTIVATE', 'LAUNCH_UPDATE_DATA', 'LAUNCH_UPDATE_VMSA',
           'LAUNCH_MEASURE', 'LAUNCH_MEASURE', 'LAUNCH_FINISH'],
    'snp': ['SNP_DECOMMISSION', 'SNP_PAGE_RECLAIM', 'SNP_DF_FLUSH',
            'SNP_GCTX_CREATE', 'SNP_LAUNCH_START', 'SNP_ACTIVATE',
            'SNP_LAUNCH_UPDATE', 'SNP_LAUNCH_FINISH'],
}


def test_commands(start, kind, tmp_path):
    """The old guest's context goes, with its keys, before the new one's."""
    trace = tmp_path / 'trace'
    with start('halt boot=spin', '-trace', 'sev_asp_command', '-trace',
               'sev_relaunch', '-D', trace) as guest:
        guest.command('cont')
        begun = len(trace.read_text())
        reset(guest)
        assert guest.quit() == 0
    text = trace.read_text()[begun:]
    assert re.findall(r'sev_relaunch (.*)', text) == ['reset 1']
    commands = re.findall(r'sev_asp_command (\w+) -> (\w+)', text)
    found = []
    for name, status in commands:
        if name != 'SNP_LAUNCH_UPDATE' or name not in found:
            found.append(name)
        if name != 'LAUNCH_MEASURE':
            assert status == 'SUCCESS'
    assert found == COMMANDS[kind]


@pytest.mark.parametrize('how', ['cf9', 'kbd', 'triple-fault'])
@pytest.mark.parametrize('option', [
    ['-no-reboot'], ['--no-reboot'], ['-action', 'reboot=shutdown']],
    ids=lambda option: option[-1])
def test_no_reboot(start, option, how):
    with start(f'reboot how={how}', *option) as guest:
        guest.command('cont')
        assert wait_for(guest, 'SHUTDOWN') == BY_GUEST
        assert guest.process.wait(TIMEOUT) == 0
        assert last_words(guest) == []


def test_no_reboot_by_host(start):
    with start('halt boot=spin', '-no-reboot') as guest:
        guest.command('cont')
        guest.command('system_reset')
        assert wait_for(guest, 'SHUTDOWN') == BY_HOST
        assert guest.process.wait(TIMEOUT) == 0


def test_reboot_that_waits(start, kind):
    """How a guest owner has a reboot wait for a secret: with QMP alone"""
    with start('reboot how=cf9', '-action', 'reboot=shutdown,shutdown=pause'
               ) as guest:
        guest.command('cont')
        assert wait_for(guest, 'SHUTDOWN') == BY_GUEST
        wait_for(guest, 'STOP')
        guest.command('set-action', reboot='reset')
        reset(guest)
        assert guest.command('query-sev')['state'] == WAITING[kind]
        guest.command('cont')
        assert guest.command('query-sev')['state'] == 'running'


def test_after_the_end(start):
    """A guest that has ended itself can be reset as well."""
    with start('terminate set=1 code=4', '-action', 'panic=pause') as guest:
        for _ in range(3):
            guest.command('cont')
            wait_for(guest, 'GUEST_PANICKED')
            wait_for(guest, 'STOP')
            reset(guest)
        assert guest.quit() == 0


@pytest.mark.parametrize('kind,readonly', [('es', 'on'), ('es', 'off'),
                                           ('snp', 'on')], indirect=['kind'])
def test_flash(build, start, readonly, tmp_path):
    """Firmware in flash is measured as it is at the reset."""
    flash = tmp_path / 'flash'
    shutil.copy(image(build), flash)
    with start('relaunch how=cf9 times=3 rom=0', '-device',
               'isa-debug-exit,iobase=0xf4,iosize=0x04', firmware=[
                   '-drive', 'if=pflash,format=raw,unit=0,'
                   f'readonly={readonly},file={flash}']) as guest:
        guest.command('cont')
        assert guest.process.wait(TIMEOUT) == 33


@pytest.mark.parametrize('kind', ['es'], indirect=True)
def test_read_only_memory(start, tmp_path):
    """
    What nobody can have written to is not cleared. (SEV-SNP guests have no
    such memory: refused.txt.)
    """
    memory = tmp_path / 'memory'
    memory.touch()
    os.truncate(memory, 64 << 20)
    with start('halt boot=spin', '-machine', 'memory-backend=m0', '-object',
               'memory-backend-file,id=m0,size=64M,share=off,readonly=on,'
               f'rom=on,mem-path={memory}') as guest:
        for _ in range(2):
            reset(guest)
        assert guest.quit() == 0


@pytest.mark.parametrize('kind', ['es'])
def test_session(build, tmp_path, log_path, kind):
    """Its files are read for each launch; without them there is none."""
    pdh = capabilities(build.qemu, log_path)['pdh']
    base = make_session(base64.b64decode(pdh), 5).write(tmp_path)
    with Guest(build.qemu, [
            *TCG, '-bios', image(build), '-fw_cfg',
            words(kind, 'halt boot=spin'), '-object',
            'sev-guest,id=sev0,policy=5,cbitpos=51,reduced-phys-bits=1,'
            + session_properties(base)],
            log_path) as guest:
        reset(guest)
        assert guest.command('query-sev')['state'] == 'running'
        (tmp_path / 'vm_session.b64').unlink()
        with contextlib.suppress(QMPError):
            guest.command('system_reset')   # QEMU may end before it answers
        assert guest.process.wait(TIMEOUT) == 1
        assert 'vm_session.b64' in last_words(guest)[-1]
