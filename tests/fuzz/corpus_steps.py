# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps of targets that give the secure processor commands: asp-steps.c."""

import struct

MEM = 0x100000000
# What the first byte has beside the command's place in the target's table
LAST_GUEST, WRONG_LENGTH, WORLD = 0x40, 0x80, 0x3f


def step(which, form='', *fields):
    return bytes([which]) + struct.pack('<' + form, *fields)
