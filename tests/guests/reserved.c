/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "reserved": every reserved bit of every entry still faults, with
 * exactly its error code, IP and CR2; the C-bit's place among them is free
 * under SEV and reserved otherwise.  P is set beside RSVD in the error code.
 */
#include "cpuid.h"
#include "paging.h"
#include "probe.h"
#include "suite.h"

#define LAST_ADDRESS_BIT 51

static const struct access {
    const char *name;
    ProbeFn *probe;
    const char *ip;             /* NULL: the page's own address */
    uintptr_t error;
} accesses[] = {
    { "read", probe_read, probe_read_ip, 0 },
    { "write", probe_write, probe_write_ip, PF_WRITE },
    { "fetch", probe_call, NULL, PF_FETCH },
};

static struct fault try_bits(struct path *path, unsigned level, uint64_t bits,
                             const struct access *access)
{
    uint64_t before = *path->entry[level];
    struct fault f;

    *path->entry[level] |= bits;
    path_load(path, 0);
    f = catch_fault(access->probe, path->va, 0);
    path_leave();
    *path->entry[level] = before;
    return f;
}

/* Does each of the bits that are set in BITS fault by itself? */
static bool all_fault(struct path *path, unsigned level, uint64_t bits,
                      const struct access *access)
{
    bool ok = true;

    for (unsigned bit = 0; bit < 64; bit++) {
        struct fault want = {
            .vector = VECTOR_PF,
            .error = PF_RESERVED | PF_PRESENT | access->error,
            .ip = access->ip ? (uintptr_t)access->ip : path->va,
            .cr2 = path->va,
        };

        if (bits >> bit & 1 &&
            !same_fault(try_bits(path, level, 1ull << bit, access), want)) {
            remark("this was bit %u", bit);
            ok = false;
        }
    }
    return ok;
}

/* Bits FIRST to LAST, both included. */
static uint64_t bit_range(unsigned first, unsigned last)
{
    uint64_t bits = 0;

    while (first <= last) {
        bits |= 1ull << first++;
    }
    return bits;
}

/* Reserved in an entry of LEVEL because of what kind of entry it is. */
static uint64_t reserved_low(const struct path *path, unsigned level)
{
    if (level == path->leaf && level > 1) {
        return bit_range(13, 12 + 9 * (level - 1) - 1);
    }
    return level >= 4 ? PTE_LARGE : 0;
}

static void check_level(struct path *path, unsigned level,
                        const struct access *access)
{
    uint64_t high = bit_range(cpuid_phys_bits(), LAST_ADDRESS_BIT);
    uint64_t low = reserved_low(path, level);

    high &= ~config_c_bit();
    if (high) {
        check(all_fault(path, level, high, access),
              "a %s faults on each reserved address bit of a %s",
              access->name, level_name(level));
    }
    if (low) {
        check(all_fault(path, level, low, access),
              "a %s faults on each reserved low bit of a %s",
              access->name, level_name(level));
    }
}

/* The C-bit's place, for guests with and without SEV. */
static void check_c_bit(struct path *path, unsigned level)
{
    uint64_t bit = 1ull << config_number("cbitpos", 0);

    if (config_sev()) {
        check_equal(try_bits(path, level, bit, &accesses[0]).vector, NO_FAULT,
                    "the C-bit is not reserved in a %s", level_name(level));
    } else {
        check(all_fault(path, level, bit, &accesses[0]),
              "the C-bit's place is reserved in a %s without SEV",
              level_name(level));
    }
}

SUITE(reserved)
{
    struct path path;

    path_build(&path, config_page(), page_alloc());
    for (unsigned level = path.leaf; level <= path.levels; level++) {
        check_c_bit(&path, level);
        for (unsigned i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++) {
            check_level(&path, level, &accesses[i]);
            /* All the same under a tree of encrypted tables. */
            path_encrypt(&path, config_c_bit(), ~0u);
            check_level(&path, level, &accesses[i]);
            path_encrypt(&path, config_c_bit(), 0);
        }
    }
}
