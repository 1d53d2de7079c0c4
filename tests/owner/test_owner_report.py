# SPDX-License-Identifier: GPL-2.0-or-later
"""sevemu report show: each field of reports of every version."""

import json
import struct
from itertools import count

import pytest

from owner_files import sevemu  # noqa: F401

SIZE = 1184
MILAN, GENOA, TURIN, VENICE = (0x19, 1, 1), (0x19, 0x11, 2), (0x1a, 2, 1), \
    (0x1a, 0x50, 0)


def fill(first, size):
    """Bytes that count up"""
    return bytes((first + i) % 256 for i in range(size))


def make_report(version, cpuid=(0, 0, 0), chip_id=fill(0x90, 64)):
    """A report with something of its own in each field"""
    report = bytearray(SIZE)

    def put(at, data):
        report[at:at + len(data)] = data

    put(0x000, struct.pack('<IIQ', version, 7, 0x30000 | 1 << 19 | 0x137))
    put(0x010, fill(0x10, 16) + fill(0x20, 16))
    put(0x030, struct.pack('<II', 3, 1))
    put(0x038, bytes((1, 2, 3, 4, 0, 0, 7, 8)))
    put(0x040, struct.pack('<QI', 0x25, 1 << 2 | 3))
    put(0x050, fill(0x30, 64) + fill(0x40, 48) + fill(0x50, 32))
    put(0x0e0, fill(0x60, 48) + fill(0x70, 48))
    put(0x140, fill(0x80, 32) + b'\xff' * 32)
    put(0x180, bytes((11, 12, 13, 14, 0, 0, 17, 18)))
    put(0x188, bytes(cpuid))
    put(0x1a0, chip_id)
    put(0x1e0, bytes((21, 22, 23, 24, 0, 0, 27, 28)))
    put(0x1e8, bytes((9, 55, 1, 0, 8, 54, 1, 0)))
    put(0x1f0, bytes((31, 32, 33, 34, 0, 0, 37, 38)))
    put(0x1f8, struct.pack('<QQ', 0xabc, 0xdef))
    put(0x2a0, fill(0xa0, 72) + fill(0xb0, 72))
    return bytes(report)


def tcb(first, fmc):
    if fmc:
        return {'fmc': first, 'boot-loader': first + 1, 'tee': first + 2,
                'snp': first + 3, 'microcode': first + 7}
    return {'boot-loader': first, 'tee': first + 1, 'snp': first + 6,
            'microcode': first + 7}


def expected(version, product, cpuid, fmc, chip_id):
    processor = {'product': product}
    if version >= 3:
        processor |= dict(zip(('family', 'model', 'stepping'), cpuid))
    fields = {
        'version': version, 'guest-svn': 7,
        'policy': {'value': '0xb0137', 'smt': True, 'migrate-ma': False,
                   'debug': True, 'single-socket': False, 'cxl-allow': False,
                   'mem-aes-256-xts': False, 'rapl-dis': False,
                   'ciphertext-hiding-dram': False,
                   'page-swap-disable': False, 'abi-major': 1,
                   'abi-minor': 55},
        'family-id': fill(0x10, 16).hex(), 'image-id': fill(0x20, 16).hex(),
        'vmpl': 3, 'report-data': fill(0x30, 64).hex(),
        'measurement': fill(0x40, 48).hex(),
        'host-data': fill(0x50, 32).hex(),
        'id-key-digest': fill(0x60, 48).hex(),
        'author-key-digest': fill(0x70, 48).hex(),
        'report-id': fill(0x80, 32).hex(), 'report-id-ma': 'ff' * 32,
        'processor': processor, 'chip-id': chip_id.hex(),
        'platform': {'value': '0x25', 'smt': True, 'tsme': False, 'ecc': True,
                     'rapl-dis': False, 'ciphertext-hiding-dram': False,
                     'alias-check-complete': True, 'tio': False},
        'current-tcb': tcb(1, fmc), 'reported-tcb': tcb(11, fmc),
        'committed-tcb': tcb(21, fmc), 'launch-tcb': tcb(31, fmc),
        'current-firmware': '1.55.9', 'committed-firmware': '1.54.8',
    }
    if version >= 5:
        fields |= {'launch-mitigations': '0xabc',
                   'current-mitigations': '0xdef'}
    return fields | {
        'key': {'signer': 'VLEK', 'mask-chip-key': True, 'author-key': True},
        'signature-r': fill(0xa0, 72).hex(),
        'signature-s': fill(0xb0, 72).hex()}


LONG, SHORT = fill(0x90, 64), fill(0x90, 8) + bytes(56)


@pytest.mark.parametrize('version, product, cpuid, fmc, chip_id', [
    (2, 'not told', (0, 0, 0), False, LONG),
    (2, 'not told', (0, 0, 0), False, bytes(64)),
    (2, 'Turin', (0, 0, 0), True, SHORT),
    (3, 'Milan', MILAN, False, LONG), (3, 'Genoa', GENOA, False, LONG),
    (4, 'Genoa', (0x19, 0xa0, 1), False, LONG),
    (3, 'Turin', TURIN, True, SHORT), (5, 'Turin', TURIN, True, bytes(64)),
    (5, 'Venice', VENICE, True, SHORT),
    (3, 'not told', (0x17, 0x31, 0), False, LONG)], ids=count())
def test_show(sevemu, run, tmp_path, version, product, cpuid,  # noqa: F811
              fmc, chip_id):
    path = tmp_path / 'report'
    path.write_bytes(make_report(version, cpuid, chip_id))
    done = run([sevemu, 'report', 'show', '--json', path])
    assert (done.returncode, done.stderr) == (0, '')
    assert json.loads(done.stdout) == expected(version, product, cpuid, fmc,
                                               chip_id)


def test_words(sevemu, run, tmp_path):  # noqa: F811
    path = tmp_path / 'report'
    path.write_bytes(make_report(3, MILAN))
    done = run([sevemu, 'report', 'show', path])
    assert (done.returncode, done.stderr) == (0, '')
    lines = dict(line.split(None, 1) for line in done.stdout.splitlines())
    assert lines['policy'] == ('0xb0137, smt, debug, abi-major 1, '
                               'abi-minor 55')
    assert lines['reported-tcb'] == ('boot-loader 11, tee 12, snp 17, '
                                     'microcode 18')
    assert lines['processor'] == 'Milan, family 25, model 1, stepping 1'
    assert lines['key'] == 'VLEK, mask-chip-key, author-key'
    assert lines['vmpl'] == '3'


@pytest.mark.parametrize('content, found', [
    (b'', 'a report of 1184 bytes, found 0'),
    (make_report(2)[:-1], 'a report of 1184 bytes, found 1183'),
    (make_report(2) + b'\0', 'a report of 1184 bytes, found 1185'),
    (make_report(1), 'a report of version 2 to 5, found 1'),
    (make_report(6), 'a report of version 2 to 5, found 6'),
    (bytes(SIZE), 'a report of version 2 to 5, found 0'),
    (b'\xff' * SIZE, 'a report of version 2 to 5, found 4294967295')],
    ids=count())
def test_no_report(sevemu, run, tmp_path, content, found):  # noqa: F811
    path = tmp_path / 'report'
    path.write_bytes(content)
    done = run([sevemu, 'report', 'show', path])
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == f'sevemu: FILE: {path}: expected {found}\n'


@pytest.mark.parametrize('arguments, message', [
    ([], 'expected FILE'), (['none'], 'none'), (['a', 'b'], 'unexpected argument: b'),
    (['--nonsense', 'a'], '--nonsense')])
def test_usage(sevemu, run, arguments, message):  # noqa: F811
    done = run([sevemu, 'report', 'show', *arguments])
    assert (done.returncode, done.stdout) == (2, '')
    assert message in done.stderr and len(done.stderr.splitlines()) == 1
