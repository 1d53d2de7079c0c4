/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks by some threads while others change what they check: each sees an
 * entry as it was before or as it is after, and nothing between.
 */

#include <stdatomic.h>
#include <string.h>

#include "memctl/rmp-table.h"
#include "rmp-fixture.h"

#define CHECKERS 3
#define CHANGERS 3
#define ROUNDS   20000

typedef struct Shared {
    Rmp *rmp;
    atomic_bool end;
    atomic_uint epoch;          /* of what the changer guarantees: see tests */
    atomic_ulong seen_old;      /* checks that found the one and the other, */
    atomic_ulong seen_new;      /* lest the test tests nothing */
} Shared;

static void shared_init(Shared *s)
{
    RmpConfig config = { 0 };

    *s = (Shared) { .rmp = rmp_new(&config) };
    g_assert_nonnull(s->rmp);
    g_assert_true(rmp_add_range(s->rmp, MEM, MEM_SIZE));
}

/* Runs @change, with checkers about it */
static void run(Shared *s, GThreadFunc check, void (*change)(Shared *))
{
    GThread *threads[CHECKERS];

    for (unsigned i = 0; i < CHECKERS; i++) {
        threads[i] = g_thread_new("checker", check, s);
    }
    change(s);
    atomic_store(&s->end, true);
    for (unsigned i = 0; i < CHECKERS; i++) {
        g_thread_join(threads[i]);
    }
    g_test_message("%lu old, %lu new", atomic_load(&s->seen_old),
                   atomic_load(&s->seen_new));
}

/*
 * One page goes to and fro between two guests that have it at different
 * addresses. The one's ASID with the other's address would be a page that
 * nobody ever had.
 */
static const RmpEntry owners[] = {
    { .gpa = GPA, .asid = ASID, .assigned = 1, .validated = 1,
      .perm10 = 0x1f },
    { .gpa = ~GPA & 0x000ffffffffff000, .asid = 0xfff ^ ASID, .assigned = 1,
      .validated = 1, .perm32 = 0xff, .perm10 = 0xff },
};

static RmpRule rule_for(Rmp *rmp, unsigned asid_of, unsigned gpa_of)
{
    RmpAccess access = {
        .spa = MEM,
        .asid = owners[asid_of].asid,
        .gpa = owners[gpa_of].gpa,
        .c_bit = true,
    };
    RmpFault fault;

    rmp_check(rmp, &access, &fault);
    return fault.rule;
}

static gpointer check_owners(gpointer opaque)
{
    Shared *s = opaque;

    while (!atomic_load(&s->end)) {
        RmpRule first = rule_for(s->rmp, 0, 0);
        RmpRule mixed = rule_for(s->rmp, 0, 1);
        RmpRule other = rule_for(s->rmp, 1, 0);
        RmpEntry entry;

        g_assert_true(first == RMP_RULE_NONE || first == RMP_RULE_OTHER_GUEST);
        g_assert_true(mixed == RMP_RULE_GPA || mixed == RMP_RULE_OTHER_GUEST);
        g_assert_true(other == RMP_RULE_GPA || other == RMP_RULE_OTHER_GUEST);
        g_assert_true(rmp_get(s->rmp, MEM, &entry));
        g_assert_true(!memcmp(&entry, &owners[0], sizeof(entry)) ||
                      !memcmp(&entry, &owners[1], sizeof(entry)));
        atomic_fetch_add(first ? &s->seen_new : &s->seen_old, 1);
    }
    return NULL;
}

static void change_owners(Shared *s)
{
    gint64 end = g_get_monotonic_time() + G_USEC_PER_SEC;

    for (unsigned i = 1; g_get_monotonic_time() < end; i++) {
        g_assert_cmpuint(rmp_firmware_change(s->rmp, NULL, MEM, RMP_GUEST_VALID,
                                             &owners[i % 2]),
                         ==, RMP_SUCCESS);
    }
}

static void test_owners(void)
{
    Shared s;

    shared_init(&s);
    g_assert_cmpuint(rmp_firmware_change(s.rmp, NULL, MEM, RMP_HYPERVISOR,
                                         &owners[0]), ==, RMP_SUCCESS);
    run(&s, check_owners, change_owners);
    g_assert_cmpuint(atomic_load(&s.seen_old), >, 0);
    g_assert_cmpuint(atomic_load(&s.seen_new), >, 0);
    rmp_free(s.rmp);
}

static gpointer get_once(gpointer opaque)
{
    Shared *s = opaque;
    RmpEntry entry;

    g_assert_true(rmp_get(s->rmp, MEM, &entry));
    atomic_store(&s->end, true);
    g_assert_cmpmem(&entry, sizeof(entry), &owners[1], sizeof(entry));
    return NULL;
}

/* Whoever changes an entry is stopped half-way: nobody sees the half. */
static void test_half_way(void)
{
    RmpView now = entry_to_view(&owners[1]);
    GThread *thread;
    RmpPlace place;
    Shared s;

    shared_init(&s);
    g_assert_cmpuint(rmp_firmware_change(s.rmp, NULL, MEM, RMP_HYPERVISOR,
                                         &owners[0]), ==, RMP_SUCCESS);
    g_assert_true(rmp_find(s.rmp, MEM, &place));
    atomic_fetch_or(&place.range->fields[place.region], SLOT_BUSY);
    atomic_store(&place.range->frames[place.region], now.gpa >> RMP_PAGE_SHIFT);
    thread = g_thread_new("checker", get_once, &s);
    g_usleep(50000);
    g_assert_false(atomic_load(&s.end));
    slot_write(&place, 0, &now);
    g_thread_join(thread);
    rmp_free(s.rmp);
}

/*
 * 2 MiB are given to the guest, accepted, split, and taken away. What must
 * hold meanwhile is told by the epoch, modulo 3:
 */
enum {
    CHANGING,           /* any of these states */
    ACCEPTED,           /* 2M or 4K, but always the guest's and validated */
    GONE,               /* the hypervisor's, all of it */
};

static gpointer check_split(gpointer opaque)
{
    Shared *s = opaque;

    for (unsigned i = 0; !atomic_load(&s->end); i += 7) {
        uint64_t spa = MEM_2M + i % RMP_2M_PAGES * RMP_PAGE_SIZE;
        RmpAccess access = operand_at(spa, i / 7 % 2).access;
        unsigned epoch = atomic_load(&s->epoch);
        RmpFault fault;
        bool mine;

        access.c_bit = true;
        rmp_check(s->rmp, &access, &fault);
        mine = fault.rule == RMP_RULE_NONE ||
               fault.rule == RMP_RULE_NESTED_SIZE;
        g_assert_true(mine || fault.rule == RMP_RULE_NOT_ASSIGNED ||
                      fault.rule == RMP_RULE_NOT_VALIDATED);
        if (epoch != atomic_load(&s->epoch)) {
            continue;
        }
        if (epoch % 3 == ACCEPTED) {
            g_assert_true(mine);
            g_assert_true(!fault.kind || fault.entry.validated);
            atomic_fetch_add(&s->seen_new, 1);
        } else if (epoch % 3 == GONE) {
            g_assert_cmpuint(fault.rule, ==, RMP_RULE_NOT_ASSIGNED);
            atomic_fetch_add(&s->seen_old, 1);
        }
    }
    return NULL;
}

/* On a busy host all rounds may be over before a checker runs at all. */
static bool goes_on(const Shared *s, unsigned round, gint64 end)
{
    return round < ROUNDS / 10 ||
           (!atomic_load(&s->seen_new) && g_get_monotonic_time() < end);
}

static void change_split(Shared *s)
{
    RmpFixture f = { .rmp = s->rmp };
    gint64 end = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;

    for (unsigned i = 0; goes_on(s, i, end); i++) {
        must_assign(&f, MEM_2M, RMP_PAGE_2M);
        must_validate(&f, MEM_2M, RMP_PAGE_2M);
        atomic_fetch_add(&s->epoch, 1);
        g_assert_cmpuint(rmp_psmash(s->rmp, MEM_2M), ==, RMP_SUCCESS);
        atomic_fetch_add(&s->epoch, 2);
        for (unsigned page = 0; page < RMP_2M_PAGES; page++) {
            must_unassign(&f, MEM_2M + page * RMP_PAGE_SIZE, RMP_PAGE_4K);
        }
        atomic_fetch_add(&s->epoch, 2);
        g_assert_cmpuint(rmp_check_host(s->rmp, MEM_2M, RMP_PAGE_2M), ==,
                         RMP_RULE_NONE);
        atomic_fetch_add(&s->epoch, 1);
    }
}

static void test_split(void)
{
    Shared s;

    shared_init(&s);
    run(&s, check_split, change_split);
    g_assert_cmpuint(atomic_load(&s.seen_new), >, 0);
    rmp_free(s.rmp);
}

/* Several change pages of the same 2 MiB: none of it may be lost. */
static gpointer change_page(gpointer opaque)
{
    Shared *s = opaque;
    unsigned me = atomic_fetch_add(&s->epoch, 1);
    RmpFixture f = { .rmp = s->rmp };

    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t spa = MEM_2M + (i % 100 * CHANGERS + me) * RMP_PAGE_SIZE;

        must_assign(&f, spa, RMP_PAGE_4K);
        must_validate(&f, spa, RMP_PAGE_4K);
        g_assert_cmpuint(state_at(&f, spa), ==, RMP_GUEST_VALID);
        g_assert_cmpuint(rmp_check_host(s->rmp, MEM_2M, RMP_PAGE_2M), !=,
                         RMP_RULE_NONE);
        must_unassign(&f, spa, RMP_PAGE_4K);
    }
    return NULL;
}

/* RMPADJUST by two of one page, each of its own VMPL */
static gpointer adjust_page(gpointer opaque)
{
    Shared *s = opaque;
    unsigned vmpl = 1 + atomic_fetch_add(&s->epoch, 1);
    RmpFixture f = { .rmp = s->rmp };

    for (unsigned i = 0; i < 5 * ROUNDS; i++) {
        RmpEntry entry;

        must_adjust(&f, MEM, RMP_PAGE_4K, adjust_rdx(vmpl, i % 16));
        entry = entry_at(&f, MEM);
        g_assert_cmpuint(rmp_entry_perm(&entry, vmpl), ==, i % 16);
    }
    return NULL;
}

static void run_changers(Shared *s, GThreadFunc change)
{
    GThread *threads[CHANGERS];

    for (unsigned i = 0; i < CHANGERS; i++) {
        threads[i] = g_thread_new("changer", change, s);
    }
    for (unsigned i = 0; i < CHANGERS; i++) {
        g_thread_join(threads[i]);
    }
}

static void test_changers(void)
{
    RmpState state = guest_state(MEM_2M, RMP_PAGE_2M);
    Shared s;

    shared_init(&s);
    run_changers(&s, change_page);
    g_assert_cmpuint(rmp_check_host(s.rmp, MEM_2M, RMP_PAGE_2M), ==,
                     RMP_RULE_NONE);
    g_assert_cmpuint(rmp_update(s.rmp, NULL, MEM_2M, &state), ==, RMP_SUCCESS);
    rmp_free(s.rmp);
}

static void test_adjusters(void)
{
    RmpFixture f;
    Shared s;

    shared_init(&s);
    f = (RmpFixture) { .rmp = s.rmp };
    must_assign(&f, MEM, RMP_PAGE_4K);
    must_validate(&f, MEM, RMP_PAGE_4K);
    run_changers(&s, adjust_page);
    rmp_free(s.rmp);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rmp/threads/owners", test_owners);
    g_test_add_func("/rmp/threads/half-way", test_half_way);
    g_test_add_func("/rmp/threads/split", test_split);
    g_test_add_func("/rmp/threads/changers", test_changers);
    g_test_add_func("/rmp/threads/adjusters", test_adjusters);
    return g_test_run();
}
