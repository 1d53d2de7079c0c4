# SPDX-License-Identifier: GPL-2.0-or-later
"""sevemu run --sev-snp, with a stand-in for QEMU that checks the ID block."""

import json

import pytest

from owner_files import files, sevemu  # noqa: F401
from owner_platform import platform  # noqa: F401
from owner_run import KERNEL, private, said, sev_run  # noqa: F401
from test_owner_snp import VECTORS

ROME = ['--cpu', 'EPYC-Rome']


@pytest.fixture(name='snp_run')
def snp_run_fixture(sev_run, files):  # noqa: F811
    """snp_run(play, *options): a firmware that has metadata is there."""
    for name, sections, area in (
            ('amdsev', VECTORS.AMDSEV, (0x810c00, 0x400)),
            ('ordinary', VECTORS.ORDINARY, (0, 0))):
        image, _, _ = VECTORS.firmware(sections, area)
        (files / name).write_bytes(bytes(0x10000 - len(image)) + image)

    def start(play, *options, firmware='amdsev'):
        return sev_run(play, '--sev-snp', '--firmware', firmware, *options)

    return start


@pytest.mark.parametrize('options', [
    [], ['--smp', '4'], KERNEL, [*KERNEL, '--smp', '4'],
    [*KERNEL, '--policy', '0xb0000'],
    ['--sev-features', '0x21', '--smp', '2']])
def test_expected(snp_run, options):
    """What the files give is what Python says that they give."""
    done = snp_run('poweroff', *ROME, *options)
    lines = said(done)
    assert lines[-1] == 'the guest powered off'
    assert done.returncode == 0
    assert lines[1].startswith('the launch digest must be ')
    assert 'only an attestation report' in lines[2]


def test_ordinary(snp_run):
    done = snp_run('poweroff', *ROME, firmware='ordinary')
    assert (done.returncode, done.stdout) == (0, 'hello from the guest\n')


@pytest.mark.parametrize('options', [
    ['-smp', '2'], ['-cpu', 'EPYC-Milan'], ['-append', 'a c'],
    ['-kernel', 'initrd'], ['-bios', 'ordinary']])
def test_differs(snp_run, options):
    """QEMU launches something else than was said to sevemu."""
    done = snp_run('poweroff', *ROME, *KERNEL, '--', *options)
    assert (done.returncode, done.stdout) == (1, '')
    assert said(done)[-1] == \
        'the launch digest differs from what the files give'


@pytest.mark.parametrize('play,status,last', [
    ('refuse', 3, 'the platform refused the guest'),
    ('fail-query-sev', 3, 'query-sev failed: not today'),
    ('fail-cont', 3, 'cont failed: not today'),
    ('snp-refuse', 3, 'the platform refused the guest'),
    ('terminate', 4, 'the guest terminated itself: Linux: PVALIDATE failed '
                     '(reason set 1, code 2)'),
])
def test_status(snp_run, play, status, last):
    done = snp_run(play, *ROME)
    assert said(done)[-1] == last
    assert done.returncode == status


@pytest.mark.parametrize('options,message', [
    (['--sev-es'], '--sev-snp is a kind of guest of its own: --sev-es'),
    (['--legacy-vm-type'],
     '--sev-snp is a kind of guest of its own: --legacy-vm-type'),
    (['--sev-features', '0x3'], '--sev-features 0x3: expected bit 0'),
    (['--sev-features', '0x20'], '--sev-features 0x20: expected bit 0'),
    (['--sev-features', 'all'], '--sev-features all: expected a number'),
    (['--cpu', 'Skylake-Server'], '--cpu Skylake-Server: not known here'),
    (['--firmware', 'fw'], 'firmware fw has no SEV metadata'),
    (['--firmware', 'ordinary', *KERNEL],
     'firmware ordinary has no table for kernel hashes'),
])
def test_bad(snp_run, options, message):
    done = snp_run('poweroff', *ROME, *options)
    assert (done.returncode, done.stdout) == (2, '')
    assert said(done)[-1].startswith(message)


def test_line(snp_run):
    """QEMU's default policy, no session, and no keys that are anywhere."""
    words = json.loads(snp_run('arguments', *ROME).stdout)
    sev = words[words.index('-object') + 1]
    assert sev.startswith('sev-snp-emulated,id=sev0,')
    assert ',policy=0x30000,' in sev
    assert 'debug-swap' not in sev and 'btb' not in sev
    assert 'session' not in sev and 'kernel-hashes' not in sev


def test_features(snp_run):
    words = json.loads(snp_run('arguments', *ROME, '--sev-features',
                               '0x2e1').stdout)
    sev = words[words.index('-object') + 1]
    assert (',debug-swap=on,prevent-host-ibs=on,btb-isolation=on,'
            'secure-tsc=on,') in sev


def test_features_of_another_guest(sev_run):  # noqa: F811
    done = sev_run('poweroff', '--sev-features', '0x21')
    assert done.returncode == 2
    assert said(done)[-1] == '--sev-features is for guests with --sev-snp'


def test_print(snp_run):
    done = snp_run('poweroff', *ROME, '--print')
    assert (done.returncode, done.stderr) == (0, '')
    assert 'sev-snp-emulated' in done.stdout
    assert 'session' not in done.stdout and 'sevemu verify' not in done.stdout
    assert '# -> {"execute":"cont"}' in done.stdout
