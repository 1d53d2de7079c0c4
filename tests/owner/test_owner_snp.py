# SPDX-License-Identifier: GPL-2.0-or-later
"""measurement --mode snp, against the independent reckoning of the vectors."""

import importlib.util
import json

import pytest

from conftest import ROOT
from owner_files import bzimage, sevemu  # noqa: F401


def load_vectors():
    path = ROOT / 'tests' / 'unit' / 'vectors' / 'snp-launch.py'
    spec = importlib.util.spec_from_file_location('snp_launch', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.KERNEL = bzimage(module.KERNEL)
    return module


VECTORS = load_vectors()
CPU = ['--cpu-family', '25', '--cpu-model', '1', '--cpu-stepping', '1']
FILES = ['--firmware', 'amdsev', '--kernel', 'kernel', '--initrd', 'initrd',
         '--cmdline', VECTORS.CMDLINE.decode()]


@pytest.fixture
def images(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, sections, area in (('amdsev', VECTORS.AMDSEV,
                                  (0x810c00, 0x400)),
                                 ('ordinary', VECTORS.ORDINARY, (0, 0))):
        image, _, _ = VECTORS.firmware(sections, area)
        (tmp_path / name).write_bytes(image)
    (tmp_path / 'none').write_bytes(bytes(0x4000))
    (tmp_path / 'kernel').write_bytes(VECTORS.KERNEL)
    (tmp_path / 'initrd').write_bytes(VECTORS.INITRD)
    return tmp_path


def snp(run, sevemu, verb, *arguments):  # noqa: F811
    return run([sevemu, 'measurement', verb, '--mode', 'snp', *arguments])


def expected(images, cpus, features, sections=VECTORS.AMDSEV, name='amdsev',
             kernel=True):
    return VECTORS.launch((images / name).read_bytes(), sections, kernel,
                          cpus, features).hex()


@pytest.mark.parametrize('cpus', [1, 4])
@pytest.mark.parametrize('features', [0, 1, 0x21])
def test_build(sevemu, images, run, cpus, features):  # noqa: F811
    done = snp(run, sevemu, 'build', *FILES, *CPU, '--vcpus', str(cpus),
               '--sev-features', hex(features), '--policy', '0x30000')
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout == expected(images, cpus, features) + '\n'


def test_build_without_kernel(sevemu, images, run):  # noqa: F811
    done = run([sevemu, 'measurement', 'build', '--mode=snp', '--firmware',
                'ordinary', *CPU, '--outfile', 'out'])
    assert (done.returncode, done.stdout, done.stderr) == (0, '', '')
    assert (images / 'out').read_bytes().hex() == expected(
        images, 1, 1, VECTORS.ORDINARY, 'ordinary', False)


def test_page_list(sevemu, images, run):  # noqa: F811
    done = snp(run, sevemu, 'build', *FILES, *CPU, '--page-list')
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[0][:2] == ['0x0000ffffc000', 'normal']
    assert rows[-1] == ['0xfffffffff000', 'vmsa', expected(images, 1, 1)]
    assert ['0x000000810000', 'normal'] in [row[:2] for row in rows]
    found = json.loads(snp(run, sevemu, 'build', *FILES, *CPU, '--page-list',
                           '--json').stdout)
    assert found['digest'] == expected(images, 1, 1)
    assert [(page['gpa'], page['type'], page['digest'])
            for page in found['pages']] == [
                (int(gpa, 16), kind, digest) for gpa, kind, digest in rows]


def test_verify(sevemu, images, run):  # noqa: F811
    digest = expected(images, 1, 1)
    (images / 'digest').write_bytes(bytes.fromhex(digest))
    for text in (digest, digest.upper(), 'digest'):
        done = snp(run, sevemu, 'verify', *FILES, *CPU, '--measurement', text)
        assert (done.returncode, done.stderr) == (0, '')
        assert done.stdout == 'measurement is as expected\n'
    wrong = f'{int(digest[0], 16) ^ 1:x}{digest[1:]}'
    done = snp(run, sevemu, 'verify', *FILES, *CPU, '--measurement', wrong)
    assert done.returncode == 1 and done.stdout == ''
    assert digest in done.stderr and wrong in done.stderr
    done = snp(run, sevemu, 'verify', *FILES, *CPU, '--measurement', wrong,
               '--json')
    assert done.returncode == 1
    value = json.loads(done.stdout)
    assert value.pop('tried') > 100
    assert value == {'good': False, 'expected': digest, 'found': wrong}


# What is launched instead of FILES with 1 CPU and features 1, and how it is
# told; cpus, features, and options of `measurement build`
MISTAKES = [
    (FILES, 4, 1, '4 vCPUs'),
    (FILES, 1, 0x21, 'SEV features 0x21'),
    (FILES, 2, 0x21, '2 vCPUs; SEV features 0x21'),
    (FILES[:2], 1, 1, 'no hashes of the kernel (kernel-hashes=off)'),
    (FILES[:4] + FILES[6:], 1, 1, 'no initrd'),
    (FILES[:7] + [FILES[7] + ' '], 1, 1,
     'a command line with a space at its end'),
    (['--firmware', 'other', *FILES[2:]], 1, 1, 'firmware other'),
    (['--firmware', 'other', *FILES[2:6]], 3, 1,
     'firmware other; an empty command line; 3 vCPUs'),
]


@pytest.mark.parametrize('files,cpus,features,told', MISTAKES)
def test_explained(sevemu, images, run, files, cpus,  # noqa: F811
                   features, told):
    other = bytearray((images / 'amdsev').read_bytes())
    other[0x1234] ^= 1
    (images / 'other').write_bytes(other)
    found = snp(run, sevemu, 'build', *files, *CPU, '--vcpus', str(cpus),
                '--sev-features', str(features)).stdout.strip()
    ask = [*FILES, *CPU, '--measurement', found, '--try', 'other', '--try',
           'none']
    done = snp(run, sevemu, 'verify', *ask)
    assert (done.returncode, done.stdout) == (1, '')
    assert done.stderr.splitlines()[-1] == \
        f'sevemu: it is what was found with: {told}'
    value = json.loads(snp(run, sevemu, 'verify', *ask, '--json').stdout)
    assert value['explanation'] == told and value['good'] is False


def test_explained_cpu(sevemu, images, run):  # noqa: F811
    found = snp(run, sevemu, 'build', *FILES, '--cpu', 'EPYC-Genoa',
                '--vcpus', '2').stdout.strip()
    done = snp(run, sevemu, 'verify', *FILES, *CPU, '--measurement', found)
    assert done.stderr.endswith(
        'with: 2 vCPUs; CPU model EPYC-Genoa\n')


def test_not_explained(sevemu, images, run):  # noqa: F811
    done = snp(run, sevemu, 'verify', *FILES, *CPU, '--measurement', 'a' * 96)
    assert done.returncode == 1
    assert done.stderr.endswith(
        'likely mistakes were tried, none gives what was found\n')


@pytest.mark.parametrize('arguments,words', [
    (['--firmware', 'none', *CPU], 'not made for SEV-SNP'),
    (['--firmware', 'ordinary', '--kernel', 'kernel', *CPU],
     'no place for kernel hashes'),
    ([*FILES, *CPU, '--policy', '0x10000'], 'bit 17 must be one (0x30000)'),
    ([*FILES, *CPU, '--policy', '0x4020000'], 'reserved'),
    ([*FILES], '--cpu'),
    (CPU, '--firmware'),
    ([*FILES, *CPU, '--legacy-vm-type'], 'no such thing'),
    ([*FILES, *CPU, '--mode', 'sev'], '--mode sev: expected snp'),
    ([*FILES, *CPU, '--sev-features', 'x'], '--sev-features'),
    ([*FILES, *CPU, '--tik', 'x'], '--tik'),
])
def test_refused(sevemu, images, run, arguments, words):  # noqa: F811
    done = snp(run, sevemu, 'build', *arguments)
    assert (done.returncode, done.stdout) == (2, '')
    assert words in done.stderr


def test_mode_in_a_value(sevemu, images, run):  # noqa: F811
    """What looks like the mode is the kernel's command line."""
    done = run([sevemu, 'measurement', 'build', *FILES[:-1], '--mode=snp',
                *CPU])
    assert (done.returncode, done.stdout) == (2, '')
    assert '--mode (none): expected snp' in done.stderr


def test_unknown_mode(sevemu, images, run):  # noqa: F811
    done = run([sevemu, 'measurement', 'build', '--mode', 'tdx', '--nonce',
                'AAAAAAAAAAAAAAAAAAAAAA=='])
    assert done.returncode == 2
    assert '--mode tdx: expected sev or snp' in done.stderr


def test_help(sevemu, run):  # noqa: F811
    done = snp(run, sevemu, 'build', '--help')
    assert '--page-list' in done.stdout and '--sev-features' in done.stdout


@pytest.mark.parametrize('name,path,sections', [
    ('ovmf-trixie', 'usr/share/ovmf/OVMF.fd', VECTORS.ORDINARY),
    ('ovmf-amdsev', 'usr/share/ovmf/OVMF.amdsev.fd', VECTORS.AMDSEV),
])
def test_debian(build, run, name, path, sections):
    """The sections that are written out in the vectors are Debian's."""
    firmware = build.asset(name) / path
    done = run([build.dir / 'bin' / 'sevemu', 'measurement', 'build',
                '--mode', 'snp', '--firmware', firmware, *CPU, '--vcpus',
                '4'])
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout.strip() == VECTORS.launch(
        firmware.read_bytes(), sections, False, 4, 1).hex()
