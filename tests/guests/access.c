/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "access": what an access to a page with the C-bit does, for pages of
 * the size that "page=" names: permissions, accessed and dirty bits,
 * instruction fetches, both ends of a large page.
 */
#include "paging.h"
#include "probe.h"
#include "suite.h"
#include "text.h"


/* Entries with the C-bit everywhere but in CR3. */
static void build(struct path *path, uintptr_t page)
{
    path_build(path, config_page(), page);
    path_encrypt(path, config_c_bit(), ~0u);
}

static void check_entries(const struct path *path, const uint64_t *before,
                          uint64_t leaf_bits, const char *access)
{
    for (unsigned level = path->levels; level >= path->leaf; level--) {
        uint64_t bits = level == path->leaf ? leaf_bits : PTE_ACCESSED;

        /* PAE's PDPTEs have no accessed bit; TCG sets it all the same. */
        if (path->levels == 3 && level == 3) {
            continue;
        }
        check_equal(*path->entry[level], before[level] | bits,
                    "a %s marks the %s and leaves its C-bit alone", access,
                    level_name(level));
    }
}

static void check_accessed_and_dirty(void)
{
    uint64_t before[MAX_LEVELS + 1];
    struct path path;

    build(&path, page_alloc());
    for (unsigned level = path.leaf; level <= path.levels; level++) {
        before[level] = *path.entry[level];
    }
    path_load(&path, 0);
    catch_fault(probe_read, path.va, 0);
    path_leave();
    check_entries(&path, before, PTE_ACCESSED, "read");
    path_load(&path, 0);
    catch_fault(probe_write, path.va, 1);
    path_leave();
    check_entries(&path, before, PTE_ACCESSED | PTE_DIRTY, "write");
}

static void check_permissions(void)
{
    struct path path;
    struct fault f;

    build(&path, page_alloc());
    *path.entry[path.leaf] &= ~PTE_WRITABLE;
    path_load(&path, 0);
    f = catch_fault(probe_write, path.va, 1);
    path_leave();
    check_fault(f, (struct fault) {
        .vector = VECTOR_PF, .error = PF_PRESENT | PF_WRITE,
        .ip = (uintptr_t)probe_write_ip, .cr2 = path.va,
    }, "a read-only page with the C-bit cannot be written");

    build(&path, page_alloc());
    *path.entry[path.leaf] |= PTE_NO_EXECUTE;
    path_load(&path, 0);
    f = catch_fault(probe_call, path.va, 0);
    path_leave();
    check_fault(f, (struct fault) {
        .vector = VECTOR_PF, .error = PF_PRESENT | PF_FETCH,
        .ip = path.va, .cr2 = path.va,
    }, "a no-execute page with the C-bit cannot be executed");
}

static void check_not_present(void)
{
    struct path path;
    struct fault f;

    for (unsigned level = config_page();
         level <= paging_levels(); level++) {
        build(&path, page_alloc());
        *path.entry[level] &= ~PTE_PRESENT;
        path_load(&path, 0);
        f = catch_fault(probe_read, path.va, 0);
        path_leave();
        check_fault(f, (struct fault) {
            .vector = VECTOR_PF, .error = 0,
            .ip = (uintptr_t)probe_read_ip, .cr2 = path.va,
        }, "a %s with the C-bit alone is not present", level_name(level));
    }
}

static void check_fetch(void)
{
    /* mov $0x5e5, %eax; ret */
    static const uint8_t code[] = { 0xb8, 0xe5, 0x05, 0, 0, 0xc3 };
    uintptr_t page = page_alloc();
    struct path path;
    struct fault f;

    memcpy((void *)page, code, sizeof(code));
    build(&path, page);
    path_load(&path, 0);
    f = catch_fault(probe_call, path.va, 0);
    path_leave();
    check(f.vector == NO_FAULT && f.value == 0x5e5,
          "code runs from a page with the C-bit");
}

/* The offset in a large page must not be taken for reserved bits. */
static void check_offsets(void)
{
    const uintptr_t last = page_size(2) - PAGE_SIZE;
    uintptr_t low = page_alloc(), high;
    struct path path;
    struct fault f;

    do {
        high = page_alloc();
    } while ((high & last) != last);
    write32(low, 0x10);
    write32(high, 0x1f);
    build(&path, low);
    path_load(&path, 0);
    f = catch_fault(probe_read, path.va + high - low, 0);
    path_leave();
    check_equal((uint32_t)f.value, 0x1f,
                "the last 4 KiB of 2 MiB are reached in a large page");
}

SUITE(access)
{
    check_accessed_and_dirty();
    check_permissions();
    check_not_present();
    check_fetch();
    if (config_page() > 1) {
        check_offsets();
    }
}
