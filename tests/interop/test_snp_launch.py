# SPDX-License-Identifier: GPL-2.0-or-later
"""
The launch digest of SEV-SNP guests in three opinions: Python's own, that of
`sevemu measurement build --mode snp`, and that of the platform at a launch. The
platform tells nobody, but it runs a guest only if its ID block has the digest;
the block here is Python's, and signed by OpenSSL. What it does not run, it
gives the reason for.
"""

import base64
import json
import re
import subprocess
from typing import NamedTuple

import pytest

import sev_id_block
import sev_snp
from cryptography.hazmat.primitives.asymmetric import ec
from qmp_guest import TIMEOUT
from qmp_guest import Guest as QmpGuest
from qemu.qmp import QMPError
from sev_firmware import BASE, SIZE, section
from sev_vmsa import MODELS, signature

CPU = 'EPYC-Milan'
CMDLINE = 'console=ttyS0'
AUTHOR = ',author-key-enabled=on'
RUN_AND_QUIT = ''.join(f'{{"execute": "{command}"}}\n' for command in
                       ('qmp_capabilities', 'cont', 'quit'))

# SEV_FEATURES: of every such guest, and what sev-snp-emulated switches on
SNP_ACTIVE = 0x1
SWITCHES = {0x20: 'debug-swap', 0x40: 'prevent-host-ibs',
            0x80: 'btb-isolation', 0x200: 'secure-tsc'}


class Guest(NamedTuple):
    """What is launched"""

    firmware: str
    form: str           # bios, or flash
    kernel: str         # none, or hashes: of a kernel, that are measured
    cpus: int
    features: int = SNP_ACTIVE

    def name(self):
        """Of a test"""
        return '-'.join([*self[:3], str(self.cpus), hex(self.features)])

    def switches(self):
        return ''.join(f',{name}=on' for bit, name in SWITCHES.items()
                       if self.features & bit)


GUESTS = [Guest(*row) for row in (
    ('ovmf-amdsev', 'bios', 'hashes', 1), ('ovmf-amdsev', 'bios', 'hashes', 4),
    ('ovmf-amdsev', 'bios', 'none', 1), ('ovmf-amdsev', 'bios', 'none', 4),
    ('ovmf-trixie', 'bios', 'none', 1), ('ovmf-trixie', 'bios', 'none', 4),
    ('ovmf-bookworm', 'bios', 'none', 2),
    ('ovmf-trixie', 'bios', 'none', 1, 0x21),
    ('ovmf-amdsev', 'flash', 'hashes', 4, 0x21),
    ('ovmf-trixie', 'flash', 'none', 2, 0x2e1))]


def new_key():
    return ec.generate_private_key(ec.SECP384R1())


class Launch:
    """Files of a launch, and what they come to."""

    def __init__(self, build, directory, guest):
        self.build = build
        self.guest = guest
        self.platform = directory / 'platform'
        self.firmware = sorted(
            build.asset(guest.firmware).glob('usr/share/ovmf/OVMF*.fd'))[0]
        self.files = {}
        if guest.kernel == 'hashes':
            initrd = directory / 'initrd'
            initrd.write_bytes(b'initrd' * 5000)
            self.files = {
                'kernel': sorted(build.asset('kernel-6.12').glob(
                    'boot/vmlinuz-*'))[0],
                'initrd': initrd}

    def digest(self, **other):
        """@other: what shall not be as it is"""
        guest = self.guest._replace(**other)
        table = self.files and sev_snp.kernel_hashes(
            *(path.read_bytes() for path in self.files.values()),
            CMDLINE.encode())
        return sev_snp.launch_digest(self.firmware.read_bytes(), guest.cpus,
                                     signature(*MODELS[CPU]), table or None,
                                     guest.features)

    def sev_object(self, ids=None, more=''):
        switches = self.guest.switches()
        parts = [
            'sev-snp-emulated' if switches else 'sev-snp-guest', 'id=sev0',
            'cbitpos=51', 'reduced-phys-bits=1',
            f'kernel-hashes={"on" if self.files else "off"}',
            f'{"platform" if switches else "sev-device"}={self.platform}']
        for name, data in zip(('id-block', 'id-auth'), ids or ()):
            parts.append(f'{name}={base64.b64encode(data).decode()}')
        return ','.join(parts) + switches + more

    def options(self):
        """Of firmware and kernel"""
        kernel = [word for name, path in self.files.items()
                  for word in ('-' + name, path)]
        if self.files:
            kernel += ['-append', CMDLINE]
        if self.guest.form == 'bios':
            return ['-bios', self.firmware, *kernel]
        return ['-drive', 'if=pflash,format=raw,readonly=on,file='
                f'{self.firmware}', *kernel]

    def start(self, ids=None, more='', cpu=CPU, memory='256', options=()):
        """
        QEMU's exit status and last words; 0 if the guest has run. @ids: ID
        block and ID authentication; @more: properties; @memory: -m; @options:
        more of QEMU's
        """
        with subprocess.Popen(
                [self.build.qemu, '-S', '-accel', 'tcg', '-cpu', cpu, '-m',
                 memory, '-smp', str(self.guest.cpus), '-machine',
                 'q35,confidential-guest-support=sev0', '-object',
                 self.sev_object(ids, more), *self.options(),
                 '-nodefaults', '-display', 'none', '-qmp', 'stdio',
                 *options],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, text=True) as qemu:
            try:
                told, said = qemu.communicate(RUN_AND_QUIT, timeout=250)
            finally:
                qemu.kill()     # one that hangs, or `with` would, too
        # who was resumed answered all three
        assert (told.count('"return"') == 3) == (qemu.returncode == 0)
        return qemu.returncode, [
            line.split(': ', 1)[-1] if line.startswith('qemu') else line
            for line in said.splitlines()
            if 'warning:' not in line and 'info:' not in line]


@pytest.fixture(name='launch', params=GUESTS, ids=Guest.name)
def launch_fixture(build, tmp_path, request):
    return Launch(build, tmp_path, request.param)


def measurement_build(build, run, launch, *more):
    """What the guest owner's tool says"""
    kernel = [word for name, path in launch.files.items()
              for word in ('--' + name, path)]
    done = run([build.sevemu, 'measurement', 'build', '--mode', 'snp',
                '--firmware', launch.firmware, '--vcpus',
                str(launch.guest.cpus), '--cpu', CPU, '--sev-features',
                hex(launch.guest.features), *more, *kernel,
                *(['--cmdline', CMDLINE] if kernel else [])])
    assert (done.returncode, done.stderr) == (0, '')
    return done.stdout


def test_owner(build, run, launch):
    """Python and the guest owner's tool agree."""
    told = measurement_build(build, run, launch, '--json')
    assert json.loads(told)['digest'] == launch.digest().hex()


def identity(launch, block=None, **keys):
    block = block or sev_id_block.id_block(launch.digest())
    return block, sev_id_block.id_auth(block, **keys)


def test_platform(launch):
    """Python and the platform agree."""
    assert launch.start(identity(launch)) == (0, [])


@pytest.fixture(name='one')
def one_fixture(build, tmp_path):
    return Launch(build, tmp_path, GUESTS[0])


def test_place_for_memory(one):
    """Slots that stay empty are not measured."""
    assert one.start(identity(one),
                     memory='256,slots=5,maxmem=9G') == (0, [])


def refused(launch, ids, hint, status, more=''):
    """QEMU ends with two lines: ours, then its own; the guest never ran."""
    assert launch.start(ids, more) == (1, [
        f'SEV-SNP: {hint}', f'SNP_LAUNCH_FINISH ret=-5 fw_error={status}'])


@pytest.mark.parametrize('other', [{'cpus': 2}, {'features': 0x21}],
                         ids=lambda other: '-'.join(other))
def test_another_guest(one, other):
    """The block is for one that is launched otherwise."""
    refused(one, identity(one, sev_id_block.id_block(one.digest(**other))),
            'the launch digest is not the one in id-block: it was made for '
            'other firmware, kernel hashes, number or model of CPUs, or SEV '
            f'features; expected {one.digest(**other).hex()}, found '
            f'{one.digest().hex()}', "11 'Bad measurement'")


@pytest.mark.parametrize('guest', [GUESTS[1], GUESTS[-1]], ids=Guest.name)
def test_pages_are_traced(build, run, tmp_path, guest):
    """As --page-list has them, so that diff finds the first that differs."""
    launch = Launch(build, tmp_path, guest)
    trace = tmp_path / 'trace'
    assert launch.start(identity(launch), options=[
        '-trace', 'sev_snp_launch_page', '-D', trace]) == (0, [])
    mark = 'sev_snp_launch_page '
    assert [line.split(mark)[1] for line in trace.read_text().splitlines()
            if mark in line] == \
        measurement_build(build, run, launch, '--page-list').splitlines()


def test_another_policy(one):
    refused(one, identity(one, sev_id_block.id_block(one.digest(), 0xb0000)),
            'id-block is for policy=0xb0000, the guest has policy=0x30000',
            "7 'Policy is not allowed'")


MALFORMED = ('id-block or id-auth is malformed: expected version 1, keys on '
             'P-384, ECDSA with SHA-384, and zero where it is reserved',
             "22 'Invalid parameter'")
UNSIGNED = 'id-block is not signed with the ID key in id-auth'
BAD_SIGNATURE = "10 'Bad signature'"


def test_another_version(one):
    block = sev_id_block.id_block(one.digest(), version=2)
    refused(one, identity(one, block), *MALFORMED)


def test_another_signer(one):
    refused(one, identity(one, signer=new_key()), UNSIGNED, BAD_SIGNATURE)


def test_author(one):
    """The ID key can have been signed by an author's."""
    assert one.start(identity(one, author=new_key()), AUTHOR) == (0, [])


def test_author_missing(one):
    refused(one, identity(one), *MALFORMED, more=AUTHOR)


@pytest.mark.parametrize('whose', ['signer', 'key_signer'])
def test_another_author(one, whose):
    """Either signature can be the one that somebody else made."""
    refused(one, identity(one, author=new_key(), **{whose: new_key()}),
            UNSIGNED + ", or that is not signed with the author's key",
            BAD_SIGNATURE, more=AUTHOR)


# --- what fails before

def change_firmware(launch, directory, change):
    image = bytearray(launch.firmware.read_bytes())
    change(image)
    launch.firmware = directory / 'firmware'
    launch.firmware.write_bytes(image)


@pytest.fixture(name='plain')
def plain_fixture(build, tmp_path):
    return Launch(build, tmp_path, Guest('ovmf-trixie', 'bios', 'none', 1))


@pytest.mark.parametrize('change,gpa', [
    (section(0, SIZE, 0xb000), 0x80a000),   # reaches into the next
    (section(4, BASE, 0x80d000), 0x80d000),
    (section(4, BASE, 0xfffff000), 0xfffff000),
])
def test_page_launched_twice(plain, tmp_path, change, gpa):
    """Two sections want it, or one wants what has firmware in it."""
    change_firmware(plain, tmp_path, change)
    assert plain.start() == (1, [
        f'SEV-SNP: the page at {gpa:#x} is not RAM, or is to be launched '
        "twice: the firmware's SEV metadata say so",
        "SNP_LAUNCH_UPDATE ret=-22 fw_error=0 ''"])


@pytest.mark.parametrize('change,what', [
    (section(2, BASE, 0x10000000), 'GPA 0x10000000 sz 0x1000'),
    (section(2, BASE, 0xfed00000), 'GPA 0xfed00000 sz 0x1000'),
    (section(2, SIZE, 0xfffff000), 'GPA 0x80d000 sz 0xfffff000'),
])
def test_section_outside_of_memory(plain, tmp_path, change, what):
    """Where RAM ends, where a device is, and up to where it ends"""
    change_firmware(plain, tmp_path, change)
    assert plain.start() == (1, [
        f'snp_populate_metadata_pages: Failed to get HVA for {what}'])


def test_cpuid_of_another_vendor(plain):
    """Functions that AMD's processors lack: caches as Intel's tell of them"""
    status, lines = plain.start(cpu=CPU + ',x-vendor-cpuid-only=off')
    assert (status, lines[:2], lines[-1]) == (1, [
        'SEV-SNP: CPUID promises what the processor lacks; the functions '
        'follow: change the features in -cpu',
        "SNP_LAUNCH_UPDATE ret=-5 fw_error=22 'Invalid parameter'"],
        'SEV-SNP: failed update CPUID page')
    nothing = ', '.join(f'e{x}x: 0x00000000' for x in 'bcd')
    function = re.compile('SEV-SNP: CPUID validation failed for function '
                          r'0x(\w+), index: 0x(\w+), provided: .*, expected: '
                          f'eax:0x00000000, {nothing}')
    assert [function.fullmatch(line).groups() for line in lines[2:-1]] == [
        ('2', '0'), ('4', '0'), ('4', '1'), ('4', '2'), ('4', '3')]


@pytest.mark.limit(60)
@pytest.mark.parametrize('last', ['level', 'xlevel'])
def test_cpuid_without_end(plain, last):
    """Functions up to the last that there can be, nearly all of them empty"""
    assert plain.start(cpu=f'{CPU},{last}=0xfffffffe') == (0, [])


# --- CPUs that are added before the launch

@pytest.mark.parametrize('cpus', [1, 2])
def test_cpu_added_before_the_launch(plain, log_path, cpus):
    """It is launched with the others, and measured."""
    ids = identity(plain, sev_id_block.id_block(plain.digest(cpus=cpus)))
    with QmpGuest(plain.build.qemu, [
            '-S', '-accel', 'tcg', '-cpu', CPU, '-m', '256', '-smp',
            '1,maxcpus=2,sockets=2', '-machine',
            'q35,confidential-guest-support=sev0', '-object',
            plain.sev_object(ids), *plain.options()], log_path) as guest:
        guest.command('device_add', driver=f'{CPU}-x86_64-cpu', socket_id=1,
                      core_id=0, thread_id=0)
        if cpus == 2:
            guest.command('cont')
            assert guest.quit() == 0
        else:
            with pytest.raises(QMPError):
                guest.command('cont')
            assert guest.process.wait(TIMEOUT) == 1
