/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_discard": a page that changes hands loses the content that it had
 * as the other kind, as with QEMU and KVM.  With "kept=1" shared content is
 * there again, for RAM that cannot be discarded.
 *
 * Suite "snp_resident": "mib=" MiB are written to as private memory, then with
 * "both=1" as shared memory too; the host counts what QEMU occupies.
 */
#include "msr.h"
#include "paging.h"
#include "probe.h"
#include "snp.h"
#include "suite.h"
#include "text.h"

#define PATTERN     0x1122334455667788ull
#define PAGES_2M    (SIZE_2M / SIZE_4K)
#define CODE_VALUE  0x5e
/* mov $CODE_VALUE, %eax; ret */
static const uint8_t code[] = { 0xb8, CODE_VALUE, 0, 0, 0, 0xc3 };

/* All 2 MiB around PAGE another time, as shared memory */
static uintptr_t shared_view(uintptr_t page)
{
    struct path path;

    path_build(&path, 2, page);
    path_encrypt(&path, c_bit, ~0u << 3);
    path_load(&path, c_bit);
    return path.va;
}

static void fill(uintptr_t at, unsigned pages)
{
    for (unsigned i = 0; i < pages; i++) {
        *(volatile uint64_t *)(at + i * SIZE_4K) = PATTERN + i;
    }
}

static unsigned how_many(uintptr_t at, unsigned pages, bool pattern)
{
    unsigned n = 0;

    for (unsigned i = 0; i < pages; i++) {
        n += *(volatile uint64_t *)(at + i * SIZE_4K) ==
             (pattern ? PATTERN + i : 0);
    }
    return n;
}

/* What the shared view of pages that were private has, all of it */
static void check_gone(uintptr_t view, unsigned pages, const char *what)
{
    bool kept = config_number("kept", 0);

    check_equal(how_many(view, pages, kept), pages, "%s is %s", what,
                kept ? "kept" : "gone");
}

static void check_4k(void)
{
    uintptr_t page = fresh_alloc(SIZE_2M), view = shared_view(page);
    uintptr_t middle = 9 * SIZE_4K;

    fill(view, PAGES_2M);
    psc_one(page + middle, GHCB_PSC_OP_SHARED, false);
    check_equal(how_many(view, PAGES_2M, true), PAGES_2M,
                "shared pages that get shared keep their content");
    *(uint64_t *)(view + middle) = PATTERN;
    snp_accept(page + middle, SIZE_4K);
    fill(page + middle, 1);
    psc_one(page + middle, GHCB_PSC_OP_PRIVATE, false);
    check_equal(how_many(page + middle, 1, true), 1,
                "a private page that gets private keeps its content");
    snp_give_up(page + middle, SIZE_4K);
    check_gone(view + middle, 1, "the shared content of a private page");
    *(uint64_t *)(view + middle) = PATTERN + 9;
    check_equal(how_many(view, PAGES_2M, true), PAGES_2M,
                "the pages around it have theirs");
    snp_accept(page + middle, SIZE_4K);
    check(*(uint64_t *)(page + middle) != PATTERN,
          "the private content is gone");
    path_leave();
}

static void check_2m(void)
{
    uintptr_t page = fresh_alloc(SIZE_2M), view = shared_view(page);

    fill(view, PAGES_2M);
    snp_accept(page, SIZE_2M);
    check_equal(how_many(page, PAGES_2M, true), 0,
                "2M that get private have none of it");
    fill(page, PAGES_2M);
    snp_give_up(page, SIZE_2M);
    check_gone(view, PAGES_2M, "the shared content of 2M");
    snp_accept(page, SIZE_2M);
    check_equal(how_many(page, PAGES_2M, true), 0,
                "the private content of 2M is gone");
    path_leave();
}

/* 2M of which a page has been private already, and one gets shared before */
static void check_mixed(void)
{
    uintptr_t page = fresh_alloc(SIZE_2M), view = shared_view(page);

    fill(view, PAGES_2M);
    snp_accept(page + 3 * SIZE_4K, SIZE_4K);
    psc_one(page, GHCB_PSC_OP_PRIVATE, true);
    psc_one(page + 8 * SIZE_4K, GHCB_PSC_OP_SHARED, false);
    *(uint64_t *)(view + 8 * SIZE_4K) = PATTERN + 8;
    psc_one(page, GHCB_PSC_OP_SHARED, true);
    check_equal(*(uint64_t *)(view + 8 * SIZE_4K), PATTERN + 8,
                "of 2M, what a page has that was shared stays");
    *(uint64_t *)(view + 8 * SIZE_4K) =
        config_number("kept", 0) ? PATTERN + 8 : 0;
    check_gone(view, PAGES_2M, "the shared content of the others");
    path_leave();
}

/* Converted because it is accessed so */
static void check_by_access(void)
{
    uintptr_t page = fresh_alloc(SIZE_2M), view = shared_view(page);

    fill(view, 1);
    check_equal(catch_vc(probe_read, page, 0).vector, VECTOR_VC,
                "a private read of a shared page converts it");
    check_gone(view, 1, "its shared content");
    path_leave();
}

/* The translation of code must not outlive the code. */
static void check_code(void)
{
    uintptr_t page = fresh_alloc(SIZE_4K);
    struct path path;
    struct fault f;

    snp_accept(page, SIZE_4K);
    memcpy((void *)page, code, sizeof(code));
    path_build(&path, 1, page);
    path_encrypt(&path, c_bit, ~0u);
    path_load(&path, c_bit);
    check_equal(catch_vc(probe_call, path.va, 0).value, CODE_VALUE,
                "code is executed");
    snp_give_up(page, SIZE_4K);
    snp_accept(page, SIZE_4K);
    f = catch_vc(probe_call, path.va, 0);
    check(f.vector != NO_FAULT || f.value != CODE_VALUE,
          "but not when its page has been given up since");
    path_leave();
}

/* A GHCB's page there and back: registered again, it is as good as before. */
static void check_ghcb(void)
{
    Ghcb *other = (Ghcb *)shared_alloc(PAGE_SIZE), *ghcb;

    memset(other, 0xff, PAGE_SIZE);
    psc_one((uintptr_t)other, GHCB_PSC_OP_PRIVATE, false);
    psc_one((uintptr_t)other, GHCB_PSC_OP_SHARED, false);
    ghcb = ghcb_begin(0, GHCB_EXIT_HV_FEATURES, 0, 0);
    memcpy(other, ghcb, sizeof(*other));
    check_equal(ghcb_call(other), 0, "a page that was private can be a GHCB");
    check(GHCB_GET(other, sw_exit_info_2), "and has the answer");
}

SUITE(snp_discard)
{
    check_4k();
    check_2m();
    check_mixed();
    check_by_access();
    check_code();
    check_ghcb();
}

SUITE(snp_resident)
{
    unsigned blocks = config_number("mib", 2) / 2;
    unsigned good = 0;

    for (unsigned i = 0; i < blocks; i++) {
        uintptr_t page = fresh_alloc(SIZE_2M);

        snp_accept(page, SIZE_2M);
        fill(page, PAGES_2M);
        good += how_many(page, PAGES_2M, true) == PAGES_2M;
        if (config_number("both", 0)) {
            uintptr_t view = shared_view(page);

            snp_give_up(page, SIZE_2M);
            fill(view, PAGES_2M);
            snp_accept(page, SIZE_2M);
            fill(page, PAGES_2M);
            path_leave();
        }
    }
    check_equal(good, blocks, "all of the memory is written to");
}
