/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the cover of the TLB, by one thread: what is known to be good, and
 * what has to be flushed.
 */

#include <string.h>

#include <glib.h>

#include "abi/rmp.h"
#include "memctl/cover.h"
#include "memctl/rmp.h"

#define MEM    0x10000000000000ull
#define PAGES  200u                     /* not whole words of bits */
#define SIZE   (PAGES * (uint64_t)RMP_PAGE_SIZE)
#define OTHER  (MEM + 0x40000000ull)    /* a second range */
#define AT(n)  (MEM + (n) * (uint64_t)RMP_PAGE_SIZE)

static Cover *new_cover(unsigned vmpls)
{
    Cover *cover = cover_new(vmpls);

    g_assert_nonnull(cover);
    g_assert_true(cover_add_range(cover, MEM, SIZE));
    g_assert_true(cover_add_range(cover, OTHER, SIZE));
    return cover;
}

/* A fill whose check passes; returns whether it was known to be good */
static bool fill_as(Cover *cover, uint64_t spa, bool private, unsigned vmpl)
{
    unsigned generation;
    bool good = cover_fill_begin(cover, spa, private, vmpl, &generation);

    if (!good) {
        cover_learn(cover, spa, private, vmpl, generation);
    }
    return good;
}

static bool fill(Cover *cover, uint64_t spa)
{
    return fill_as(cover, spa, true, 0);
}

static void flush(Cover *cover)
{
    cover_flush_begin(cover);
    cover_flush_end(cover);
}

static void test_ranges(void)
{
    Cover *cover = new_cover(1);

    g_assert_null(cover_new(0));
    g_assert_null(cover_new(RMP_VMPLS + 1));
    g_assert_false(cover_add_range(cover, MEM + SIZE - RMP_PAGE_SIZE, SIZE));
    g_assert_false(cover_add_range(cover, MEM - RMP_PAGE_SIZE,
                                   2 * RMP_PAGE_SIZE));
    g_assert_false(cover_add_range(cover, 1, SIZE));
    g_assert_false(cover_add_range(cover, 0, 0));
    g_assert_false(cover_add_range(cover, 0, 1));
    g_assert_false(cover_add_range(cover, -(uint64_t)RMP_PAGE_SIZE,
                                   2 * RMP_PAGE_SIZE));
    for (unsigned i = 2; i < 64; i++) {
        g_assert_true(cover_add_range(cover, OTHER + i * 0x1000000ull,
                                      RMP_PAGE_SIZE));
    }
    g_assert_false(cover_add_range(cover, 0, RMP_PAGE_SIZE));
    fill(cover, OTHER + 63 * 0x1000000ull);
    g_assert_true(fill(cover, OTHER + 63 * 0x1000000ull));
    cover_free(cover);
    cover_free(NULL);
}

/* Of memory in no range nothing is known, and no TLB has it. */
static void test_outside(void)
{
    static const uint64_t outside[] = {
        0, MEM - 1, MEM + SIZE, OTHER - 1, OTHER + SIZE, UINT64_MAX,
    };
    Cover *cover = new_cover(1);

    for (unsigned i = 0; i < G_N_ELEMENTS(outside); i++) {
        g_assert_false(fill(cover, outside[i]));
        g_assert_false(fill(cover, outside[i]));
        g_assert_false(cover_changed(cover, outside[i] & ~0xfffull, 1));
    }
    g_assert_false(fill(cover, MEM + SIZE - 1));
    g_assert_true(fill(cover, MEM + SIZE - RMP_PAGE_SIZE));
    g_assert_true(cover_changed(cover, MEM + SIZE - RMP_PAGE_SIZE, 512));
    g_assert_false(fill(cover, OTHER));
    cover_free(cover);
}

/* What is learned is one page's, one view's, one VMPL's. */
static void test_good(void)
{
    Cover *cover = new_cover(2);

    for (unsigned n = 0; n < PAGES; n += 7) {
        g_assert_false(fill(cover, AT(n)));
        g_assert_true(fill(cover, AT(n) + 0xfff));
        g_assert_false(fill_as(cover, AT(n), true, 1));
        g_assert_false(fill_as(cover, AT(n), false, 0));
        g_assert_true(fill_as(cover, AT(n), true, 1));
        /* Permissions are of private memory. */
        g_assert_true(fill_as(cover, AT(n), false, 1));
    }
    for (unsigned n = 0; n < PAGES; n++) {
        g_assert_cmpuint(fill(cover, AT(n)), ==, n % 7 == 0);
    }
    cover_free(cover);
}

/* Just the pages that change: forgotten, for all VMPLs and both views */
static void test_forget(void)
{
    static const struct {
        unsigned first, npages;
    } changes[] = {
        { 0, 1 }, { 63, 1 }, { 63, 2 }, { 64, 64 }, { 60, 70 }, { 5, 190 },
        { PAGES - 1, 1 }, { PAGES - 1, 512 }, { 0, PAGES }, { 10, 0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(changes); i++) {
        unsigned first = changes[i].first, npages = changes[i].npages;
        Cover *cover = new_cover(2);

        for (unsigned n = 0; n < PAGES; n++) {
            fill(cover, AT(n));
            fill_as(cover, AT(n), true, 1);
            fill_as(cover, AT(n), false, 0);
        }
        g_assert_cmpuint(cover_changed(cover, AT(first), npages), ==,
                         npages > 0);
        for (unsigned n = 0; n < PAGES; n++) {
            bool changed = n >= first && n - first < npages;

            g_assert_cmpuint(fill(cover, AT(n)), ==, !changed);
            g_assert_cmpuint(fill_as(cover, AT(n), true, 1), ==, !changed);
            g_assert_cmpuint(fill_as(cover, AT(n), false, 0), ==, !changed);
        }
        cover_free(cover);
    }
}

/* A check that has begun before the change teaches nothing. */
static void test_generation(void)
{
    Cover *cover = new_cover(1);
    unsigned generation, other;

    g_assert_false(cover_fill_begin(cover, AT(1), true, 0, &generation));
    g_assert_false(cover_fill_begin(cover, OTHER, true, 0, &other));
    g_assert_true(cover_changed(cover, AT(1), 1));
    cover_learn(cover, AT(1), true, 0, generation);
    g_assert_false(cover_fill_begin(cover, AT(1), true, 0, &generation));
    cover_learn(cover, OTHER, true, 0, other);
    g_assert_true(fill(cover, OTHER));
    cover_forget(cover);
    cover_learn(cover, AT(1), true, 0, generation);
    g_assert_false(fill(cover, AT(1)));
    g_assert_false(fill(cover, OTHER));
    cover_free(cover);
}

/* No TLB has been filled: as before a launch, nothing has to be flushed. */
static void test_not_in_tlb(void)
{
    Cover *cover = new_cover(1);

    g_assert_false(cover_changed(cover, MEM, PAGES));
    fill(cover, AT(100));
    g_assert_false(cover_changed(cover, MEM, 100));
    g_assert_false(cover_changed(cover, AT(101), PAGES - 101));
    g_assert_true(cover_changed(cover, AT(100), 1));
    g_assert_true(cover_changed(cover, MEM, PAGES));
    cover_free(cover);
}

/* Good or bad, read or write: a look-up may end in a TLB. */
static void test_flush(void)
{
    Cover *cover = new_cover(1);
    unsigned generation;

    cover_fill_begin(cover, AT(3), false, 0, &generation);
    g_assert_true(cover_changed(cover, AT(3), 1));
    g_assert_true(cover_changed(cover, AT(3), 1));
    flush(cover);
    g_assert_false(cover_changed(cover, AT(3), 1));
    /* In a TLB again, though nothing new was learned */
    fill(cover, AT(3));
    flush(cover);
    g_assert_true(fill(cover, AT(3)));
    g_assert_true(cover_changed(cover, AT(3), 1));
    cover_free(cover);
}

/* Until it is done, a page whose bit is clear may still be in a TLB. */
static void test_under_way(void)
{
    Cover *cover = new_cover(1);

    fill(cover, AT(3));
    cover_flush_begin(cover);
    g_assert_true(cover_changed(cover, AT(3), 1));
    g_assert_true(cover_changed(cover, OTHER, 1));
    cover_flush_begin(cover);
    cover_flush_end(cover);
    g_assert_true(cover_changed(cover, AT(3), 1));
    fill(cover, AT(4));
    cover_flush_end(cover);
    g_assert_false(cover_changed(cover, AT(3), 1));
    g_assert_true(cover_changed(cover, AT(4), 1));
    cover_free(cover);
}

/* Where memory is no more, it is looked up again; TLBs are others' business. */
static void test_memory_changed(void)
{
    Cover *cover = new_cover(1);

    fill(cover, MEM);
    fill(cover, OTHER);
    cover_forget(cover);
    g_assert_false(fill(cover, MEM));
    g_assert_false(fill(cover, OTHER));
    flush(cover);
    cover_forget(cover);
    g_assert_false(cover_changed(cover, MEM, PAGES));
    cover_free(cover);
}

/*
 * Behind an RMP: what the owner does with what RmpConfig.changed tells. A
 * change by nobody is as much of one as a processor's.
 */
typedef struct Owner {
    Cover *cover;
    uint64_t due[2];            /* pages, by who */
    uint64_t at_once;
} Owner;

static void owner_changed(void *opaque, void *who, uint64_t spa,
                          uint64_t npages)
{
    Owner *owner = opaque;

    if (cover_changed(owner->cover, spa, npages)) {
        *(who ? (uint64_t *)who : &owner->at_once) += npages;
    }
}

static void test_owner(void)
{
    Owner owner = { .cover = cover_new(1) };
    RmpConfig config = { .opaque = &owner, .changed = owner_changed };
    RmpState private = { .gpa = 0, .assigned = 1, .asid = 1 };
    RmpState shared = { 0 };
    Rmp *rmp = rmp_new(&config);

    g_assert_true(rmp_add_range(rmp, MEM, RMP_2M_PAGE_SIZE));
    g_assert_true(cover_add_range(owner.cover, MEM, RMP_2M_PAGE_SIZE));
    rmp_update(rmp, NULL, AT(1), &private);
    rmp_update(rmp, NULL, AT(1), &shared);
    g_assert_cmpuint(owner.at_once, ==, 0);
    fill_as(owner.cover, AT(1), false, 0);
    rmp_update(rmp, NULL, AT(1), &private);
    g_assert_cmpuint(owner.at_once, ==, 1);
    g_assert_false(fill_as(owner.cover, AT(1), false, 0));
    rmp_update(rmp, &owner.due[1], AT(1), &shared);
    private.page_size = RMP_PAGE_2M;
    rmp_update(rmp, &owner.due[1], MEM, &private);
    g_assert_cmpuint(owner.due[1], ==, RMP_2M_PAGES);
    g_assert_cmpuint(owner.due[0], ==, 0);
    g_assert_cmpuint(owner.at_once, ==, 1);
    rmp_free(rmp);
    cover_free(owner.cover);
}

/* What is known, by a model that has a byte for each bit */
typedef struct Model {
    bool in_tlb[PAGES];
    bool good[PAGES][3];        /* shared; private of VMPL 0, of VMPL 1 */
    unsigned flushes;
} Model;

static void random_fill(Cover *cover, Model *model, unsigned page)
{
    unsigned vmpl = g_test_rand_int_range(0, 2);
    bool private = g_test_rand_bit();
    unsigned kind = private ? 1 + vmpl : 0;

    g_assert_cmpuint(fill_as(cover, AT(page), private, vmpl), ==,
                     model->good[page][kind]);
    model->in_tlb[page] = model->good[page][kind] = true;
}

static void random_change(Cover *cover, Model *model, unsigned page)
{
    unsigned npages = g_test_rand_int_range(1, PAGES - page + 10);
    bool stale = model->flushes;

    for (unsigned n = page; n < MIN(page + npages, PAGES); n++) {
        stale |= model->in_tlb[n];
        memset(model->good[n], false, sizeof(model->good[n]));
    }
    g_assert_cmpuint(cover_changed(cover, AT(page), npages), ==, stale);
}

static void random_step(Cover *cover, Model *model)
{
    unsigned page = g_test_rand_int_range(0, PAGES);

    switch (g_test_rand_int_range(0, 100)) {
    case 0 ... 1:
        cover_flush_begin(cover);
        model->flushes++;
        memset(model->in_tlb, false, sizeof(model->in_tlb));
        break;
    case 2 ... 9:
        if (model->flushes) {
            cover_flush_end(cover);
            model->flushes--;
        }
        break;
    case 10:
        cover_forget(cover);
        memset(model->good, false, sizeof(model->good));
        break;
    case 11 ... 20:
        random_change(cover, model, page);
        break;
    default:
        random_fill(cover, model, page);
        break;
    }
}

static void test_random(void)
{
    Cover *cover = new_cover(2);
    Model model = { 0 };

    for (unsigned i = 0; i < 100000; i++) {
        random_step(cover, &model);
    }
    cover_free(cover);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cover/ranges", test_ranges);
    g_test_add_func("/cover/outside", test_outside);
    g_test_add_func("/cover/good", test_good);
    g_test_add_func("/cover/forget", test_forget);
    g_test_add_func("/cover/generation", test_generation);
    g_test_add_func("/cover/not-in-tlb", test_not_in_tlb);
    g_test_add_func("/cover/flush", test_flush);
    g_test_add_func("/cover/under-way", test_under_way);
    g_test_add_func("/cover/memory-changed", test_memory_changed);
    g_test_add_func("/cover/owner", test_owner);
    g_test_add_func("/cover/random", test_random);
    return g_test_run();
}
