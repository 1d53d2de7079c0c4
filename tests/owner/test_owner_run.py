# SPDX-License-Identifier: GPL-2.0-or-later
"""
sevemu run, with a stand-in for QEMU: exit statuses, what goes where, and
that nothing is left behind.
"""

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import termios
import time
from pathlib import Path

import pytest

from owner_files import LUKS_GUID, decrypt, files, sevemu  # noqa: F401
from owner_platform import platform  # noqa: F401
from sev_chain import platform_of_others

FAKE = Path(__file__).resolve().parent / 'fake_qemu.py'
CHAIN = "the platform's chain is good: sevemu test root (not AMD)"
EXPECTED = 'the measurement is as expected'
KERNEL = ['--kernel', 'kernel', '--initrd', 'initrd', '--append', 'a b']


@pytest.fixture
def private(files, qemu_env, platform):  # noqa: F811
    """An empty directory for temporary files, which must stay so."""
    path = files / 'tmp'
    path.mkdir()
    qemu_env['TMPDIR'] = str(path)
    yield path
    assert not list(path.iterdir())


@pytest.fixture
def sev_run(sevemu, run, private, qemu_env):  # noqa: F811
    """sev_run(play, *options): `sevemu run` with the stand-in."""

    def start(play, *options, **kw):
        qemu_env['FAKE_QEMU'] = play
        return run([sevemu, 'run', '--qemu', FAKE, '--firmware', 'fw',
                    *options], **kw)

    return start


def said(done):
    """Our lines on stderr, each with its prefix checked."""
    lines = done.stderr.splitlines()
    assert all(line.startswith('sevemu: ') for line in lines), done.stderr
    return [line[8:] for line in lines]


@pytest.mark.parametrize('play,options,status,last', [
    ('poweroff', [], 0, 'the guest powered off'),
    ('poweroff', KERNEL, 0, 'the guest powered off'),
    ('poweroff', ['--kernel', 'kernel'], 0, 'the guest powered off'),
    ('poweroff', ['--policy', '0x3'], 0, 'the guest powered off'),
    ('poweroff', ['--sev-es'], 0, 'the guest powered off'),
    ('poweroff', ['--policy', '5', '--smp', '4', '--cpu', 'EPYC-Milan',
                  '--legacy-vm-type'], 0, 'the guest powered off'),
    ('reboot', [], 0, 'the guest powered off'),
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


@pytest.mark.parametrize('name', ['fw', 'kernel', 'initrd'])
def test_differs(sev_run, files, name):  # noqa: F811
    """QEMU launches another file than the one that was looked at."""
    other = files / 'other'
    other.write_bytes((files / name).read_bytes()[:-1] + b'?')
    option = {'fw': '-bios'}.get(name, '-' + name)
    done = sev_run('poweroff', *KERNEL, '--secret', f'{LUKS_GUID}=secret',
                   '--', option, other)
    assert done.returncode == 1
    assert said(done)[2] == \
        'the measurement differs from what the files give'
    assert done.stdout == ''
    assert not (files / 'injected.json').exists()


def test_secret(sev_run, files):  # noqa: F811
    (files / 'secret2').write_bytes(b'another')
    done = sev_run('poweroff', *KERNEL, '--secret', f'{LUKS_GUID}=secret',
                   '--secret', '00112233-4455-6677-8899-aabbccddeeff=secret2')
    assert (done.returncode, said(done)[2:4]) == \
        (0, [EXPECTED, "the secret is in the guest's memory"])
    packet = json.loads((files / 'injected.json').read_text())
    plain = decrypt(packet['tek'], packet['iv'],
                    bytes.fromhex(packet['payload']))
    assert plain[:20].hex() == '42f5741edd71664d963eef4287ff173b4b000000'
    assert plain[36:48] == b'\x1c\0\0\0a secret'
    assert plain[64:75] == b'\x1b\0\0\0another'
    assert plain[75:] == bytes(5)


@pytest.mark.parametrize('append,why', [
    ('a b ', 'a command line with a space at its end'),
    ('', 'an empty command line'),
])
def test_differs_explained(sev_run, append, why):
    done = sev_run('poweroff', *KERNEL, '--', '-append', append)
    assert done.returncode == 1
    assert said(done)[6] == f'it is what was found with: {why}'


def test_differs_unexplained(sev_run, files):  # noqa: F811
    (files / 'other').write_bytes(bytes(0x10000))
    done = sev_run('poweroff', *KERNEL, '--', '-bios', 'other')
    assert done.returncode == 1
    assert re.fullmatch(r'\d+ likely mistakes were tried, none gives what '
                        'was found', said(done)[6])


def test_chain_not_good(sev_run, platform):  # noqa: F811
    """Nothing is entrusted to a platform of who knows whom."""
    platform.be(platform_of_others())
    done = sev_run('poweroff')
    assert (done.returncode, done.stdout) == (1, '')
    assert said(done) == [
        f'platform {platform.path}: its chain is not good: unknown root with '
        'the key id of AMD Milan: it only has the key id: give --ca if you '
        'trust it']


def test_other_ca(sev_run, files, platform):  # noqa: F811
    platform.be(platform_of_others())
    (files / 'ca').write_bytes(platform.platform.chain('ask', 'ark'))
    done = sev_run('poweroff', '--ca', 'ca')
    assert done.returncode == 0
    assert said(done)[0] == ("the platform's chain is good: unknown root with "
                             'the key id of AMD Milan')


def test_platform(sev_run, files, platform):  # noqa: F811
    """--platform names the one that is asked, and that QEMU gets."""
    other = files / 'a,b'
    platform.path.rename(other)
    done = sev_run('poweroff', '--platform', other)
    assert (done.returncode, said(done)[0]) == (0, CHAIN)


def test_platform_refuses(sev_run, platform):  # noqa: F811
    platform.refuse('export-full', 'INIT: SECURE_DATA_INVALID (flash)')
    done = sev_run('poweroff')
    assert done.returncode == 3
    assert said(done) == ['INIT: SECURE_DATA_INVALID (flash)']


def test_secret_refused(sev_run):
    done = sev_run('fail-sev-inject-launch-secret', '--secret',
                   f'{LUKS_GUID}=secret')
    assert done.returncode == 3
    assert said(done)[-1] == 'sev-inject-launch-secret failed: not today'
    assert done.stdout == ''


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


@pytest.fixture
def background(sevemu, private, qemu_env):  # noqa: F811
    """Like sev_run, but returns the process while it runs."""
    processes = []

    def start(play, *options):
        qemu_env['FAKE_QEMU'] = play
        process = subprocess.Popen(
            [sevemu, 'run', '--qemu', FAKE, '--firmware', 'fw', *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=qemu_env)
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM,
                                    signal.SIGHUP])
def test_signal(background, number):
    process = background('hang')
    assert process.stdout.readline() == 'hanging\n'
    process.send_signal(number)
    assert process.wait(20) == 128 + number


def test_stdout_closed(background):
    process = background('flood')
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(20) == 2
    assert 'stdout: nobody reads it any more' in process.stderr.read()


def test_gdb(background):
    """The guest waits, and has said nothing when the run is ended."""
    process = background('poweroff', '--gdb=4321')
    while 'waits' not in (line := process.stderr.readline()):
        assert line
    assert line == ("sevemu: the guest waits: gdb -ex 'target remote "
                    "localhost:4321', then \"continue\"\n")
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    assert process.stdout.read() == ''


def children(pid):
    path = Path(f'/proc/{pid}/task/{pid}/children')
    return [int(word) for word in path.read_text().split()]


def gone(pid):
    try:
        state = Path(f'/proc/{pid}/stat').read_text()
    except FileNotFoundError:
        return True
    return state.rpartition(')')[2].split()[0] == 'Z'


def test_killed(sevemu, files, qemu_env, platform):  # noqa: F811
    """QEMU does not outlive a sevemu that could not say goodbye."""
    qemu_env.update(FAKE_QEMU='hang', TMPDIR=str(files))
    with subprocess.Popen([sevemu, 'run', '--qemu', FAKE, '--firmware', 'fw'],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=qemu_env) as process:
        process.stdout.readline()
        qemu, = children(process.pid)
        process.kill()
    until = time.monotonic() + 10
    while not gone(qemu) and time.monotonic() < until:
        time.sleep(0.05)
    assert gone(qemu)


class Terminal:
    """sevemu on a terminal of its own."""

    def __init__(self, command, env):
        self.output = b''
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(command[0], command, env)

    def read(self):
        assert select.select([self.fd], [], [], 20)[0], self.output
        data = os.read(self.fd, 4096)
        self.output += data
        return data

    def wait_for(self, text):
        while text not in self.output:
            self.read()

    def is_raw(self):
        return not termios.tcgetattr(self.fd)[3] & termios.ICANON

    def type(self, keys):
        os.write(self.fd, keys)

    def end(self):
        """The exit status, once all output is read."""
        try:
            while self.read():
                pass
        except OSError:
            pass                # how Linux says that the other end is closed
        raw = self.is_raw()
        status = os.waitpid(self.pid, 0)[1]
        os.close(self.fd)
        assert not raw
        return os.waitstatus_to_exitcode(status)


@pytest.fixture
def terminal(sevemu, private, qemu_env):  # noqa: F811
    def start(play, *options):
        qemu_env['FAKE_QEMU'] = play
        command = [sevemu, 'run', '--qemu', FAKE, '--firmware', 'fw',
                   *options]
        return Terminal([str(word) for word in command], qemu_env)

    return start


def test_terminal_keys(terminal):
    """Every key goes to the guest: Ctrl-C, Ctrl-Z, Ctrl-\\, Ctrl-S, Enter."""
    term = terminal('echo')
    term.wait_for(b'type')
    assert term.is_raw()
    term.type(b'a\x03\x1a\x1c\x13\rQ')
    assert term.end() == 0
    assert b'<61><03><1a><1c><13><0d>' in term.output


def test_terminal_escape(terminal):
    term = terminal('echo')
    term.wait_for(b'type')
    term.type(b'\x1d')
    assert term.end() == 130
    assert b'sevemu: left\r\n' in term.output


@pytest.mark.parametrize('play,options,status', [
    ('hang', ['--timeout', '1'], 124), ('crash', [], 5), ('panic', [], 4),
    ('poweroff', [], 0),
])
def test_terminal_restored(terminal, play, options, status):
    assert terminal(play, *options).end() == status


def test_terminal_ctrl_c_before_the_guest(terminal):
    """Until the guest has the terminal, Ctrl-C ends the run."""
    term = terminal('mute')
    term.wait_for(b'is emulated')
    term.type(b'\x03')
    assert term.end() == 130
    assert b'Ctrl-C came here' not in term.output
