# SPDX-License-Identifier: GPL-2.0-or-later
"""
Our measurement, judged by others: libvirt's virt-qemu-sev-validate as Debian
has it, Python's standard library, and the guest owner's command.
"""

import base64
from dataclasses import replace

import pytest

from launched import PLATFORM, launch, reckon, validate_command

VALID, DIFFERS = 0, 1
MIDDLE = 'middle'

# One byte of one thing: a file, or a part of the measurement.
FLIPS = [
    ('firmware', 0), ('firmware', MIDDLE), ('firmware', -1),
    ('kernel', 0), ('kernel', MIDDLE), ('kernel', -1),
    ('initrd', 0), ('initrd', -1),
    ('tik', 0), ('tik', -1),
    ('measure', 0), ('measure', 31),
    ('mnonce', 0), ('mnonce', 15),
]
CMDLINES = ['console=ttyS0 root=/dev/vda quieu', 'console=ttyS0 root=/dev/vdb'
            ' quiet', 'console=ttyS0 root=/dev/vda quiet ', '']
PARTS = {'measure': 0, 'mnonce': 32}    # offsets in the measurement


@pytest.fixture(scope='module', name='launched')
def launched_fixture(build, tmp_path_factory):
    """A guest that was launched, with its answers. Not to be changed."""
    return launch(build, tmp_path_factory.mktemp('launch'))


@pytest.fixture(name='validate')
def validate_fixture(build, run):
    """validate(launched): what the validator says of a launch."""
    return lambda launched, *more: run(
        validate_command(build, launched, *more))


def flip(content, where):
    flipped = bytearray(content)
    flipped[len(content) // 2 if where == MIDDLE else where] ^= 0x01
    return bytes(flipped)


def changed(launched, what, where, scratch):
    """The launch with one byte of one thing flipped."""
    if what in PARTS:
        blob = flip(base64.b64decode(launched.measurement),
                    PARTS[what] + where)
        return replace(launched, measurement=base64.b64encode(blob).decode())
    path = scratch / what
    path.write_bytes(flip(getattr(launched, what).read_bytes(), where))
    return replace(launched, **{what: path})


SHAPES = {
    'firmware-kernel-initrd-cmdline': {},
    'without-initrd': {'initrd': None},
    'without-cmdline': {'cmdline': None},
    'kernel-alone': {'initrd': None, 'cmdline': None},
    'firmware-alone': {'kernel': None, 'initrd': None, 'cmdline': None},
    'firmware-in-flash': {'in_flash': True},
}


@pytest.mark.parametrize('other', SHAPES.values(), ids=SHAPES)
def test_all_agree(build, validate, run, tmp_path, other):
    launched = launch(build, tmp_path, **other)
    done = validate(launched)
    assert (done.returncode, done.stdout, done.stderr) == \
        (VALID, 'OK: Looks good to me\n', '')
    assert reckon(launched) == launched.measurement
    done = run([build.sevemu, 'measurement', 'build', *launched.arguments(),
                '--launch-measure-blob', launched.measurement])
    assert (done.returncode, done.stdout) == (0, launched.measurement + '\n')


def refused(done):
    assert (done.returncode, done.stdout, done.stderr) == \
        (DIFFERS, '',
         'ERROR: Measurement does not match, VM is not trustworthy\n')


@pytest.mark.parametrize('what,where', FLIPS)
def test_validator_sees_a_flipped_byte(launched, validate, tmp_path, what,
                                       where):
    refused(validate(changed(launched, what, where, tmp_path)))


@pytest.mark.parametrize('cmdline', CMDLINES)
def test_validator_sees_another_command_line(launched, validate, cmdline):
    refused(validate(replace(launched, cmdline=cmdline)))


@pytest.mark.parametrize('name', PLATFORM)
def test_validator_sees_another_platform(launched, validate, name):
    numbers = list(launched.platform)
    numbers[PLATFORM.index(name)] ^= 1
    refused(validate(replace(launched, platform=tuple(numbers))))


def test_the_tek_is_no_part_of_the_measurement(launched, validate, tmp_path):
    done = validate(changed(launched, 'tek', 0, tmp_path))
    assert done.returncode == VALID


def test_another_launch_has_another_nonce(build, launched, tmp_path):
    other = launch(build, tmp_path)
    assert base64.b64decode(other.measurement)[32:] != \
        base64.b64decode(launched.measurement)[32:]
    assert other.platform == launched.platform
