/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Says whose root a chain ends in, and whether that is to be trusted. A root's
 * key id tells nothing: ours carries AMD's, so that tools take it. Only the
 * fingerprint of its key does.
 */

#ifndef OWNER_ROOTS_H
#define OWNER_ROOTS_H

#include "guest-owner/chain/cert.h"

/* Where the root's certificate comes from */
typedef enum RootOrigin {
    ROOT_OF_CHAIN,              /* a file with the chain: nobody vouches */
    ROOT_OF_PLATFORM,           /* an emulated platform of this machine */
    ROOT_GIVEN,                 /* the user named its file: --ca */
} RootOrigin;

typedef struct RootVerdict {
    bool trusted;
    const char *name;           /* "AMD Milan", ...; all texts constant */
    const char *why;            /* it is trusted, or not */
    uint8_t fingerprint[CERT_FINGERPRINT_SIZE];
} RootVerdict;

void root_judge(const CaCert *ark, RootOrigin origin, RootVerdict *verdict);

/*
 * The same of an X.509 root of RSA-4096, known by its key alone: those of
 * SEV-SNP have the keys of SEV's. The fingerprint is what SEV's would have as
 * one of @product, which is NULL if it is not known.
 */
void root_judge_key(const RsaKey *key, const char *product, RootOrigin origin,
                    RootVerdict *verdict);

#endif
