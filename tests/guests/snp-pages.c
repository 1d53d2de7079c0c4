/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_pages": page state changes by MSR and by GHCB (56421, sections
 * 2.3.1 and 4.1.6), what KVM makes of wrong ones, and whose content is whose.
 */
#include "paging.h"
#include "probe.h"
#include "snp.h"
#include "suite.h"
#include "x86.h"

#define PATTERN     0x1122334455667788
#define NOWHERE     0xd0000000ull       /* no RAM there */
#define PAGES_2M    (SIZE_2M / SIZE_4K)
#define OP_PRIVATE  GHCB_PSC_OP_PRIVATE
#define OP_SHARED   GHCB_PSC_OP_SHARED

/* The base map has all of RAM as private: the page's other view */
static struct path other;

static uintptr_t shared_view(uintptr_t page)
{
    path_build(&other, 1, page);
    path_encrypt(&other, c_bit, ~0u << 2);
    path_load(&other, c_bit);
    return other.va;
}

/* Is this validated? Nothing is changed; a page of 2M is split. */
static bool is_validated(uintptr_t page)
{
    struct fault f = catch_vc(probe_read, page, 0);

    return f.vector == NO_FAULT;
}

static void check_msr(void)
{
    uintptr_t page = fresh_alloc(SIZE_4K);
    uint32_t error;
    bool validated;

    check_equal(psc_msr(page, OP_PRIVATE), 0, "by MSR, a page gets private");
    check(!pvalidate(page, 0, 1).carry, "and can be validated");
    *(uint64_t *)page = PATTERN;
    check_equal(psc_msr(page, OP_PRIVATE), 0, "by MSR, it gets so again");
    check_equal(*(uint64_t *)page, PATTERN, "which changes nothing");
    /* At once: what is printed goes through a GHCB. */
    is_validated(page);
    error = psc_msr(page, OP_SHARED);
    validated = is_validated(page);
    check_equal(error, 0, "by MSR, a page gets shared");
    check(!validated, "and is not validated any more");
    check_equal(psc_msr(page, OP_SHARED), 0,
                "by MSR, it gets so after a private read");
    check_equal(psc_msr(page, OP_SHARED), 0, "by MSR, it gets so again");
    for (unsigned op = 0; op < 16; op++) {
        if (op != OP_PRIVATE && op != OP_SHARED) {
            check(psc_msr(page, op), "by MSR, operation %u is an error", op);
        }
    }
    check(psc_msr(NOWHERE, OP_PRIVATE), "by MSR, no RAM cannot get private");
    check_equal(psc_msr(NOWHERE, OP_SHARED), 0,
                "by MSR, no RAM may get what it is, shared");
    check(psc_msr(0xfffffffffful << 12, OP_PRIVATE),
          "by MSR, the last page of all cannot get private");
}

/* Fills FIRST to LAST with pages from PAGE on, and makes the change. */
static Ghcb *change(uintptr_t page, unsigned op, unsigned first, unsigned last)
{
    Ghcb *ghcb = psc_begin(first, last);

    for (unsigned i = 0; i <= last; i++) {
        psc_entries(ghcb)[i] = psc_entry(page + i * SIZE_4K, op, false, 0);
    }
    ghcb_call(ghcb);
    return ghcb;
}

static void check_done(Ghcb *ghcb, uint64_t info_2, unsigned cur,
                       const char *what)
{
    check(GHCB_GET(ghcb, sw_exit_info_1) == 0 &&
          GHCB_GET(ghcb, sw_exit_info_2) == info_2 &&
          le16_get(psc_header(ghcb)->cur_entry) == cur,
          "%s: information %x, next entry %u (got %x, %u)", what, info_2, cur,
          GHCB_GET(ghcb, sw_exit_info_2),
          le16_get(psc_header(ghcb)->cur_entry));
}

static uintptr_t fresh_pages(unsigned count)
{
    uintptr_t first = fresh_alloc(SIZE_4K);

    while (--count) {
        fresh_alloc(SIZE_4K);
    }
    return first;
}

static void check_all_entries(void)
{
    unsigned count = GHCB_PSC_MAX_ENTRIES, carries = 0, marked = 0;
    uintptr_t page = fresh_pages(count + 1);
    Ghcb *ghcb = change(page, OP_PRIVATE, 0, count - 1);

    check_done(ghcb, 0, count, "all 253 entries");
    for (unsigned i = 0; i < count; i++) {
        marked += (psc_entries(ghcb)[i] & GHCB_PSC_CUR_PAGE_MASK) == 1;
        carries += pvalidate(page + i * SIZE_4K, 0, 1).carry;
        *(uint64_t *)(page + i * SIZE_4K) = PATTERN + i;
    }
    check_equal(marked, count, "each entry has its page as done");
    check_equal(carries, 0, "each page can be validated");
    check_done(change(page, OP_SHARED, 100, count - 1), 0, count,
               "entries 100 to 252");
    check_equal(*(uint64_t *)(page + 99 * SIZE_4K), PATTERN + 99,
                "entry 99 was not done");
    check(!is_validated(page + 100 * SIZE_4K), "entry 100 was");
    check(!is_validated(page + 252 * SIZE_4K), "entry 252 was");
    check_done(change(page, OP_SHARED, 5, 4), 0, 5, "no entry at all");
    check_equal(*(uint64_t *)(page + 4 * SIZE_4K), PATTERN + 4,
                "which does nothing");
    check_done(change(page, OP_SHARED, 0, 0), 0, 1, "one entry");
    check_equal(*(uint64_t *)(page + SIZE_4K), PATTERN + 1,
                "which is all that is done");
}

static void check_headers(void)
{
    Ghcb *ghcb = psc_begin(0, GHCB_PSC_MAX_ENTRIES);
    uintptr_t page = fresh_alloc(SIZE_4K);

    snp_accept(page, SIZE_4K);
    ghcb = psc_begin(0, GHCB_PSC_MAX_ENTRIES);
    psc_entries(ghcb)[0] = psc_entry(page, OP_SHARED, false, 0);
    ghcb_call(ghcb);
    check_done(ghcb, GHCB_PSC_ERROR_INVALID_HEADER, 0, "254 entries");
    check(is_validated(page), "of which none is done");
    psc_header(ghcb)->end_entry = le16_of(0xffff);
    ghcb = psc_begin(0, 0xffff);
    ghcb_call(ghcb);
    check_done(ghcb, GHCB_PSC_ERROR_INVALID_HEADER, 0, "65536 entries");
    ghcb = ghcb_begin(0, GHCB_EXIT_PSC, 0, 0);
    check_equal(ghcb_call(ghcb), GHCB_RESP_MALFORMED_INPUT,
                "without a scratch area it is malformed");
    check_equal(GHCB_GET(ghcb, sw_exit_info_2), GHCB_ERR_MISSING_INPUT,
                "for that reason");
}

/* Two good entries, BAD, and another good one */
static void check_bad_entry(uint64_t bad, uint64_t info_2, const char *what)
{
    uintptr_t page = fresh_pages(3);
    Ghcb *ghcb;

    for (unsigned i = 0; i < 3; i++) {
        snp_accept(page + i * SIZE_4K, SIZE_4K);
    }
    ghcb = psc_begin(0, 3);
    psc_entries(ghcb)[0] = psc_entry(page, OP_SHARED, false, 0);
    psc_entries(ghcb)[1] = psc_entry(page + SIZE_4K, OP_SHARED, false, 0);
    psc_entries(ghcb)[2] = bad;
    psc_entries(ghcb)[3] = psc_entry(page + 2 * SIZE_4K, OP_SHARED, false, 0);
    ghcb_call(ghcb);
    check_done(ghcb, info_2, 2, what);
    check(!is_validated(page) && !is_validated(page + SIZE_4K),
          "the entries before are done");
    check(is_validated(page + 2 * SIZE_4K), "the one behind is not");
}

static void check_bad_entries(void)
{
    uintptr_t page = fresh_alloc(SIZE_2M);

    check_bad_entry(psc_entry(page + SIZE_4K, OP_PRIVATE, true, 0),
                    GHCB_PSC_ERROR_INVALID_ENTRY, "2M that are not aligned");
    check_bad_entry(psc_entry(page, OP_PRIVATE, true, 513),
                    GHCB_PSC_ERROR_INVALID_ENTRY, "513 of 512 pages done");
    check_bad_entry(psc_entry(page, OP_PRIVATE, false, 2),
                    GHCB_PSC_ERROR_INVALID_ENTRY, "2 of 1 page done");
    check_bad_entry(psc_entry(NOWHERE, OP_PRIVATE, false, 0),
                    GHCB_PSC_ERROR_GENERIC, "4K that are no RAM");
    check_bad_entry(psc_entry(NOWHERE, OP_PRIVATE, true, 0),
                    GHCB_PSC_ERROR_GENERIC, "2M that are no RAM");
}

/* PSMASH, UNSMASH and none: KVM calls them done. */
static void check_other_operations(void)
{
    uintptr_t page = fresh_alloc(SIZE_2M);

    snp_accept(page, SIZE_2M);
    *(uint64_t *)page = PATTERN;
    for (unsigned op = 0; op < 16; op++) {
        if (op != OP_PRIVATE && op != OP_SHARED) {
            check_equal(psc_one(page, op, true), 0,
                        "operation %u is called done", op);
        }
    }
    check_equal(*(uint64_t *)page, PATTERN, "and nothing has changed");
    check(pvalidate(page, RMP_PAGE_2M, 1).carry, "nor has the page's size");
}

static unsigned count_validated(uintptr_t page)
{
    unsigned count = 0;

    for (unsigned i = 0; i < PAGES_2M; i++) {
        count += is_validated(page + i * SIZE_4K);
    }
    return count;
}

static void check_2m(void)
{
    uintptr_t page = fresh_alloc(SIZE_2M);
    Ghcb *ghcb;

    snp_accept(page, SIZE_2M);
    check_equal(count_validated(page), PAGES_2M, "2M of pages get private");
    check(pvalidate(page, RMP_PAGE_2M, 1).carry, "as one page");
    psc_one(page + SIZE_4K, OP_PRIVATE, false);
    check(pvalidate(page, RMP_PAGE_2M, 1).carry,
          "and still are when 4K of them get private");
    ghcb = psc_begin(0, 0);
    *psc_entries(ghcb) = psc_entry(page, OP_SHARED, true, 510);
    ghcb_call(ghcb);
    check_done(ghcb, 0, 1, "2M of which 510 pages are done");
    check_equal(*psc_entries(ghcb) & GHCB_PSC_CUR_PAGE_MASK, 512,
                "all pages of it are done");
    check_equal(count_validated(page), 510, "and were not before");
    check_equal(psc_one(page, OP_SHARED, true), 0,
                "2M of pages get shared that are both");
    check_equal(count_validated(page), 0, "all of them");
    page = fresh_alloc(SIZE_2M);
    snp_accept(page + 5 * SIZE_4K, SIZE_4K);
    *(uint64_t *)(page + 5 * SIZE_4K) = PATTERN;
    check_equal(psc_one(page, OP_PRIVATE, true), 0,
                "2M of pages get private of which one is");
    check_equal(*(uint64_t *)(page + 5 * SIZE_4K), PATTERN,
                "that one keeps its content");
    check_equal(pvalidate(page, RMP_PAGE_2M, 1).status, RMP_FAIL_SIZEMISMATCH,
                "they are pages of 4K");
    page = fresh_alloc(SIZE_2M);
    snp_accept(page, SIZE_2M);
    check_equal(psc_one(page + 7 * SIZE_4K, OP_SHARED, false), 0,
                "a page of 2M is split to share 4K");
    check_equal(count_validated(page), PAGES_2M - 1, "the others stay");
    page = fresh_alloc(SIZE_2M);
    snp_accept(page, SIZE_2M);
    check_equal(psc_one(page, OP_SHARED, true), 0, "2M get shared at once");
    check_equal(count_validated(page), 0, "all of it");
}

/* Entry INDEX of a change of both sizes: 2M is every 32nd. */
static bool mixed_is_2m(unsigned index)
{
    return index % 32 == 31;
}

/* Of all entries from FIRST on, how many are as they have to be then? */
static unsigned change_mixed(const uintptr_t *pages, unsigned op,
                             unsigned first)
{
    unsigned count = GHCB_PSC_MAX_ENTRIES, good = 0;
    Ghcb *ghcb = psc_begin(first, count - 1);

    for (unsigned i = 0; i < count; i++) {
        psc_entries(ghcb)[i] = psc_entry(pages[i], op, mixed_is_2m(i), 0);
    }
    ghcb_call(ghcb);
    for (unsigned i = first; i < count; i++) {
        bool is_2m = mixed_is_2m(i);

        good += (psc_entries(ghcb)[i] & GHCB_PSC_CUR_PAGE_MASK) ==
                (is_2m ? PAGES_2M : 1);
    }
    check_done(ghcb, 0, count, op == OP_PRIVATE
               ? "entries of both sizes get private"
               : "entries of both sizes get shared");
    return good;
}

static void check_mixed_entries(void)
{
    static uintptr_t pages[GHCB_PSC_MAX_ENTRIES];
    unsigned count = GHCB_PSC_MAX_ENTRIES, good = 0, left = 0;

    for (unsigned i = 0; i < count; i++) {
        pages[i] = fresh_alloc(mixed_is_2m(i) ? SIZE_2M : SIZE_4K);
    }
    check_equal(change_mixed(pages, OP_PRIVATE, 3), count - 3,
                "each of them has its pages as done");
    for (unsigned i = 3; i < count; i++) {
        struct rmp_answer a = pvalidate(pages[i], mixed_is_2m(i), 1);

        good += !a.status && !a.carry;
    }
    check_equal(good, count - 3, "each can be validated in its size");
    check_equal(change_mixed(pages, OP_SHARED, 100), count - 100,
                "each of them has its pages as done");
    for (unsigned i = 3; i < count; i++) {
        left += is_validated(pages[i]);
    }
    check_equal(left, 97, "those before the first are as they were");
}

static void check_content(void)
{
    uintptr_t page = fresh_alloc(SIZE_4K), view = shared_view(page);

    *(uint64_t *)view = PATTERN;
    check_equal(*(uint64_t *)view, PATTERN, "shared memory keeps its content");
    snp_accept(page, SIZE_4K);
    check(*(uint64_t *)page != PATTERN,
          "what was shared is no content of the private page");
    *(uint64_t *)page = PATTERN + 1;
    snp_give_up(page, SIZE_4K);
    check(*(uint64_t *)view != PATTERN + 1,
          "what was private is not to be seen when it is shared");
    snp_accept(page, SIZE_4K);
    check(*(uint64_t *)page != PATTERN + 1,
          "nor is it there when the page is private again");
    path_leave();
}

/* fw_cfg's DMA (docs/specs/fw_cfg.rst); big-endian */
struct dma {
    uint32_t control, length;
    uint64_t address;
} __attribute__((packed));

#define DMA_PORT_HIGH   0x514
#define DMA_PORT_LOW    0x518
#define DMA_SIGNATURE   0x0000000a      /* select item 0, read */
#define SIGNATURE       0x554d4551      /* "QEMU" */

static bool dma_signature(uint64_t to)
{
    struct dma *dma = (struct dma *)shared_alloc(sizeof(*dma));

    dma->control = __builtin_bswap32(DMA_SIGNATURE);
    dma->length = __builtin_bswap32(4);
    dma->address = __builtin_bswap64(to);
    outl(DMA_PORT_HIGH, 0);
    outl(DMA_PORT_LOW, __builtin_bswap32((uint32_t)(uintptr_t)dma));
    return !read32((uintptr_t)&dma->control);
}

/* Devices see shared memory alone. */
static void check_devices(void)
{
    uintptr_t page = fresh_alloc(SIZE_4K), view = shared_view(page);

    *(uint64_t *)view = 0;
    check(dma_signature(page), "a device writes to shared memory");
    check(read32(view) == SIGNATURE, "which the guest sees");
    snp_accept(page, SIZE_4K);
    *(uint64_t *)page = PATTERN;
    dma_signature(page);
    check_equal(*(uint64_t *)page, PATTERN,
                "a device does not write to private memory");
    path_leave();
}

SUITE(snp_pages)
{
    check_msr();
    check_all_entries();
    check_headers();
    check_bad_entries();
    check_other_operations();
    check_2m();
    check_mixed_entries();
    check_content();
    check_devices();
}
