/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tries what a SEV-SNP guest may have been launched as. */

#ifndef OWNER_EXPLAIN_SNP_H
#define OWNER_EXPLAIN_SNP_H

#include "guest-owner/measure/snp-launch.h"
#include "guest-owner/run/explain-choices.h"

/* What was reckoned last, as far as the next try may have it in common */
typedef struct ExplainSnp {
    const Choice *firmware;     /* NULL: nothing yet */
    bool usable;                /* it can be launched at all */
    FirmwareInfo info;
    SnpMetadata metadata;
    uint8_t pages[SNP_DIGEST_SIZE];     /* the digest after its pages */
    const Choice *files[3];     /* kernel, initrd, command line */
    uint8_t sections[SNP_DIGEST_SIZE];  /* and after its sections */
} ExplainSnp;

/* Do the choices come to @found? @table is for the hashes. */
bool explain_snp_gives(ExplainSnp *snp, const Choice *const *chosen,
                       KernelHashes *table,
                       const uint8_t found[SNP_DIGEST_SIZE]);

void explain_snp_clear(ExplainSnp *snp);

#endif
