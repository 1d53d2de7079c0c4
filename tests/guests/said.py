# SPDX-License-Identifier: GPL-2.0-or-later
"""
What QEMU may say while a row of guests.txt runs: what follows from its CPU
model and its object, and the warnings that it names (warnings.txt).
"""

import re
from pathlib import Path

from qmp_guest import NOTE, ZERO_KEYS

WARNS = ', warns: '
ENDED = 'SEV: the guest has ended: '
# After eight of one vCPU
NO_MORE = re.compile(r'SEV: vCPU \d+: more of these are logged only '
                     r'\(-d guest_errors\)')
# Of AddressSanitizer about itself, once; what it finds begins otherwise
ASAN = re.compile(r"==\d+==WARNING: ASan (doesn't fully support|is ignoring "
                  r'requested) .*|False positive error reports may follow|'
                  r'For details see https://\S+/issues/189')
# QEMU's word about models that have more than TCG; these have not
TCG = re.compile(r"TCG doesn't support requested feature: "
                 r'(CPUID|MSR|avx10)\S* ?.*')
PLAIN = re.compile(r'(qemu64|kvm64|max|486|pentium|pentium3)(,.*)?')


def warnings():
    """The regular expressions of warnings.txt by name"""
    text = Path(__file__).with_name('warnings.txt').read_text()
    cells = (line.split('|', 1) for line in text.splitlines()
             if line and not line.startswith('#'))
    return {name.strip(): re.compile(pattern.strip())
            for name, pattern in cells}


def own_words(stderr):
    """
    What QEMU said, without its name and the kind of a line.  It writes the
    three one after another, and a space, so those of two CPUs can be mixed.
    """
    parts = re.split(r'qemu-system-x86_64: ?|\b(?:warning|info): |\n|'
                     r'(?=SEV: )', stderr)
    words = [part.strip() for part in parts]
    return [part for part in words if part and not ASAN.fullmatch(part)]


def without_kind(line):
    return line.split(': ', 1)[1]


def follows(row, line):
    """Is it a line that a row has for what it is, whatever its guest does?"""
    if line == without_kind(ZERO_KEYS):
        return (row.sev != '-' and not row.sev.startswith('sev-snp') and
                'tik=' not in row.sev)
    if TCG.fullmatch(line):
        return not PLAIN.fullmatch(row.cpu)
    return line == without_kind(NOTE) and row.sev != '-'


def surprises(row, stderr):
    """
    Lines that a row does not account for; and names of warnings that it has,
    and nobody said.
    """
    verdict, _, names = row.verdict.partition(WARNS)
    patterns = {name: warnings()[name] for name in names.split()}
    missing = set(patterns)
    wrong = []
    for line in own_words(stderr):
        said = {name for name, pattern in patterns.items()
                if pattern.fullmatch(line)}
        missing -= said
        if not (said or follows(row, line) or
                (patterns and NO_MORE.fullmatch(line)) or
                (verdict.startswith('ended: ') and line.startswith(ENDED))):
            wrong.append(line)
    return wrong + [f'(no warning "{name}")' for name in sorted(missing)]
