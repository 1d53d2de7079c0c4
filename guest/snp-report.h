/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Has the secure processor report on this guest. */

#ifndef GUEST_SNP_REPORT_H
#define GUEST_SNP_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/attest.h"
#include "abi/snp-msg.h"

typedef struct Evidence {
    SnpReport report;
    uint8_t certs[ATTEST_CERTS_MAX];    /* the host's table */
    size_t certs_size;                  /* 0: it has given none */
} Evidence;

/*
 * Asks for a report over @data, and the certificates that the host has for
 * it. False: *why (static) says what has failed.
 */
bool snp_report(const uint8_t data[ATTEST_HASH_SIZE], Evidence *evidence,
                const char **why);

/* How many bytes of @certs, which the host has written, are its table */
size_t snp_certs_size(const uint8_t *certs, size_t size);

#endif
