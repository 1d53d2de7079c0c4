# SPDX-License-Identifier: GPL-2.0-or-later
"""Bad options and files: exit status 2, and one line that names them."""

import shlex

import pytest

from owner_files import LUKS_GUID, files, sevemu  # noqa: F401

BUILD = ('measurement build --api-major 1 --api-minor 55 --build-id 1 '
         '--policy 1 --nonce AAAAAAAAAAAAAAAAAAAAAA== ')
VERIFY = 'measurement verify --api-major 1 --api-minor 55 --build-id 1 '
NONCE = '--nonce AAAAAAAAAAAAAAAAAAAAAA== '
BLOB = '--launch-measure-blob ' + 'A' * 64 + ' '
PACK = 'secret build --tik tik --tek tek ' + BLOB
GUID = LUKS_GUID

# Arguments, and the one line that they must get
ROWS = [
    ('foo', 'no such command: foo (see sevemu --help)'),
    ('measurement', 'no such command: measurement (see sevemu --help)'),
    ('nothing --help', 'no such command: nothing --help '
                       '(see sevemu --help)'),
    ('measurement run', 'no such command: measurement run '
                        '(see sevemu --help)'),
    ('run --foo', 'Unknown option --foo'),
    ('run foo', 'unexpected argument: foo'),
    ('run --kernel', 'Missing argument for --kernel'),

    # measurement
    ('measurement build', '--nonce (or --launch-measure-blob) is needed'),
    (f'measurement build {NONCE}', '--api-major is needed'),
    (f'measurement build {NONCE} --api-major 1', '--api-minor is needed'),
    (f'measurement build {NONCE} --api-major 1 --api-minor 1',
     '--build-id is needed'),
    (f'measurement build {NONCE} --api-major 1 --api-minor 1 --build-id 1',
     '--policy is needed'),
    (BUILD, '--tik (or --tk) is needed'),
    (BUILD + '--tik tik', '--firmware (or --launch-digest) is needed'),
    (BUILD + '--tik tik --tk tk',
     "--tk has both keys: --tik and --tek don't go with it"),
    (BUILD + '--tik key15',
     '--tik key15: expected a file of 16 bytes, found 15'),
    (BUILD + '--tik key17',
     '--tik key17: expected a file of 16 bytes, found 17'),
    (BUILD + '--tik dir', '--tik dir: Is a directory'),
    (BUILD + '--tik none',
     '--tik none: no such file, nor is it base64 of 16 bytes'),
    (BUILD + '--tk tik', '--tk tik: expected a file of 32 bytes, found 16'),
    (BUILD + '--tik tik --firmware none',
     '--firmware none: No such file or directory'),
    (BUILD + '--tik tik --firmware fw --kernel dir',
     '--kernel dir: Is a directory'),
    (BUILD + '--tik tik --firmware fw --initrd initrd',
     '--initrd needs --kernel'),
    (BUILD + '--tik tik --firmware fw --cmdline x',
     '--cmdline needs --kernel'),
    (BUILD + '--tik tik --launch-digest AAAA --firmware fw',
     '--launch-digest stands for the files: --firmware, --kernel, --initrd '
     "and --cmdline don't go with it"),
    (BUILD + '--tik tik --launch-digest AAAA',
     '--launch-digest AAAA: no such file, nor is it base64 of 32 bytes'),
    (BUILD + '--tik tik --firmware fw --api-major 256',
     '--api-major 256: expected a number from 0 to 255, decimal or 0x and '
     'hexadecimal'),
    (BUILD + '--tik tik --firmware fw --policy 0x100000000',
     '--policy 0x100000000: expected a number from 0 to 4294967295, decimal '
     'or 0x and hexadecimal'),
    (BUILD + '--tik tik --firmware fw --policy 0x5',
     '--cpu (or --cpu-family, --cpu-model and --cpu-stepping) is needed'),
    (BUILD + '--tik tik --firmware fw --outfile none/x',
     '--outfile none/x: No such file or directory'),
    (VERIFY + '--policy 1 --tik tik --firmware fw',
     '--measurement is needed'),
    (VERIFY + '--policy 1 --tik tik --firmware fw --measurement AAAA',
     '--measurement AAAA: no such file, nor is it base64 of 48 bytes'),

    # secret
    ('secret build', 'expected HEADER-FILE PAYLOAD-FILE'),
    (PACK + 'h p', '--secret is needed'),
    (PACK + f'--secret {GUID}:secret h', 'expected HEADER-FILE PAYLOAD-FILE'),
    (PACK + f'--secret {GUID}:secret h p q', 'unexpected argument: q'),
    (PACK + '--secret secret h p',
     '--secret secret: expected GUID=FILE, with a GUID like '
     '736869e5-84f0-4973-92ec-06879ce3da0b'),
    (PACK + f'--secret {GUID}secret h p',
     f'--secret {GUID}secret: expected GUID=FILE, with a GUID like {GUID}'),
    (PACK + f'--secret {GUID}:none h p',
     '--secret none: No such file or directory'),
    (PACK + f'--secret {GUID}:empty h p',
     '--secret empty: the file is empty'),
    (PACK + f'--secret {GUID}:big h p', '--secret big: more than 16384 bytes'),
    (PACK + f'--secret {GUID}:secret --secret {GUID}=secret h p',
     f'--secret {GUID}=secret: there is a secret of this GUID already'),
    (PACK + f'--secret {GUID}:secret none/h p',
     'HEADER-FILE none/h: No such file or directory'),
    (f'secret build --tik tik {BLOB} h p', '--tek (or --tk) is needed'),
    (f'secret build --tik tik --tek key15 {BLOB} h p',
     '--tek key15: expected a file of 16 bytes, found 15'),
    ('secret build --tk tk h p', '--launch-measure-blob is needed'),

    # platform
    ('show', 'no such command: show (see sevemu --help)'),
    ('show cpu', 'no such command: show cpu (see sevemu --help)'),
    ('export', 'expected FILE'),
    ('export a b', 'unexpected argument: b'),
    ('reset x', 'unexpected argument: x'),
    ('session', 'expected PDH POLICY'),
    ('session none 1', 'PDH none: No such file or directory'),
    ('session dir 1', 'PDH dir: Is a directory'),
    ('session big 1', 'big: neither certificates nor base64 of them'),
    ('verify --sev none', '--sev none: No such file or directory'),
    ('report corpus dir/new', '--product is needed'),
    ('vendor new', 'expected DIR'),

    # run
    ('run --firmware none', '--firmware none: No such file or directory'),
    ('run --firmware fw-odd', 'firmware fw-odd: 1000 bytes, expected a '
                              'multiple of 4096 up to 8388608'),
    ('run --firmware fw --append x', '--append needs --kernel'),
    ('run --firmware fw-plain --kernel kernel',
     'firmware fw-plain has no table for kernel hashes, which --kernel needs: '
     "OVMF's AmdSev build has"),
    ('run --firmware fw-old --kernel kernel',
     'firmware fw-old has no table for kernel hashes, which --kernel needs: '
     "OVMF's AmdSev build has"),
    (f'run --firmware fw-plain --secret {GUID}=secret',
     'firmware fw-plain has an area of 0 bytes for secrets, 48 are needed: '
     "OVMF's AmdSev build has one"),
    ('run --firmware fw --deterministic=x',
     '--deterministic x: expected a number from 0 to 4294967295, decimal or '
     '0x and hexadecimal'),
    ('run --firmware fw --deterministic=0x100000000',
     '--deterministic 0x100000000: expected a number from 0 to 4294967295, '
     'decimal or 0x and hexadecimal'),
    ('run --firmware fw --deterministic x',
     '--deterministic x: expected a number from 0 to 4294967295, decimal or '
     '0x and hexadecimal'),
    ('run --firmware fw --memory 0M',
     '--memory 0M: expected a number of MiB, or one followed by M, G or T'),
    ('run --firmware fw --memory 1K',
     '--memory 1K: expected a number of MiB, or one followed by M, G or T'),
    ('run --firmware fw --smp 0',
     '--smp 0: expected a number from 1 to 4096, decimal or 0x and '
     'hexadecimal'),
    ('run --firmware fw --timeout 1.5',
     '--timeout 1.5: expected a number from 1 to 8640000, decimal or 0x and '
     'hexadecimal'),
    ('run --firmware fw --gdb=65536',
     '--gdb 65536: expected a number from 1 to 65535, decimal or 0x and '
     'hexadecimal'),
    ('run --firmware fw --exit-code host',
     '--exit-code host: expected "guest"'),
    ('run --firmware fw --disk none',
     '--disk none: No such file or directory'),
    ('run --firmware fw --disk dir', '--disk dir: Is a directory'),
    ('run --firmware fw --disk qcow2.img',
     "--disk qcow2.img: a qcow2 image whose name doesn't end in .qcow2 "
     '(rename it, or make a link of such a name)'),
    ('run --firmware fw --disk raw.qcow2',
     '--disk raw.qcow2: not a qcow2 image, as its name says'),
    ('run --firmware fw --qemu none', '--qemu none: no such program'),
    ('run --firmware fw --qemu /bin/true --log none/log',
     '--log none/log: No such file or directory'),
]


@pytest.mark.parametrize('arguments,message', ROWS,
                         ids=[row[1][:60] for row in ROWS])
def test_bad(sevemu, files, run, arguments, message):  # noqa: F811
    before = sorted(files.iterdir())
    done = run([sevemu, *shlex.split(arguments)])
    assert done.stderr == f'sevemu: {message}\n'
    assert done.stdout == ''
    assert done.returncode == 2
    assert sorted(files.iterdir()) == before


def test_no_command(sevemu, run):  # noqa: F811
    done = run([sevemu])
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr.startswith('Usage:\n  sevemu COMMAND')


@pytest.mark.parametrize('command', ['', 'export', 'kds', 'measurement build',
                                     'measurement verify', 'report corpus',
                                     'report show', 'reset', 'run',
                                     'secret build', 'secret send', 'session',
                                     'show guest',
                                     'show platform', 'vendor new', 'verify'])
def test_help(sevemu, run, command):  # noqa: F811
    done = run([sevemu, *command.split(), '--help'])
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout.startswith(f'Usage:\n  sevemu {command}'.rstrip())
    assert max(len(line) for line in done.stdout.splitlines()) <= 100


def test_version(sevemu, run):  # noqa: F811
    done = run([sevemu, '--version'])
    assert done.returncode == 0
    assert done.stdout.startswith('sevemu ')


@pytest.mark.parametrize('noun', ['measurement', 'secret'])
def test_help_of_half_a_command(sevemu, run, noun):  # noqa: F811
    done = run([sevemu, noun, '--help'])
    assert (done.returncode, done.stderr) == (0, '')
    assert f'{noun} build' in done.stdout
