/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asp/snp-cpuid.c and asp/snp-cpuid-policy.c: CPUID pages. Input: what the
 * processor lacks, 4 bytes, then the page.
 *
 * What is refused is right once it is corrected; what is accepted is what
 * was given.
 */

#include <string.h>

#include "fuzz.h"
#include "tests/unit/snp-fixture.h"

static uint32_t update(AspFixture *f)
{
    snp_give(f, 0, 0x1000);
    return snp_update(f, SNP_PAGE_TYPE_CPUID, PAGE(0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AspFixture *f = asp_fixture_new();
    FuzzInput in = { data, size };
    uint8_t page[SNP_PAGE_SIZE];
    uint32_t status;

    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    fuzz_take(&in, &f->cpuid_mask, sizeof(f->cpuid_mask));
    fuzz_take(&in, page, sizeof(page));
    memcpy(f->memory, page, sizeof(page));
    status = update(f);
    if (status == SEV_FW_INVALID_PARAM) {
        g_assert_cmpuint(f->private_writes, ==, 0);
        g_assert_true(memcmp(f->memory, page, sizeof(page)) != 0);
        /* It isn't made worse */
        g_assert_cmpuint(le32_get(((SnpCpuidPage *)f->memory)->count), <=, 64);
        memcpy(page, f->memory, sizeof(page));
        status = update(f);
    }
    g_assert_cmphex(status, ==, SEV_FW_SUCCESS);
    g_assert_cmpmem(f->private_memory, sizeof(page), page, sizeof(page));
    asp_fixture_free(f);
    return 0;
}
