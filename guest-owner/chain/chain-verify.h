/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says whether each certificate of a chain is signed as it should be. */

#ifndef OWNER_CHAIN_VERIFY_H
#define OWNER_CHAIN_VERIFY_H

#include "guest-owner/chain/chain.h"
#include "guest-owner/chain/roots.h"

#define CHAIN_NR_LINKS 7

/* @signer signs @subject, unless there is a flaw */
typedef struct ChainLink {
    uint32_t signer;            /* SEV_USAGE_* */
    uint32_t subject;
    const char *flaw;           /* NULL: none */
} ChainLink;

typedef struct ChainVerdict {
    /* In the order of a tree that grows from the PDH to the root */
    ChainLink links[CHAIN_NR_LINKS];
    const char *pdh_flaw;       /* of its key; the others have links */
    bool has_root;
    RootVerdict root;           /* if there is one */
    bool good;                  /* all of it */
} ChainVerdict;

void chain_verify(const Chain *chain, RootOrigin origin,
                  ChainVerdict *verdict);

#endif
