# SPDX-License-Identifier: GPL-2.0-or-later
"""A SEV or SEV-ES guest is launched, measured, and told a secret.

  1. The guest is what its owner expects, and gets the owner's secret.
  2. One byte of its command line was changed: it gets nothing, and never runs.
  3. No secret is sent: the guest has none.
  4. The session was made for another chip: the platform refuses it.

Each time the guest owner verifies the platform's certificates first, and
wraps the guest's keys in a session that only this platform can open.
"""

import os
import subprocess

from cast import (ES, DemoError, GuestOwner, Hypervisor, session_options)
from props import (ACTIVE, CONSOLES, QEMU, SEVEMU, check, guest_lines,
                   powered_off, prepare, short)

# The GUID that programs look for a disk's LUKS key under.
GUID = '736869e5-84f0-4973-92ec-06879ce3da0b'


def kind(files):
    """What Linux calls such a guest."""
    return 'SEV SEV-ES' if files.policy & ES else 'SEV'


def platform(home, name='platform'):
    """Where the demo has a platform; it is made on first use."""
    return os.path.join(home, name)


def new_owner(stage, files, home):
    """A guest owner with a session for the demo's platform."""
    owner = GuestOwner(SEVEMU, files, home)
    with stage.step('guest owner', "verifies the platform's certificates; "
                    'root:') as tell:
        tell(owner.verifies(platform(home)))
    with stage.step('guest owner', 'wraps new keys in a session for this '
                    'chip alone'):
        owner.makes_session()
    return owner


def launch(stage, owner, files, log):
    """Up to the measurement: the same for an honest guest and another."""
    with stage.step('hypervisor', 'starts QEMU with stopped vCPUs'):
        hypervisor = Hypervisor(
            QEMU, session_options(platform(owner.home), files, owner),
            CONSOLES / log)
    with stage.step('platform', 'measures the launch:') as tell:
        measurement = hypervisor.measurement()
        tell(short(measurement))
    with stage.step('guest owner', 'computes it from the files:') as tell:
        expected = owner.expected(hypervisor.platform(), measurement)
        tell(short(expected))
    return hypervisor, measurement


def act_1(stage, files, home):
    """An honest launch."""
    stage.act('1. The guest is what its owner expects, and gets a secret')
    owner = new_owner(stage, files, home)
    hypervisor, measurement = launch(stage, owner, files, 'act-1.log')
    try:
        with stage.step('guest owner', 'compares: the same'):
            check(owner.accepts(hypervisor.platform(), measurement),
                  'the measurement differs from what the files give')
            check(not hypervisor.has_run(), 'the guest ran too early')
        with stage.step('guest owner', 'draws a secret and seals it:') as tell:
            secret = os.urandom(32)
            packet = owner.pack(measurement, GUID, secret)
            tell(secret.hex())
        with stage.step('hypervisor', 'passes it on, unable to open it'):
            hypervisor.inject(*packet)
        with stage.step('hypervisor', 'lets the guest run'):
            hypervisor.resume()
        active = ACTIVE + kind(files)
        with stage.step('guest', f'says: {active}'):
            hypervisor.wait_for(f'guest: {active}\n')
        with stage.step('guest', 'says:') as tell:
            hypervisor.wait_for('guest: secret ')
            hypervisor.wait_for('guest: done\n')
            said = [line for line in guest_lines(hypervisor.console())
                    if line.startswith('secret ')]
            tell('; '.join(said))
        powered_off(stage, hypervisor)
    finally:
        hypervisor.stop()
    with stage.step('demo', 'finds that what was printed is what was sent, '
                    'and in no file that the guest was given'):
        check(said == [f'secret {GUID} {secret.hex()}'],
              f'the guest printed {said}, sent was {secret.hex()}')
        check(not files.contain(secret), 'the secret is in a file')


def act_2(stage, files, home):
    """A changed command line."""
    stage.act('2. One byte of the command line is changed')
    owner = new_owner(stage, files, home)
    with stage.step('hypervisor', 'changes the command line:') as tell:
        changed = files._replace(cmdline=files.cmdline.replace('S0', 'S1'))
        tell(changed.cmdline)
    hypervisor, measurement = launch(stage, owner, changed, 'act-2.log')
    try:
        with stage.step('guest owner', 'compares: not the same; refuses'):
            check(not owner.accepts(hypervisor.platform(), measurement),
                  'the guest owner was deceived')
        with stage.step('demo', 'finds no secret sent, and no instruction of '
                        'the guest executed'):
            check(hypervisor.platform()['state'] == 'launch-secret',
                  'the launch is not where it was left')
            check(hypervisor.state() == 'prelaunch', 'the guest was started')
            check(not hypervisor.has_run(), 'the guest has run')
    finally:
        hypervisor.stop()


def act_3(stage, files):
    """An honest launch by `sevemu run`, without a secret."""
    stage.act('3. No secret is sent')
    console = CONSOLES / 'act-3.log'
    command = [SEVEMU, 'run', '--qemu', QEMU, '--firmware', files.firmware,
               '--kernel', files.kernel, '--initrd', files.initrd,
               '--append', files.cmdline, '--policy', str(files.policy),
               '--timeout', '180']
    with stage.step('guest owner', 'has `sevemu run` launch the guest, '
                    'compare and resume'), open(console, 'wb') as out:
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, check=False)
        check(done.returncode == 0,
              f'sevemu run: status {done.returncode}: '
              f'{done.stderr.decode(errors="replace").strip()}')
    said = guest_lines(console.read_text(errors='replace').replace('\r', ''))
    with stage.step('guest', 'says: no secret'):
        check(ACTIVE + kind(files) in said and 'no secret' in said,
              f'the guest said: {"; ".join(said)}')
    with stage.step('demo', 'finds none printed'):
        check(not any(line.startswith('secret ') for line in said),
              'the guest found a secret nobody sent')


def act_4(stage, files, home):
    """The right session on the wrong platform."""
    stage.act('4. The session was made for another chip')
    owner = new_owner(stage, files, home)
    log = CONSOLES / 'act-4.log'
    with stage.step('platform', 'another one, cannot open it and refuses: '
                    'Bad measurement'):
        try:
            Hypervisor(
                QEMU, session_options(platform(home, 'another-platform'),
                                      files, owner), log).stop()
        except DemoError:
            said = log.read_text(errors='replace')
            check("LAUNCH_START ret=1 fw_error=11 'Bad measurement'" in said,
                  f'QEMU said: {said}')
        else:
            raise DemoError('a session for another chip was accepted')


def play(stage, policy, home):
    """All of it; nothing is kept but the consoles."""
    stage.act('A SEV-ES guest under TCG' if policy & ES else
              'A SEV guest under TCG')
    files = prepare(stage, policy)
    act_1(stage, files, home)
    act_2(stage, files, home)
    act_3(stage, files)
    act_4(stage, files, home)
