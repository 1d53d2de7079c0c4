/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers a provider who asks for wrapped VLEKs, one for each of its chips. */

#ifndef VENDOR_KDS_STICKS_H
#define VENDOR_KDS_STICKS_H

#include "vendor/kds/kds.h"

/*
 * @post: {"hwids": [ID, ...]} in JSON. The answer is {"results":
 * [{ID: STICK}, ...]}, a wrapped VLEK in hexadecimal digits, or "not found", as
 * it is for all if @none. NULL, and *why is set to a line, when @post is
 * something else.
 */
GBytes *kds_sticks_make(const KdsOps *ops, void *opaque,
                        const KdsRequest *request, GBytes *post, bool none,
                        char **why);

#endif
