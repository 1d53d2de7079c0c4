# SPDX-License-Identifier: GPL-2.0-or-later
"""A launch as QMP, the human monitor and the traces tell it."""

import base64
import hashlib
import hmac
import re
import struct

import pytest

from qmp_guest import NOTE, TCG, ZERO_KEYS, Guest

EMULATED = ('-object', 'sev-emulated,id=sev0')
GUEST = ('-object', 'sev-guest,id=sev0,cbitpos=51,reduced-phys-bits=1')

INFO = '''SEV type: sev
state: {state}
build: 1
api version: 1.55
handle: 1
debug: {debug}
key-sharing: {sharing}
'''


@pytest.fixture(name='qemu')
def qemu_fixture(build, log_path):
    """qemu(options...): a Guest; the last one has the test's log."""
    return lambda *options: Guest(build.qemu, [*TCG, *options], log_path)


def sev_info(state, policy=1):
    """What query-sev answers."""
    return {'enabled': True, 'state': state, 'sev-type': 'sev', 'handle': 1,
            'policy': policy, 'api-major': 1, 'api-minor': 55, 'build-id': 1}


@pytest.mark.parametrize('sev', [EMULATED, GUEST])
def test_launch_with_a_stop(qemu, sev):
    with qemu(*sev, '-S') as guest:
        assert guest.command('query-status')['status'] == 'prelaunch'
        assert guest.command('query-sev') == sev_info('launch-secret')
        measured = guest.command('query-sev-launch-measure')
        assert list(measured) == ['data']
        assert len(base64.b64decode(measured['data'], validate=True)) == 48
        guest.command('cont')
        assert guest.command('query-sev') == sev_info('running')
        assert guest.command('query-sev-launch-measure') == measured
        guest.command('stop')
        assert guest.command('query-sev') == sev_info('running')
        assert guest.quit() == 0


def test_launch_without_a_stop(qemu):
    with qemu(*EMULATED) as guest:
        assert guest.command('query-sev') == sev_info('running')
        measured = guest.command('query-sev-launch-measure')['data']
        assert len(base64.b64decode(measured, validate=True)) == 48
        assert guest.quit() == 0


@pytest.mark.parametrize('policy,debug,sharing', [
    (0, 'on', 'on'), (1, 'off', 'on'), (2, 'on', 'off'), (3, 'off', 'off'),
])
def test_info_sev(qemu, policy, debug, sharing):
    with qemu('-S', '-object', f'sev-emulated,id=sev0,policy={policy}') as g:
        words = {'debug': debug, 'sharing': sharing}
        assert g.command('query-sev') == sev_info('launch-secret', policy)
        assert g.human('info sev') == INFO.format(state='launch-secret',
                                                  **words)
        g.command('cont')
        assert g.human('info sev') == INFO.format(state='running', **words)


def test_older_spelling(build, log_path):
    with Guest(build.qemu, ['-accel', 'tcg', *EMULATED, '-S', '-machine',
                            'q35,memory-encryption=sev0'], log_path) as guest:
        assert guest.command('query-sev') == sev_info('launch-secret')


def test_guest_without_sev(build, log_path):
    with Guest(build.qemu, ['-accel', 'tcg', '-machine', 'q35'],
               log_path) as guest:
        assert guest.command('query-sev') == {
            'enabled': False, 'state': 'uninit', 'sev-type': 'sev',
            'handle': 0, 'policy': 0, 'api-major': 0, 'api-minor': 0,
            'build-id': 0}
        assert guest.human('info sev') == 'SEV is not enabled\n'
        assert guest.refusal('query-sev-launch-measure') == \
            'SEV launch measurement is not available'
        assert guest.refusal('query-sev-attestation-report', mnonce='') == \
            'SEV is not enabled'
        assert guest.said() == []


def test_traces(qemu, tmp_path):
    trace = tmp_path / 'trace'
    with qemu(*EMULATED, '-S', '-trace', 'kvm_sev_*', '-D', trace) as guest:
        data = guest.command('query-sev-launch-measure')['data']
        guest.refusal('sev-inject-launch-secret', packet_header='AAAA',
                      secret='AAAA', gpa=0x1000)
        guest.command('cont')
        guest.quit()
    lines = re.sub(r'0x[0-9a-f]{6,}', 'ADDRESS', trace.read_text())
    assert lines == (
        'kvm_sev_init \n'
        'kvm_sev_launch_start policy 0x1 session (nil) pdh (nil)\n'
        'kvm_sev_change_state uninit -> launch-update\n'
        'kvm_sev_launch_update_data addr ADDRESS len 0x40000\n'
        'kvm_sev_change_state launch-update -> launch-secret\n'
        f'kvm_sev_launch_measurement data {data}\n'
        'kvm_sev_launch_secret hpa 0x1000 hva ADDRESS data ADDRESS len 3\n'
        'kvm_sev_launch_finish \n'
        'kvm_sev_change_state launch-secret -> running\n')


@pytest.mark.parametrize('sev,zero_keys', [(EMULATED, True), (GUEST, False)])
def test_keys(build, qemu, sev, zero_keys):
    """Without files: zeroes, and a warning; a sev-guest's are random."""
    with qemu(*sev, '-S') as guest:
        assert guest.said() == ([ZERO_KEYS] if zero_keys else []) + [NOTE]
        blob = base64.b64decode(
            guest.command('query-sev-launch-measure')['data'])
    firmware = (build.dir / 'share/qemu/bios-256k.bin').read_bytes()
    message = struct.pack('<BBBBI', 4, 1, 55, 1, 1) + \
        hashlib.sha256(firmware).digest() + blob[32:]
    mac = hmac.new(bytes(16), message, hashlib.sha256).digest()
    assert (mac == blob[:32]) == zero_keys


NOT_NOW = ('the properties of a SEV guest cannot change any more: its launch '
           'has begun')
SNP = ('-cpu', 'EPYC-Milan', '-object', 'sev-snp-emulated,id=sev0')


@pytest.mark.parametrize('sev, names', [
    (EMULATED, {'policy': 5, 'kernel-hashes': True, 'cbitpos': 40,
                'session-file': 'x', 'platform': 'x', 'tik': 'x'}),
    (SNP, {'policy': 0, 'kernel-hashes': True, 'id-block': 'AA==',
           'id-auth': 'AA==', 'author-key-enabled': True, 'host-data': 'AA==',
           'vcek-disabled': True, 'guest-visible-workarounds': 'AA==',
           'debug-swap': True, 'tsc-frequency': 2500000000,
           'platform': 'x'}),
])
def test_nothing_changes_once_it_is_launched(build, qemu, sev, names):
    """What was checked at the start is what is launched."""
    firmware = build.asset('ovmf-amdsev') / 'usr/share/ovmf/OVMF.amdsev.fd'
    with qemu(*sev, '-bios', firmware, '-S') as guest:
        for name, value in names.items():
            where = {'path': '/objects/sev0', 'property': name}
            before = guest.command('qom-get', **where)
            assert guest.refusal('qom-set', value=value, **where) == NOT_NOW
            assert guest.command('qom-get', **where) == before
        guest.command('cont')
        assert guest.command('query-sev')['state'] == 'running'
