/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the chips that a key server has certificates for: those of some
 * platforms, and their manufacturers.
 */

#ifndef PLATFORM_TOOL_KDS_CHIPS_H
#define PLATFORM_TOOL_KDS_CHIPS_H

#include <glib.h>

#include "vendor/kds/kds.h"

typedef struct KdsChips KdsChips;

/*
 * @vendor_dir: the manufacturer of its product instead of the one that is
 *              compiled in, or NULL
 */
KdsChips *kds_chips_new(const char *vendor_dir, GError **errp);

/* NULL is allowed. */
void kds_chips_free(KdsChips *chips);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KdsChips, kds_chips_free)

/* The chip of the platform at @path (NULL: the default one), which is made */
bool kds_chips_add(KdsChips *chips, const char *path, GError **errp);

/* From now on, anybody is the provider @csp_id, and gets its VLEKs. */
bool kds_chips_provide(KdsChips *chips, const char *csp_id, GError **errp);

/* For kds_new(), with the KdsChips as its opaque */
KdsOps kds_chips_ops(const KdsChips *chips);

#endif
