# SPDX-License-Identifier: GPL-2.0-or-later
"""
sevemu run, with a stand-in for QEMU: exit statuses, what goes where, and
that nothing is left behind.
"""

import json
import re
import shutil

import pytest

from owner_files import LUKS_GUID, files, sevemu  # noqa: F401
from owner_platform import platform  # noqa: F401
from owner_run import (CHAIN, EXPECTED, FAKE, KERNEL, private,  # noqa: F401
                       said, sev_run)


@pytest.mark.parametrize('play,options,status,last', [
    ('poweroff', [], 0, 'the guest powered off'),
    ('poweroff', KERNEL, 0, 'the guest powered off'),
    ('poweroff', ['--kernel', 'kernel'], 0, 'the guest powered off'),
    ('poweroff', ['--policy', '0x3'], 0, 'the guest powered off'),
    ('poweroff', ['--sev-es'], 0, 'the guest powered off'),
    ('poweroff', ['--policy', '5', '--smp', '4', '--cpu', 'EPYC-Milan',
                  '--legacy-vm-type'], 0, 'the guest powered off'),
    ('reboot', [], 0, 'the guest powered off'),
    ('reboot-and-wait', ['--sev-es'], 0, 'the guest powered off'),
    ('reboot-and-wait', ['--sev-es', '--', '-no-reboot'], 4,
     'the guest reset instead of powering off'),
    ('reboot-to-another', ['--sev-es'], 1,
     'it is what was found with: a TIK of zeros'),
    ('panic', ['--sev-es'], 4, 'the guest panicked'),
    ('triple-fault-and-wait', ['--sev-es'], 4,
     'the guest died of a triple fault'),
    ('exit-35', ['--sev-es', '--exit-code', 'guest'], 35,
     'the guest powered off'),
    ('exit-35', [], 0, 'the guest powered off'),
    ('exit-35', ['--exit-code', 'guest'], 35, 'the guest powered off'),
    ('refuse', [], 3, 'the platform refused the guest'),
    ('fail-query-sev', [], 3, 'query-sev failed: not today'),
    ('fail-query-sev-launch-measure', [], 3,
     'query-sev-launch-measure failed: not today'),
    ('fail-cont', [], 3, 'cont failed: not today'),
    ('panic', [], 4, 'the guest panicked'),
    ('terminate', [], 4, 'the guest terminated itself: Linux: PVALIDATE '
     'failed (reason set 1, code 2)'),
    ('terminate-badly', [], 4, 'the guest panicked'),
    ('triple-fault', [], 4, 'the guest died of a triple fault'),
    ('halt', [], 4, 'the guest halted for good, without powering off'),
    ('no-start', [], 5, 'QEMU could not start the guest'),
    ('nothing', [], 5, 'QEMU could not start the guest'),
    ('crash', [], 5, 'QEMU was killed by a signal'),
    ('quit', [], 5, 'QEMU ended before the guest did'),
    ('deaf', [], 5, 'QEMU ended before the guest did'),
    ('garbage', [], 5, 'QMP: a line that is no JSON object'),
    ('hang', ['--timeout', '1'], 124, 'timeout after 1 seconds'),
    ('stubborn', ['--timeout', '1'], 124, 'timeout after 1 seconds'),
])
def test_status(sev_run, play, options, status, last):
    done = sev_run(play, *options)
    assert said(done)[-1] == last
    assert done.returncode == status


def test_ended_from_outside(sev_run):
    done = sev_run('ended')
    assert done.returncode == 5
    assert said(done)[-2:] == ['qemu: terminating on signal 15',
                               'QEMU ended before the guest did']


def test_streams(sev_run):
    done = sev_run('poweroff')
    assert done.stdout == 'hello from the guest\n'
    assert said(done) == [CHAIN, 'qemu: info: SEV is emulated', EXPECTED,
                          'the guest powered off']


def test_secret_at_each_boot(sev_run, files):  # noqa: F811
    """A new launch, a new packet; its nonce is another."""
    done = sev_run('reboot-and-wait', '--sev-es', '--secret',
                   f'{LUKS_GUID}=secret', '--log', 'log')
    anew = ['the guest resets itself, and is launched anew', EXPECTED,
            'the secret is in the guest\'s memory']
    assert said(done)[2:] == [*anew[1:], *anew, *anew, 'the guest powered off']
    assert done.stdout == 'boot 1\nboot 2\nboot 3\n'
    packets = re.findall(r'-> .*sev-inject-launch-secret.*',
                         (files / 'log').read_text())
    assert len(set(packets)) == len(packets) == 3


@pytest.mark.parametrize('option,seed', [
    ('--deterministic', '1'), ('--deterministic=0', '0'),
    ('--deterministic=0x10', '16')])
def test_deterministic(sev_run, option, seed):
    words = json.loads(sev_run('arguments', option).stdout)
    assert words[words.index('-seed') + 1] == seed
    assert 'shift=3,sleep=off' in words and '-netdev' not in words


def test_log(sev_run, files):  # noqa: F811
    done = sev_run('poweroff', '--log', 'log')
    log = (files / 'log').read_text()
    assert done.returncode == 0
    assert log.startswith(f'{FAKE} \\\n    -no-user-config')
    assert 'qemu: qemu: info: SEV is emulated\n' in log
    assert '-> {"execute":"query-sev"}\n' in log
    assert '<- {"event": "SHUTDOWN"' in log


def test_print(sev_run, run, private, qemu_env):
    """What is printed is a script; QEMU gets the arguments unharmed."""
    append = "a 'b' $c \"d\" \\e"
    printed = sev_run('arguments', '--kernel', 'kernel', '--append', append,
                      '--secret', f'{LUKS_GUID}=secret', '--print')
    assert (printed.returncode, printed.stderr) == (0, '')
    assert '# -> {"execute":"query-sev-launch-measure"}\n' in printed.stdout
    done = run(['sh', '-e'], input=printed.stdout, stdin=None)
    arguments = json.loads(done.stdout.splitlines()[-1])
    assert arguments[arguments.index('-append') + 1] == append
    assert '-S' in arguments
    directory, = private.iterdir()
    assert directory.stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in directory.iterdir()) == \
        ['chain', 'launch_godh.b64', 'launch_session.b64', 'launch_tek.bin',
         'launch_tik.bin']
    shutil.rmtree(directory)


def test_no_directory_for_keys(sev_run, qemu_env):
    qemu_env['TMPDIR'] = '/nonexistent'
    done = sev_run('poweroff')
    assert done.returncode == 2
    assert '/nonexistent' in said(done)[0]


def test_too_long_a_directory_for_keys(sev_run, qemu_env, files):  # noqa: F811
    path = files / ('x' * 100)
    path.mkdir()
    qemu_env['TMPDIR'] = str(path)
    done = sev_run('poweroff')
    assert done.returncode == 2
    assert said(done)[0].endswith(
        ': too long for a socket; set TMPDIR to a shorter one')
    assert not list(path.iterdir())


def test_flood(sev_run):
    done = sev_run('flood')
    assert done.returncode == 0
    assert done.stdout.splitlines() == [f'line {i:06}' for i in range(20000)]


def test_stdin(sev_run):
    """Input that is no terminal goes to the guest as it is, Ctrl-] too."""
    done = sev_run('echo', stdin=None, input='a\x1d\x03Q')
    assert done.stdout == 'type\n<61><1d><03>'
    assert done.returncode == 0
