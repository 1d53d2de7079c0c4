# SPDX-License-Identifier: GPL-2.0-or-later
"""Each command of sevemu-platform: what it changes, and its refusals."""

import json
import os
import shutil

import pytest

from conftest import SLOWER
from platform_tool import plain_tool, tool  # noqa: F401

CERTS = ('pdh', 'pek', 'oca', 'cek', 'ask', 'ark')


def changed_by(tool, command):  # noqa: F811
    """Which certificates the command replaces"""
    before = tool('export-full')
    assert tool(command) == {'platform': str(tool.path)}
    tool.chain()
    after = tool('export-full')
    return {name for name in CERTS if before[name] != after[name]}


def test_status(tool):  # noqa: F811
    assert tool('status') == {
        'api-major': 1, 'api-minor': 55, 'build-id': 1, 'state': 'init',
        'owner': 'self', 'es': False, 'guests': 0, 'product': 'Milan',
        'cpuid': '0x00a00f11',
        'factory-tcb': 'boot-loader=3,tee=0,snp=8,microcode=115',
        'current-tcb': 'boot-loader=3,tee=0,snp=8,microcode=115',
        'reported-tcb': 'boot-loader=3,tee=0,snp=8,microcode=115',
        'mask-chip-id': False, 'mask-chip-key': False, 'vlek': False,
        'platform': str(tool.path)}


@pytest.mark.parametrize('options,status', [
    (['--product', 'Turin', '--tcb', 'fmc=7,microcode=200', '--api', '1.60.9'],
     (1, 60, 9, 'Turin', '0x00b00f21',
      'fmc=7,boot-loader=1,tee=1,snp=4,microcode=200')),
    (['--product', 'Genoa'],
     (1, 56, 1, 'Genoa', '0x00a10f11',
      'boot-loader=9,tee=0,snp=23,microcode=72')),
    (['--product', 'Rome'], (0, 24, 20, 'Rome', '0x00830f10', None)),
    (['--product', 'Naples'], (0, 17, 48, 'Naples', '0x00800f12', None)),
], ids=lambda value: '-'.join(value[1::2])[:5] if isinstance(value, list)
    else '')
def test_product(tool, options, status):  # noqa: F811
    done = tool.raw(*options, tool.path, 'create')
    assert (done.returncode, done.stderr) == (0, '')
    answer = tool('status')
    assert tuple(answer.get(name) for name in (
        'api-major', 'api-minor', 'build-id', 'product', 'cpuid',
        'factory-tcb')) == status
    tool.chain()


def test_survives(tool):  # noqa: F811
    first = tool('export-full')
    assert tool('export-full') == first


def test_get_id(tool):  # noqa: F811
    answer = tool('get-id')
    assert len(bytes.fromhex(answer['hex'])) == 64
    assert answer['hex'] == tool('get-id')['hex']
    tool('reset')
    assert answer == tool('get-id')


def test_pdh_gen(tool):  # noqa: F811
    assert changed_by(tool, 'pdh-gen') == {'pdh'}


def test_pek_gen(tool):  # noqa: F811
    assert changed_by(tool, 'pek-gen') == {'pdh', 'pek', 'oca'}


def test_reset(tool):  # noqa: F811
    assert changed_by(tool, 'reset') == {'pdh', 'pek', 'oca'}


def test_create(tool):  # noqa: F811
    assert tool('create') == {'platform': str(tool.path)}
    done = tool.raw(tool.path, 'create')
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == (f'sevemu-platform: {tool.path}: there is a '
                           'platform already\n')


@pytest.mark.usefixtures('no_system_platform')
def test_default(tool, qemu_env, tmp_path):  # noqa: F811
    state = tmp_path / 'a' / 'b'
    qemu_env['XDG_STATE_HOME'] = str(state)
    path = str(state / 'sevemu' / 'platform')
    tool.path = '-'
    assert tool('status')['platform'] == path
    tool.path = path
    assert tool('status')['platform'] == path


@pytest.mark.parametrize('damage', [
    lambda flash: flash[:-1],
    lambda flash: flash + b'\0',
    lambda flash: flash + bytes(1 << 20),
    lambda flash: bytes([flash[0] ^ 1]) + flash[1:],
    lambda flash: flash[:-1] + bytes([flash[-1] ^ 1]),
    lambda flash: b'x',
    lambda flash: bytes(len(flash)),
], ids=['shorter', 'longer', 'long', 'first', 'last', 'tiny', 'zeros'])
def test_damaged_flash(tool, damage):  # noqa: F811
    """Refused by name; a reset makes the platform usable again."""
    tool('status')
    flash = tool.path / 'flash'
    flash.write_bytes(damage(flash.read_bytes()))
    damaged = flash.read_bytes()
    for command in ('status', 'export', 'export-full', 'pdh-gen', 'pek-gen'):
        answer, message = tool.refused(command)
        init = 'SNP_INIT' if command == 'status' else 'INIT'
        assert answer == {'command': init, 'code': 24,
                          'status': 'SECURE_DATA_INVALID'}
        assert message == (f'sevemu-platform: {init}: SECURE_DATA_INVALID '
                           f'({flash})\n')
        assert flash.read_bytes() == damaged
    tool('reset')
    tool.chain()


def test_flash_of_another_chip(tool, tmp_path):  # noqa: F811
    tool('status')
    here, there = tool.path, tmp_path / 'other'
    tool.path = there
    tool('status')
    shutil.copy(here / 'flash', there / 'flash')
    answer, _ = tool.refused('status')
    assert answer['status'] == 'SECURE_DATA_INVALID'


def test_flash_unreadable(tool):  # noqa: F811
    tool('create')
    flash = tool.path / 'flash'
    flash.mkdir()
    answer, message = tool.refused('status')
    assert answer['status'] == 'HWERROR_PLATFORM'
    assert message == ('sevemu-platform: SNP_INIT: HWERROR_PLATFORM '
                       f'({flash}: expected a regular file)\n')


def test_damaged_chip(tool):  # noqa: F811
    tool('status')
    fuses = tool.path / 'fuses'
    fuses.write_bytes(fuses.read_bytes()[:100])
    done = tool.raw(tool.path, 'reset')
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == (f'sevemu-platform: {fuses}: expected 112 bytes, '
                           'found 100\n')


USAGE = [
    ([], 'expected DIR and COMMAND (see --help)'),
    (['{dir}'], 'expected DIR and COMMAND (see --help)'),
    (['{dir}', 'status', 'now'], 'expected DIR and COMMAND (see --help)'),
    (['{dir}', 'stat'], 'no such command: stat (see --help)'),
    (['{dir}', ''], 'no such command:  (see --help)'),
    (['--vendor=x', '{dir}', 'status'],
     '--vendor does not go with status (see --help)'),
    (['--vendor', 'x'], 'expected DIR and COMMAND (see --help)'),
    (['--product=Rome', '{dir}', 'status'],
     '--product does not go with status (see --help)'),
    (['--api=1.55.1', '{dir}', 'export'],
     '--api does not go with export (see --help)'),
    (['--tcb=boot-loader=1', '{dir}', 'reset'],
     '--tcb does not go with reset (see --help)'),
    (['--product=Milano', '{dir}', 'create'],
     '--product: expected Naples, Rome, Milan, Genoa, Turin or Venice, found '
     '"Milano"'),
    *((['--api', api, '{dir}', 'create'],
       f'--api: expected MAJOR.MINOR.BUILD, numbers up to 255, found "{api}"')
      for api in ('', '1.55', '1.55.1.2', '1.55.256', '1.-5.1', '1.55.x')),
    *((['--tcb', tcb, '{dir}', 'create'],
       '--tcb: expected numbers up to 255 of Milan, as in "boot-loader=3,'
       f'tee=0,snp=8,microcode=115", found "{found}"')
      for tcb, found in (('', ''), ('snp', 'snp'), ('tee=256', 'tee=256'),
                         ('snp=8,', ''), ('boot-loader=3,fmc=1', 'fmc=1'),
                         ('b=1', 'b=1'), ('tee=-1', 'tee=-1'))),
    (['--product=Rome', '--tcb=boot-loader=1', '{dir}', 'create'],
     '--tcb: Rome has no SEV-SNP, and no TCB'),
    (['--frob', '{dir}', 'status'], 'Unknown option --frob'),
    (['{dir}/no/where', 'status'],
     '{dir}/no/where: No such file or directory'),
    (['/dev/null', 'status'], '/dev/null: Not a directory'),
    (['', 'status'], ': No such file or directory'),
]


@pytest.mark.parametrize('arguments,message', USAGE)
def test_usage(tool, arguments, message):  # noqa: F811
    done = tool.raw(*(a.format(dir=tool.path) for a in arguments))
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == ('sevemu-platform: '
                           f'{message.format(dir=tool.path)}\n')
    assert not tool.path.exists()


def test_help(tool):  # noqa: F811
    done = tool.raw('--help')
    assert (done.returncode, done.stderr) == (0, '')
    for word in ('export-full', 'get-id', 'pdh-gen', '--vendor', 'Exit'):
        assert word in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_output_full(tool):  # noqa: F811
    with open('/dev/full', 'wb') as full:
        pid = os.posix_spawn(tool.program, [tool.program, tool.path,
                                            'status'], os.environ,
                             file_actions=[(os.POSIX_SPAWN_DUP2,
                                            full.fileno(), 1)])
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 2


def test_fast(plain_tool):  # noqa: F811
    """
    No RSA key is made, which takes seconds: processor time of the first and of
    a later use, some 0.05 s each on an idle machine
    """
    for _ in range(2):
        before = os.times()
        plain_tool('status')
        after = os.times()
        spent = (after.children_user + after.children_system
                 - before.children_user - before.children_system)
        assert spent < 0.4 * SLOWER


def test_json_is_strict(tool):  # noqa: F811
    """A name with anything in it is still one string of JSON."""
    tool.path = tool.path.with_name('a "b"\n\\c')
    done = tool.raw(tool.path, 'status')
    assert json.loads(done.stdout)['platform'] == str(tool.path)
