#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Known answers for the guest owner's reckoning of SEV-ES guests, by Python:
tests/sev_vmsa.py says what is in a VMSA. Prints a header:

    tests/unit/vectors/owner-vmsa.py >tests/unit/owner-vmsa-vectors.h
"""

import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parent.parent.parent))

# pylint: disable=wrong-import-position
from sev_vmsa import MODELS, sha256, signature, vmsa, vmsas  # noqa: E402

FIRMWARE = bytes((i * 7 + 1) & 0xff for i in range(8192))
EIP = 0x80b004
CASES = [(1, 'EPYC-Rome', False), (4, 'EPYC-Rome', False),
         (1, 'EPYC-Milan', False), (4, 'EPYC-Milan', False),
         (4, 'EPYC-Milan', True), (2, 'EPYC', False), (64, 'qemu64', True)]

HEAD = '''/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Known answers for SEV-ES guests, by Python: tests/unit/vectors/owner-vmsa.py
 * prints this file and tells how.
 */

#ifndef OWNER_VMSA_VECTORS_H
#define OWNER_VMSA_VECTORS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct VmsaVector {
    const char *model;
    uint32_t signature;
    uint32_t nr;
    bool legacy;
    const char *first;          /* SHA-256 of the first CPU's state */
    const char *other;          /* and of another's */
    const char *digest;         /* and of firmware and all CPUs' */
} VmsaVector;
'''


def main():
    print(HEAD)
    print(f'#define VMSA_RESET_EIP 0x{EIP:x}u\n')
    print('static const VmsaVector vmsa_vectors[] = {')
    for number, model, legacy in CASES:
        cpu = signature(*MODELS[model])
        states = (vmsa(cpu, legacy=legacy), vmsa(cpu, EIP, legacy),
                  FIRMWARE + vmsas(number, cpu, EIP, legacy))
        print(f'    {{ "{model}", 0x{cpu:x}, {number}, {str(legacy).lower()},')
        print(',\n'.join(f'      "{sha256(data).hex()[:32]}"\n'
                         f'      "{sha256(data).hex()[32:]}"'
                         for data in states) + ' },')
    print('};\n\n#endif')


main()
