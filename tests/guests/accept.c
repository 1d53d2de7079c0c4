/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "accept": what an SEV-SNP guest does with memory before it can use it,
 * many times, for `make bench` to time from outside (bench/accept.py).
 *
 *   what=validate   PVALIDATE of all, and again to take it back
 *   what=accept     before that it gets private, after that shared again
 *   page=4k, 2m     in pages of this size
 *   mib=N           so much memory, an even number; -m has to give 64 MiB more
 *   times=N         so often
 */
#include "snp.h"
#include "suite.h"

#define MIB (1u << 20)

struct range {
    uintptr_t start;
    unsigned size, count;       /* of a page; pages */
};

static unsigned wrong;

/* As kernels do: as many in one request as there can be */
static void change(const struct range *range, unsigned op)
{
    unsigned done = 0;

    while (done < range->count) {
        unsigned n = range->count - done;
        Ghcb *ghcb;

        n = n < GHCB_PSC_MAX_ENTRIES ? n : GHCB_PSC_MAX_ENTRIES;
        ghcb = psc_begin(0, n - 1);
        for (unsigned i = 0; i < n; i++) {
            psc_entries(ghcb)[i] =
                psc_entry(range->start + (done + i) * range->size, op,
                          range->size == SIZE_2M, 0);
        }
        wrong += ghcb_call(ghcb) || GHCB_GET(ghcb, sw_exit_info_2);
        done += n;
    }
}

/* A page that was so already is as wrong as one that can't be so. */
static void validate(const struct range *range, bool validated)
{
    for (unsigned i = 0; i < range->count; i++) {
        struct rmp_answer a = pvalidate(range->start + i * range->size,
                                        range->size == SIZE_2M, validated);

        wrong += a.status || a.carry;
    }
}

static uint64_t content(const struct range *range, unsigned i)
{
    return (uint64_t)range->size << 32 | i;
}

/* What has been accepted can be used. */
static void use(const struct range *range)
{
    unsigned lost = 0;

    for (unsigned i = 0; i < range->count; i++) {
        *(uint64_t *)(range->start + i * range->size) = content(range, i);
    }
    for (unsigned i = 0; i < range->count; i++) {
        lost += *(uint64_t *)(range->start + i * range->size) !=
                content(range, i);
    }
    check_equal(lost, 0, "each page holds what was written");
}

static void go(const struct range *range, bool whole, unsigned times)
{
    while (times--) {
        if (whole) {
            change(range, GHCB_PSC_OP_PRIVATE);
        }
        validate(range, true);
        validate(range, false);
        if (whole) {
            change(range, GHCB_PSC_OP_SHARED);
        }
    }
}

SUITE(accept)
{
    unsigned bytes = config_number("mib", 2) * MIB;
    struct range range = {
        .start = fresh_alloc(SIZE_2M),
        .size = config_page() == 2 ? SIZE_2M : SIZE_4K,
    };
    char what[16];
    bool whole;

    config_text("what", what, sizeof(what));
    whole = what[0] == 'a';
    range.count = bytes / range.size;
    if (!whole) {
        change(&range, GHCB_PSC_OP_PRIVATE);
    }
    go(&range, whole, config_number("times", 1));
    if (whole) {
        change(&range, GHCB_PSC_OP_PRIVATE);
    }
    validate(&range, true);
    check_equal(wrong, 0, "%u pages are accepted, each time", range.count);
    use(&range);
}
