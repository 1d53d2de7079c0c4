# SPDX-License-Identifier: GPL-2.0-or-later
"""
Which folder may know which: the arrows of docs/architecture.md, by includes.

All may know abi/, and QEMU where they are compiled into it. State of a VM or
of a CPU is in no file-scope variable.
"""

import re

import pytest

from conftest import ROOT

ARROWS = {
    'abi': set(),
    'asp': set(),
    'vendor': set(),
    'igvm': set(),
    'memctl': set(),
    'cpu': {'memctl'},
    'platform': {'asp', 'vendor'},
    'hypervisor': {'cpu', 'asp', 'igvm', 'memctl', 'platform'},
    'hypervisor/ghcb': set(),
    'vmm': {'hypervisor'},
    'guest': set(),
    'guest-owner': set(),
}
# The guest's object is the machine's; what it says is asked where it launches.
EXCEPTIONS = {
    ('hypervisor/launch/sev-tcg.c', 'vmm/emulated-object.h'),
    ('hypervisor/launch/launch-kind.c', 'vmm/emulated-object.h'),
    ('hypervisor/launch/launch-kind.c', 'vmm/igvm-cfg.h'),
    ('hypervisor/launch/launch-kind.c', 'vmm/sev-snp-emulated.h'),
}
OURS = {name.partition('/')[0] for name in ARROWS}
INCLUDE = re.compile(r'^\s*#\s*include "([^"]+)"', re.M)
VARIABLE = re.compile(r'^static (?!.*\bconst\b)(?!inline\b)[^(\n]*(?:;|=|\{$)',
                      re.M)
# A platform that is asked where there is no guest: no VM's
VARIABLES = {('hypervisor/launch/sev-tcg.c', 'static SevHost *question;')}


def sources(folder):
    for path in sorted((ROOT / folder).rglob('*.[ch]')):
        yield str(path.relative_to(ROOT)), path.read_text()


def forbidden(folder, text):
    """What a file of this folder includes and should not."""
    top = folder.partition('/')[0]
    allowed = ARROWS[folder] | {'abi', top if top == folder else folder}
    for name in INCLUDE.findall(text):
        if (name.partition('/')[0] in OURS and '/' in name and
                not any(name.startswith(other + '/') for other in allowed)):
            yield name


def test_wrong_arrows_are_found():
    assert list(forbidden('cpu', '#include "hypervisor/run/snp-host.h"\n'
                          '#include "cpu.h"\n#include "memctl/rmp.h"\n'
                          '#include "abi/rmp.h"\n')) == [
                              'hypervisor/run/snp-host.h']
    assert list(forbidden('hypervisor/ghcb', '# include "cpu/vc.h"\n')) == [
        'cpu/vc.h']


@pytest.mark.parametrize('folder', ARROWS)
def test_arrows(folder):
    files = list(sources(folder))
    assert files, f'{folder} has no sources'
    wrong = [(name, other) for name, text in files
             for other in forbidden(folder, text)
             if (name, other) not in EXCEPTIONS]
    assert not wrong


@pytest.mark.parametrize('text', ['static int flushes;', 'static bool a = 1;',
                                  'static struct {', 'static char *names[] ='])
def test_variables_are_found(text):
    assert VARIABLE.search(text)


@pytest.mark.parametrize('folder', ['asp', 'cpu', 'hypervisor', 'memctl',
                                    'vmm'])
def test_no_variables(folder):
    found = [(name, match.group()) for name, text in sources(folder)
             for match in VARIABLE.finditer(text)]
    assert not set(found) - VARIABLES
