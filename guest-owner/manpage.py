#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
manpage.py PROGRAM OUTPUT: write the manual page of the sevemu command from
what it says to --help, so that the two cannot differ.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROW = re.compile(r'  (-.*?)(?:   *(\S.*))?$')     # an option and its help
COMMAND = re.compile(r'  (\S+(?: \S+)?)   *(\S.*)$')


def escape(text):
    text = text.replace('\\', '\\e').replace('-', '\\-').replace("'", '\\(aq')
    return '\\&' + text if text.startswith('.') else text


def say(program, *arguments):
    # In a locale of one's own the ellipsis of "[OPTION...]" is translated
    env = {**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': ''}
    done = subprocess.run([program, *arguments], env=env, check=True,
                          stdout=subprocess.PIPE, encoding='utf-8')
    return done.stdout.replace('…', '...')


def blocks(text):
    """The paragraphs, as lists of lines"""
    return [block.splitlines() for block in text.strip().split('\n\n')]


def prose(lines):
    """A paragraph; lines that are set in are examples, kept as they are."""
    for line in lines:
        if line.startswith('  '):
            yield from ('.nf', '.RS 2', escape(line.strip()), '.RE', '.fi')
        else:
            yield escape(line)


def option_rows(lines):
    for line in lines:
        name, text = ROW.match(line).groups()
        yield from ('.TP', f'\\fB{escape(name)}\\fR', escape(text or ''))


def command(program, title):
    """The subsection of one command"""
    usage, *rest = blocks(say(program, *title.split(), '--help'))
    yield f'.SS {title}'
    line = usage[1].strip().replace(title.split(' --')[0], title, 1)
    yield f'\\fB{escape(line)}\\fR'
    for lines in rest:
        if lines[0] == 'Application Options:':
            yield from option_rows(lines[1:])
        elif lines[0] != 'Help Options:':
            yield '.PP'
            yield from prose(lines)


def with_modes(titles):
    """Some commands have a mode with options of its own."""
    for title in titles:
        yield title
        if title.startswith('measurement '):
            yield f'{title} --mode snp'


def page(program):
    usage, commands, *rest = blocks(say(program, '--help'))
    version = say(program, '--version').split()[1]
    rows = [COMMAND.match(line).groups() for line in commands[1:]]
    yield f'.TH SEVEMU 1 "" "sevemu {version}"'
    yield '.SH NAME'
    yield 'sevemu \\- the guest owner of SEV guests, and of their platform'
    yield '.SH SYNOPSIS'
    yield f'\\fB{escape(usage[1].strip())}\\fR'
    yield '.SH DESCRIPTION'
    for lines in rest:
        yield '.PP'
        yield from prose(lines)
    for title, summary in rows:
        yield from ('.TP', f'\\fB{escape(title)}\\fR', escape(summary))
    yield '.SH COMMANDS'
    for title in with_modes(title for title, _ in rows):
        yield from command(program, title)


def main():
    program, output = sys.argv[1:]
    Path(output).write_text('\n'.join(page(program)) + '\n',
                            encoding='utf-8')


main()
