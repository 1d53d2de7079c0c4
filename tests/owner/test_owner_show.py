# SPDX-License-Identifier: GPL-2.0-or-later
"""sevemu show, reset and vendor new: what others say, and when they don't."""

import json
import socket
import threading

import pytest

from owner_files import sevemu  # noqa: F401
from owner_platform import STATUS, platform  # noqa: F401

SEV = {'enabled': True, 'api-major': 1, 'api-minor': 55, 'build-id': 1,
       'state': 'running', 'sev-type': 'sev', 'policy': 0x37010003,
       'handle': 4}


def test_platform(sevemu, run, platform):  # noqa: F811
    done = run([sevemu, 'show', 'platform'])
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout == (f'directory  {platform.path}\n'
                           'firmware   API 1.55, build 1\n'
                           'state      init\n'
                           'owner      self\n'
                           'guests     0\n'
                           'chip       2a2a2a\n')


def test_platform_json(sevemu, run, platform, tmp_path):  # noqa: F811
    other = tmp_path / 'other'
    platform.path.rename(other)
    done = run([sevemu, 'show', 'platform', '--json', '--platform', other])
    assert (done.returncode, done.stderr) == (0, '')
    assert json.loads(done.stdout) == {**STATUS, 'directory': str(other),
                                       'id': '2a2a2a'}


def test_platform_refuses(sevemu, run, platform):  # noqa: F811
    platform.refuse('status', 'noise\nsevemu-platform: INIT: HWERROR_UNSAFE')
    done = run([sevemu, 'show', 'platform'])
    assert (done.returncode, done.stdout) == (3, '')
    assert done.stderr.splitlines()[-1].endswith('INIT: HWERROR_UNSAFE')


def test_platform_tool_missing(sevemu, run, qemu_env):  # noqa: F811
    qemu_env['SEVEMU_PLATFORM_TOOL'] = '/nonexistent/tool'
    done = run([sevemu, 'show', 'platform'])
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == ('sevemu: no program /nonexistent/tool: '
                           '$SEVEMU_PLATFORM_TOOL names another\n')


@pytest.mark.parametrize('tool,message', [
    ('/bin/false', '/bin/false failed'),
    ('/bin/true', '/bin/true status: the answer is no JSON object'),
])
def test_platform_tool_useless(sevemu, run, qemu_env, tool,  # noqa: F811
                               message):
    qemu_env['SEVEMU_PLATFORM_TOOL'] = tool
    done = run([sevemu, 'show', 'platform'])
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == f'sevemu: {message}\n'


def test_reset(sevemu, run, platform):  # noqa: F811
    done = run([sevemu, 'reset'])
    assert (done.returncode, done.stdout, done.stderr) == \
        (0, f'Reset {platform.path}\n', '')
    platform.refuse('reset', 'PLATFORM_RESET: INVALID_PLATFORM_STATE')
    done = run([sevemu, 'reset'])
    assert (done.returncode, done.stdout, done.stderr) == \
        (3, '', 'sevemu: PLATFORM_RESET: INVALID_PLATFORM_STATE\n')


def test_vendor_new(sevemu, run, qemu_env, tmp_path):  # noqa: F811
    tool = tmp_path / 'tool'
    tool.write_text('#!/bin/sh\nmkdir "$1" || { echo "tool: no" >&2; '
                    'exit 2; }\n')
    tool.chmod(0o755)
    qemu_env['SEVEMU_VENDOR_TOOL'] = str(tool)
    done = run([sevemu, 'vendor', 'new', tmp_path / 'new'])
    assert (done.returncode, done.stdout, done.stderr) == \
        (0, f"Made {tmp_path / 'new'}\n", '')
    assert (tmp_path / 'new').is_dir()
    done = run([sevemu, 'vendor', 'new', tmp_path / 'new'])
    assert (done.returncode, done.stdout, done.stderr) == \
        (2, '', 'sevemu: no\n')


@pytest.mark.parametrize('name', ['Rome', 'milan', ''])
def test_vendor_new_bad_product(sevemu, run, qemu_env, build,  # noqa: F811
                                tmp_path, name):
    qemu_env['SEVEMU_VENDOR_TOOL'] = str(build.dir / 'libexec/sevemu-vendor')
    done = run([sevemu, 'vendor', 'new', '--product', name, tmp_path / 'new'])
    assert (done.returncode, done.stdout, done.stderr) == \
        (2, '', 'sevemu: --product: expected one of Milan, Genoa, Turin, '
                f'found "{name}"\n')
    assert not (tmp_path / 'new').exists()


# --- show guest ------------------------------------------------------------

class Monitor:
    """A QMP server that says a line for each that it hears, then closes."""

    def __init__(self, path, lines):
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(path))
        self.server.listen(1)
        self.heard = []
        self.thread = threading.Thread(target=self.serve, args=(lines,),
                                       daemon=True)
        self.thread.start()

    def serve(self, lines):
        client = self.server.accept()[0]
        with client, client.makefile('rw') as stream:
            for number, line in enumerate(lines):
                if number:
                    self.heard.append(json.loads(stream.readline()))
                if line is not None:
                    print(line, file=stream, flush=True)

    def end(self):
        self.thread.join(10)
        self.server.close()
        return [command['execute'] for command in self.heard]


@pytest.fixture
def show_guest(sevemu, run, tmp_path):  # noqa: F811
    """show_guest(lines, *options): with a monitor that says these lines"""

    def start(lines, *options):
        path = tmp_path / 'qmp'
        monitor = Monitor(path, lines)
        done = run([sevemu, 'show', 'guest', '--qmp', path, *options])
        assert monitor.end() == ['qmp_capabilities',
                                 'query-sev'][:len(lines) - 1]
        return done

    return start


GREETING = json.dumps({'QMP': {}})
OK = json.dumps({'return': {}})
ANSWER = json.dumps({'return': SEV})
NO = json.dumps({'error': {'class': 'GenericError', 'desc': 'not SEV'}})


def test_guest(show_guest):
    done = show_guest([GREETING, OK, ANSWER])
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout == ('type       sev\n'
                           'state      running\n'
                           'policy     0x37010003 (NODBG, NOKS, API 1.55 or '
                           'later)\n'
                           'handle     4\n'
                           'firmware   API 1.55, build 1\n')


def test_guest_without_sev(show_guest):
    answer = json.dumps({'return': {**SEV, 'enabled': False}})
    done = show_guest([GREETING, OK, answer])
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout == 'type       not a SEV guest\n'


def test_guest_json(show_guest):
    done = show_guest([GREETING, OK, ANSWER], '--json')
    assert (done.returncode, done.stderr) == (0, '')
    assert json.loads(done.stdout) == SEV


@pytest.mark.parametrize('lines,status,message', [
    ([GREETING, OK, NO], 3, 'query-sev: not SEV'),
    ([GREETING, NO], 3, 'qmp_capabilities: not SEV'),
    ([GREETING, OK, 'nonsense'], 5, 'QMP: a line that is no JSON object'),
    ([GREETING, OK, '[' * 9999], 5, 'QMP: a line that is no JSON object'),
    ([GREETING, None], 5, 'QMP: closed without an answer'),
])
def test_guest_bad(show_guest, lines, status, message):
    done = show_guest(lines)
    assert (done.returncode, done.stdout) == (status, '')
    assert done.stderr == f'sevemu: {message}\n'


@pytest.mark.parametrize('options,message', [
    ([], '--qmp is needed'),
    (['--qmp', 'none'], '--qmp none: No such file or directory'),
    (['--qmp', 'x' * 108], '--qmp ' + 'x' * 108 + ': too long for a socket'),
], ids=['not-given', 'not-there', 'too-long'])
def test_guest_usage(sevemu, run, options, message):  # noqa: F811
    done = run([sevemu, 'show', 'guest', *options])
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == f'sevemu: {message}\n'
