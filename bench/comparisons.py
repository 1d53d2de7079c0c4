# SPDX-License-Identifier: GPL-2.0-or-later
"""What is compared with what, and how much slower it may be: one row each."""

from pathlib import Path
from typing import NamedTuple

from guest import Setup

BUILD = Path(__file__).resolve().parent.parent / 'build'
OURS = str(BUILD / 'bin/qemu-system-x86_64')
UNPATCHED = str(BUILD / 'bench/unpatched/bin/qemu-system-x86_64')

# A kind of guest: its machine, and what it says when it has come up so.
PLAIN = (('-machine', 'q35'), 'no memory encryption')
SEV = (('-machine', 'q35,confidential-guest-support=sev0', '-object',
        'sev-emulated,id=sev0,cbitpos=51,reduced-phys-bits=1'),
       'Memory Encryption Features active: AMD SEV')


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
)
