/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tests/svsm_file.py says of the guest's firmware: where it is, and which
 * memory it wants to find private and validated (the SEV metadata of OVMF).
 * It is measured, as all of the file is.
 */
#ifndef SVSM_LAUNCH_H
#define SVSM_LAUNCH_H

#include "abi/le.h"
#include "layout.h"

/* Types of sections, beside SVSM_SECTION_CALLING_AREA */
#define SECTION_SECRETS 2
#define SECTION_CPUID   3

#define LAUNCH_SECTIONS 64

struct launch {
    le64 firmware, firmware_size;
    le32 sections;
    struct launch_section {
        le32 base, size, type;
    } section[LAUNCH_SECTIONS];
};

#define LAUNCH ((const struct launch *)SVSM_LAUNCH_PAGE)

#endif
