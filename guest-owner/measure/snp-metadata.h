/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the SEV-SNP metadata of a firmware image: which memory it wants to
 * have in a launch, besides itself (abi/ovmf.h).
 */

#ifndef OWNER_SNP_METADATA_H
#define OWNER_SNP_METADATA_H

#include "guest-owner/measure/firmware.h"

/* An OvmfSevSection, of whole pages */
typedef struct SnpSection {
    uint32_t base;              /* guest physical address */
    uint32_t size;              /* bytes */
    uint32_t type;              /* OVMF_SEV_SECTION_* */
} SnpSection;

typedef struct SnpMetadata {
    SnpSection *sections;
    size_t nr;
} SnpMetadata;

/*
 * Reads the metadata of @image, of which @info was read. Fails without any,
 * and when they contradict themselves. No more than 4 GiB are in all of the
 * sections, none of which reaches 4 GiB.
 */
bool snp_metadata_read(GBytes *image, const FirmwareInfo *info,
                       const char *name, SnpMetadata *metadata,
                       GError **errp);

void snp_metadata_clear(SnpMetadata *metadata);

#endif
