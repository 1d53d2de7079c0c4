# SPDX-License-Identifier: GPL-2.0-or-later
"""
sev-inject-launch-secret with what it cannot take, and when it cannot: the
same words as under KVM, and a guest that can still be launched.
"""

import base64

import pytest

from qmp_guest import TCG, Guest

SEV = ('-object', 'sev-emulated,id=sev0')
RAM = 64 << 20      # what TCG has
MAX = 16 << 10      # bytes of a secret, or header, that KVM takes

NOT_DECODED_HEADER = 'SEV: Failed to decode sequence header'
NOT_DECODED = 'SEV: Failed to decode data'
TOO_SMALL = ("SEV: failed to inject secret ret=-5 fw_error=4 'Buffer too "
             "small'")
BAD_ADDRESS = ("SEV: failed to inject secret ret=-5 fw_error=9 'Invalid "
               "address'")
BAD_MEASUREMENT = ("SEV: failed to inject secret ret=-5 fw_error=11 'Bad "
                   "measurement'")
REFUSED_BY_KVM = "SEV: failed to inject secret ret=-22 fw_error=0 ''"
NO_ADDRESS = 'SEV: Failed to calculate guest address: '
NOT_ENABLED = 'SEV not enabled for guest'
WRONG_STATE = 'SEV: Not in correct state. (LSECRET) 3'


def zeros(size):
    return base64.b64encode(bytes(size)).decode()


# name, header, secret, address (None: the firmware's secret area), message
PACKETS = [
    ('bad-hmac', zeros(52), zeros(16), None, BAD_MEASUREMENT),
    ('bad-hmac-at-an-address', zeros(52), zeros(16), 0x1000,
     BAD_MEASUREMENT),
    ('header-not-base64', '%%%', zeros(16), None, NOT_DECODED_HEADER),
    ('header-empty', '', zeros(16), None, NOT_DECODED_HEADER),
    ('header-of-1', zeros(1), zeros(16), None, TOO_SMALL),
    ('header-of-51', zeros(51), zeros(16), None, TOO_SMALL),
    ('header-of-53', zeros(53), zeros(16), None, TOO_SMALL),
    ('header-of-16k', zeros(MAX), zeros(16), None, TOO_SMALL),
    ('header-of-16k-and-1', zeros(MAX + 1), zeros(16), None, REFUSED_BY_KVM),
    ('secret-not-base64', zeros(52), '%%%', None, NOT_DECODED),
    ('secret-empty', zeros(52), '', None, NOT_DECODED),
    ('secret-of-8', zeros(52), zeros(8), None, TOO_SMALL),
    ('secret-of-17', zeros(52), zeros(17), None, TOO_SMALL),
    ('secret-of-16k', zeros(52), zeros(MAX), None, BAD_MEASUREMENT),
    ('secret-of-16k-and-16', zeros(52), zeros(MAX + 16), None,
     REFUSED_BY_KVM),
    ('secret-of-64k', zeros(52), zeros(1 << 16), None, REFUSED_BY_KVM),
    ('address-unaligned', zeros(52), zeros(16), 8, BAD_ADDRESS),
    ('address-last-in-ram', zeros(52), zeros(16), RAM - 16,
     BAD_MEASUREMENT),
    ('address-partly-in-ram', zeros(52), zeros(32), RAM - 16, NO_ADDRESS +
     'Size of memory region at 0x3fffff0 exceeded.'),
    ('address-behind-ram', zeros(52), zeros(16), RAM, NO_ADDRESS +
     'No memory is mapped at address 0x4000000'),
    ('address-of-the-c-bit', zeros(52), zeros(16), 1 << 51, NO_ADDRESS +
     'No memory is mapped at address 0x8000000000000'),
    ('address-last-of-all', zeros(52), zeros(16), (1 << 64) - 16, NO_ADDRESS +
     'No memory is mapped at address 0xfffffffffffffff0'),
    ('address-of-a-device', zeros(52), zeros(16), 0xfee00000, NO_ADDRESS +
     'Memory at address 0xfee00000 is not RAM'),
]


def inject(guest, header=zeros(52), secret=zeros(16), address=None):
    """The error that such a packet meets."""
    where = {} if address is None else {'gpa': address}
    return guest.refusal('sev-inject-launch-secret', packet_header=header,
                         secret=secret, **where)


@pytest.fixture(name='waiting')
def waiting_fixture(build, log_path):
    """A guest that waits for its secret."""
    firmware = build.asset('ovmf-amdsev') / 'usr/share/ovmf/OVMF.amdsev.fd'
    with Guest(build.qemu, [*TCG, *SEV, '-S', '-bios', firmware],
               log_path) as guest:
        yield guest


@pytest.mark.parametrize('header,secret,address,message',
                         [row[1:] for row in PACKETS],
                         ids=[row[0] for row in PACKETS])
def test_packet_is_refused(waiting, header, secret, address, message):
    before = waiting.command('query-sev-launch-measure')
    assert inject(waiting, header, secret, address) == message
    assert waiting.command('query-sev')['state'] == 'launch-secret'
    assert waiting.command('query-sev-launch-measure') == before
    waiting.command('cont')
    assert waiting.command('query-sev')['state'] == 'running'
    assert waiting.quit() == 0


@pytest.mark.parametrize('arguments,message', [
    ({}, "Parameter 'packet-header' is missing"),
    ({'packet_header': zeros(52)}, "Parameter 'secret' is missing"),
    ({'packet_header': zeros(52), 'secret': zeros(16), 'gpa': 'here'},
     "Parameter 'gpa' expects uint64"),
])
def test_arguments_are_refused(waiting, arguments, message):
    assert waiting.refusal('sev-inject-launch-secret', **arguments) == message


def test_before_the_launch(build, log_path):
    with Guest(build.qemu, [*TCG, *SEV, '-preconfig'], log_path) as guest:
        assert inject(guest) == (
            "The command 'sev-inject-launch-secret' is permitted only after "
            "machine initialization has completed")
        guest.command('x-exit-preconfig')
        assert guest.command('query-sev')['state'] == 'running'


def test_when_the_guest_runs(waiting):
    waiting.command('cont')
    assert inject(waiting) == WRONG_STATE
    assert inject(waiting, address=0x1000) == WRONG_STATE
    waiting.command('stop')
    assert inject(waiting) == WRONG_STATE
    waiting.command('system_reset')
    assert inject(waiting) == WRONG_STATE


def test_without_sev(build, log_path):
    with Guest(build.qemu, ['-accel', 'tcg', '-machine', 'q35', '-S'],
               log_path) as guest:
        assert inject(guest) == NOT_ENABLED
        assert inject(guest, address=0x1000) == NOT_ENABLED


def test_an_object_is_not_enough(build, log_path):
    """The machine has to be told of it."""
    with Guest(build.qemu, ['-accel', 'tcg', '-machine', 'q35', '-S', *SEV],
               log_path) as guest:
        assert inject(guest) == NOT_ENABLED


def test_firmware_without_a_secret_area(build, log_path):
    """SeaBIOS, which is QEMU's default."""
    with Guest(build.qemu, [*TCG, *SEV, '-S'], log_path) as guest:
        assert inject(guest) == ('SEV: no secret area found in OVMF, gpa '
                                 'must be specified.')
        assert inject(guest, address=0x1000) == BAD_MEASUREMENT
