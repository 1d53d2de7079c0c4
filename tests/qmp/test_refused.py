# SPDX-License-Identifier: GPL-2.0-or-later
"""Command lines that cannot work: one test for each row of refused.txt."""

import base64
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from qmp_guest import NOTE, ZERO_KEYS, own_words
from refused_files import write_files
from refused_firmware import CHANGED, PACKAGED, packaged, write_changed

NO_GUEST = 'SEV: failed to create encryption context'
HERE = Path(__file__).resolve().parent
PLACEHOLDERS = {
    'KEYS': 'tik=key,tek=other',
    'GUEST': 'cbitpos=51,reduced-phys-bits=1',
    'SESSION': 'dh-cert-file=vm_godh.b64,session-file=vm_session.b64',
}


class Row(NamedTuple):
    """A line of refused.txt; its head says what each column means."""

    name: str
    object: str
    options: str
    says: str

    def properties(self):
        text = self.object + ',id=sev0'
        for name, value in PLACEHOLDERS.items():
            text = text.replace(name, value)
        return re.sub(r'\bZEROS-(\d+)', lambda found: base64.b64encode(
            bytes(int(found[1]))).decode(), text)

    def lines(self):
        text = self.says.replace('OBJECT', self.properties())
        text = text.replace('NO-GUEST', NO_GUEST)
        words = {'NOTE': NOTE, 'ZERO-KEYS': ZERO_KEYS}
        return [words.get(line, line) for line in text.split(' // ')]


def rows():
    for line in (HERE / 'refused.txt').read_text().splitlines():
        if line and not line.startswith('#'):
            yield Row(*(cell.strip() for cell in line.split(' | ')))


def name_of(row):
    return row.name


def without_numbers(line):
    line = re.sub(r"host '\d+'", "host 'N'", line)
    return re.sub(r'\b[0-9a-f]{64}\b', 'HASH', line)


def machine(qemu, *more):
    return [qemu, '-nodefaults', '-no-user-config', '-display', 'none', *more]


def skip_without_kvm(done):
    """After a machine without anything was tried with -accel kvm"""
    if 'invalid accelerator kvm' in done.stderr:
        pytest.skip('this QEMU was built without KVM')


@pytest.fixture(name='no_machine')
def no_machine_fixture(build, run):
    """no_machine(): the end of a machine without anything, with KVM"""
    return lambda: run(machine(build.qemu, '-accel', 'kvm', '-machine', 'none',
                               '-monitor', 'stdio'), stdin=None,
                       input='quit\n')


@pytest.fixture(name='stand_in')
def stand_in_fixture(build, qemu_env, no_machine):
    """A KVM without SEV, whatever the host has"""
    qemu_env['LD_PRELOAD'] = str(build.kvm_stand_in)
    done = no_machine()
    skip_without_kvm(done)
    assert (done.returncode, done.stderr) == (0, '')


@pytest.fixture(name='kvm')
def kvm_fixture(no_machine):
    """Skips what needs the host's KVM where it has none, or SEV as well."""
    done = no_machine()
    skip_without_kvm(done)
    if done.returncode != 0:
        pytest.skip('no KVM: ' + done.stderr.strip())
    if Path('/dev/sev').exists():
        pytest.skip('this host has SEV')


@pytest.fixture(scope='module', name='files')
def files_fixture(build, tmp_path_factory):
    """A directory with the files of refused.txt. Not to be changed."""
    directory = tmp_path_factory.mktemp('files')
    write_files(build, directory)
    return directory


@pytest.fixture(name='start')
def start_fixture(build, run, files, tmp_path, monkeypatch):
    """start(object, options): QEMU's exit status, and what it says."""
    shutil.copytree(files, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)

    def option(word):
        for name in CHANGED:
            if word.endswith(name):
                write_changed(build, tmp_path, name)
        return packaged(build, word) if word in PACKAGED else word

    def start(properties, options):
        words = [option(word) for word in options.split() if word != '-']
        accel = [] if '-accel' in words else ['-accel', 'tcg']
        done = run(machine(build.qemu, '-S', *accel, '-machine',
                           'q35,confidential-guest-support=sev0',
                           '-object', properties, *words), timeout=20)
        return done.returncode, own_words(done.stderr)

    return start


def check_refused(row, start):
    status, said = start(row.properties(), row.options)
    assert [without_numbers(line) for line in said] == row.lines()
    assert status == 1


@pytest.mark.parametrize('row', rows(), ids=name_of)
def test_refused(row, start, request):
    if row.name.startswith('kvm-'):
        request.getfixturevalue('stand_in')
    check_refused(row, start)


@pytest.mark.parametrize('row', [row for row in rows()
                                 if row.name.startswith('kvm-')], ids=name_of)
@pytest.mark.usefixtures('kvm')
def test_refused_with_kvm(row, start):
    """The same on a host that has the real one"""
    check_refused(row, start)


def test_missing_object_is_refused(start):
    """The machine wants an object that nobody made."""
    assert start('sev-emulated,id=another', '-') == \
        (1, [ZERO_KEYS, "Device 'sev0' not found"])


def with_c_bit(number):
    return (f'sev-guest,id=sev0,cbitpos={number},reduced-phys-bits=1',
            '-accel kvm')


@pytest.fixture(name='c_bit')
def c_bit_fixture(start, stand_in):
    """The host's C-bit, as QEMU finds it by CPUID: 0 without SEV"""
    _, said = start(*with_c_bit(33))
    return re.search(r"host '(\d+)'", said[0])[1]


def test_kvm_without_its_device(start, c_bit):
    """The check after that of the C-bit, which is as the host has it."""
    assert start(*with_c_bit(c_bit)) == (1, [
        "-accel kvm: sev_common_kvm_init: Failed to open /dev/sev 'No such "
        "file or directory'",
        '-accel kvm: failed to initialize kvm: Operation not permitted'])


def test_kvm_without_c_bit(start, c_bit):
    """It is 0 then: the C-bit of a processor without SEV"""
    without = ('sev-guest,id=sev0,reduced-phys-bits=1', '-accel kvm')
    if c_bit == '0':
        assert start(*without) == start(*with_c_bit(0))
    else:
        assert start(*without) == (1, [
            '-accel kvm: sev_common_kvm_init: cbitpos check failed, host '
            f"'{c_bit}' requested '0'",
            '-accel kvm: failed to initialize kvm: Operation not permitted'])


def test_names_are_unique():
    names = [row.name for row in rows()]
    assert len(names) == len(set(names))
