# SPDX-License-Identifier: GPL-2.0-or-later
"""
Command lines that people have, with another accelerator: each comes up, or is
refused, in each of the three kinds of guests, as lines/*.txt says.

What comes up says so itself: Linux tells which encryption is active. To save
time, `make check` asks that of the kind that a line was written for. For the
other kinds a test guest stands in for the firmware (tests/guests); where none
can, it is enough that the firmware begins.
"""

import os
import re
import shlex

import pytest

import igvm_file
from field_guest import (TIMEOUT, VSOCK, VSOCK_DEVICE, FieldGuest, make_files,
                         own_copies)
from field_lines import ACTIVE, read_lines

STAND_INS = ('CODE', 'OVMF')    # words that a test guest can stand for


def parameters():
    for line in read_lines():
        # Real firmware takes its time.
        slow = (line.kind == 'sev' and line.needs_firmware and not line.own
                and not line.refused)
        yield pytest.param(line, id=f'{line.name}-{line.kind}',
                           marks=pytest.mark.full if slow else ())


@pytest.fixture(scope='session', name='files')
def files_fixture(build, tmp_path_factory):
    return make_files(build, tmp_path_factory.mktemp('lines'))


def replace(text, words):
    """@text with each word replaced by what it stands for here"""
    return re.sub(r'\b(?:' + '|'.join(words) + r')\b',
                  lambda found: str(words[found[0]]), text)


def make_session(build, run, policy, here):
    """A session for the platform that a guest finds by itself"""
    for command in (['export', here / 'chain'],
                    ['session', '--name', here / 'vm', here / 'chain',
                     hex(policy)]):
        assert run([build.sevemu, *command]).returncode == 0


@pytest.fixture(name='begin')
def begin_fixture(build, files, run, qemu_env, log_path, tmp_path):
    """begin(line, real): a FieldGuest of a line, with real firmware or not"""
    def begin(line, real):
        if 'IGVM' in line.line and not files['IGVM'].exists():
            pytest.skip('no libnettle.a for x86')
        program = build.dir / 'bin' / line.program
        words = {**own_copies(files, line.line, tmp_path), 'HERE': tmp_path,
                 'VSOCK': VSOCK_DEVICE if VSOCK.exists() else ''}
        stands_in = not real and not line.needs_firmware
        if stands_in:
            image = build.dir / 'tools/tests/guests/guest64.bin'
            words |= dict.fromkeys(STAND_INS, image)
        if 'SESSION' in line.line:
            make_session(build, run, line.policy, tmp_path)
        (tmp_path / 'qemu.conf').write_text(
            replace(line.configuration(), words))
        command = shlex.split(replace(line.text(), words))
        if '-append' in command:    # timers can be late on a busy host
            command[command.index('-append') + 1] += ' no_timer_check'
        if not line.has_serial:
            command += ['-serial', f'file:{tmp_path}/console.log']
        if stands_in:
            command += ['-fw_cfg', 'name=opt/sevemu/test,string='
                                   + line.told_to_test_guest()]
        return FieldGuest(os.environ.get('SEVEMU_QEMU', program), command,
                          tmp_path, log_path, qemu_env)

    return begin


def check_refused(guest, line):
    assert guest.status() == 1
    assert line.is_refusal(guest.said()), guest.said()


def check_up(guest, line, real):
    assert guest.start()['state'] == 'running'
    if real:
        console = guest.wait_for('guest: done\n')
        assert f'Features active: {ACTIVE[line.kind]}\n' in console
    elif line.needs_firmware:
        guest.wait_for('\x1b[')     # the screen is cleared
    else:
        console = guest.wait_for('\n1..')
        assert 'ok 1 ' in console and 'not ok ' not in console
    assert guest.said() == []


@pytest.mark.parametrize('line', parameters())
def test_line(line, begin, pytestconfig):
    real = line.own or (pytestconfig.getoption('--full')
                        and line.has_system)
    with begin(line, real) as guest:
        if line.refused:
            check_refused(guest, line)
        else:
            check_up(guest, line, real)


def test_sevemu_run(build, files, run, tmp_path):
    """`sevemu run`, with an SVSM's file and what its guest boots from"""
    if not files['IGVM'].exists():
        pytest.skip('no libnettle.a for x86')
    disk = own_copies(files, 'DISK', tmp_path)['DISK']
    done = run([build.sevemu, 'run', '--igvm', files['IGVM'], '--disk', disk,
                '--qemu', build.qemu, '--memory', '768M', '--timeout',
                str(TIMEOUT)], timeout=TIMEOUT + 30)
    assert done.returncode == 0, done.stderr
    digest = igvm_file.launch_digest(files['IGVM'].read_bytes()).hex()
    assert f'sevemu: the launch digest must be {digest}\n' in done.stderr
    assert done.stderr.endswith('\nsevemu: the guest powered off\n')
    assert 'SEV: SNP running at VMPL2' in done.stdout
    assert 'guest: done' in done.stdout


def test_names_are_unique():
    names = [(line.name, line.kind) for line in read_lines()]
    assert len(names) == len(set(names))


def outcomes(text):
    """Of the guide's table: name and kind, and whether that is refused."""
    for name, *cells in re.findall(
            r'^\| .* \| `([\w-]+)` \| (\w+).* \| (\w+).* \| (\w+).* \|$',
            text, re.M):
        for kind, word in zip(ACTIVE, cells):
            yield (name, kind), word


def test_guide_has_all(build):
    text = (build.root / 'docs' / 'guide.md').read_text()
    section = text.split('\n## Command lines that were tried\n')[1]
    expected = {(line.name, line.kind): 'refused' if line.refused else 'up'
                for line in read_lines()}
    assert dict(outcomes(section.split('\n## ')[0])) == expected
