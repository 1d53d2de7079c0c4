# SPDX-License-Identifier: GPL-2.0-or-later
"""
A machine is stopped, reset and ended whatever the VMPLs of its vCPUs do
(snp-vmpl-states.c).
"""

import re
import time

import pytest

from qmp_guest import TCG, TIMEOUT, Guest

STATES = ('vmpl0', 'vmpl2', 'turns', 'halt0', 'halt2')
CPUS = 4
THREADS = {'multi': 'tcg', 'single': 'tcg,thread=single'}


class States(Guest):
    """vCPUs that are all in one state"""

    def __init__(self, build, log, scratch, state, accel):
        self.state = state
        self.serial = scratch / 'serial'
        super().__init__(build.qemu, [
            *TCG, '-accel', accel, '-smp', str(CPUS), '-object',
            'sev-snp-emulated,id=sev0', '-cpu', 'EPYC-Milan', '-serial',
            f'file:{self.serial}', '-bios',
            build.dir / 'tools/tests/guests/guest64.bin', '-fw_cfg',
            f'name=opt/sevemu/test,string=snp_vmpl_states state={state} '
            f'cpus={CPUS} sev=1 cbitpos=51 reduced=1 es=1 snp=1'], log)

    def are_there(self):
        """Each vCPU has two VMPLs, and runs the one that is to run."""
        words = re.findall(r': VMPL (\d) (runs|waits),',
                           self.human('info sev'))
        running = [vmpl for vmpl, word in words if word == 'runs']
        return len(words) == 2 * CPUS and (
            self.state == 'turns' or running == [self.state[-1]] * CPUS)

    def reach(self, times):
        """The guest has come there so many times."""
        deadline = time.monotonic() + TIMEOUT
        while (self.serial.read_text().count('# all are there') < times
               or not self.are_there()):
            assert time.monotonic() < deadline, self.human('info sev')
            time.sleep(0.02)

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
            assert guest.are_there()
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
