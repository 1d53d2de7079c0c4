# SPDX-License-Identifier: GPL-2.0-or-later
"""A SEV-SNP guest runs only as its owner wants it.

  1. The guest is what its owner expects, and runs.
  2. One byte of its command line was changed: the platform refuses it.
  3. Its policy lets the hypervisor debug it: the platform refuses it.
  4. The hypervisor has written what it launched into the owner's ID block:
     the platform refuses it, since the signature is not good any more.

Nobody but an attestation report, which is not there yet, tells what such a
guest was launched with. So its owner tells the platform, in an ID block.
"""

import base64
import os

from cast import CPU, Hypervisor, Owner, launch_options
from props import (ACTIVE, CONSOLES, QEMU, SEVEMU, check, guest_lines,
                   powered_off, prepare, short)

POLICY = 0x30000    # SMT is allowed; bit 17 has to be one
DEBUG = 1 << 19     # the hypervisor may read and write the guest's memory


class SnpOwner(Owner):
    """Reckons what the guest must come to, and has the platform told."""

    def reckons(self, files):
        """The launch digest, in hexadecimal."""
        return self.sevemu('measurement', 'build', '--mode', 'snp',
                           '--cpu', CPU, '--firmware', files.firmware,
                           '--kernel', files.kernel, '--initrd', files.initrd,
                           '--cmdline', files.cmdline).stdout.strip()

    def makes_id_block(self, digest, policy):
        """ID block and its signature, in binary."""
        name = os.path.join(self.home, 'owner')
        self.sevemu('id-block', '--name', name, digest, str(policy))
        return [self.content(f'{name}_id_{what}.b64')
                for what in ('block', 'auth')]

    @staticmethod
    def content(path):
        """What is in a file in base64."""
        with open(path, encoding='ascii') as f:
            return base64.b64decode(f.read(), validate=True)


def new_owner(stage, files, home):
    """A guest owner with an ID block for the guest."""
    owner = SnpOwner(SEVEMU, home)
    with stage.step('guest owner', 'reckons the launch digest from the '
                    'files:') as tell:
        owner.digest = owner.reckons(files)
        tell(short(owner.digest))
    with stage.step('guest owner', 'signs an ID block with it and the '
                    'policy'):
        owner.block, owner.auth = owner.makes_id_block(owner.digest,
                                                       files.policy)
    return owner


def launch(stage, owner, files, log, block=None):
    """Up to the guest's first instruction, which the platform has to allow."""
    block, auth = (base64.b64encode(part).decode()
                   for part in (block or owner.block, owner.auth))
    guest = (f'sev-snp-emulated,id=sev0,policy={files.policy},'
             f'kernel-hashes=on,platform={owner.home}/platform,'
             f'id-block={block},id-auth={auth}')
    with stage.step('hypervisor', 'starts QEMU with stopped vCPUs'):
        return Hypervisor(QEMU, launch_options(files, guest), CONSOLES / log)


def act_1(stage, files, home):
    """An honest launch."""
    stage.act('1. The guest is what its owner expects, and runs')
    owner = new_owner(stage, files, home)
    hypervisor = launch(stage, owner, files, 'snp-act-1.log')
    try:
        with stage.step('platform', 'measures the launch, compares with the '
                        'ID block, and lets the guest run'):
            check(not hypervisor.has_run(), 'the guest ran too early')
            hypervisor.resume()
        active = ACTIVE + 'SEV SEV-ES SEV-SNP'
        with stage.step('guest', f'says: {active}'):
            hypervisor.wait_for(f'guest: {active}\n')
        powered_off(stage, hypervisor)
        check('done' in guest_lines(hypervisor.console()),
              'the guest has not done its work')
    finally:
        hypervisor.stop()


def refused(stage, hypervisor, status):
    """Asked to let the guest run, the platform answers with @status."""
    with stage.step('platform', f'refuses: {status}'):
        check(hypervisor.resume_in_vain() == 1,
              'QEMU did not end with status 1')
        said = hypervisor.console()
        check(f"'{status}'" in said, f'QEMU said: {said}')
    with stage.step('demo', 'finds nothing that the guest has said'):
        check(not guest_lines(said) and 'Linux version' not in said,
              'the guest has run')


def refusal(stage, title, status, play):
    """An act whose launch is refused."""
    stage.act(title)
    hypervisor = play()
    try:
        refused(stage, hypervisor, status)
    finally:
        hypervisor.stop()


def changed_cmdline(stage, files):
    """One byte of it."""
    with stage.step('hypervisor', 'changes the command line:') as tell:
        changed = files._replace(cmdline=files.cmdline.replace('S0', 'S1'))
        tell(changed.cmdline)
    return changed


def act_2(stage, files, home):
    """A changed command line."""
    owner = new_owner(stage, files, home)
    return launch(stage, owner, changed_cmdline(stage, files),
                  'snp-act-2.log')


def act_3(stage, files, home):
    """A policy that the owner does not want."""
    owner = new_owner(stage, files, home)
    with stage.step('hypervisor', 'allows itself to debug the guest:') as tell:
        changed = files._replace(policy=files.policy | DEBUG)
        tell(f'policy={changed.policy:#x}')
    return launch(stage, owner, changed, 'snp-act-3.log')


def act_4(stage, files, home):
    """Somebody else's digest in the owner's block."""
    owner = new_owner(stage, files, home)
    changed = changed_cmdline(stage, files)
    with stage.step('hypervisor', 'writes the digest of that into the ID '
                    'block:') as tell:
        digest = owner.reckons(changed)
        tell(short(digest))
        block = bytes.fromhex(digest) + owner.block[len(digest) // 2:]
        check(block != owner.block, 'the digest has not changed')
    return launch(stage, owner, changed, 'snp-act-4.log', block)


def play(stage, home):
    """All of it; nothing is kept but the consoles."""
    stage.act('A SEV-SNP guest under TCG')
    files = prepare(stage, POLICY)
    act_1(stage, files, home)
    refusal(stage, '2. One byte of the command line is changed',
            'Bad measurement', lambda: act_2(stage, files, home))
    refusal(stage, '3. The hypervisor wants to look into the guest',
            'Policy is not allowed', lambda: act_3(stage, files, home))
    refusal(stage, '4. The hypervisor changes what the owner expects',
            'Bad signature', lambda: act_4(stage, files, home))
