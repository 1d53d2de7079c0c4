/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds where the launches of two firmware images begin to differ. */

#ifndef OWNER_SNP_PAGES_H
#define OWNER_SNP_PAGES_H

#include "guest-owner/measure/snp-options.h"

typedef struct SnpDifference {
    bool any;                   /* else the two are the same */
    bool ends;                  /* one of them has no such page */
    uint64_t gpa;               /* of the page, in the first launch */
    const char *type;           /* "normal", ...: constant */
    uint64_t offset;            /* of a page of the image, in that */
    bool in_image;
} SnpDifference;

/*
 * The first page of the launch that @options describe that is not as it is
 * with the firmware @other. @option names where that was given.
 */
bool snp_pages_compare(const SnpOptions *options, const char *option,
                       const char *other, SnpDifference *difference,
                       GError **errp);

#endif
