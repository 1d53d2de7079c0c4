/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lets each address have one thing in a while. */

#ifndef VENDOR_KDS_LIMIT_H
#define VENDOR_KDS_LIMIT_H

#include <glib.h>
#include <stdbool.h>

typedef struct KdsLimit KdsLimit;

/* @ms: from one to the next */
KdsLimit *kds_limit_new(unsigned ms);

/* NULL is allowed. */
void kds_limit_free(KdsLimit *limit);

/* May @address have one now? If so, it has had it. */
bool kds_limit_pass(KdsLimit *limit, const char *address);

#endif
