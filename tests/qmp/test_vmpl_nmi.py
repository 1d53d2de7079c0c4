# SPDX-License-Identifier: GPL-2.0-or-later
"""
inject-nmi is for the VMPL that owns the machine's APIC, and never for one with
restricted injection (snp-vmpl-wake.c).
"""

import time

from qmp_guest import TCG, TIMEOUT, Guest

PASSED = 33     # isa-debug-exit gives 2 * VERDICT_PASSED + 1 (lib/tap.h)


class Nmis(Guest):
    """VMPL 0 with restricted injection, and VMPL 2 without"""

    def __init__(self, build, log, scratch):
        self.serial = scratch / 'serial'
        super().__init__(build.qemu, [
            *TCG, '-object', 'sev-snp-emulated,id=sev0,'
            'restricted-injection=on', '-cpu', 'EPYC-Milan', '-serial',
            f'file:{self.serial}', '-device',
            'isa-debug-exit,iobase=0xf4,iosize=0x04', '-bios',
            build.dir / 'tools/tests/guests/guest64.bin', '-fw_cfg',
            'name=opt/sevemu/test,string=snp_vmpl_nmi sev=1 cbitpos=51 '
            'reduced=1 es=1 snp=1 features=9'], log)

    def wait_until(self, reached):
        deadline = time.monotonic() + TIMEOUT
        while not reached():
            assert time.monotonic() < deadline, self.serial.read_text()
            time.sleep(0.02)

    def reach(self, words):
        self.wait_until(lambda: f'# {words}' in self.serial.read_text())


def test_nmis(build, log_path, tmp_path):
    with Nmis(build, log_path, tmp_path) as guest:
        guest.reach('VMPL 0 executes')
        guest.command('inject-nmi')
        guest.reach('VMPL 2 executes')
        guest.command('inject-nmi')
        guest.reach('VMPL 2 waits')
        guest.wait_until(lambda: 'HLT=1' in guest.human('info registers'))
        guest.command('inject-nmi')
        status = guest.process.wait(TIMEOUT)
        assert status == PASSED, guest.serial.read_text()
