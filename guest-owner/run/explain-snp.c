/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reckons launch digests of SEV-SNP for choices, of which the last ones change
 * most often: only what follows a change is reckoned anew.
 */

#include <string.h>
#include "guest-owner/run/explain-snp.h"

static void take_firmware(ExplainSnp *snp, const Choice *choice)
{
    const SnpLaunch launch = { .firmware = choice->image };

    snp_metadata_clear(&snp->metadata);
    memset(snp->files, 0, sizeof(snp->files));
    memset(snp->pages, 0, sizeof(snp->pages));
    snp->firmware = choice;
    snp->usable = firmware_parse(choice->image, "", &snp->info, NULL) &&
                  snp_metadata_read(choice->image, &snp->info, "",
                                    &snp->metadata, NULL);
    if (snp->usable) {
        snp_launch_take_firmware(&launch, snp->pages);
    }
}

static bool has_hashes(const Choice *const *chosen)
{
    return chosen[EXPLAIN_KERNEL] && !chosen[EXPLAIN_KERNEL]->no_hashes;
}

static void take_sections(ExplainSnp *snp, const Choice *const *chosen,
                          KernelHashes *table)
{
    OvmfHashEntry *entries[] = {
        &table->table.kernel, &table->table.initrd, &table->table.cmdline,
    };
    const SnpLaunch launch = { .firmware = snp->firmware->image };

    for (size_t i = 0; i < G_N_ELEMENTS(entries); i++) {
        snp->files[i] = chosen[EXPLAIN_KERNEL + i];
        if (has_hashes(chosen)) {
            memcpy(entries[i]->hash, snp->files[i]->hash, SEV_DIGEST_SIZE);
        }
    }
    memcpy(snp->sections, snp->pages, sizeof(snp->sections));
    snp_launch_take_sections(&launch, &snp->info, &snp->metadata,
                             has_hashes(chosen) ? table : NULL,
                             snp->sections);
}

/* Without a kernel there are no files to tell: it is reckoned each time. */
static bool same_files(const ExplainSnp *snp, const Choice *const *chosen)
{
    return snp->files[0] && memcmp(snp->files, &chosen[EXPLAIN_KERNEL],
                                   sizeof(snp->files)) == 0;
}

bool explain_snp_gives(ExplainSnp *snp, const Choice *const *chosen,
                       KernelHashes *table,
                       const uint8_t found[SNP_DIGEST_SIZE])
{
    uint8_t digest[SNP_DIGEST_SIZE];
    SnpLaunch launch = {
        .cpus = { .nr = chosen[EXPLAIN_VCPUS]->cpus.nr,
                  .signature = chosen[EXPLAIN_CPU]->cpus.signature },
        .sev_features = chosen[EXPLAIN_FEATURES]->features,
    };

    if (snp->firmware != chosen[EXPLAIN_FIRMWARE]) {
        take_firmware(snp, chosen[EXPLAIN_FIRMWARE]);
    }
    if (!snp->usable ||
        (has_hashes(chosen) && !snp_launch_holds_hashes(&snp->info,
                                                        &snp->metadata)) ||
        (launch.cpus.nr > 1 && !snp->info.has_es_reset)) {
        return false;
    }
    if (!same_files(snp, chosen)) {
        take_sections(snp, chosen, table);
    }
    launch.cpus.reset_eip = snp->info.es_reset_eip;
    memcpy(digest, snp->sections, sizeof(digest));
    snp_launch_take_cpus(&launch, digest);
    return memcmp(digest, found, sizeof(digest)) == 0;
}

void explain_snp_clear(ExplainSnp *snp)
{
    snp_metadata_clear(&snp->metadata);
}
