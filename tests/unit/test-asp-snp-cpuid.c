/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CPUID page (AMD publication 56860, section 8.17.2.6; the policy in
 * 55898, chapter 2, CPUID Policy Enforcement).
 */

#include "snp-fixture.h"

#include <string.h>

#include "asp/snp-cpuid.h"

#define EAX 0
#define EBX 1
#define ECX 2
#define EDX 3

static SnpCpuidPage *page_of(AspFixture *f)
{
    return (void *)f->memory;
}

/* A page of one function, which is what the processor has */
static SnpCpuidEntry *put_function(AspFixture *f, uint32_t leaf,
                                   uint32_t subleaf)
{
    SnpCpuidPage *page = page_of(f);
    SnpCpuidEntry *entry = &page->entry[0];
    uint32_t out[4];

    memset(page, 0, sizeof(*page));
    page->count = le32_of(1);
    entry->eax_in = le32_of(leaf);
    entry->ecx_in = le32_of(subleaf);
    entry->xcr0_in = le64_of(leaf == 0xd ? 1 : 0);
    fixture_cpuid(f, leaf, subleaf, le64_get(entry->xcr0_in), 0, out);
    entry->eax = le32_of(out[EAX]);
    entry->ebx = le32_of(out[EBX]);
    entry->ecx = le32_of(out[ECX]);
    entry->edx = le32_of(out[EDX]);
    return entry;
}

static uint32_t update(AspFixture *f)
{
    snp_give(f, 0, 0x1000);
    return snp_update(f, SNP_PAGE_TYPE_CPUID, PAGE(0));
}

/* The guest may see it; or else the page is right afterwards */
static void assert_refused(AspFixture *f)
{
    static const uint8_t zeros[SNP_DIGEST_SIZE];

    g_assert_cmpuint(f->private_writes, ==, 0);
    assert_status(update(f), INVALID_PARAM);
    g_assert_cmpuint(f->private_writes, ==, 0);
    g_assert_true(f->rmp[0].immutable && !f->rmp[0].validated);
    g_assert_cmpmem(snp_digest(f), SNP_DIGEST_SIZE, zeros, sizeof(zeros));
    assert_status(update(f), SUCCESS);
    f->private_writes = 0;
    assert_status(asp_command(f->asp, SNP_CMD_SHUTDOWN, NULL, 0), SUCCESS);
    must_snp_guest(f, SNP_GSTATE_LAUNCH);
}

static void test_equal(AspFixture *f)
{
    static const uint32_t leaves[][2] = {
        { 0, 0 }, { 1, 0 }, { 6, 7 }, { 7, 0 }, { 7, 1 }, { 0xb, 0 },
        { 0xd, 0 }, { 0xd, 1 }, { 0xd, 2 }, { 0x80000000, 0 },
        { 0x80000001, 0 }, { 0x80000008, 0 }, { 0x8000001d, 3 },
        { 0x8000001f, 0 }, { 0x80000021, 0 }, { 0x40000000, 0 },
    };

    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    for (unsigned i = 0; i < G_N_ELEMENTS(leaves); i++) {
        SnpCpuidEntry *entry = put_function(f, leaves[i][0], leaves[i][1]);

        if (leaves[i][0] == 6) {
            entry->ebx = entry->edx = le32_of(0);
            entry->ecx = le32_of(0x5a5a5a5a);    /* without the subleaf */
        }
        assert_status(update(f), SUCCESS);
    }
}

static void test_feature(AspFixture *f)
{
    SnpCpuidEntry *entry;

    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    entry = put_function(f, 7, 0);
    entry->ebx = le32_of(le32_get(entry->ebx) | 0x100);
    assert_refused(f);
    g_assert_cmphex(le32_get(page_of(f)->entry[0].ebx), ==, 0x00ff00ff);
    /* Less is fine, and what follows from the guest's own state */
    put_function(f, 7, 0)->ebx = le32_of(0);
    assert_status(update(f), SUCCESS);
    entry = put_function(f, 1, 0);
    entry->ecx = le32_of(le32_get(entry->ecx) | (1u << 31 | 1u << 27));
    entry->edx = le32_of(le32_get(entry->edx) ^ (1u << 28));
    entry->ebx = le32_of(0xffffffff);
    assert_status(update(f), SUCCESS);
}

static void test_strict(AspFixture *f)
{
    SnpCpuidEntry *entry;

    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    entry = put_function(f, 0, 0);
    entry->ebx = le32_of(le32_get(entry->ebx) ^ 1);
    assert_refused(f);
    entry = put_function(f, 0, 0);
    entry->eax = le32_of(le32_get(entry->eax) + 1);
    assert_refused(f);
    put_function(f, 0xd, 0)->ebx = le32_of(0x340);
    assert_refused(f);
    g_assert_cmphex(le32_get(page_of(f)->entry[0].ebx), ==, 0x240);
    entry = put_function(f, 0xd, 2);
    entry->eax = le32_of(le32_get(entry->eax) + 1);
    assert_refused(f);
    put_function(f, 0xd, 2)->eax = le32_of(0);
    assert_status(update(f), SUCCESS);
}

/* What XSAVE takes depends on what is enabled. */
static void test_xsave(AspFixture *f)
{
    SnpCpuidEntry *entry;

    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    entry = put_function(f, 0xd, 0);
    entry->xcr0_in = le64_of(3);
    assert_refused(f);
    g_assert_cmphex(le32_get(page_of(f)->entry[0].ebx), ==, 0x340);
    entry = put_function(f, 0xd, 1);
    entry->xss_in = le64_of(2);
    entry->ebx = le32_of(0x440);
    assert_status(update(f), SUCCESS);
}

static void test_ranges(AspFixture *f)
{
    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    put_function(f, 2, 0);                  /* not in the policy */
    assert_refused(f);
    g_assert_cmphex(le32_get(page_of(f)->entry[0].eax), ==, 0);
    put_function(f, 0x80000009, 0);
    assert_refused(f);
    put_function(f, 7, 2);
    assert_refused(f);
    put_function(f, 0x40000001, 0)->eax = le32_of(0xffffffff);
    assert_status(update(f), SUCCESS);
    put_function(f, 0xc0000001, 0)->edx = le32_of(0xffffffff);
    assert_status(update(f), SUCCESS);
}

static void test_reserved(AspFixture *f)
{
    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    put_function(f, 7, 0)->reserved = le64_of(1);
    assert_refused(f);
    put_function(f, 7, 0);
    page_of(f)->reserved1 = le32_of(1);
    assert_refused(f);
    put_function(f, 7, 0);
    page_of(f)->reserved2 = le64_of(1);
    assert_refused(f);
}

static void test_count(AspFixture *f)
{
    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    put_function(f, 7, 0);
    page_of(f)->count = le32_of(65);
    assert_refused(f);
    put_function(f, 7, 0);
    page_of(f)->count = le32_of(UINT32_MAX);
    assert_refused(f);
    put_function(f, 7, 0);
    /* The last one counts as the first does; those after don't. */
    page_of(f)->count = le32_of(64);
    page_of(f)->entry[63] = page_of(f)->entry[0];
    page_of(f)->entry[63].edx = le32_of(0xffffffff);
    assert_refused(f);
    put_function(f, 7, 0);
    page_of(f)->entry[1].eax = le32_of(5);
    assert_status(update(f), SUCCESS);
}

/* No processor to ask has nothing; no memory to answer in says so. */
static void test_failures(AspFixture *f)
{
    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    put_function(f, 7, 0);
    f->fail_cpuid = true;
    assert_refused(f);
    g_assert_cmphex(le32_get(page_of(f)->entry[0].ebx), ==, 0);
    f->fail_cpuid = false;
    put_function(f, 7, 0)->eax = le32_of(0xffffffff);
    f->fail_write = true;
    assert_status(update(f), INVALID_ADDRESS);
    f->fail_write = false;
    f->fail_read_call = 1;
    assert_status(update(f), INVALID_ADDRESS);
}

static void test_checks(void)
{
    g_assert_cmphex(asp_cpuid_correct(ASP_CPUID_ZERO, 0, 5, 5), ==, 0);
    g_assert_cmphex(asp_cpuid_correct(ASP_CPUID_ANY, 0, 5, 0), ==, 5);
    g_assert_cmphex(asp_cpuid_correct(ASP_CPUID_STRICT, 0, 5, 7), ==, 7);
    g_assert_cmphex(asp_cpuid_correct(ASP_CPUID_STRICT, 0, 0, 7), ==, 7);
    g_assert_cmphex(asp_cpuid_correct(ASP_CPUID_SAME_OR_NONE, 0, 0, 7), ==,
                    0);
    g_assert_cmphex(asp_cpuid_correct(ASP_CPUID_SAME_OR_NONE, 0, 1, 7), ==,
                    7);
    g_assert_cmphex(asp_cpuid_correct(ASP_CPUID_BITS, 8, 0xf, 5), ==, 0xd);
    g_assert_cmphex(asp_cpuid_correct(ASP_CPUID_LIMIT, 0, 9, 7), ==, 7);
    g_assert_cmphex(asp_cpuid_correct(ASP_CPUID_LIMIT, 0, 5, 7), ==, 5);
    g_assert_cmphex(asp_cpuid_correct(ASP_CPUID_LIMIT_BYTES, 0, 0x01090030,
                                      0x02050130), ==, 0x01050030);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/asp/snp-cpuid/kinds-of-checks", test_checks);
#define ADD(name, func) asp_test_add("/asp/snp-cpuid/" name, func)
    ADD("what-the-processor-has-is-good", test_equal);
    ADD("a-feature-more-is-corrected", test_feature);
    ADD("strict-values-are-corrected", test_strict);
    ADD("XSAVE-areas-have-their-size", test_xsave);
    ADD("ranges-and-unlisted-functions", test_ranges);
    ADD("reserved-fields-are-corrected", test_reserved);
    ADD("64-functions-are-looked-at", test_count);
    ADD("failures", test_failures);
    return g_test_run();
}
