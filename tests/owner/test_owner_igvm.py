# SPDX-License-Identifier: GPL-2.0-or-later
"""
measurement --mode snp --igvm, against the independent reckoning of
tests/igvm_file.py; and files that nobody should reckon with.
"""

import json
import struct

import pytest

import igvm_file as igvm
from igvm_file import content, svsm
from owner_files import sevemu  # noqa: F401


def others():
    """What else can be measured, and what is not"""
    file = igvm.Writer(version=1)
    file.area(5, 2 * igvm.PAGE, content(2))
    file.area(6)
    file.context(content(1, b'a'))
    file.page(0x1000)
    file.page(0x2000, content(1), flags=igvm.UNMEASURED)
    file.page(0x3000, content(1), flags=igvm.SHARED)
    file.page(0x200000, content(512), flags=igvm.LARGE)
    file.page(0x400000, flags=igvm.LARGE)
    file.insert(5, 0x8000)
    file.insert(6, 0xa000, mask=igvm.NATIVE_MASK)
    file.context(content(1, b'b'), number=1)
    file.add(0x80000399, b'may be skipped')
    file.add(igvm.ID_BLOCK, struct.pack('<I', 1) + bytes(0x2b4))
    return file


def build(run, sevemu, *arguments):  # noqa: F811
    return run([sevemu, 'measurement', 'build', '--mode', 'snp', *arguments])


@pytest.mark.parametrize('make', [svsm, others, igvm.Writer])
def test_build(sevemu, run, tmp_path, make):  # noqa: F811
    file = bytes(make())
    (tmp_path / 'igvm').write_bytes(file)
    done = build(run, sevemu, '--igvm', tmp_path / 'igvm')
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout == igvm.launch_digest(file).hex() + '\n'


def test_page_list(sevemu, run, tmp_path):  # noqa: F811
    (tmp_path / 'igvm').write_bytes(bytes(svsm()))
    done = build(run, sevemu, '--igvm', tmp_path / 'igvm', '--page-list')
    pages = [line.split()[:2] for line in done.stdout.splitlines()]
    assert pages[:4] == [[f'0x{0x20000 + 0x1000 * i:012x}', 'unmeasured']
                         for i in range(4)]
    assert pages[-3:] == [['0x00000001c000', 'cpuid'],
                          ['0x0000080ab000', 'secrets'],
                          ['0xfffffffff000', 'vmsa']]


def test_verify(sevemu, run, tmp_path):  # noqa: F811
    path = tmp_path / 'igvm'
    path.write_bytes(bytes(svsm()))
    command = [sevemu, 'measurement', 'verify', '--mode', 'snp', '--igvm',
               path, '--measurement']
    digest = igvm.launch_digest(path.read_bytes())
    assert run([*command, digest.hex()]).returncode == 0
    done = run([*command, bytes(48).hex(), '--json'])
    assert done.returncode == 1
    assert json.loads(done.stdout) == {
        'good': False, 'expected': digest.hex(), 'found': bytes(48).hex()}


def damaged():
    """One bit of its headers is another."""
    file = bytearray(bytes(svsm()))
    file[0x40] ^= 1
    return file


def with_header(kind, body):
    """A file with one more header"""
    file = svsm()
    file.add(kind, body)
    return file


WRONG = {
    'empty': (b'', 'no IGVM file: it has 0 bytes'),
    'other': (bytes(4096), 'no IGVM file: it does not begin with "IGVM"'),
    'version': (bytes(igvm.Writer(version=3)),
                'version 3 of the format is not known'),
    'cut': (bytes(svsm())[:-1], 'it is not as long as it says'),
    'damaged': (damaged(), 'its checksum is wrong: the file is damaged'),
    'not-snp': (igvm.Writer([(igvm.TDX, 1)]),
                'it is not for SEV-SNP guests'),
    'unknown': (with_header(0x306, b''), 'has type 0x306, which is not known'),
    'length': (with_header(igvm.PAGE_DATA, b'12345678'),
               'has a wrong length'),
    'page': (with_header(igvm.PAGE_DATA,
                         struct.pack('<QIIIHH', 0, 1, 8, 0, 0, 0)),
             'has a page that is not in the file'),
    'page-type': (with_header(igvm.PAGE_DATA,
                              struct.pack('<QIIIHH', 0, 1, 0, 0, 3, 0)),
                  'has a page of a type that SEV-SNP has not'),
    'context': (with_header(igvm.CONTEXT,
                            struct.pack('<QIIHH', 0, 1, 0, 0, 0)),
                'has a save area that is not in the file'),
    'insert': (with_header(igvm.INSERT, struct.pack('<QII', 0, 1, 0)),
               'inserts a parameter area that is not there'),
    'area': (with_header(igvm.AREA, struct.pack('<QII', 1, 9, 0)),
             'a parameter area that is not of pages, or too large'),
    'area-size': (with_header(igvm.AREA, struct.pack('<QII', 1 << 40, 9, 0)),
                  'a parameter area that is not of pages, or too large'),
}


@pytest.mark.parametrize('name', WRONG)
def test_wrong(sevemu, run, tmp_path, name):  # noqa: F811
    file, message = WRONG[name]
    path = tmp_path / 'igvm'
    path.write_bytes(bytes(file))
    done = build(run, sevemu, '--igvm', path)
    assert (done.returncode, done.stdout) == (2, '')
    line, = done.stderr.splitlines()
    assert line.startswith(f'sevemu: {path}: ') and line.endswith(message)


@pytest.mark.parametrize('options', [
    ['--firmware', 'x'], ['--kernel', 'x'], ['--vcpus', '2'],
    ['--cpu', 'EPYC-v4'], ['--sev-features', '1']])
def test_does_not_go_together(sevemu, run, tmp_path, options):  # noqa: F811
    path = tmp_path / 'igvm'
    path.write_bytes(bytes(svsm()))
    done = build(run, sevemu, '--igvm', path, *options)
    assert done.returncode == 2 and "don't go with it" in done.stderr


def test_no_such_file(sevemu, run, tmp_path):  # noqa: F811
    done = build(run, sevemu, '--igvm', tmp_path / 'none')
    assert done.returncode == 2 and '--igvm' in done.stderr
