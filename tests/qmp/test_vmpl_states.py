# SPDX-License-Identifier: GPL-2.0-or-later
"""
A machine is stopped, reset and ended whatever the VMPLs of its vCPUs do
(snp-vmpl-states.c).
"""

import time

import pytest

from qmp_guest import TCG, TIMEOUT, Guest

STATES = ('vmpl0', 'vmpl2', 'turns', 'halt0', 'halt2')
THREADS = {'multi': 'tcg', 'single': 'tcg,thread=single'}


class States(Guest):
    """Four vCPUs that are all in one state"""

    def __init__(self, build, log, scratch, state, accel):
        self.serial = scratch / 'serial'
        super().__init__(build.qemu, [
            *TCG, '-accel', accel, '-smp', '4', '-object',
            'sev-snp-emulated,id=sev0', '-cpu', 'EPYC-Milan', '-serial',
            f'file:{self.serial}', '-bios',
            build.dir / 'tools/tests/guests/guest64.bin', '-fw_cfg',
            f'name=opt/sevemu/test,string=snp_vmpl_states state={state} '
            'cpus=4 sev=1 cbitpos=51 reduced=1 es=1 snp=1'], log)

    def reach(self, times):
        """The guest has come there so many times."""
        deadline = time.monotonic() + TIMEOUT
        while self.serial.read_text().count('# all are there') < times:
            assert time.monotonic() < deadline, self.serial.read_text()
            time.sleep(0.02)
        time.sleep(0.1)     # the boot CPU's last steps

    def running(self):
        return self.command('query-status')['running']


@pytest.mark.parametrize('threads', THREADS)
@pytest.mark.parametrize('state', STATES)
def test_stop_reset_quit(build, log_path, tmp_path, state, threads):
    with States(build, log_path, tmp_path, state, THREADS[threads]) as guest:
        guest.reach(1)
        for _ in range(3):
            guest.command('stop')
            assert not guest.running()
            assert guest.human('info sev').count(': VMPL 2 ') == 4
            guest.command('cont')
            assert guest.running()
        guest.command('system_reset')
        guest.reach(2)
        assert guest.quit() == 0


@pytest.mark.parametrize('state', STATES)
def test_quit_while_stopped(build, log_path, tmp_path, state):
    with States(build, log_path, tmp_path, state, 'tcg') as guest:
        guest.reach(1)
        guest.command('stop')
        assert guest.quit() == 0
