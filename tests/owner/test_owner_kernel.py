# SPDX-License-Identifier: GPL-2.0-or-later
"""
--kernel: what QEMU hashes, a bzImage or an EFI program, and nothing else. All
verbs that take one refuse the rest before they do anything.
"""

import random
import struct

import pytest

from owner_files import bzimage, efi_program, files, sevemu  # noqa: F401
from owner_platform import platform  # noqa: F401
from owner_run import private, sev_run  # noqa: F401

GOOD = {
    'bzimage': bzimage(b'code'),
    # The setup sectors of old kernels: 0 is 4
    'old-bzimage': bzimage(bytes(4096)).replace(b'\1', b'\0', 1),
    'efi': efi_program(),
    'unified': efi_program() + bytes(4096),
}
NOT_HASHED = 'image, which QEMU does not hash'
BAD = {
    'empty': (b'', 'an empty file'),
    'elf': (b'\x7fELF\2\1\1'.ljust(8192, b'\0'), f'an ELF {NOT_HASHED}'),
    'multiboot': (bytes(64) + struct.pack('<I', 0x1badb002) + bytes(64),
                  f'a multiboot {NOT_HASHED}'),
    'random': (random.Random(1).randbytes(70000), 'neither'),
    'zeroes': (bytes(70000), 'neither'),
    'one-byte': (b'M', 'neither'),
    'dos': (b'MZ' + bytes(510), 'neither'),
    'mz-alone': (b'MZ', 'neither'),
    'pe-beyond-the-end': (efi_program(0xfffffffe), 'neither'),
    'pe-at-the-end': (efi_program(510), 'neither'),
    'pe-cut': (efi_program()[:67], 'neither'),
    'setup-cut': (bzimage(b''), 'a bzImage that is cut off'),
    'header-cut': (bzimage(b'')[:0x206], 'a bzImage that is cut off'),
    'magic-cut': (bzimage(b'')[:0x205], 'neither'),
}
SEV = ['measurement', 'build', '--api-major', '1', '--api-minor', '55',
       '--build-id', '1', '--policy', '1', '--tik', 'tik', '--nonce',
       'AAAAAAAAAAAAAAAAAAAAAA==']
SNP = ['measurement', 'build', '--mode', 'snp', '--cpu', 'EPYC-Milan']


@pytest.mark.parametrize('name', GOOD)
def test_good(sevemu, files, run, name):  # noqa: F811
    (files / 'image').write_bytes(GOOD[name])
    done = run([sevemu, *SEV, '--firmware', 'fw', '--kernel', 'image'])
    assert (done.returncode, done.stderr) == (0, '')


@pytest.mark.parametrize('verb', [SEV, SNP], ids=['sev', 'snp'])
@pytest.mark.parametrize('name', BAD)
def test_bad(sevemu, files, run, verb, name):  # noqa: F811
    image, found = BAD[name]
    (files / 'image').write_bytes(image)
    done = run([sevemu, *verb, '--firmware', 'fw', '--kernel', 'image'])
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == ('sevemu: --kernel image: expected a bzImage or an '
                           f'EFI program, found {found}\n')


@pytest.mark.parametrize('kind', [[], ['--sev-es'], ['--sev-snp']])
@pytest.mark.parametrize('name', ['elf', 'empty', 'random'])
def test_run(sev_run, files, kind, name):  # noqa: F811
    image, found = BAD[name]
    (files / 'image').write_bytes(image)
    done = sev_run('poweroff', '--kernel', 'image', '--cpu', 'EPYC', *kind)
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr.endswith(f'found {found}\n')
