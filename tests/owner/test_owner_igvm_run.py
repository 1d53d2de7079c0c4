# SPDX-License-Identifier: GPL-2.0-or-later
"""sevemu run --igvm, with a stand-in for QEMU that measures the file."""

import json

import pytest

import igvm_file as igvm
from igvm_file import svsm
from owner_files import files, sevemu  # noqa: F401
from owner_platform import platform  # noqa: F401
from owner_run import FAKE, private, said  # noqa: F401
from sev_id_block import put_id_block

POLICY = 0xb0000


@pytest.fixture(name='igvm_run')
def igvm_run_fixture(run, sevemu, private, qemu_env, files):  # noqa: F811
    """igvm_run(file, play, *options)"""
    def start(file, play, *options):
        (files / 'guest.igvm').write_bytes(bytes(file))
        qemu_env['FAKE_QEMU'] = play
        return run([sevemu, 'run', '--qemu', FAKE, '--igvm', 'guest.igvm',
                    *options])

    return start


@pytest.mark.parametrize('options', [[], ['--sev-snp', '--smp', '4']])
def test_expected(igvm_run, options):
    """Policy and digest are the file's, and the ID block has them"""
    file = svsm()
    file.policy(POLICY)
    done = igvm_run(file, 'poweroff', *options)
    lines = said(done)
    assert done.returncode == 0, lines
    assert lines[1] == ('the launch digest must be '
                        + igvm.launch_digest(bytes(file)).hex())
    assert 'only an attestation report' in lines[2]


def test_line(igvm_run):
    words = json.loads(igvm_run(svsm(), 'arguments').stdout)
    assert '-bios' not in words and '-kernel' not in words
    assert 'igvm-cfg,id=igvm0,file=guest.igvm' in words
    sev = next(word for word in words if word.startswith('sev-snp-emulated'))
    assert 'policy=0x30000,' in sev and ',id-block=' in sev


def test_own_id_block(igvm_run):
    """One is enough."""
    file = svsm()
    put_id_block(file, igvm.launch_digest(bytes(file)))
    words = json.loads(igvm_run(file, 'arguments').stdout)
    assert not any('id-block=' in word for word in words)


@pytest.mark.parametrize('options', [
    ['--firmware', 'fw'], ['--kernel', 'kernel'], ['--initrd', 'initrd'],
    ['--append', 'a'], ['--policy', '0x30000'], ['--sev-features', '1']])
def test_does_not_go_together(igvm_run, options):
    done = igvm_run(svsm(), 'poweroff', *options)
    assert done.returncode == 2
    assert said(done) == [f'--igvm: the file says that itself: {options[0]} '
                          'does not go with it']


def reserved():
    """A policy that no platform takes"""
    file = igvm.Writer()
    file.policy(1 << 40)
    return file


@pytest.mark.parametrize('file,message', [
    (b'IGVM', 'guest.igvm: no IGVM file: it has 4 bytes'),
    (igvm.Writer([(igvm.TDX, 1)]),
     'guest.igvm: it is not for SEV-SNP guests'),
    (reserved(), 'guest.igvm: its policy 0x10000000000 has bits that are '
                 'reserved'),
], ids=['no-file', 'not-snp', 'policy'])
def test_bad(igvm_run, file, message):
    done = igvm_run(file, 'poweroff')
    assert done.returncode == 2 and said(done)[-1] == message


def test_print(igvm_run):
    done = igvm_run(svsm(), 'poweroff', '--print')
    assert (done.returncode, done.stderr) == (0, '')
    assert 'igvm-cfg,id=igvm0,file=guest.igvm' in done.stdout
