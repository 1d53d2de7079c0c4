# SPDX-License-Identifier: GPL-2.0-or-later
"""What the audience sees: acts, and steps of one line each."""

import sys
import time
from contextlib import contextmanager

COLOURS = {
    'guest owner': '36',
    'platform': '35',
    'hypervisor': '33',
    'SVSM': '34',
    'guest': '32',
    'demo': '1',
}


class Stage:
    """Prints each step when it is over: how long, who acted, what happened."""

    def __init__(self, out=sys.stdout):
        self.out = out
        self.terminal = out.isatty()

    def say(self, text=''):
        """A line of its own."""
        print(text, file=self.out, flush=True)

    def act(self, title):
        """The title of what follows."""
        self.say()
        self.say(f'\033[1m{title}\033[0m' if self.terminal else title)

    @contextmanager
    def step(self, who, what):
        """Times its body, which may tell more by calling what it is given."""
        told = [what]
        if self.terminal:
            self.out.write(self._line('   ...  ', who, what))
            self.out.flush()
        start = time.monotonic()
        took = '  FAILED'
        try:
            yield told.append
            took = f'{time.monotonic() - start:6.2f} s'
        finally:
            if self.terminal:
                self.out.write('\r\033[K')
            self.say(self._line(took, who, ' '.join(told)))

    def _line(self, took, who, what):
        name = f'{who:<11}'
        if self.terminal:
            name = f'\033[{COLOURS[who]}m{name}\033[0m'
        return f'{took}  {name}  {what}'
