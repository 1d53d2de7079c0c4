# SPDX-License-Identifier: GPL-2.0-or-later
"""What is compared with what, and how much slower it may be: one row each."""

from pathlib import Path
from typing import NamedTuple

from commands import Command, Timed
from guest import Setup

BUILD = Path(__file__).resolve().parent.parent / 'build'
OURS = str(BUILD / 'bin/qemu-system-x86_64')
UNPATCHED = str(BUILD / 'bench/unpatched/bin/qemu-system-x86_64')

SEVEMU = str(BUILD / 'bin/sevemu')
ROM = str(BUILD / 'tools/tests/guests/guest64.bin')

# A kind of guest: its machine, and what it says when it has come up so.
PLAIN = (('-machine', 'q35'), 'no memory encryption')
SEV = (('-machine', 'q35,confidential-guest-support=sev0', '-object',
        'sev-emulated,id=sev0,cbitpos=51,reduced-phys-bits=1'),
       'Memory Encryption Features active: AMD SEV')
SEV_ES = (('-machine', 'q35,confidential-guest-support=sev0', '-object',
           'sev-emulated,id=sev0,cbitpos=51,reduced-phys-bits=1,policy=5'),
          'Memory Encryption Features active: AMD SEV SEV-ES')
# The firmware says where the pages of its launch go, so it has to know SNP.
SEV_SNP = (('-machine', 'q35,confidential-guest-support=sev0', '-object',
            'sev-snp-guest,id=sev0,cbitpos=51,reduced-phys-bits=1'),
           'Memory Encryption Features active: AMD SEV SEV-ES SEV-SNP')

# The same above an SVSM (tests/svsm), which has the firmware in its file.
SVSM_FILE = str(BUILD / 'bench/svsm.igvm')
SVSM = (('-machine', 'q35,confidential-guest-support=sev0,igvm-cfg=igvm0',
         *SEV_SNP[0][2:], '-object', f'igvm-cfg,id=igvm0,file={SVSM_FILE}'),
        SEV_SNP[1])


class Comparison(NamedTuple):
    """A is the base, against which B is held."""

    name: str
    title: str
    a: Setup
    b: Setup
    limits: dict        # of B / A, by measure


COMPARISONS = (
    Comparison(
        'patches', 'a guest without SEV: unpatched QEMU (A), ours (B)',
        Setup('unpatched', UNPATCHED, *PLAIN),
        Setup('ours', OURS, *PLAIN),
        {'boot': 1.01, 'compute': 1.01, 'walk': 1.01}),
    Comparison(
        'sev', 'our QEMU: a guest without SEV (A), a SEV guest (B)',
        Setup('plain', OURS, *PLAIN),
        Setup('sev', OURS, *SEV),
        {'boot': 1.05, 'compute': 1.01, 'walk': 1.01}),
    Comparison(
        'sev-es', 'our QEMU: a SEV guest (A), a SEV-ES guest (B)',
        Setup('sev', OURS, *SEV),
        Setup('sev-es', OURS, *SEV_ES),
        {'boot': 1.4, 'compute': 1.01, 'walk': 1.01}),
    Comparison(
        'sev-snp', 'our QEMU: a SEV-ES guest (A), a SEV-SNP guest (B)',
        Setup('sev-es', OURS, *SEV_ES),
        Setup('sev-snp', OURS, *SEV_SNP),
        {'boot': 1.10, 'compute': 1.01, 'walk': 1.01}),
    Comparison(
        'svsm', 'our QEMU: a SEV-SNP guest (A), the same at VMPL 2 above an '
        'SVSM (B)',
        Setup('sev-snp', OURS, *SEV_SNP),
        Setup('svsm', OURS, *SVSM),
        {'boot': 1.15, 'compute': 1.01, 'walk': 1.01}),
)

# A ROM that ends QEMU within milliseconds, so that starting is all there is
ROM_OPTIONS = ('-fw_cfg', 'name=opt/sevemu/test,string=first '
               'mode=passing sev=1 cbitpos=51 reduced=1')
ROM_PASSED = 33

# {chain} and {ca} are files of the {platform}, a directory: bench/bench
COMMANDS = (
    Timed('session', 'sevemu with nothing to do (A), sevemu session (B)',
          Command((SEVEMU, '--version')),
          Command((SEVEMU, 'session', '--name', 'bench', '{chain}', '0x1')),
          False, 0.1),
    Timed('verify', 'sevemu with nothing to do (A), sevemu verify (B)',
          Command((SEVEMU, '--version')),
          Command((SEVEMU, 'verify', '--sev', '{chain}', '--ca', '{ca}')),
          False, 0.1),
    Timed('chip', 'sevemu with nothing to do (A), sevemu platform new (B): '
          'a chip, its keys and certificates',
          Command((SEVEMU, '--version')),
          Command(('sh', '-c', 'rm -rf "$1" && exec "$0" platform new "$1"',
                   SEVEMU, '{dir}/new')),
          False, 2.0),
    Timed('run', 'QEMU with a SEV guest (A), sevemu run of the same (B)',
          Command((OURS, '-accel', 'tcg', '-cpu', 'max', '-m', '1G',
                   '-machine', 'q35,confidential-guest-support=sev0',
                   '-object', 'sev-emulated,id=sev0,cbitpos=51,'
                   'reduced-phys-bits=1,platform={platform}',
                   '-nodefaults', '-no-user-config', '-display', 'none',
                   '-serial', 'stdio', '-netdev', 'user,id=net0',
                   '-device', 'virtio-net-pci,netdev=net0,romfile=',
                   '-device', 'pvpanic',
                   '-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04',
                   '-bios', ROM, *ROM_OPTIONS), ROM_PASSED),
          Command((SEVEMU, 'run', '--platform', '{platform}', '--firmware',
                   ROM, '--exit-code=guest', '--', *ROM_OPTIONS),
                  ROM_PASSED),
          True, 0.3),
)
