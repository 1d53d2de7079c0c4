/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a platform's chain of certificates, as "export" (and sevctl) writes
 * it: PDH, PEK, OCA and CEK one after the other, and with --full ASK and ARK
 * after them. Files may also be in base64.
 */

#ifndef OWNER_CHAIN_H
#define OWNER_CHAIN_H

#include "guest-owner/chain/cert.h"

typedef struct Chain {
    SevCert pdh, pek, oca, cek;
    bool has_ask, has_ark;
    CaCert ask, ark;
} Chain;

/* A chain in raw form, without the manufacturer's part */
#define CHAIN_SEV_SIZE (4 * sizeof(SevCert))

/* No file of certificates is larger, base64 and line ends included. */
#define CHAIN_MAX_FILE 0x10000

/* @name stands for the file in messages. */
bool chain_read(GBytes *file, const char *name, Chain *chain, GError **errp);

/*
 * Takes ASK and ARK from @file instead of those of @chain; the ARK must be
 * there, an ASK may be, in either order.
 */
bool chain_read_ca(GBytes *file, const char *name, Chain *chain,
                   GError **errp);

/* The first certificate of @file, a chain or the PDH's alone; no flaws */
bool chain_read_pdh(GBytes *file, const char *name, SevCert *pdh,
                    GError **errp);

#endif
