/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "views": one page mapped with the C-bit and without it.  With
 * encrypted=1 the two mappings show different contents, as on a real SEV
 * platform; without it they show the same.
 *
 * With SEV-SNP a page is one of the two at a time.  The suite converts it
 * before it looks, and each conversion loses the content.
 */
#include "paging.h"
#include "snp.h"
#include "suite.h"

#define WORDS (PAGE_SIZE / sizeof(uint32_t))

static uint32_t pattern(unsigned i)
{
    return 0x9e3779b9u * (i + 1);
}

/* How many words of the page have the pattern. */
static unsigned count_pattern(uintptr_t page)
{
    unsigned n = 0;

    for (unsigned i = 0; i < WORDS; i++) {
        n += read32(page + 4 * i) == pattern(i);
    }
    return n;
}

static void write_pattern(uintptr_t page)
{
    for (unsigned i = 0; i < WORDS; i++) {
        write32(page + 4 * i, pattern(i));
    }
}

/* PAGE is private, and can be seen through SHARED when it is not. */
static void check_conversions(uintptr_t page, uintptr_t shared)
{
    write_pattern(page);
    check_equal(count_pattern(page), WORDS,
                "what was written with the C-bit is read back with it");
    snp_give_up(page, PAGE_SIZE);
    check_equal(count_pattern(shared), 0,
                "what was written with the C-bit, seen without it");
    write_pattern(shared);
    check_equal(count_pattern(shared), WORDS,
                "what was written without the C-bit is read back so");
    snp_accept(page, PAGE_SIZE);
    check_equal(count_pattern(page), 0,
                "what was written without the C-bit, seen with it");
    write_pattern(page);
    check_equal(count_pattern(shared), 0,
                "a look without the C-bit, of a page that is private");
    snp_accept(page, PAGE_SIZE);
    check_equal(count_pattern(page), 0, "loses what it has");
}

SUITE(views)
{
    uintptr_t page = page_alloc(), shared;
    unsigned seen = config_number("encrypted", 0) ? 0 : WORDS;
    struct path path;

    /* The base map's view of RAM has the C-bit, the path's has not. */
    path_build(&path, config_page(), page);
    shared = path.va;
    path_load(&path, cr3_bits(config_c_bit()));
    if (snp_active()) {
        check_conversions(page, shared);
        path_leave();
        return;
    }

    write_pattern(page);
    check_equal(count_pattern(page), WORDS,
                "what was written with the C-bit is read back with it");
    check_equal(count_pattern(shared), seen,
                "what was written with the C-bit, seen without it");
    check_equal(count_pattern(page), WORDS,
                "a look without the C-bit changes nothing");

    write_pattern(shared);
    check_equal(count_pattern(shared), WORDS,
                "what was written without the C-bit is read back so");
    check_equal(count_pattern(page), seen,
                "what was written without the C-bit, seen with it");
    check_equal(count_pattern(shared), WORDS,
                "a look with the C-bit changes nothing");
    path_leave();
}
