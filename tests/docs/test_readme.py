# SPDX-License-Identifier: GPL-2.0-or-later
"""
The commands of the documents do what they are there for.

Every fenced block that opens with ```sh is run, those of one document in one
shell and in their order, in a new directory that has the built tree in it. A
block of which this can't be is preceded by a line

    <!-- not run: REASON -->

`make demo` and `make check` are such: the former is run by .ci/run, the
latter runs this.
"""

import re

import pytest

from conftest import ROOT

DOCUMENTS = ['README.md', 'docs/guide.md']
# What commands name from the root of a checkout.
TREE = ['build', 'scripts', 'guest', 'initramfs', 'demo', 'vendor']

FENCE = re.compile(r'^```(\w*)$')
NOT_RUN = re.compile(r'^<!-- not run: \S.* -->$')


def blocks(text):
    """(line number, commands, whether to run) of each ```sh block."""
    before, language, start, body = '', None, 0, []
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if language is None and fence:
            language, start, body = fence[1], number, []
        elif language is not None and fence:
            if language == 'sh':
                yield start, body, not NOT_RUN.match(before)
            before, language = '', None
        elif language is not None:
            body.append(line)
        elif line.strip():
            before = line


def script(document):
    """All of a document's blocks; the log tells which one was the last."""
    lines = ['set -eu -o pipefail', "trap 'kill $(jobs -p) 2> /dev/null || :' EXIT"]
    for start, body, wanted in blocks((ROOT / document).read_text()):
        if wanted:
            lines += [f'echo "=== {document}:{start}"', *body]
    return '\n'.join(lines) + '\n'


def test_blocks_are_told_apart():
    text = ('```sh\none\n```\n\n<!-- not run: why -->\n```sh\ntwo\n```\n'
            '```yaml\nthree\n```\n<!-- not run: -->\n```sh\nfour\n```\n')
    assert list(blocks(text)) == [(1, ['one'], True), (6, ['two'], False),
                                  (13, ['four'], True)]


@pytest.mark.limit(240)
@pytest.mark.parametrize('document', DOCUMENTS)
def test_commands(document, run, tmp_path):
    commands = script(document)
    assert '===' in commands, f'{document} has no commands to run'
    for name in TREE:
        (tmp_path / name).symlink_to(ROOT / name)
    # timeout(1) ends what was left in the background as well
    done = run(['timeout', '200', 'bash', '-c', commands], cwd=tmp_path,
               timeout=220)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert 'Memory Encryption Features active: AMD SEV' in done.stdout
