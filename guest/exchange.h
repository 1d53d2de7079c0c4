/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Holds a guest's half of the conversation with its owner:
 * docs/attestation-exchange.md.
 */

#ifndef GUEST_EXCHANGE_H
#define GUEST_EXCHANGE_H

#include "guest/line.h"
#include "guest/unseal.h"

/* Exit statuses of the program; others may rely on them */
typedef enum ExchangeStatus {
    EXCHANGE_OK = 0,
    EXCHANGE_REFUSED = 1,       /* the owner said no */
    EXCHANGE_USAGE = 2,
    EXCHANGE_NO_REPORT = 3,     /* no SEV-SNP guest, no driver, no memory */
    EXCHANGE_BAD_ANSWER = 4,    /* not what an owner says */
    EXCHANGE_BROKEN = 5,        /* no port; files that cannot be written */
    EXCHANGE_LATE = 124,        /* as timeout(1) */
} ExchangeStatus;

/*
 * Asks for the secrets on @port. On EXCHANGE_OK *secrets, to be wiped and
 * freed, has @size bytes; else why is said on stderr.
 */
ExchangeStatus exchange(const LineEnd *port, uint8_t **secrets,
                        size_t *size);

/* Says one line on stderr, with the program's name before it. */
void exchange_say(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
