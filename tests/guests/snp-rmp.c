/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_rmp": the RMP check of each kind of access (APM volume 2, section
 * 15.36.10) for pages of the size that "page=" names, in each state that a
 * page can have.  What has another owner is converted, as KVM does; private
 * memory is then not validated, and that is #VC.
 */
#include "paging.h"
#include "probe.h"
#include "snp.h"
#include "suite.h"
#include "text.h"

#define PATTERN     0x1122334455667788
#define OFFSET_2M   0x5000      /* of the page that is accessed */
#define CODE_VALUE  0x5e
/* mov $CODE_VALUE, %eax; ret */
static const uint8_t code[] = { 0xb8, CODE_VALUE, 0, 0, 0, 0xc3 };

enum state { NOBODYS, ASSIGNED, VALIDATED, RESCINDED, GIVEN_UP, STATES };

static const char * const state_names[] = {
    [NOBODYS] = "never assigned",
    [ASSIGNED] = "assigned and not validated",
    [VALIDATED] = "validated",
    [RESCINDED] = "whose validation was rescinded",
    [GIVEN_UP] = "that was given up",
};

static unsigned size;           /* SIZE_4K or SIZE_2M */

static bool is_2m(void)
{
    return size == SIZE_2M;
}

/* A page in this state; CONTENT goes to OFFSET if it can. */
static uintptr_t make(enum state state, uintptr_t offset, const void *content,
                      size_t length)
{
    uintptr_t page = fresh_alloc(size);

    if (state == ASSIGNED) {
        psc_one(page, GHCB_PSC_OP_PRIVATE, is_2m());
    } else if (state != NOBODYS) {
        snp_accept(page, size);
        memcpy((void *)(page + offset), content, length);
    }
    if (state == RESCINDED) {
        pvalidate(page, is_2m(), 0);
    } else if (state == GIVEN_UP) {
        snp_give_up(page, size);
    }
    return page;
}

/* Maps the page at ADDRESS another time, and loads that. */
static uintptr_t view(uintptr_t address, bool private)
{
    struct path path;

    path_build(&path, is_2m() ? 2 : 1, address & -(uintptr_t)size);
    path_encrypt(&path, c_bit, private ? ~0u : ~0u << (path.leaf + 1));
    path_load(&path, c_bit);
    return path.va + address % size;
}

static void check_outcome(struct fault f, enum state state, uintptr_t ip,
                          uintptr_t value, const char *what)
{
    if (state != VALIDATED) {
        check_fault(f, (struct fault) {
            .vector = VECTOR_VC, .error = VC_EXIT_NOT_VALIDATED, .ip = ip,
        }, "%s, of a page %s, is #VC", what, state_names[state]);
    } else {
        check_fault(f, (struct fault) {
            .vector = NO_FAULT, .value = value,
        }, "%s, of a page %s, is done", what, state_names[state]);
    }
}

static void check_data(enum state state)
{
    uint64_t pattern = PATTERN;
    uintptr_t offset = is_2m() ? OFFSET_2M : 0;
    uintptr_t va = make(state, offset, &pattern, sizeof(pattern)) + offset;

    check_outcome(catch_vc(probe_read, va, 0), state,
                  (uintptr_t)probe_read_ip, PATTERN, "a read");
    if (state != VALIDATED) {
        check_equal(read_cr2(), va, "CR2 has the address");
    }
    /* It is now what the hypervisor may have made of it: still not validated */
    check_outcome(catch_vc(probe_read, va, 0), state,
                  (uintptr_t)probe_read_ip, PATTERN, "a second read");
    va = make(state, offset, &pattern, sizeof(pattern)) + offset;
    check_outcome(catch_vc(probe_write, va, 1), state,
                  (uintptr_t)probe_write_ip, 1, "a write");
    va = make(state, offset, &pattern, sizeof(pattern)) + offset - 4;
    if (is_2m()) {
        check_outcome(catch_vc(probe_write, va, 1), state,
                      (uintptr_t)probe_write_ip, 1,
                      "a write across 4 KiB");
    }
}

static void check_fetch(enum state state, bool private)
{
    uintptr_t offset = is_2m() ? OFFSET_2M : 0;
    uintptr_t va = view(make(state, offset, code, sizeof(code)) + offset,
                        private);

    check_outcome(catch_vc(probe_call, va, 0), state, va, CODE_VALUE,
                  private ? "a fetch with C=1" : "a fetch with C=0");
    path_leave();
}

/* The table that an entry of LEVEL points to is a page in this state. */
static void check_walk(enum state state, unsigned level, bool private)
{
    struct path path;
    uintptr_t page = page_alloc(), table;
    uint64_t *entry;

    *(uint64_t *)page = PATTERN;
    path_build(&path, 1, page);
    path_encrypt(&path, c_bit, ~0u);
    entry = path.entry[level];
    table = make(state, is_2m() ? OFFSET_2M : 0,
                 (void *)(uintptr_t)(*entry & ~c_bit & -PAGE_SIZE), PAGE_SIZE);
    table += is_2m() ? OFFSET_2M : 0;
    *entry = table | PTE_PRESENT | PTE_WRITABLE | (private ? c_bit : 0);
    path_load(&path, c_bit);
    check_outcome(catch_vc(probe_read, path.va, 0), state,
                  (uintptr_t)probe_read_ip, PATTERN,
                  private ? "a page walk with C=1" : "a page walk with C=0");
    path_leave();
}

/* A shared access to the guest's page: the page is the hypervisor's then. */
static void check_shared(bool write)
{
    uint64_t pattern = PATTERN;
    uintptr_t offset = is_2m() ? OFFSET_2M : 0;
    uintptr_t page = make(VALIDATED, offset, &pattern, sizeof(pattern));
    uintptr_t va = view(page + offset, false);
    struct fault f = catch_vc(write ? probe_write : probe_read, va, ~PATTERN);

    check_equal(f.vector, NO_FAULT, "a shared access to a private page");
    check(f.value != PATTERN, "does not see what the guest has there");
    if (write) {
        check_equal(catch_vc(probe_read, va, 0).value, ~PATTERN,
                    "what was written shared is read shared");
    }
    check_outcome(catch_vc(probe_read, page + offset, 0), GIVEN_UP,
                  (uintptr_t)probe_read_ip, 0, "a private read after that");
    check(!pvalidate(page + offset, RMP_PAGE_4K, 1).carry,
          "the page can be validated again");
    f = catch_vc(probe_read, page + offset, 0);
    check(f.vector == NO_FAULT && f.value != PATTERN,
          "and its content is lost");
    path_leave();
}

/* Of 2 MiB, one page of 4 KiB alone is lost. */
static void check_shared_part(void)
{
    uint64_t pattern = PATTERN;
    uintptr_t page = make(VALIDATED, OFFSET_2M, &pattern, sizeof(pattern));
    uintptr_t va = view(page, false);

    *(uint64_t *)(page + OFFSET_2M - PAGE_SIZE) = PATTERN + 1;
    *(uint64_t *)(page + OFFSET_2M + PAGE_SIZE) = PATTERN + 2;
    catch_vc(probe_read, va + OFFSET_2M, 0);
    check_equal(catch_vc(probe_read, page + OFFSET_2M, 0).vector, VECTOR_VC,
                "of 2 MiB, the page that was accessed shared is lost");
    check_equal(catch_vc(probe_read, page + OFFSET_2M - PAGE_SIZE, 0).value,
                PATTERN + 1, "the one before it is not");
    check_equal(catch_vc(probe_read, page + OFFSET_2M + PAGE_SIZE, 0).value,
                PATTERN + 2, "the one behind it is not");
    check_equal(pvalidate(page, RMP_PAGE_2M, 1).status, RMP_FAIL_SIZEMISMATCH,
                "the 2 MiB are pages of 4 KiB from now on");
    path_leave();
}

SUITE(snp_rmp)
{
    size = config_page() == 2 ? SIZE_2M : SIZE_4K;
    for (enum state state = 0; state < STATES; state++) {
        check_data(state);
        check_fetch(state, true);
        check_fetch(state, false);
        if (!is_2m()) {
            for (unsigned level = 2; level <= paging_levels(); level++) {
                check_walk(state, level, level & 1);
                check_walk(state, level, !(level & 1));
            }
        } else {
            check_walk(state, 2, true);
        }
    }
    check_shared(false);
    check_shared(true);
    if (is_2m()) {
        check_shared_part();
    }
}
