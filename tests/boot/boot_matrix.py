# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads matrix.txt: what boots, and what is refused."""

from pathlib import Path
from typing import NamedTuple

POLICY_ES = 4


class Row(NamedTuple):
    """A line of matrix.txt; its head says what each column means."""

    when: str
    firmware: str
    form: str
    kernel: str
    vcpus: int
    guest: str
    policy: str
    cbit: str
    hashes: str
    expected: str

    @property
    def es(self):
        """Is its CPUs' state its own?"""
        return self.snp or (self.policy != '-'
                            and int(self.policy, 0) & POLICY_ES)

    @property
    def snp(self):
        """Is it a SEV-SNP guest? Its policy has other bits."""
        return self.guest.startswith('sev-snp')

    @property
    def active(self):
        """What Linux says that is active"""
        return ('AMD SEV' + (' SEV-ES' if self.es else '')
                + (' SEV-SNP' if self.snp else ''))

    @property
    def switches(self):
        """The SEV features that are on, by their properties' names"""
        return [word.removesuffix('=on')
                for word in self.guest.split(',')[1:]
                if word.endswith('=on')]

    @property
    def name(self):
        """The test's name: all that tells one row from another."""
        parts = [self.firmware, self.form, self.kernel, str(self.vcpus),
                 self.guest]
        if self.guest != 'plain':
            parts += [f'cbit{self.cbit}', f'hashes-{self.hashes}']
        if self.es:
            parts.append(f'policy{self.policy}')
        return '-'.join(parts)


def read_matrix():
    """All rows, in the file's order."""
    rows = []
    matrix = Path(__file__).with_name('matrix.txt')
    for line in matrix.read_text().splitlines():
        if line and not line.startswith('#'):
            row = Row(*line.split(maxsplit=len(Row._fields) - 1))
            rows.append(row._replace(vcpus=int(row.vcpus)))
    return rows
