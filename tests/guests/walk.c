/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "walk": page walks with the C-bit in CR3 and in entries, in every
 * combination, for a page of the size that "page=" names.  Walks are private
 * whatever the bits say; the bit of the last entry alone chooses how the page
 * itself is seen.
 */
#include "cpuid.h"
#include "paging.h"
#include "snp.h"
#include "suite.h"
#include "text.h"

#define FIRST   0x53455631u
#define SECOND  0x43424954u

/* "CR3, PML4E" for the bits 0 and 4, "nothing" for none. */
static void name_levels(char *to, size_t size, unsigned levels)
{
    to[0] = 0;
    for (unsigned level = 0; level <= MAX_LEVELS; level++) {
        if (levels & 1u << level) {
            str_append(to, size, to[0] ? ", " : "");
            str_append(to, size, level_name(level));
        }
    }
    if (!to[0]) {
        str_append(to, size, "nothing");
    }
}

/* Writes and reads through the path, and looks at the page from outside. */
static bool reaches(const struct path *path, uint64_t cr3,
                    uintptr_t page, bool alike)
{
    bool same;

    write32(page, FIRST);
    path_load(path, cr3);
    same = (read32(path->va) == FIRST) == alike;
    write32(path->va, SECOND);
    same = same && read32(path->va) == SECOND;
    path_leave();
    if (snp_active() && !alike) {
        /* The look without the C-bit has made it a shared page. */
        snp_accept(page, PAGE_SIZE);
    }
    return same && (read32(page) == SECOND) == alike;
}

static void check_walk(struct path *path, uintptr_t page, unsigned levels)
{
    uint64_t mask = config_c_bit();
    bool leaf_private = !mask || levels & 1u << path->leaf;
    bool alike = leaf_private || !(snp_active() ||
                                   config_number("encrypted", 0));
    char name[64];

    name_levels(name, sizeof(name), levels);
    path_encrypt(path, mask, levels);
    check(reaches(path, levels & 1 ? mask : 0, page, alike),
          "a walk with the C-bit in %s ends at its page", name);
}

SUITE(walk)
{
    unsigned leaf = config_page();
    uintptr_t page = page_alloc();
    struct path path;
    unsigned levels;

    if (leaf == 3 && !cpuid_get(CPUID_1G_PAGES)) {
        bail_out("this CPU model has no 1 GiB pages");
    }
    path_build(&path, leaf, page);
    if (!config_sev()) {
        check_walk(&path, page, 0);
        return;
    }
    for (levels = 0; levels < 2u << path.levels; levels++) {
        /* A large page has no entries below; PAE's CR3 has no C-bit. */
        if ((levels >> 1 & ((1u << (leaf - 1)) - 1)) ||
            (levels & 1 && !cr3_bits(config_c_bit()))) {
            continue;
        }
        check_walk(&path, page, levels);
    }
}
