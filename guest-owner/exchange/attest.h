/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Holds the owner's half of the conversation with a SEV-SNP guest
 * (docs/attestation-exchange.md), in the main loop.
 */

#ifndef OWNER_ATTEST_H
#define OWNER_ATTEST_H

#include <glib.h>
#include <stdbool.h>
#include "abi/attest.h"
#include "abi/snp-msg.h"

typedef struct Attest Attest;

/* How it speaks to its user; none may free it. */
typedef struct AttestHandlers {
    /*
     * Is this the report that secrets may be sealed for? Its REPORT_DATA has
     * to be @data. @certs: what the guest has from its host, or NULL
     */
    bool (*judge)(const SnpReport *report, const uint8_t *data,
                  GBytes *certs, GError **errp, gpointer opaque);
    /* The guest has shown that it has the secrets: each time that it does */
    void (*done)(gpointer opaque);
    /* The guest has been refused, for good; @why can be printed. */
    void (*refused)(const char *why, gpointer opaque);
    void (*closed)(gpointer opaque);
} AttestHandlers;

/*
 * Takes over @fd, a connected socket. @secrets is OVMF's table of them, and
 * must last as long.
 */
Attest *attest_new(int fd, const GByteArray *secrets,
                   const AttestHandlers *handlers, gpointer opaque);

void attest_free(Attest *attest);

#endif
