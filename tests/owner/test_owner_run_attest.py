# SPDX-License-Identifier: GPL-2.0-or-later
"""
sevemu run --sev-snp --attest, with a stand-in for QEMU whose guests, right and
wrong, are Python's.
"""

import json

import pytest

from conftest import ROOT
from owner_files import LUKS_GUID, files, sevemu  # noqa: F401
from owner_platform import platform  # noqa: F401
from owner_run import KERNEL, private, said, sev_run  # noqa: F401
from report_files import Certs, leaves  # noqa: F401
from test_owner_snp_run import ROME, snp_run_fixture  # noqa: F401

GOOD = "the guest's report is good: "
SECRET = ['--secret', f'{LUKS_GUID}=secret']
HAS_KEY = "the guest has shown that it has the report's key"
HAS_SECRET = 'the guest has shown that it has the secret'


@pytest.fixture(name='table', scope='module')
def table_fixture(leaves):  # noqa: F811
    """A chain for the key of the stand-in's reports"""
    certs = Certs('Milan', leaves)
    # as good when this is run as the roots are
    certs.change('vcek', b'271022172305Z', b'461022172305Z')
    return certs.table('ark', 'ask', 'vcek')


@pytest.fixture(name='certs')
def certs_fixture(files, table):  # noqa: F811
    """What the host gives its guests"""
    (files / 'guest-certs').write_bytes(table)


@pytest.fixture(name='attest')
def attest_fixture(snp_run, certs):  # pylint: disable=unused-argument
    """attest(play, *options): a guest that has to attest itself"""
    def start(play, *options):
        return snp_run(f'attest{play}', *ROME, *KERNEL, '--attest', *options)
    return start


@pytest.mark.parametrize('options', [[], ['--no-id-block'],
                                     ['--smp', '2', '--policy', '0x20000']])
def test_good(attest, options):
    done = attest('', *options)
    lines = said(done)
    assert done.returncode == 0, lines
    assert lines[-3:] == [lines[-3], HAS_KEY, 'the guest powered off']
    assert lines[-3].startswith(GOOD)
    assert done.stdout == ''


def test_secret(attest, files):  # noqa: F811
    (files / 'other').write_bytes(bytes(1000))
    other = '11111111-2222-3333-4444-555555555555'
    done = attest('', *SECRET, '--secret', f'{other}=other', '--log', 'log')
    assert done.returncode == 0
    assert said(done)[-2] == HAS_SECRET
    secret = (files / 'secret').read_bytes()
    assert done.stdout.splitlines() == [f'{LUKS_GUID} {secret.hex()}',
                                        f'{other} {bytes(1000).hex()}']
    log = (files / 'log').read_text()
    assert secret.decode() not in log and secret.hex() not in log


def test_secret_is_enough(snp_run, certs):  # pylint: disable=unused-argument
    """A guest that is to be sent a secret has to attest itself."""
    done = snp_run('attest', *ROME, *SECRET)
    assert done.returncode == 0
    assert said(done)[-2] == HAS_SECRET


def test_twice(attest):
    done = attest('-twice', *SECRET)
    assert done.returncode == 0
    assert said(done).count(HAS_SECRET) == 2
    assert len(done.stdout.splitlines()) == 2


@pytest.mark.parametrize('play,words', [
    ('-another', 'measurement'), ('-same', 'id-key-digest'),
    ('-debug', 'policy'), ('-policy', 'policy'), ('-vmpl', 'vmpl'),
    ('-unsigned', 'vcek-signs-report'), ('-replay', 'report-data'),
    ('-stolen', 'report-data'),
])
def test_refused(attest, play, words):
    done = attest(play, *SECRET)
    lines = said(done)
    assert done.returncode == 1, lines
    assert lines[-1].startswith(f'the guest is refused: {words}: ')
    why = lines[-1].removeprefix('the guest is refused: ')
    # the guest is ended whether it has said all of that or not
    assert f'refused: {why}\n'.startswith(done.stdout)


@pytest.mark.parametrize('play,words', [
    ('-wrong-proof', 'the guest could not open its secrets'),
    ('-garbage', 'the line is no JSON object'),
    ('-long', 'the line is too long'),
])
def test_misbehaves(attest, play, words):
    done = attest(play, *SECRET)
    assert done.returncode == 1
    assert said(done)[-1] == f'the guest is refused: {words}'


def test_another_launch(attest):
    """QEMU launches something else, and does not tell the platform."""
    done = attest('', *SECRET, '--no-id-block', '--', '-append', 'a c')
    assert done.returncode == 1
    assert said(done)[-1].startswith('the guest is refused: measurement: ')


def test_another_root(attest):
    """The chain is good, but the owner trusts another."""
    done = attest('', *SECRET, '--ca',
                  ROOT / 'vendor' / 'keys' / 'genoa' / 'ark.der')
    assert done.returncode == 1
    assert said(done)[-1].startswith('the guest is refused: ask-')


def test_no_certificates(attest, files):  # noqa: F811
    (files / 'guest-certs').unlink()
    done = attest('', *SECRET)
    assert done.returncode == 1
    assert said(done)[-1].startswith('the guest is refused: vcek-certificate')


@pytest.mark.parametrize('option', [True, False])
def test_own_certificates(attest, files, platform, option):  # noqa: F811
    """The owner's, or the platform's, where the guest has none."""
    table = (files / 'guest-certs').read_bytes()
    (files / 'guest-certs').unlink()
    (files / 'mine' if option else platform.path / 'certs').write_bytes(table)
    done = attest('', *(['--certs', 'mine'] if option else []))
    assert done.returncode == 0, said(done)


def test_damaged_table(attest, files):  # noqa: F811
    (files / 'guest-certs').write_bytes(b'\1' * 100)
    done = attest('', *SECRET)
    assert done.returncode == 1
    assert said(done)[-1].startswith('the guest is refused: the guest')


@pytest.mark.parametrize('play,words', [
    ('poweroff', 'the guest powered off without having attested itself'),
    ('attest-no-proof', 'the guest powered off without having attested '
                        'itself'),
])
def test_powers_off(snp_run, certs, play, words):  # noqa: F811
    # pylint: disable=unused-argument
    done = snp_run(play, *ROME, *SECRET)
    assert (done.returncode, said(done)[-1]) == (1, words)


@pytest.mark.parametrize('play', ['hang', 'attest-slow'])
def test_late(snp_run, certs, play):  # pylint: disable=unused-argument
    done = snp_run(play, *ROME, '--attest', '--attest-timeout', '1')
    assert done.returncode == 124
    assert said(done)[-1] == \
        'the guest has not attested itself within 1 seconds'


@pytest.mark.parametrize('options,message', [
    (['--attest-timeout', '0'], '--attest-timeout 0: expected a number'),
    (['--attest-timeout', 'x'], '--attest-timeout x: expected a number'),
    (['--certs', 'none'], '--certs none: No such file or directory'),
    (['--certs', 'empty'], '--certs empty: '),
    (['--ca', 'empty'], '--ca empty: '),
    (['--deterministic'], '--deterministic: no run in which the guest'),
    (['--secret', 'x=secret'], '--secret x=secret: expected GUID=FILE'),
    (['--secret', f'{LUKS_GUID}=big'], f'--secret big: more than 16384'),
])
def test_bad(attest, options, message):
    done = attest('', *options)
    assert (done.returncode, done.stdout) == (2, '')
    assert said(done)[-1].startswith(message)


@pytest.mark.parametrize('option', [
    ['--attest'], ['--certs', 'fw'], ['--attest-timeout', '3'],
    ['--no-id-block']])
def test_of_another_guest(sev_run, option):  # noqa: F811
    done = sev_run('poweroff', *option)
    assert done.returncode == 2
    assert said(done) == [f'{option[0]} is for guests with --sev-snp']


@pytest.mark.parametrize('option', [['--certs', 'fw'],
                                    ['--attest-timeout', '3']])
def test_without_attest(snp_run, option):
    done = snp_run('poweroff', *ROME, *option)
    assert done.returncode == 2
    assert said(done) == [f'{option[0]} is for guests with --attest']


def test_print(snp_run):
    """It says who is to answer the guest, and what the ID block is for."""
    done = snp_run('poweroff', *ROME, '--attest', '--print')
    assert (done.returncode, done.stderr) == (0, '')
    assert '/att.sock, before the guest runs' in done.stdout
    assert 'which the ID block below has' in done.stdout
    done = snp_run('poweroff', *ROME, '--no-id-block', '--print')
    assert 'att.sock' not in done.stdout
    assert 'ID block' not in done.stdout


def test_line(snp_run):
    """A port when it is wanted, and an ID block unless it is not."""
    words = json.loads(snp_run('arguments', *ROME).stdout)
    assert not any('attest' in word for word in words)
    assert any('id-block=' in word for word in words)
    words = json.loads(snp_run('arguments', *ROME, '--attest',
                               '--no-id-block').stdout)
    assert 'virtserialport,chardev=attest,name=org.sevemu.attest' in words
    assert not any('id-block' in word or 'id-auth' in word for word in words)
