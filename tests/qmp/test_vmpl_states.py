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
CPUS = (1, 4, 8)
THREADS = {'multi': 'tcg', 'single': 'tcg,thread=single'}
# How the guest's VMPLs are interrupted, and SEV features with that
INJECTION = {'plain': ('', 1), 'restricted': (',restricted-injection=on', 9)}


class States(Guest):
    """vCPUs that are all in one state"""

    def __init__(self, build, log, scratch, state, cpus=4, threads='multi',
                 injection='plain'):
        self.state = state
        self.cpus = cpus
        self.serial = scratch / 'serial'
        switch, features = INJECTION[injection]
        super().__init__(build.qemu, [
            *TCG, '-accel', THREADS[threads], '-smp', str(cpus), '-object',
            f'sev-snp-emulated,id=sev0{switch}', '-cpu', 'EPYC-Milan',
            '-serial', f'file:{self.serial}', '-bios',
            build.dir / 'tools/tests/guests/guest64.bin', '-fw_cfg',
            f'name=opt/sevemu/test,string=snp_vmpl_states state={state} '
            f'cpus={cpus} sev=1 cbitpos=51 reduced=1 es=1 snp=1 '
            f'features={features}'], log)

    def are_there(self):
        """Each vCPU has two VMPLs, and runs the one that is to run."""
        words = re.findall(r': VMPL (\d) (runs|waits),',
                           self.human('info sev'))
        running = [vmpl for vmpl, word in words if word == 'runs']
        return len(words) == 2 * self.cpus and (
            self.state == 'turns' or running == [self.state[-1]] * self.cpus)

    def reach(self, times):
        """The guest has come there so many times."""
        deadline = time.monotonic() + TIMEOUT
        while (self.serial.read_text().count('# all are there') < times
               or not self.are_there()):
            assert time.monotonic() < deadline, self.human('info sev')
            time.sleep(0.02)

    def running(self):
        return self.command('query-status')['running']


@pytest.mark.parametrize('injection', INJECTION)
@pytest.mark.parametrize('threads', THREADS)
@pytest.mark.parametrize('cpus', CPUS)
@pytest.mark.parametrize('state', STATES)
def test_stop_reset_quit(build, log_path, tmp_path, state, cpus, threads,
                         injection):
    with States(build, log_path, tmp_path, state, cpus, threads,
                injection) as guest:
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


@pytest.mark.parametrize('injection', INJECTION)
@pytest.mark.parametrize('cpus', CPUS)
@pytest.mark.parametrize('state', STATES)
def test_quit_while_stopped(build, log_path, tmp_path, state, cpus,
                            injection):
    with States(build, log_path, tmp_path, state, cpus,
                injection=injection) as guest:
        guest.reach(1)
        guest.command('stop')
        assert guest.quit() == 0
