# SPDX-License-Identifier: GPL-2.0-or-later
"""
Launches in a guest owner's session, made for the platform by others: the
guest has the keys that are in it, and no others.
"""

import base64
import os
from dataclasses import replace
from pathlib import Path

import pytest

from launched import owner_files, reckon, validate_command
from packets import (AREA, AREA_SIZE, built_by_sevemu, built_by_validator,
                     draw_secret, table_of)
from qmp_guest import NOTE, Guest, capabilities
from qmp_session import make_session, session_properties

OBJECTS = ['sev-emulated', 'sev-guest']
DIFFERS = 'ERROR: Measurement does not match, VM is not trustworthy\n'


@pytest.fixture(name='pdh')
def pdh_fixture(build, log_path):
    """The certificate of the PDH, before there is any guest."""
    log = log_path.with_suffix('.capabilities.log')
    return base64.b64decode(capabilities(build.qemu, log)['pdh'])


def by_cryptography(_build, pdh, policy, _run, directory):
    return make_session(pdh, policy).write(directory)


def by_sevemu(build, pdh, policy, run, directory):
    (directory / 'pdh').write_bytes(pdh)
    done = run([build.sevemu, 'session', '--name', directory / 'vm',
                directory / 'pdh', str(policy)])
    assert (done.returncode, done.stderr) == (0, '')
    return directory / 'vm'


def in_session(build, directory, base, sev, policy=1):
    """A Launch with the keys, and the other files, of a session."""
    return replace(
        owner_files(build, directory), tik=Path(f'{base}_tik.bin'),
        tek=Path(f'{base}_tek.bin'),
        sev=f'{sev},policy={policy},{session_properties(base)}')


@pytest.mark.parametrize('policy', [0, 1, 3])
@pytest.mark.parametrize('sev', OBJECTS)
@pytest.mark.parametrize('make', [by_cryptography, by_sevemu])
def test_session(build, run, pdh, tmp_path, log_path, make, sev, policy):
    base = make(build, pdh, policy, run, tmp_path)
    files = in_session(build, tmp_path, base, sev, policy)
    with Guest(build.qemu, files.options(), log_path) as guest:
        assert guest.said() == [NOTE]
        launched = files.ask(guest)
    assert launched.platform == (1, 55, 1, policy)
    assert reckon(launched) == launched.measurement
    done = run(validate_command(build, launched))
    assert (done.returncode, done.stderr) == (0, '')
    done = run([build.sevemu, 'measurement', 'verify', *launched.arguments(),
                '--measurement', launched.measurement])
    assert (done.returncode, done.stderr) == (0, '')


@pytest.mark.parametrize('build_packet',
                         [built_by_validator, built_by_sevemu])
@pytest.mark.parametrize('sev', OBJECTS)
def test_secret(build, run, pdh, tmp_path, log_path, sev, build_packet):
    base = make_session(pdh).write(tmp_path)
    files = in_session(build, tmp_path, base, sev)
    secret = draw_secret(tmp_path)
    with Guest(build.qemu, files.options(), log_path) as guest:
        packet = build_packet(build, files.ask(guest), secret, run, tmp_path)
        guest.command('sev-inject-launch-secret', **packet)
        area = guest.memory(AREA, AREA_SIZE, tmp_path)
    assert area == table_of(secret).ljust(AREA_SIZE, b'\0')


@pytest.mark.parametrize('tik', [bytes(16), os.urandom(16)],
                         ids=['zeroes', 'random'])
def test_no_other_key(build, run, pdh, tmp_path, log_path, tik):
    """Not the zeroes of a guest without keys, nor any."""
    base = make_session(pdh).write(tmp_path)
    files = in_session(build, tmp_path, base, 'sev-emulated')
    with Guest(build.qemu, files.options(), log_path) as guest:
        launched = files.ask(guest)
    other = tmp_path / 'tik-of-another'
    other.write_bytes(tik)
    done = run(validate_command(build, replace(launched, tik=other)))
    assert (done.returncode, done.stdout, done.stderr) == (1, '', DIFFERS)


def test_session_is_good_again(build, pdh, tmp_path, log_path):
    """For another start with the same policy, of either kind of guest."""
    base = make_session(pdh).write(tmp_path)
    measurements = set()
    for sev in OBJECTS * 2:
        files = in_session(build, tmp_path, base, sev)
        with Guest(build.qemu, files.options(), log_path) as guest:
            launched = files.ask(guest)
        assert reckon(launched) == launched.measurement
        measurements.add(launched.measurement)
    assert len(measurements) == 4
