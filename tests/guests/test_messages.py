# SPDX-License-Identifier: GPL-2.0-or-later
"""
Guest messages with somebody at the monitor: four vCPUs ask for reports, and
QMP asks the same secure processor, again and again, until the guest ends.
"""

import base64
import itertools
import shlex

import pytest
from qemu.qmp import ExecInterruptedError, StateError

from qmp_guest import Guest
from test_guests import (PASSED, command, image_of,  # noqa: F401
                         images_fixture, judge, qemu_fixture, rows)

ROW = next(row for row in rows() if row.name == 'snp-messages-4-cpus')
NONCE = base64.b64encode(bytes(16)).decode()
ENOUGH = 20     # rounds of all queries while the guest is at it


def args_of(images, more, serial):
    """The row's command line without the program, and with more rounds"""
    row = ROW._replace(options=shlex.join(shlex.split(ROW.options) + more),
                       guest=ROW.guest.replace('rounds=8', 'rounds=40'))
    args = command(row, 'qemu', image_of(row, images))[1:]
    args[args.index('stdio')] = f'file:{serial}'
    return args


def ask(guest):
    """All that QMP can ask of an SEV-SNP guest, and what it cannot"""
    sev = guest.command('query-sev')
    assert sev['enabled'] and sev['sev-type'] == 'sev-snp', sev
    assert sev['state'] == 'running' and sev['snp-policy'] == 0x30000, sev
    capabilities = guest.command('query-sev-capabilities')
    assert capabilities['cbitpos'] == 51 and capabilities['pdh']
    assert (guest.refusal('query-sev-launch-measure') ==
            'SEV launch measurement is not available')
    refusal = guest.refusal('query-sev-attestation-report', mnonce=NONCE)
    assert 'attestation report length ret=-22' in refusal


@pytest.mark.parametrize('accel', ['multi', 'single'])
def test_messages_and_queries(qemu, images, tmp_path,  # noqa: F811
                              log_path, accel):
    """The guest gets all that it asks for, and so does the monitor."""
    serial = tmp_path / 'serial'
    with Guest(qemu, args_of(images, ['-accel', f'tcg,thread={accel}'],
                             serial), log_path) as guest:
        for count in itertools.count():
            try:
                ask(guest)
            except (ExecInterruptedError, StateError):  # QEMU has ended
                break
        status = guest.process.wait(30)
    assert judge(status, serial.read_text()) == 'ok', serial.read_text()
    assert status == PASSED and count >= ENOUGH
