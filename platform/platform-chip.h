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

typedef struct PlatformChip {
    AspFuses fuses;
    AmdCert ark;
    AmdCert ask;
    SevCert cek;
} PlatformChip;

/*
 * A new chip from the manufacturer whose directory is @vendor (NULL: the
 * one that is compiled in).
 */
bool platform_chip_make(PlatformChip *chip, const char *vendor,
                        GError **errp);

/* The manifest goes last: without it, there is no chip. */
bool platform_chip_write(const PlatformFolder *folder,
                         const PlatformChip *chip, GError **errp);

/*
 * PLATFORM_DIR_ERROR_DAMAGED: the manifest is of another version, or a file
 * is not the one that the manifest was made over.
 */
bool platform_chip_read(const PlatformFolder *folder, PlatformChip *chip,
                        GError **errp);

/* Is @name what an interrupted platform_chip_write() may leave? */
bool platform_chip_leaves(const char *name);

#endif
