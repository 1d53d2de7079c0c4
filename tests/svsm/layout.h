/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the SVSM is: guest physical addresses, at which it also sees them.
 * Read by C, assembly, the linker (in meson.build), and tests/svsm_file.py.
 *
 * It lies above all memory of the guest's, since not every firmware leaves
 * out what its secrets page says is the SVSM's. The second half is shared.
 */
#ifndef SVSM_LAYOUT_H
#define SVSM_LAYOUT_H

#define SVSM_BASE           0x8000000000
#define SVSM_SIZE           0x400000

/* The program, its variables included; the file has what is no zeros. */
#define SVSM_PROGRAM_SIZE   0x1f0000

/* What the launch fills in */
#define SNP_SECRETS_PAGE    0x80001f0000
#define SVSM_CPUID_PAGE     0x80001f1000
#define SVSM_GENERAL_PAGE   0x80001f2000    /* number of CPUs, environment */
#define SVSM_MAP_PAGE       0x80001f3000    /* the machine's memory */
#define SVSM_MADT_PAGE      0x80001f4000    /* its CPUs */

/* What the file's maker says of the firmware: struct launch */
#define SVSM_LAUNCH_PAGE    0x80001f5000

/* Page tables: PML4, PDPT of what is below the SVSM, its PDPT, its PD */
#define SVSM_TABLES         0x80001f8000

/* GHCBs, messages; also to what of tests/guests/lib is linked in */
#define SHARED_AREA         0x8000200000
#define SVSM_SHARED_PAGES   64              /* of them, so many are in use */

#endif
