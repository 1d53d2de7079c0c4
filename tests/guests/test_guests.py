# SPDX-License-Identifier: GPL-2.0-or-later
"""
Bare-metal guests: one test for each row of guests.txt.

A guest prints TAP on its serial port and ends QEMU through isa-debug-exit; a
row passes only if both tell what its last column says (README.md).
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from said import WARNS, surprises, warnings

HERE = Path(__file__).resolve().parent
TIMEOUT = 60    # seconds; the slowest rows take some 5 on an idle machine

POLICY_ES = 4

# SEV_FEATURES: of every SEV-SNP guest, and what sev-snp-emulated switches on
SNP_ACTIVE = 1 << 0
SWITCHES = {
    'restricted-injection': 1 << 3,
    'debug-swap': 1 << 5,
    'prevent-host-ibs': 1 << 6,
    'btb-isolation': 1 << 7,
    'secure-tsc': 1 << 9,
}
ENDED = 'ended: '

# Exit codes of QEMU's: isa-debug-exit gives 2 * enum verdict + 1 (lib/tap.h)
PASSED, FAILED, BAILED_OUT = 33, 35, 37


class Row(NamedTuple):
    name: str
    image: str
    cpu: str
    sev: str
    options: str
    guest: str
    verdict: str


def rows():
    for line in (HERE / 'guests.txt').read_text().splitlines():
        if line and not line.startswith('#'):
            yield Row(*(cell.strip() for cell in line.split('|')))


def judge(status, output):
    """What became of a guest, in the words of guests.txt."""
    if status == BAILED_OUT:
        return 'bailed out'
    if status == FAILED:
        return 'failed'
    if status != PASSED:
        return 'died'
    numbers = [int(n) for n in re.findall(r'^ok (\d+) - .', output, re.M)]
    plans = re.findall(r'^1\.\.(\d+)$', output, re.M)
    complete = plans == [str(len(numbers))] and numbers
    in_order = numbers == list(range(1, len(numbers) + 1))
    failure = re.search(r'^(not ok|Bail out!)', output, re.M)
    return 'ok' if complete and in_order and not failure else 'inconsistent'


def kind_and_properties(row):
    """The type of a row's object, and its properties as a dictionary."""
    first, _, rest = row.sev.partition(',')
    kind, text = ('sev-emulated', row.sev) if '=' in first else (first, rest)
    return kind, dict(item.split('=', 1) for item in text.split(','))


def features(sev):
    """SEV_FEATURES of a SEV-SNP guest with these properties"""
    return SNP_ACTIVE | sum(bit for switch, bit in SWITCHES.items()
                            if sev.get(switch) == 'on')


def guest_words(row):
    """What the guest is told, expectations that follow from SEV included."""
    if row.sev == '-':
        return row.guest
    kind, sev = kind_and_properties(row)
    snp = 'snp' in kind
    es = snp or int(sev.get('policy', '1'), 0) & POLICY_ES
    return (f'{row.guest} sev=1 cbitpos={sev["cbitpos"]} '
            f'reduced={sev.get("reduced-phys-bits", "1")}'
            + (' es=1' if es else '')
            + (f' snp=1 features={features(sev)}' if snp else ''))


def command(row, qemu, image):
    machine = 'q35'
    more = shlex.split(row.options) if row.options != '-' else []
    accel = [] if '-accel' in more else ['-accel', 'tcg']
    args = [qemu, *accel, '-cpu', row.cpu, '-m', '64M']
    if row.sev != '-':
        machine += ',confidential-guest-support=sev0'
        kind, sev = kind_and_properties(row)
        text = ','.join(f'{key}={value}' for key, value in sev.items())
        args += ['-object', f'{kind},id=sev0,{text}']
    # A guest that resets itself ends, unless its row has another -action.
    args += ['-machine', machine, '-action', 'reboot=shutdown', '-nodefaults',
             '-display', 'none', '-vga', 'none', '-serial', 'stdio',
             '-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04',
             '-bios', image,
             '-fw_cfg', f'name=opt/sevemu/test,string={guest_words(row)}']
    return args + more


@pytest.fixture(name='qemu')
def qemu_fixture(build):
    return Path(os.environ.get('SEVEMU_QEMU', build.qemu))


@pytest.fixture(name='images')
def images_fixture(build):
    return Path(os.environ.get('SEVEMU_GUESTS',
                               build.dir / 'tools' / 'tests' / 'guests'))


def image_of(row, images):
    """The file; one needs a library that is not on every host (README.md)."""
    image = images / f'{row.image}.bin'
    if row.image == 'messages' and not image.exists():
        pytest.skip('no libnettle.a for x86')
    return image


def run_and_judge(row, qemu, images, run, timeout=TIMEOUT):
    """The verdict and everything that was said."""
    try:
        done = run(command(row, qemu, image_of(row, images)),
                   timeout=timeout)
    except subprocess.TimeoutExpired as late:
        return 'hung', (late.stdout or b'').decode(errors='replace')
    verdict, expected = judge(done.returncode, done.stdout), row.verdict
    # A guest that ended itself: QEMU has to say why.
    if expected.startswith(ENDED) and verdict == 'died':
        why = expected.partition(WARNS)[0].removeprefix(ENDED)
        verdict = expected if why in done.stderr else verdict
    if verdict == expected.partition(WARNS)[0]:
        verdict = expected
    if verdict == expected:
        wrong = surprises(row, done.stderr)
        verdict = f'{verdict}, but QEMU said: {wrong}' if wrong else verdict
    return verdict, done.stdout + done.stderr


@pytest.mark.parametrize('row', rows(), ids=lambda row: row.name)
def test_guest(row, qemu, images, run):
    verdict, output = run_and_judge(row, qemu, images, run)
    assert verdict == row.verdict, f'the guest and QEMU said:\n{output}'


def test_rip_of_diagnoses(qemu, images, run):
    """QEMU's lines about accesses name the instruction, as the guest does."""
    row = next(row for row in rows() if row.name == 'snp-rip')
    verdict, output = run_and_judge(row, qemu, images, run)
    assert verdict == row.verdict, output
    expected = re.findall(r'^# RIP (0x\w+)', output, re.M)
    told = re.findall(
        r'SEV: vCPU 0, RIP (0x\w+): virtual address 0x\w+: [a-z ]+: '
        r'(?:private|shared) [a-z]+(?: [a-z]+)? at VMPL 0 by ASID 1 of GPA '
        r'0x\w+ at SPA 0x\w+, nested 4K; entry: [\w-]+, ASID \d+, GPA 0x\w+, 4K, VMPL '
        r'permissions(?: \w){4}; expected [^;]+; ', output)
    assert expected and told == expected, output
    assert 'page not assigned: private read' in output


# What a command occupied at most, in KiB, on the last line of its output
MAXRSS = ("import resource, subprocess, sys; r = subprocess.call(sys.argv[1:]);"
          "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss);"
          "sys.exit(r)")


def test_a_page_is_resident_once(qemu, images, run):
    """Memory that is private and shared in turn occupies what one does."""
    row = next(row for row in rows() if row.name == 'snp-discard')
    occupied = []
    for both in (0, 1):
        row = row._replace(options='-m 256M',
                           guest=f'snp_resident mib=128 both={both}')
        args = command(row, qemu, images / f'{row.image}.bin')
        done = run([sys.executable, '-c', MAXRSS, *args], timeout=TIMEOUT)
        assert done.returncode == PASSED, done.stdout + done.stderr
        occupied.append(int(done.stdout.split()[-1]))
    once, both = occupied
    assert 128 * 1024 < once and both < once + 32 * 1024, occupied


def test_a_hanging_guest_is_noticed(qemu, images, run):
    row = Row('hanging', 'guest64', 'qemu64', '-', '-',
              'first mode=hanging', 'hung')
    verdict, output = run_and_judge(row, qemu, images, run, timeout=1)
    assert verdict == row.verdict
    assert 'ok 1 - the guest runs' in output


@pytest.mark.parametrize('verdict, wrong', [
    ('ok', 'SEV: vCPU 0, RIP 0x'),
    ('ok, warns: access scratch', '(no warning "scratch")'),
    ('ok, warns: scratch', 'SEV: vCPU 0, RIP 0x'),
])
def test_what_qemu_says_is_part_of_the_verdict(qemu, images, run, verdict,
                                               wrong):
    row = next(row for row in rows() if row.name == 'snp-start')
    row = row._replace(verdict=verdict)
    got, output = run_and_judge(row, qemu, images, run)
    assert got.startswith(f'{verdict}, but QEMU said: ') and wrong in got, (
        output)


def test_warnings_are_used():
    used = {name for row in rows()
            for name in row.verdict.partition(WARNS)[2].split()}
    assert used == set(warnings())


def test_names_are_unique():
    names = [row.name for row in rows()]
    assert len(names) == len(set(names))


@pytest.mark.full
@pytest.mark.limit(600)
def test_cpuid_of_every_cpu_model(qemu, images, run):
    """No model that QEMU has hides the leaf, or shows it without SEV."""
    listed, _ = run([qemu, '-cpu', 'help']).stdout.split('Recognized', 1)
    models = re.findall(r'^  (\S+)', listed, re.M)
    if 'host' in models:        # a QEMU with KVM; useless without it
        models.remove('host')
    wrong = []
    for model in models:
        for sev in ('cbitpos=51', '-'):
            row = Row(model, 'guest32', model, sev, '-', 'cpuid msr', 'ok')
            verdict, _ = run_and_judge(row, qemu, images, run)
            if verdict != 'ok':
                wrong.append((model, sev, verdict))
    assert models and not wrong
