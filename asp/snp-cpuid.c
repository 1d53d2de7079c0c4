/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks the CPUID page (56860 section 8.17.2.6) function by function against
 * what the processor has. A guest believes it unseen, and it is not measured.
 */

#include "asp/snp-cpuid.h"

#include <string.h>

#include "asp/snp-pages.h"

void asp_snp_cpuid_correct(Asp *asp, SnpCpuidEntry *entry)
{
    uint32_t leaf = le32_get(entry->eax_in);
    uint32_t subleaf = le32_get(entry->ecx_in);
    const AspCpuidRule *rule = asp_cpuid_rule(leaf, subleaf);
    uint32_t guest[4] = {
        le32_get(entry->eax), le32_get(entry->ebx),
        le32_get(entry->ecx), le32_get(entry->edx),
    };
    uint32_t host[4] = { 0 };

    if (asp->ops.cpuid(asp->opaque, leaf, rule->has_subleaf ? subleaf : 0,
                       le64_get(entry->xcr0_in), le64_get(entry->xss_in),
                       host)) {
        memset(host, 0, sizeof(host));
    }
    for (unsigned i = 0; i < 4; i++) {
        guest[i] = asp_cpuid_correct(rule->check[i], rule->free[i], guest[i],
                                     host[i]);
    }
    entry->eax = le32_of(guest[0]);
    entry->ebx = le32_of(guest[1]);
    entry->ecx = le32_of(guest[2]);
    entry->edx = le32_of(guest[3]);
    entry->reserved = le64_of(0);
}

static void correct_page(Asp *asp, SnpCpuidPage *page)
{
    uint32_t count = le32_get(page->count);

    if (count > SNP_CPUID_MAX_ENTRIES) {
        count = SNP_CPUID_MAX_ENTRIES;
        page->count = le32_of(count);
    }
    page->reserved1 = le32_of(0);
    page->reserved2 = le64_of(0);
    for (uint32_t i = 0; i < count; i++) {
        asp_snp_cpuid_correct(asp, &page->entry[i]);
    }
}

uint32_t asp_snp_fill_cpuid(Asp *asp, const AspSnpGuest *guest,
                            uint64_t paddr, uint8_t page[SNP_PAGE_SIZE])
{
    SnpCpuidPage right;
    uint32_t status = asp_read(asp, paddr, page, SNP_PAGE_SIZE);

    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    memcpy(&right, page, sizeof(right));
    correct_page(asp, &right);
    if (memcmp(&right, page, sizeof(right)) == 0) {
        return SEV_FW_SUCCESS;
    }
    /* For the hypervisor to read, and to tell of */
    status = asp_write(asp, paddr, &right, sizeof(right));
    return status == SEV_FW_SUCCESS ? SEV_FW_INVALID_PARAM : status;
}
