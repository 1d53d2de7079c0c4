/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what the certificate of a VCEK or VLEK tells of the processor, in
 * extensions of AMD's (publication 57230).
 */

#ifndef OWNER_LEAF_H
#define OWNER_LEAF_H

#include <glib.h>
#include <gnutls/x509.h>
#include <stdbool.h>
#include "abi/snp-data.h"

/* Numbers that OIDs of security version numbers end in: 1 to 9 */
#define LEAF_MAX_SPL 9

typedef struct Leaf {
    char *product;              /* "Milan-B0", "Turin"; NULL: not there */
    bool has_spl[LEAF_MAX_SPL + 1];
    uint8_t spl[LEAF_MAX_SPL + 1];
    GBytes *hwid;               /* of a VCEK: the chip's id; else NULL */
    char *csp_id;               /* of a VLEK: whose it is; else NULL */
    char *unknown;              /* another extension of AMD's; or NULL */
} Leaf;

/* Returns a flaw of the extensions, or NULL. Frees nothing of @leaf before. */
char *leaf_read(gnutls_x509_crt_t cert, Leaf *leaf);

/* A flaw of the version numbers, which must be those of @tcb; or NULL */
char *leaf_tcb_flaw(const Leaf *leaf, const SnpTcbVersion *tcb, bool has_fmc);

void leaf_clear(Leaf *leaf);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Leaf, leaf_clear)

#endif
