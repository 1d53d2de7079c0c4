/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reckons the launch digest of SEV-SNP, page by page. */

#include <string.h>
#include "guest-owner/measure/digest.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/measure/snp-launch.h"
#include "guest-owner/measure/vmsa.h"

#define FOUR_GIB 0x100000000ull

const char *snp_page_type_name(unsigned type)
{
    static const char *const names[] = {
        [SNP_PAGE_TYPE_NORMAL] = "normal",
        [SNP_PAGE_TYPE_VMSA] = "vmsa",
        [SNP_PAGE_TYPE_ZERO] = "zero",
        [SNP_PAGE_TYPE_UNMEASURED] = "unmeasured",
        [SNP_PAGE_TYPE_SECRETS] = "secrets",
        [SNP_PAGE_TYPE_CPUID] = "cpuid",
    };

    return type < G_N_ELEMENTS(names) && names[type] ? names[type] : "?";
}

void snp_launch_take_page(const SnpLaunch *launch, unsigned type,
                          uint64_t gpa, const void *content,
                          uint8_t digest[SNP_DIGEST_SIZE])
{
    SnpPageInfo info = {
        .len = le16_of(sizeof(info)),
        .page_type = type,
        .gpa = le64_of(gpa),
    };
    Digest hash;

    memcpy(info.digest, digest, SNP_DIGEST_SIZE);
    if (content) {
        digest_make(&hash, DIGEST_SHA384, content, SNP_PAGE_SIZE);
        memcpy(info.contents, hash.byte, SNP_DIGEST_SIZE);
    }
    digest_make(&hash, DIGEST_SHA384, &info, sizeof(info));
    memcpy(digest, hash.byte, SNP_DIGEST_SIZE);
    if (launch->seen) {
        launch->seen(gpa, type, digest, launch->opaque);
    }
}

void snp_launch_take_firmware(const SnpLaunch *launch,
                              uint8_t digest[SNP_DIGEST_SIZE])
{
    gsize size;
    const uint8_t *data = g_bytes_get_data(launch->firmware, &size);

    for (gsize at = 0; at < size; at += SNP_PAGE_SIZE) {
        snp_launch_take_page(launch, SNP_PAGE_TYPE_NORMAL,
                             FOUR_GIB - size + at, data + at, digest);
    }
}

static unsigned section_page_type(uint32_t type)
{
    switch (type) {
    case OVMF_SEV_SECTION_SECRETS:
        return SNP_PAGE_TYPE_SECRETS;
    case OVMF_SEV_SECTION_CPUID:
        return SNP_PAGE_TYPE_CPUID;
    default:
        return SNP_PAGE_TYPE_ZERO;      /* QEMU's, for all others */
    }
}

/* The table lies in the section's first page where the firmware says. */
static void take_hashes(const SnpLaunch *launch, const FirmwareArea *area,
                        const KernelHashes *hashes,
                        const SnpSection *section, uint8_t *digest)
{
    static const uint8_t zeros[SNP_PAGE_SIZE];
    uint8_t page[SNP_PAGE_SIZE] = { 0 };

    memcpy(page + area->base % SNP_PAGE_SIZE, hashes, sizeof(*hashes));
    for (uint32_t at = 0; at < section->size; at += SNP_PAGE_SIZE) {
        snp_launch_take_page(launch, SNP_PAGE_TYPE_NORMAL,
                             section->base + at, at ? zeros : page, digest);
    }
}

void snp_launch_take_sections(const SnpLaunch *launch,
                              const FirmwareInfo *info,
                              const SnpMetadata *metadata,
                              const KernelHashes *hashes,
                              uint8_t digest[SNP_DIGEST_SIZE])
{
    for (size_t i = 0; i < metadata->nr; i++) {
        const SnpSection *section = &metadata->sections[i];

        if (section->type == OVMF_SEV_SECTION_KERNEL_HASHES && hashes) {
            take_hashes(launch, &info->hash_table, hashes, section, digest);
            continue;
        }
        for (uint32_t at = 0; at < section->size; at += SNP_PAGE_SIZE) {
            snp_launch_take_page(launch, section_page_type(section->type),
                                 section->base + at, NULL, digest);
        }
    }
}

void snp_launch_take_cpus(const SnpLaunch *launch,
                          uint8_t digest[SNP_DIGEST_SIZE])
{
    SevVmsa vmsa;

    for (uint32_t i = 0; i < launch->cpus.nr; i++) {
        vmsa_build(&launch->cpus, i == 0, &vmsa);
        vmsa.sev_features = le64_of(launch->sev_features);
        snp_launch_take_page(launch, SNP_PAGE_TYPE_VMSA, SNP_VMSA_GPA, &vmsa,
                             digest);
    }
}

bool snp_launch_holds_hashes(const FirmwareInfo *info,
                             const SnpMetadata *metadata)
{
    uint32_t offset = info->hash_table.base % SNP_PAGE_SIZE;
    bool has_section = false;

    for (size_t i = 0; i < metadata->nr; i++) {
        has_section |= metadata->sections[i].type ==
                       OVMF_SEV_SECTION_KERNEL_HASHES;
    }
    return firmware_holds_hashes(info) && has_section &&
           offset <= SNP_PAGE_SIZE - sizeof(KernelHashes);
}

static bool check_hashes(const SnpLaunch *launch, const FirmwareInfo *info,
                         const SnpMetadata *metadata, GError **errp)
{
    if (!launch->kernel || snp_launch_holds_hashes(info, metadata)) {
        return true;
    }
    g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                "firmware %s has no place for kernel hashes: use the AmdSev "
                "build, or leave out --kernel", launch->name);
    return false;
}

bool snp_launch_digest(SnpLaunch *launch, uint8_t digest[SNP_DIGEST_SIZE],
                       GError **errp)
{
    SnpMetadata metadata = { 0 };
    KernelHashes hashes;
    FirmwareInfo info;
    bool ok = firmware_parse(launch->firmware, launch->name, &info, errp) &&
              snp_metadata_read(launch->firmware, &info, launch->name,
                                &metadata, errp) &&
              check_hashes(launch, &info, &metadata, errp) &&
              guest_cpus_take_firmware(&launch->cpus, &info, launch->name,
                                       errp);

    if (ok) {
        if (launch->kernel) {
            kernel_hashes_build(launch->kernel, &hashes);
        }
        memset(digest, 0, SNP_DIGEST_SIZE);
        snp_launch_take_firmware(launch, digest);
        snp_launch_take_sections(launch, &info, &metadata,
                                 launch->kernel ? &hashes : NULL, digest);
        snp_launch_take_cpus(launch, digest);
    }
    snp_metadata_clear(&metadata);
    return ok;
}
