# SPDX-License-Identifier: GPL-2.0-or-later
"""Linux runs above an SVSM, which answers for the guest.

  1. The SVSM is what its owner expects: Linux runs at VMPL 2, and the report
     that it has by way of the SVSM is good.
  2. One byte of the SVSM was changed: its report tells, and its owner refuses
     it.
  3. Linux asks for the same report without the SVSM: it says VMPL 2, and its
     owner refuses it.

The SVSM is that of tests/svsm, at VMPL 0 below OVMF and Linux. It is launched
with OVMF from one IGVM file, which is what the owner can know: kernel and
initramfs come later, and are in no measurement.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from typing import NamedTuple

from cast import Hypervisor, Owner, launch_options
from props import (BUILD, CONSOLES, QEMU, ROOT, SEVEMU, check, powered_off,
                   prepare, short)
from snp import POLICY

SVSM = BUILD / 'tools/tests/svsm/svsm.bin'
# The manufacturer of the chip, whose root the owner trusts
PRODUCT, ARK = 'Milan', ROOT / 'vendor/keys/milan/ark.der'
# A line of the SVSM's, which is in its file once
LINE = b'the guest starts at VMPL'
VMPL_2 = 'SEV: SNP running at VMPL2.'


class Shown(NamedTuple):
    """What a guest has shown, by the names that our program in it has."""

    outblob: bytes      # a report, by way of the SVSM
    auxblob: bytes      # its certificates
    manifest: bytes     # the SVSM's services, as it has told Linux
    own: bytes          # a report that Linux has asked for by itself


class SvsmOwner(Owner):
    """Builds the file that is to be launched, and judges what is shown."""

    def __init__(self, program, home):
        super().__init__(program, home)
        self.file = os.path.join(home, 'svsm.igvm')
        self.platform = os.path.join(home, 'platform')
        self.digest = self.chip = None

    def builds(self, firmware):
        """The IGVM file."""
        subprocess.run([sys.executable, '-B', ROOT / 'tests/svsm_file.py',
                        SVSM, firmware, self.file], check=True)

    def reckons(self):
        """The launch digest of that, in hexadecimal."""
        return self.sevemu('measurement', 'build', '--mode', 'snp',
                           '--igvm', self.file).stdout.strip()

    def asks_chip(self):
        """The chip's id, in hexadecimal; the platform is made on first use."""
        return json.loads(self.sevemu('show', 'platform', '--json',
                                      '--platform', self.platform)
                          .stdout)['id']

    def finds_bad(self, report, certs, data):
        """What is not as it must be of a report over @data: check and text."""
        done = self.sevemu(
            'report', 'verify', self.keep('report', report),
            '--certs', self.keep('certs', certs),
            '--ca', ARK, '--product', PRODUCT, '--chip-id', self.chip,
            '--measurement', self.digest, '--policy', str(POLICY),
            '--vmpl', '0', '--report-data', data.hex(), '--json',
            statuses=(0, 1))
        return {verdict['check']: verdict['text']
                for verdict in json.loads(done.stdout)['verdicts']
                if verdict['verdict'] == 'bad'}


def new_owner(stage, files, home):
    """A guest owner with a file to launch, who knows what to expect."""
    check(SVSM.exists(), f'{SVSM} is not there: it is compiled with the '
          'static library of nettle for x86')
    owner = SvsmOwner(SEVEMU, home)
    with stage.step('guest owner', 'builds an IGVM file of SVSM and '
                    'firmware:') as tell:
        owner.builds(files.firmware)
        tell(f'{os.path.getsize(owner.file)} bytes')
    with stage.step('guest owner', 'reckons the launch digest from '
                    'that:') as tell:
        owner.digest = owner.reckons()
        tell(short(owner.digest))
    with stage.step('platform', 'tells which chip it is:') as tell:
        owner.chip = owner.asks_chip()
        tell(short(owner.chip))
    return owner


def draw_nonce(stage):
    """The owner's, for one report"""
    with stage.step('guest owner', 'draws a nonce:') as tell:
        nonce = os.urandom(64)
        tell(short(nonce.hex()))
    return nonce


def answered(nonce, manifest):
    """What an SVSM has a report made over: the services that it has, too."""
    return hashlib.sha512(nonce + manifest).digest()


def blob(lines, name):
    """The bytes that our program has printed, of a few lines."""
    start = f'report: {name} '
    return bytes.fromhex(''.join(line.removeprefix(start) for line in lines
                                 if line.startswith(start)))


def follow(stage, hypervisor):
    """A guest from its first instruction to its end; what it has shown."""
    hypervisor.resume()
    with stage.step('SVSM', 'says: svsm: at VMPL 0'):
        hypervisor.wait_for('svsm: at VMPL 0')
    with stage.step('guest', f'says: {VMPL_2}'):
        hypervisor.wait_for(f'{VMPL_2}\n')
    with stage.step('guest', 'asks for a report by way of the SVSM, and for '
                    'one without'):
        hypervisor.wait_for('guest: svsm: reported\n')
    lines = powered_off(stage, hypervisor)
    check('svsm: VMPL 2' in lines, f'the guest said: {"; ".join(lines)}')
    return Shown(*(blob(lines, name) for name in Shown._fields))


def run(stage, owner, files, data, log):
    """The guest of the file that stands for the firmware, asking over @data"""
    asking = files._replace(
        cmdline=f'{files.cmdline} sevemu.nonce={data.hex()}')
    guest = f'sev-snp-emulated,id=sev0,platform={owner.platform}'
    igvm = ('-object', f'igvm-cfg,id=igvm0,file={files.firmware}',
            '-machine', 'igvm-cfg=igvm0')
    with stage.step('hypervisor', 'launches the file, and has a kernel for '
                    'it'):
        hypervisor = Hypervisor(QEMU, launch_options(asking, guest, igvm),
                                CONSOLES / log)
    try:
        return follow(stage, hypervisor)
    finally:
        hypervisor.stop()


def refuses(stage, bad, check_name):
    """The owner has found that @check_name is bad, and nothing else."""
    with stage.step('guest owner', 'refuses it:') as tell:
        check(list(bad) == [check_name], f'what is bad of the report: {bad}')
        tell(re.sub('[0-9a-f]{17,}', lambda found: short(found[0]),
                    f'{check_name}: {bad[check_name]}'))


def act_1(stage, owner, files):
    """An honest launch; returns what services the SVSM says it has."""
    stage.act('1. The SVSM is what its owner expects, and answers for Linux')
    nonce = draw_nonce(stage)
    shown = run(stage, owner, files, nonce, 'svsm-act-1.log')
    with stage.step('guest owner', 'verifies chain, chip, measurement, '
                    'policy, VMPL 0 and nonce: good'):
        bad = owner.finds_bad(shown.outblob, shown.auxblob,
                              answered(nonce, shown.manifest))
        check(not bad, f'what is bad of the report: {bad}')
    return shown.manifest


def changed_file(stage, files):
    """The file, but for one byte; the SVSM boots all the same."""
    with stage.step('hypervisor', 'changes one byte of the SVSM in the '
                    'file:') as tell:
        with open(files.firmware, 'rb') as f:
            content = f.read()
        check(content.count(LINE) == 1, f'it does not have "{LINE}" once')
        changed = LINE.replace(b't', b'T', 1)
        tell(f'"{changed.decode()}"')
        path = f'{files.firmware}.changed'
        with open(path, 'wb') as f:
            f.write(content.replace(LINE, changed))
    return files._replace(firmware=path)


def act_2(stage, owner, files):
    """Another SVSM, which does what the right one does"""
    stage.act('2. One byte of the SVSM is changed')
    nonce = draw_nonce(stage)
    shown = run(stage, owner, changed_file(stage, files), nonce,
                'svsm-act-2.log')
    refuses(stage, owner.finds_bad(shown.outblob, shown.auxblob,
                                   answered(nonce, shown.manifest)),
            'measurement')


def act_3(stage, owner, files, manifest):
    """All is right of the report, but who has asked for it"""
    stage.act('3. Linux asks for the same report, without the SVSM')
    nonce = draw_nonce(stage)
    with stage.step('hypervisor', 'has Linux hash it as the SVSM would:') \
            as tell:
        data = answered(nonce, manifest)
        tell(short(data.hex()))
    shown = run(stage, owner, files, data, 'svsm-act-3.log')
    refuses(stage, owner.finds_bad(shown.own, shown.auxblob, data), 'vmpl')


def play(stage, home):
    """All of it; nothing is kept but the consoles."""
    stage.act('Linux above an SVSM, in a SEV-SNP guest under TCG')
    files = prepare(stage, POLICY, 'svsm')
    owner = new_owner(stage, files, home)
    # Linux tells its VMPL in a message that "quiet" would leave out.
    files = files._replace(firmware=owner.file,
                           cmdline=files.cmdline.replace('quiet ', ''))
    manifest = act_1(stage, owner, files)
    act_2(stage, owner, files)
    act_3(stage, owner, files, manifest)
