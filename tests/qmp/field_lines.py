# SPDX-License-Identifier: GPL-2.0-or-later
"""Command lines of the field (lines/*.txt), and the words that stand in them.

lines/README.md says what a row has and what the words mean.
"""

import base64
import re
import shlex
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

LINES = Path(__file__).with_name('lines')
KINDS = ('sev', 'sev-es', 'sev-snp')
TYPES = {'sev': 'sev-guest', 'sev-es': 'sev-guest', 'sev-snp': 'sev-snp-guest'}
POLICIES = '0x1 0x5 0x30000'
ACTIVE = {'sev': 'AMD SEV', 'sev-es': 'AMD SEV SEV-ES',
          'sev-snp': 'AMD SEV SEV-ES SEV-SNP'}
UP = 'up'

# What changes where there is no EPYC host, and nothing else
CHANGES = [
    (r'(^|\s)--?enable-kvm(?=\s|$)', r'\1-accel tcg'),
    (r'(^|\s)-accel kvm(?=\s|$)', r'\1-accel tcg'),
    (r'\baccel=kvm(:tcg)?\b', 'accel=tcg'),
    (r'\baccel = "kvm"', 'accel = "tcg"'),
    (r'(^|\s)-cpu host\b', r'\1-cpu max'),
]

# Of SEV-SNP guests alone, and of the others alone
HOST_DATA = f'host-data={base64.b64encode(bytes(32)).decode()},'
SESSION = 'dh-cert-file=HERE/vm_godh.b64,session-file=HERE/vm_session.b64'
WORDS = {
    'sev': {'HOSTDATA': '', 'IDAUTH': '', 'SESSION': SESSION},
    'sev-es': {'HOSTDATA': '', 'IDAUTH': '', 'SESSION': SESSION},
    'sev-snp': {'HOSTDATA': HOST_DATA, 'IDAUTH': ',id-auth=',
                'SESSION': SESSION},
}


@dataclass
class Line:
    """One command line as it is for one kind of guest."""

    name: str
    kind: str
    own: bool           # it was written for this kind
    line: str
    config: str         # of qemu.conf, for -readconfig
    policy: int
    expected: str
    program: str

    @property
    def needs_firmware(self):
        """Can no test guest stand in? For one, it would end QEMU at once."""
        return re.search(r'AMDSEV|IGVM|isa-debug-exit', self.line)

    @property
    def has_system(self):
        """Does it have a Linux to start, or firmware alone?"""
        return re.search(r'\b(KERNEL|DISK|RAW|SHARE)\b', self.line)

    @property
    def refused(self):
        return self.expected != UP

    @property
    def has_serial(self):
        """Does it have a serial port, wherever that goes?"""
        words = shlex.split(self.line)
        return ('-serial' in words or 'isa-serial' in self.line
                or '-nographic' in words and '-nodefaults' not in words)

    def is_refusal(self, said):
        """Are these the lines that QEMU is to refuse this one with?"""
        text = self.expected.removeprefix('refused: ')
        pattern = re.escape(text).replace(r'\.\.\.', '.*')
        return re.fullmatch(pattern, ' // '.join(said))

    def number(self, name):
        """A number that the line gives the object, as cbitpos"""
        text = self.line + self.config
        return re.search(rf'\b{name}"?\s*[=:]\s*"?(\d+)', text)[1]

    def told_to_test_guest(self):
        """What it shall find: tests/guests/guests.txt"""
        more = {'sev': '', 'sev-es': ' es=1',
                'sev-snp': ' es=1 snp=1 features=1'}
        # -cpu host becomes max, which has more of CPUID 0x80000021
        newer = self.kind == 'sev-snp' and re.search(r'-cpu (max|host)\b',
                                                     self.line)
        return (f'cpuid msr sev=1 cbitpos={self.number("cbitpos")} '
                f'reduced={self.number("reduced-phys-bits")}'
                f'{more[self.kind]}{" newer=68" if newer else ""}')

    def change(self, text):
        """@text as it is for this kind, without an EPYC host"""
        for pattern, replacement in CHANGES:
            text = re.sub(pattern, replacement, text)
        for word, value in WORDS[self.kind].items():
            text = text.replace(word, value)
        text = text.replace('POLICY', str(self.policy))
        return text.replace('TYPE', TYPES[self.kind])

    def text(self):
        return self.change(self.line)

    def configuration(self):
        return self.change(self.config)


def read_lines():
    """All rows of all files, for each kind of guest."""
    for path in sorted(LINES.glob('*.txt')):
        rows = ConfigParser(interpolation=None, delimiters='=')
        rows.read_string(path.read_text())
        for name in rows.sections():
            row = rows[name]
            policies = row.get('policies', POLICIES).split()
            for kind, policy in zip(KINDS, policies):
                yield Line(
                    name, kind, row['own'] == kind,
                    f'{row["line"]} {row.get(kind + "-more", "")}',
                    row.get('qemu.conf', ''),
                    int(policy, 0), row.get(kind, UP),
                    row.get('program', 'qemu-system-x86_64'))
