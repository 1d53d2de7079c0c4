# SPDX-License-Identifier: GPL-2.0-or-later
"""What -object TYPE,help says: each property, with a description."""

import re

import pytest

COMMON = {'cbitpos': 'uint32', 'reduced-phys-bits': 'uint32',
          'kernel-hashes': 'bool', 'policy': 'uint32',
          'dh-cert-file': 'string', 'session-file': 'string'}
TYPES = {
    'sev-emulated': COMMON | {'tik': 'string', 'tek': 'string',
                              'platform': 'string',
                              'legacy-ghcb': 'bool'},
    'sev-guest': COMMON | {'handle': 'uint32', 'sev-device': 'string',
                           'legacy-vm-type': 'OnOffAuto'},
}


@pytest.mark.parametrize('name', TYPES)
def test_every_property_is_described(build, run, name):
    done = run([build.qemu, '-object', f'{name},help'])
    heading, *lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, '')
    assert heading == f'{name} options:'
    found = {}
    for line in lines:
        match = re.fullmatch(r'  ([\w-]+)=<(\w+)> +- \S.*', line)
        assert match, f'no description: {line}'
        found[match[1]] = match[2]
    assert found == TYPES[name]


def test_help_says_what_it_is_not(build, run):
    done = run([build.qemu, '-object', 'sev-emulated,help'])
    assert 'gives no security against whoever runs QEMU' in done.stdout
