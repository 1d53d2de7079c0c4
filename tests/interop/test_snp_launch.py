# SPDX-License-Identifier: GPL-2.0-or-later
"""
The launch digest of SEV-SNP guests in three opinions: Python's own, that of
`sevemu measurement build --mode snp`, and that of the platform at a launch. The
platform tells nobody, but it runs a guest only if its ID block has the digest;
the block here is Python's, and signed by OpenSSL.
"""

import base64
import json
import subprocess

import pytest

import sev_snp
from cryptography.hazmat.primitives.asymmetric import ec
from sev_vmsa import MODELS, signature

CPU = 'EPYC-Milan'
CMDLINE = 'console=ttyS0'
RUN_AND_QUIT = ''.join(f'{{"execute": "{command}"}}\n' for command in
                       ('qmp_capabilities', 'cont', 'quit'))
GUESTS = [('ovmf-amdsev', True, 1), ('ovmf-amdsev', True, 4),
          ('ovmf-amdsev', False, 1), ('ovmf-amdsev', False, 4),
          ('ovmf-trixie', False, 1), ('ovmf-trixie', False, 4)]


class Launch:
    """Files of a launch, and what they come to."""

    def __init__(self, build, directory, firmware, kernel, cpus):
        self.build = build
        self.cpus = cpus
        self.platform = directory / 'platform'
        self.firmware = sorted(
            build.asset(firmware).glob('usr/share/ovmf/OVMF*.fd'))[0]
        self.files = {}
        if kernel:
            initrd = directory / 'initrd'
            initrd.write_bytes(b'initrd' * 5000)
            self.files = {
                'kernel': sorted(build.asset('kernel-6.12').glob(
                    'boot/vmlinuz-*'))[0],
                'initrd': initrd}

    def digest(self, cpus=None):
        table = self.files and sev_snp.kernel_hashes(
            *(path.read_bytes() for path in self.files.values()),
            CMDLINE.encode())
        return sev_snp.launch_digest(self.firmware.read_bytes(),
                                     cpus or self.cpus,
                                     signature(*MODELS[CPU]), table or None)

    def start(self, block, auth, more=''):
        """QEMU's exit status and last words; 0 if the guest has run."""
        text = [base64.b64encode(part).decode() for part in (block, auth)]
        kernel = [word for name, path in self.files.items()
                  for word in ('-' + name, path)]
        with subprocess.Popen(
                [self.build.qemu, '-S', '-accel', 'tcg', '-cpu', CPU, '-m',
                 '256', '-smp', str(self.cpus), '-machine',
                 'q35,confidential-guest-support=sev0', '-object',
                 'sev-snp-guest,id=sev0,cbitpos=51,reduced-phys-bits=1,'
                 f'kernel-hashes={"on" if kernel else "off"},sev-device='
                 f'{self.platform},id-block={text[0]},id-auth={text[1]}{more}',
                 '-bios', self.firmware, *kernel,
                 *(['-append', CMDLINE] if kernel else []), '-nodefaults',
                 '-display', 'none', '-qmp', 'stdio'],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, text=True) as qemu:
            told, said = qemu.communicate(RUN_AND_QUIT, timeout=250)
        assert ('"RESUME"' in told) >= (qemu.returncode == 0)
        return qemu.returncode, [
            line.split(': ', 1)[-1] if line.startswith('qemu') else line
            for line in said.splitlines()
            if 'warning:' not in line and 'info:' not in line]


@pytest.fixture(name='launch', params=GUESTS,
                ids=lambda row: '-'.join(map(str, row)))
def launch_fixture(build, tmp_path, request):
    return Launch(build, tmp_path, *request.param)


def test_owner(build, run, launch):
    """Python and the guest owner's tool agree."""
    kernel = [word for name, path in launch.files.items()
              for word in ('--' + name, path)]
    done = run([build.sevemu, 'measurement', 'build', '--mode', 'snp',
                '--firmware', launch.firmware, '--vcpus', str(launch.cpus),
                '--cpu', CPU, '--json', *kernel,
                *(['--cmdline', CMDLINE] if kernel else [])])
    assert json.loads(done.stdout)['digest'] == launch.digest().hex()


def test_platform(launch):
    """Python and the platform agree."""
    block = sev_snp.id_block(launch.digest())
    assert launch.start(block, sev_snp.id_auth(block)) == (0, [])


@pytest.fixture(name='one')
def one_fixture(build, tmp_path):
    return Launch(build, tmp_path, *GUESTS[0])


@pytest.mark.parametrize('cpus,policy,version,status', [
    (2, sev_snp.POLICY, 1, "11 'Bad measurement'"),
    (1, 0xb0000, 1, "7 'Policy is not allowed'"),
    (1, sev_snp.POLICY, 2, "22 'Invalid parameter'"),
])
def test_another(one, cpus, policy, version, status):
    """The block is for a guest of two CPUs, or another policy, ..."""
    block = sev_snp.id_block(one.digest(cpus), policy, version)
    code, lines = one.start(block, sev_snp.id_auth(block))
    assert (code, lines[-1]) == (
        1, f'SNP_LAUNCH_FINISH ret=-5 fw_error={status}')


def test_another_signer(one):
    block = sev_snp.id_block(one.digest())
    auth = sev_snp.id_auth(block,
                           signer=ec.generate_private_key(ec.SECP384R1()))
    code, lines = one.start(block, auth)
    assert (code, lines[-1]) == (
        1, "SNP_LAUNCH_FINISH ret=-5 fw_error=10 'Bad signature'")


def test_author(one):
    """The ID key can have been signed by an author's."""
    author = ec.generate_private_key(ec.SECP384R1())
    block = sev_snp.id_block(one.digest())
    auth = sev_snp.id_auth(block, author=author)
    assert one.start(block, auth, ',author-key-enabled=on') == (0, [])


def test_author_missing(one):
    block = sev_snp.id_block(one.digest())
    auth = sev_snp.id_auth(block)
    status, lines = one.start(block, auth, ',author-key-enabled=on')
    assert (status, lines[-1]) == (
        1, "SNP_LAUNCH_FINISH ret=-5 fw_error=22 'Invalid parameter'")
