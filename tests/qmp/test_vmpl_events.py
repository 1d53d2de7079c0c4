# SPDX-License-Identifier: GPL-2.0-or-later
"""
Events from outside: inject-nmi is for the VMPL that owns the machine's APIC,
and never for one with restricted injection (snp-vmpl-wake.c); such a one is
told of machine checks by its doorbell page (snp-hv.c).
"""

import time

from qmp_guest import TCG, TIMEOUT, Guest

PASSED = 33     # isa-debug-exit gives 2 * VERDICT_PASSED + 1 (lib/tap.h)

# 24593 section 9.3.2: VAL, UC, EN and PCC of MCi_STATUS; MCIP of MCG_STATUS
MACHINE_CHECK = 'mce 0 1 0xb200000000000000 0x4 0 0'


class Restricted(Guest):
    """A suite whose VMPL 0 has restricted injection"""

    def __init__(self, build, log, scratch, suite):
        self.serial = scratch / 'serial'
        super().__init__(build.qemu, [
            *TCG, '-object', 'sev-snp-emulated,id=sev0,'
            'restricted-injection=on', '-cpu', 'EPYC-Milan', '-serial',
            f'file:{self.serial}', '-device',
            'isa-debug-exit,iobase=0xf4,iosize=0x04', '-bios',
            build.dir / 'tools/tests/guests/guest64.bin', '-fw_cfg',
            f'name=opt/sevemu/test,string={suite} sev=1 cbitpos=51 '
            'reduced=1 es=1 snp=1 features=9'], log)

    def wait_until(self, reached):
        deadline = time.monotonic() + TIMEOUT
        while not reached():
            assert time.monotonic() < deadline, self.serial.read_text()
            time.sleep(0.02)

    def reach(self, words):
        self.wait_until(lambda: f'# {words}' in self.serial.read_text())

    def halts(self):
        self.wait_until(lambda: 'HLT=1' in self.human('info registers'))

    def passes(self):
        status = self.process.wait(TIMEOUT)
        assert status == PASSED, self.serial.read_text()


def test_nmis(build, log_path, tmp_path):
    with Restricted(build, log_path, tmp_path, 'snp_vmpl_nmi') as guest:
        guest.reach('VMPL 0 executes')
        guest.command('inject-nmi')
        guest.reach('VMPL 2 executes')
        guest.command('inject-nmi')
        guest.reach('VMPL 2 waits')
        guest.halts()
        guest.command('inject-nmi')
        guest.passes()


def test_machine_checks(build, log_path, tmp_path):
    suite = 'snp_hv_machine_check'
    with Restricted(build, log_path, tmp_path, suite) as guest:
        guest.reach('it executes')
        guest.human(MACHINE_CHECK)
        guest.reach('it waits')
        guest.halts()
        guest.human(MACHINE_CHECK)
        guest.passes()
