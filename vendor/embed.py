#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
embed.py OUTPUT FILE...: write the files as C, for vendor_builtin_files[] of
state.h. So no program has to find them when it runs.
"""

import sys
from pathlib import Path


def array(name, data):
    lines = [f'static const uint8_t {name}[] = {{']
    for i in range(0, len(data), 12):
        row = ', '.join(f'0x{byte:02x}' for byte in data[i:i + 12])
        lines.append(f'    {row},')
    return lines + ['};', '']


def main():
    output, *inputs = map(Path, sys.argv[1:])
    lines = [f'/* Made by embed.py of {output.stem} */',
             '#include "vendor/state.h"', '']
    rows = []
    for path in inputs:
        name = f'{path.parent.name}_{path.name}'.replace('.', '_')
        lines += array(name, path.read_bytes())
        rows.append(f'    {{ "{path.parent.name}/{path.name}", {name},'
                    f' sizeof({name}) }},')
    lines += ['const VendorFile vendor_builtin_files[] = {', *rows,
              '    { NULL, NULL, 0 },', '};']
    output.write_text('\n'.join(lines) + '\n', encoding='ascii')


main()
