# SPDX-License-Identifier: GPL-2.0-or-later
"""The guide's list of what QEMU is built without, and how to have it."""

import re

import pytest

from conftest import ROOT

GUIDE = ROOT / 'docs' / 'guide.md'
CONFIGURE = ROOT / 'scripts' / 'qemu-configure'


def left_out():
    """The switches of the guide's table."""
    section = GUIDE.read_text().partition('\n### What is left out\n')[2]
    table = section.partition('\n| --- |')[2].partition('\n\n')[0]
    return sorted(set(re.findall(r'--enable-([\w-]+)', table)))


def test_list_is_read():
    assert {'spice', 'gnutls', 'vmdk'} < set(left_out())


@pytest.mark.parametrize('name', left_out())
def test_switch(build, name):
    """QEMU's configure knows it, and we do not use it."""
    known = build.qemu_src / 'scripts' / 'meson-buildoptions.sh'
    assert f'--enable-{name})' in known.read_text()
    assert f'--enable-{name} ' not in CONFIGURE.read_text()


def test_passed_on(build, run, qemu_env, tmp_path):
    """QEMU_CONFIGURE= reaches QEMU's configure, each of its words."""
    qemu_env['QEMU_CONFIGURE'] = '--enable-vmdk --enable-nonsense'
    done = run([CONFIGURE, build.qemu_src, tmp_path / 'build'], env=qemu_env)
    assert done.returncode != 0
    assert 'unknown option --enable-nonsense' in done.stdout + done.stderr
