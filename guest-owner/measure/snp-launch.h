/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reckons what a SEV-SNP guest's launch must measure to (56860 section
 * 8.17.2), when QEMU with KVM launches it: the firmware's pages, upwards to 4
 * GiB; the sections of its metadata in their order; and the state of each CPU.
 * The guest owner's own reckoning: it shares no code with the secure
 * processor.
 */

#ifndef OWNER_SNP_LAUNCH_H
#define OWNER_SNP_LAUNCH_H

#include "abi/snp.h"
#include "guest-owner/measure/cpus.h"
#include "guest-owner/measure/kernel-hashes.h"
#include "guest-owner/measure/snp-metadata.h"

/* Told of each page: @type is SNP_PAGE_TYPE_*, @digest that with it */
typedef void SnpPageSeen(uint64_t gpa, unsigned type,
                         const uint8_t digest[SNP_DIGEST_SIZE],
                         gpointer opaque);

typedef struct SnpLaunch {
    GBytes *firmware;
    const char *name;           /* of the firmware, for messages */
    const KernelFiles *kernel;  /* NULL: not measured */
    GuestCpus cpus;             /* reset_eip is taken from the firmware */
    uint64_t sev_features;      /* VMSA_SEV_FEATURE_* */
    SnpPageSeen *seen;          /* NULL: nobody wants to know */
    gpointer opaque;
} SnpLaunch;

/* Fails when the firmware has no place for what is to be launched. */
bool snp_launch_digest(SnpLaunch *launch, uint8_t digest[SNP_DIGEST_SIZE],
                       GError **errp);

/* Can a table of the kernel's hashes be measured with it? */
bool snp_launch_holds_hashes(const FirmwareInfo *info,
                             const SnpMetadata *metadata);

/*
 * The three parts of a launch, for whoever tries many: each goes on from
 * @digest, which is zeros at first. @hashes is NULL when none are measured.
 */
void snp_launch_take_firmware(const SnpLaunch *launch,
                              uint8_t digest[SNP_DIGEST_SIZE]);
void snp_launch_take_sections(const SnpLaunch *launch,
                              const FirmwareInfo *info,
                              const SnpMetadata *metadata,
                              const KernelHashes *hashes,
                              uint8_t digest[SNP_DIGEST_SIZE]);
void snp_launch_take_cpus(const SnpLaunch *launch,
                          uint8_t digest[SNP_DIGEST_SIZE]);

/*
 * One page of any launch, which goes on from @digest. @content is NULL for the
 * types whose content is not measured.
 */
void snp_launch_take_page(const SnpLaunch *launch, unsigned type,
                          uint64_t gpa, const void *content,
                          uint8_t digest[SNP_DIGEST_SIZE]);

/* "normal", "zero" ... */
const char *snp_page_type_name(unsigned type);

#endif
