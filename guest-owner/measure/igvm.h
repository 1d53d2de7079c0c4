/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reckons what the launch of an IGVM file (abi/igvm.h) must measure to with
 * SEV-SNP: parameter areas and pages in the file's order, then its save areas.
 * The guest owner's own reading: it shares no code with the loader's.
 */

#ifndef OWNER_IGVM_H
#define OWNER_IGVM_H

#include "abi/snp-data.h"
#include "guest-owner/measure/snp-launch.h"

#define IGVM_MAX_SIZE (1024 * 1024 * 1024)

/* What its launch comes to, as a report of the guest has it */
typedef struct IgvmMeasured {
    uint8_t digest[SNP_DIGEST_SIZE];
    bool has_policy;
    uint64_t policy;            /* SNP_GPOLICY_* */
    bool has_id_block;
    SnpPublicKey id_key;        /* that the block is signed with */
} IgvmMeasured;

/*
 * @launch is told of pages, and nothing else of it is looked at. Fails when
 * the file is not right, is not for SEV-SNP, or has what this does not know:
 * of that nobody could say what it measures to.
 */
bool igvm_measure(const SnpLaunch *launch, GBytes *file, const char *name,
                  IgvmMeasured *measured, GError **errp);

#endif
