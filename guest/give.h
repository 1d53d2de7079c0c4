/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives secrets to whoever asked for them: a file, a directory, stdout. */

#ifndef GUEST_GIVE_H
#define GUEST_GIVE_H

#include <stddef.h>
#include <stdint.h>

#include "guest/exchange.h"

typedef struct GiveWish {
    const char *guid;           /* which one; NULL: there is but one */
    const char *output;         /* file; NULL: stdout */
    const char *directory;      /* of files named by GUID, instead; or NULL */
} GiveWish;

/* @secrets is OVMF's table, which initramfs/secret-table.h reads. */
ExchangeStatus give_secrets(const GiveWish *wish, const uint8_t *secrets,
                            size_t size);

#endif
