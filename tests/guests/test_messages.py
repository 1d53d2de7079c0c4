# SPDX-License-Identifier: GPL-2.0-or-later
"""
Guest messages beyond what a row of guests.txt can say: with somebody at the
monitor, on platforms of each generation, with certificates from a file.
"""

import base64
import itertools
import shlex
import struct

import pytest
from qemu.qmp import ExecInterruptedError, StateError

from qmp_guest import Guest
from test_guests import (PASSED, command, image_of,  # noqa: F401
                         images_fixture, judge, qemu_fixture, rows,
                         run_and_judge)

ROWS = {row.name: row for row in rows()}
NONCE = base64.b64encode(bytes(16)).decode()
ENOUGH = 20     # rounds of all queries while the guest is at it


def args_of(images, more, serial):
    """The row's command line without the program, and with more rounds"""
    row = ROWS['snp-messages-4-cpus']
    row = row._replace(options=shlex.join(shlex.split(row.options) + more),
                       guest=row.guest.replace('rounds=8', 'rounds=40'))
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
    """
    Four vCPUs ask for reports, and QMP asks the same secure processor, again
    and again, until the guest ends: each gets all that it asks for.
    """
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


# A platform, and the reports that it makes: their version, and family, model
# and stepping of the processor, which version 2 does not tell
PLATFORMS = {
    'milan-2': (['--product', 'Milan', '--api', '1.55.1'], 2, '000000'),
    'milan-3': (['--product', 'Milan', '--api', '1.57.1'], 3, '190101'),
    'milan-5': (['--product', 'Milan', '--api', '1.58.1'], 5, '190101'),
    'genoa-3': (['--product', 'Genoa', '--api', '1.57.1'], 3, '191101'),
    'turin-5': (['--product', 'Turin', '--api', '1.58.1'], 5, '1a0201'),
}


@pytest.mark.parametrize('name', PLATFORMS)
def test_platforms(build, qemu, images, run, tmp_path,  # noqa: F811
                   name):
    """Reports, keys and CPUID of a chip of each generation and firmware"""
    options, version, fms = PLATFORMS[name]
    platform = tmp_path / 'platform'
    done = run([build.sevemu, 'platform', 'new', *options, platform])
    assert done.returncode == 0, done.stderr
    row = ROWS['snp-messages']
    row = row._replace(sev=f'sev-snp-emulated,cbitpos=51,platform={platform}',
                       guest=f'{row.guest} version={version} fms={fms}')
    verdict, output = run_and_judge(row, qemu, images, run)
    assert verdict == row.verdict, output


def table(size):
    """A certificate table of so many bytes: one certificate, or none"""
    end = bytes(24)
    if size == len(end):
        return end
    at = 2 * len(end)
    entry = bytes(range(16)) + struct.pack('<II', at, size - at)
    return entry + end + bytes(i * i % 251 for i in range(size - at))


def sum_of(data):
    """As snp-messages-extended.c reckons"""
    total = 0
    for byte in data:
        total = (total * 31 + byte) % (1 << 32)
    return total


@pytest.mark.parametrize('size', [24, 4096, 4097, 0x4000, 0x8000])
def test_certificates_of_a_file(qemu, images, run,  # noqa: F811
                                tmp_path, size):
    """They come as they are, when there are pages enough."""
    path = tmp_path / 'certs'
    path.write_bytes(table(size))
    row = ROWS['snp-messages-extended']
    row = row._replace(
        sev=f'sev-snp-emulated,cbitpos=51,certs-path={path}',
        guest=f'snp_messages_extended pages={-(-size // 4096)} certs={size} '
              f'sum={sum_of(table(size))}')
    verdict, output = run_and_judge(row, qemu, images, run)
    assert verdict == row.verdict, output
