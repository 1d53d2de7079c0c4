/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes and reads the part of a platform's directory that never changes: the
 * chip's fuses, the manufacturer's certificates, and the manifest over them.
 * Conventions as in platform-dir.h.
 */

#ifndef PLATFORM_CHIP_H
#define PLATFORM_CHIP_H

#include "platform/platform-dir.h"
#include "platform/platform-file.h"

#define PLATFORM_MANIFEST "manifest"

/* Of the directory, in the manifest's first line */
#define PLATFORM_FORMAT 2

typedef struct PlatformChip {
    unsigned format;            /* in which it was found: 1 or 2 */
    AspFuses fuses;
    AmdCert ark;
    AmdCert ask;
    SevCert cek;
} PlatformChip;

/*
 * A new chip, as @make has it.
 * @certs: set to the table for guests; NULL if the chip, or its
 *         manufacturer, has none
 */
bool platform_chip_make(PlatformChip *chip, const PlatformMake *make,
                        GBytes **certs, GError **errp);

/*
 * The same table for a chip that is there, with the TCB that it now reports.
 * @vendor: its manufacturer's directory, NULL: the one that is compiled in
 * @vlek: as of platform_dir_renew_certs()
 * @certs: set, also to NULL, as above
 *
 * PLATFORM_DIR_ERROR_DAMAGED: another manufacturer has made the chip.
 */
bool platform_chip_certs(const PlatformChip *chip, const char *vendor,
                         const uint8_t tcb[SNP_TCB_SIZE],
                         const PlatformVlek *vlek, GBytes **certs,
                         GError **errp);

/* As platform_dir_vlek_seed() */
bool platform_chip_vlek_seed(const PlatformChip *chip, const char *vendor,
                             PlatformVlek *vlek, GError **errp);

/* The manifest goes last: without it, there is no chip. */
bool platform_chip_write(const PlatformFolder *folder,
                         const PlatformChip *chip, GError **errp);

/*
 * A chip of format 1 is Milan's default model. PLATFORM_DIR_ERROR_DAMAGED:
 * the manifest is of another version, or a file is not the one that the
 * manifest was made over.
 */
bool platform_chip_read(const PlatformFolder *folder, PlatformChip *chip,
                        GError **errp);

/* Is @name what an interrupted platform_chip_write() may leave? */
bool platform_chip_leaves(const char *name);

#endif
