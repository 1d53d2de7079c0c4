/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says which chain "verify" and "run" look at, and whom they trust for it. */

#ifndef OWNER_CHAIN_OPTIONS_H
#define OWNER_CHAIN_OPTIONS_H

#include "guest-owner/chain/chain-verify.h"

/*
 * Loads the chain of @sev, a file, or when that is NULL of the platform in
 * @dir; with the root of @ca, a file, unless that is NULL. *origin is what
 * vouches for the root.
 */
bool chain_options_load(const char *sev, const char *ca, const char *dir,
                        Chain *chain, RootOrigin *origin, GError **errp);

#endif
