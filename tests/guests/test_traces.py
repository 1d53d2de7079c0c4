# SPDX-License-Identifier: GPL-2.0-or-later
"""
What trace events tell of VMPLs, of their events and of their calls, in the
words of AMD's publications: rows of guests.txt that are traced.
"""

import re
from itertools import product

import pytest

from test_guests import (PASSED, command, image_of,  # noqa: F401
                         images_fixture, qemu_fixture, rows)

ROWS = {row.name: row for row in rows()}
VMGEXIT, INTR = 0x403, 0x60

# 58019: protocols and their calls, by number
PROTOCOLS = {
    'core': ['remap calling area', 'PVALIDATE', 'create vCPU', 'delete vCPU',
             'deposit memory', 'withdraw memory', 'query protocol',
             'configure vTOM'],
    'attestation': ['attest services', 'attest single service'],
    'vTPM': ['query', 'command'],
    'APIC': ['query features', 'configure', 'read register', 'write register',
             'configure vector'],
    'UEFI variables': ['query', 'MM request'],
    'unknown protocol': [],
}
RESULTS = {
    0: 'SUCCESS', 0x80000000: 'INCOMPLETE', 0x80000001: 'UNSUPPORTED_PROTOCOL',
    0x80000002: 'UNSUPPORTED_CALL', 0x80000003: 'INVALID_ADDRESS',
    0x80000004: 'INVALID_FORMAT', 0x80000005: 'INVALID_PARAMETER',
    0x80000006: 'INVALID_REQUEST', 0x80000007: 'BUSY', 0x80000008: 'error',
    0x80001000: 'error',
}


@pytest.fixture(name='traced')
def traced_fixture(qemu, images, run, tmp_path):  # noqa: F811
    """traced(name, events): what a row's run has traced, in order"""
    def start(name, *events):
        row = ROWS[name]
        options = [word for event in events for word in ('-trace', event)]
        done = run([*command(row, qemu, image_of(row, images)), *options,
                    '-D', tmp_path / 'trace'])
        assert done.returncode == PASSED, done.stdout + done.stderr
        return re.findall(r'(?:^|\W)(sev_\w+ .*)$',
                          (tmp_path / 'trace').read_text(), re.M)

    return start


def change(old, new, why=VMGEXIT):
    return f'sev_vmpl vCPU 0: VMPL {old} -> {new}, exit code {why:#x}'


def calls():
    """As VMPL 2 makes them and VMPL 0 answers: suite snp_vmpl_calls"""
    results = list(RESULTS.items())
    numbers = product(enumerate(PROTOCOLS.items()), range(9))
    for i, ((number, (protocol, names)), call) in enumerate(numbers):
        name = names[call] if call < len(names) else 'unknown call'
        rax, (result, word) = number << 32 | call, results[i % len(results)]
        yield change(2, 0)
        yield (f'sev_svsm_call vCPU 0: VMPL 2 calls its SVSM: {protocol}, '
               f'{name} ({rax:#x}), RCX 0x1000, RDX 0x2000')
        yield change(0, 2)
        yield (f'sev_svsm_result vCPU 0: VMPL 2: {protocol}, {name} -> {word} '
               f'({result:#x})')


def test_calls(traced):
    """Each of them, in between which VMPL 2 is entered and left"""
    lines = traced('snp-vmpl-calls', 'sev_vmpl', 'sev_svsm_*')
    expected = [change(0, 2), *calls()]
    assert lines[:len(expected)] == expected


def test_calls_alone(traced):
    """Results have their names without their calls in the trace."""
    lines = traced('snp-vmpl-calls', 'sev_svsm_result')
    expected = [line for line in calls() if line.startswith('sev_svsm_result')]
    assert lines[:len(expected)] == expected


def test_turns(traced):
    """VMPLs that run each other, by MSR and by GHCB"""
    lines = traced('snp-vmpl-2', 'sev_vmpl')
    assert len(lines) > 200
    assert lines == [change(0, 2), change(2, 0)] * (len(lines) // 2)


def test_creation(traced):
    lines = traced('snp-vmpl-2', 'sev_snp_ap_creation')
    assert len(lines) == 2
    for line in lines:
        assert re.fullmatch('sev_snp_ap_creation vCPU 0: APIC ID 0, VMPL 2: '
                            r'create on INIT, save area 0x3\w{6}', line)


def told(cpu, vector, flags, raised):
    return (f'sev_hv vCPU {cpu}: VMPL 0: vector {vector:#x}, flags '
            f'{flags:#x}, #HV {raised:d}')


TOLD, NMI = 0x80, 1     # flags of the doorbell page
# In the order of suite snp_hv: events of CPU 0, then what wakes CPU 1
EVENTS = [
    told(0, 0x51, TOLD, True), told(0, 0, TOLD | NMI, True),
    told(0, 0x51, TOLD, True), told(0, 0x61, TOLD, True),
    told(0, 0x55, TOLD, True), told(0, 0x62, TOLD, True),
    # the guest has said that it looks by itself
    told(0, 0x71, TOLD, False), told(0, 0x81, TOLD, True),
    told(1, 0x90, TOLD, True),
]


def test_events(traced):
    """#HV, and the requests by which it comes about"""
    lines = traced('snp-hv-2-cpus', 'sev_hv', 'sev_vmgexit')
    events = [line for line in lines if line.startswith('sev_hv ')]
    assert events[:len(EVENTS)] == EVENTS
    for request in ('#HV doorbell (0x80000014), 0x1, 0x3d00000',
                    '#HV IPI (0x80000015), 0x40051, 0x0',
                    '#HV IPI (0x80000015), 0x100000090, 0x0'):
        assert f'sev_vmgexit vCPU 0: {request}' in lines


def test_interrupted(traced):
    """A VMPL that is left because a lower one has an event"""
    lines = traced('snp-hv-2-cpus', 'sev_hv', 'sev_vmpl')
    event = told(0, 0x92, TOLD, True)
    left = [i for i, line in enumerate(lines)
            if line in (change(2, 0, INTR), change(3, 0, INTR))]
    assert len(left) == 4
    assert all(lines[i + 1] == event for i in left)
