# SPDX-License-Identifier: GPL-2.0-or-later
"""What the documents name is there: files, and the headings of links."""

import os
import re

import pytest

from conftest import ROOT

FILE = re.compile(r'`([\w./-]+\.(?:c|h|inc|py|txt|md|json))`')
LINK = re.compile(r'\]\(([^)#\s:]*)(?:#([^)\s]*))?\)')
HEADING = re.compile(r'^#+ (.*)$', re.M)
# Of QEMU's source
QEMU = ('target/', 'hw/', 'qapi/', 'include/', 'linux-headers/')


def documents():
    found = [name for name in ROOT.rglob('*.md')
             if not {'build', '.git'} & set(name.relative_to(ROOT).parts)]
    return sorted(str(name.relative_to(ROOT)) for name in found)


def our_files():
    for top, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in ('build', '.git')]
        for name in names:
            yield '/' + os.path.relpath(os.path.join(top, name), ROOT)


def anchor(heading):
    words = re.sub(r'[^\w\s-]', '', heading.strip().lower())
    return words.replace(' ', '-')


def missing_files(text, files, qemu_src):
    for name in FILE.findall(text):
        if name.startswith('build/') or re.search('[A-Z]{4}', name):
            continue            # made later; a name that stands for others
        there = ((qemu_src / name).exists() if name.startswith(QEMU) else
                 any(path.endswith('/' + name) for path in files))
        if not there:
            yield name


def broken_links(path, text):
    for target, heading in LINK.findall(text):
        other = (path.parent / target) if target else path
        if not other.exists():
            yield target
        elif heading and heading not in map(anchor,
                                            HEADING.findall(other.read_text())):
            yield f'{target}#{heading}'


def test_what_is_missing_is_found(build, tmp_path):
    files = ['/asp/asp.c']
    text = '`asp.c` `p.c` `hw/none.c` `asp/asp.c` `build/a.json` `test-NAME.c`'
    assert list(missing_files(text, files, build.qemu_src)) == ['p.c',
                                                                'hw/none.c']
    page = tmp_path / 'a.md'
    page.write_text('# Here, it is\n')
    assert list(broken_links(page, '[x](#here-it-is) [x](#gone) [x](b.md)'
                             '[x](a.md#here-it-is) [x](a.md#nor)')) == \
        ['#gone', 'b.md', 'a.md#nor']


@pytest.mark.parametrize('document', documents())
def test_references(document, build):
    path = ROOT / document
    text = path.read_text()
    assert list(missing_files(text, list(our_files()), build.qemu_src)) == []
    assert list(broken_links(path, text)) == []
