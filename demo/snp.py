# SPDX-License-Identifier: GPL-2.0-or-later
"""A SEV-SNP guest shows its owner what it is, and gets a secret.

  1. The guest is what its owner expects: its report is good, and it gets the
     owner's secret.
  2. One byte of its command line was changed: its report tells, and its owner
     refuses it.
  3. The hypervisor shows the report of the first guest once more: its owner
     refuses it, as it has not the owner's new nonce.
  4. It shows that report with the key of another guest: its owner refuses it,
     since a report is over one key.
  5. The chip was made by somebody else: its owner refuses it, for the root of
     its certificates.
  6. The command line was changed, but its owner has told the platform what it
     must be, in an ID block: the platform refuses it, and it never runs.
  7. Its policy lets the hypervisor debug it: the platform refuses it.
  8. The hypervisor has written what it launched into the owner's ID block:
     the platform refuses it, since the signature is not good any more.
"""

import base64
import os
import subprocess

from cast import CPU, TIMEOUT, Hypervisor, Owner, launch_options
from props import (ACTIVE, CONSOLES, QEMU, ROOT, SEVEMU, check, guest_lines,
                   prepare, short)

POLICY = 0x30000    # SMT is allowed; bit 17 has to be one
# The GUID that programs look for a disk's LUKS key under.
GUID = '736869e5-84f0-4973-92ec-06879ce3da0b'
GOOD = "the guest's report is good: "
HAS = 'the guest has shown that it has the secret'
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


def run(files, home, log, *options, does='carry', more=()):
    """`sevemu run`: exit status, what it said, and what the guest did.

    The secret is for the guest; the hypervisor sits at the line, and @does
    with the report what demo/wiretap tells.
    """
    console = CONSOLES / log
    environment = os.environ | {'WIRETAP_QEMU': QEMU, 'WIRETAP_DOES': does,
                                'WIRETAP_FILE': f'{home}/kept'}
    command = [SEVEMU, 'run', '--sev-snp', '--qemu', ROOT / 'demo/wiretap',
               '--cpu', CPU, '--secret', f'{GUID}={home}/secret.bin',
               '--memory', '512M', '--firmware', files.firmware,
               '--kernel', files.kernel, '--initrd', files.initrd,
               '--append', files.cmdline, '--policy', str(files.policy),
               '--timeout', str(TIMEOUT), *options, '--', *more]
    with open(console, 'wb') as out:
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, env=environment,
                              check=False)
    return (done.returncode, done.stderr.decode(errors='replace').strip(),
            guest_lines(console.read_text(errors='replace')
                        .replace('\r', '')))


def act_1(stage, files, home):
    """An honest launch."""
    stage.act('1. The guest is what its owner expects, and gets a secret')
    secret = os.urandom(32)
    with stage.step('guest owner', 'draws a secret:') as tell:
        with open(f'{home}/secret.bin', 'wb') as f:
            f.write(secret)
        tell(secret.hex())
    with stage.step('guest owner', 'has `sevemu run` launch the guest'):
        status, said, lines = run(files, home, 'snp-act-1.log', does='keep')
        check(status == 0, f'sevemu run: status {status}: {said}')
    active = ACTIVE + 'SEV SEV-ES SEV-SNP'
    with stage.step('guest', f'says: {active}'):
        check(active in lines, f'the guest said: {"; ".join(lines)}')
    with stage.step('guest', 'makes a key, and shows an attestation report '
                    'over it'):
        check(GOOD in said, f'sevemu run said: {said}')
    with stage.step('guest owner', 'verifies chain, measurement, policy and '
                    'nonce, and seals the secret for that key'):
        check(HAS in said, f'sevemu run said: {said}')
    with stage.step('guest', 'says:') as tell:
        found = [line for line in lines if line.startswith('secret ')]
        tell('; '.join(found))
    with stage.step('demo', 'finds that what was printed is what was sent, '
                    'and in no file that the guest was given'):
        check(found == [f'secret {GUID} {secret.hex()}'],
              f'the guest printed {found}, sent was {secret.hex()}')
        check(not files.contain(secret), 'the secret is in a file')


def owner_refuses(stage, outcome, check_name):
    """... the guest, for what @check_name is of its report"""
    status, said, lines = outcome
    with stage.step('guest owner', 'refuses it:') as tell:
        # QEMU's own lines may come after it
        last = ([''] + [line.removeprefix('sevemu: ')
                        for line in said.splitlines()
                        if 'the guest is refused: ' in line])[-1]
        check(status == 1 and last.startswith(
            f'the guest is refused: {check_name}: '),
            f'sevemu run: status {status}: {said}')
        tell(last.removeprefix('the guest is refused: ').split(',')[0][:40]
             + '...')
    with stage.step('demo', 'finds no secret in what the guest has said'):
        check(not any(line.startswith('secret') for line in lines),
              'the guest has a secret')


def act_2(stage, files, home):
    """A changed command line, of which nobody tells the platform"""
    stage.act('2. One byte of the command line is changed')
    changed = changed_cmdline(stage, files, 'panic=-1', 'panic=-2')
    with stage.step('hypervisor', 'launches that, and tells the platform of '
                    'no ID block'):
        outcome = run(files, home, 'snp-act-2.log', '--no-id-block',
                      more=('-append', changed.cmdline))
    with stage.step('guest', 'runs, and shows its report'):
        check(any(line.startswith('up: ') for line in outcome[2]),
              f'the guest said: {"; ".join(outcome[2])}')
    owner_refuses(stage, outcome, 'measurement')


def act_3(stage, files, home):
    """A report from before"""
    stage.act('3. The report of the first guest is shown once more')
    with stage.step('hypervisor', 'launches the right guest, but speaks for '
                    'it'):
        outcome = run(files, home, 'snp-act-3.log', does='replay')
    owner_refuses(stage, outcome, 'report-data')


def act_4(stage, files, home):
    """A report that is good, but another guest's"""
    stage.act('4. The report of the first guest is shown for another')
    with stage.step('hypervisor', 'lets a guest answer, but puts the first '
                    "one's report in"):
        outcome = run(files, home, 'snp-act-4.log', does='swap')
    owner_refuses(stage, outcome, 'report-data')


def act_5(stage, files, home):
    """A chip that signs reports, of a manufacturer that nobody trusts"""
    stage.act('5. The chip is of another manufacturer')
    vendor, chip = f'{home}/vendor', f'{home}/chip'
    with stage.step('hypervisor', 'makes keys as the manufacturer has, and a '
                    'chip with them'):
        owner = Owner(SEVEMU, home)
        owner.sevemu('vendor', 'new', '--product', 'Milan', vendor)
        owner.sevemu('platform', 'new', '--vendor', vendor, chip)
    with stage.step('hypervisor', 'launches the right guest on it'):
        outcome = run(files, home, 'snp-act-5.log', '--platform', chip)
    owner_refuses(stage, outcome, 'ark-root')


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


def changed_cmdline(stage, files, old='S0', new='S1'):
    """One byte of it."""
    with stage.step('hypervisor', 'changes the command line:') as tell:
        changed = files._replace(cmdline=files.cmdline.replace(old, new))
        tell(changed.cmdline)
    return changed


def act_6(stage, files, home):
    """A changed command line."""
    owner = new_owner(stage, files, home)
    return launch(stage, owner, changed_cmdline(stage, files),
                  'snp-act-6.log')


def act_7(stage, files, home):
    """A policy that the owner does not want."""
    owner = new_owner(stage, files, home)
    with stage.step('hypervisor', 'allows itself to debug the guest:') as tell:
        changed = files._replace(policy=files.policy | DEBUG)
        tell(f'policy={changed.policy:#x}')
    return launch(stage, owner, changed, 'snp-act-7.log')


def act_8(stage, files, home):
    """Somebody else's digest in the owner's block."""
    owner = new_owner(stage, files, home)
    changed = changed_cmdline(stage, files)
    with stage.step('hypervisor', 'writes the digest of that into the ID '
                    'block:') as tell:
        digest = owner.reckons(changed)
        tell(short(digest))
        block = bytes.fromhex(digest) + owner.block[len(digest) // 2:]
        check(block != owner.block, 'the digest has not changed')
    return launch(stage, owner, changed, 'snp-act-8.log', block)


def play(stage, home):
    """All of it; nothing is kept but the consoles."""
    stage.act('A SEV-SNP guest under TCG')
    files = prepare(stage, POLICY, 'attest')
    act_1(stage, files, home)
    act_2(stage, files, home)
    act_3(stage, files, home)
    act_4(stage, files, home)
    act_5(stage, files, home)
    refusal(stage, '6. The command line is changed, and the platform has been told',
            'Bad measurement', lambda: act_6(stage, files, home))
    refusal(stage, '7. The hypervisor wants to look into the guest',
            'Policy is not allowed', lambda: act_7(stage, files, home))
    refusal(stage, '8. The hypervisor changes what the owner has told',
            'Bad signature', lambda: act_8(stage, files, home))
