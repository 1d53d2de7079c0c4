/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is the guest's memory: see memory.h. */
#include "exception.h"
#include "layout.h"
#include "memory.h"
#include "svsm.h"
#include "text.h"

#define MAP_ENTRIES (IGVM_PAGE_SIZE / sizeof(IgvmMemoryMapEntry))

/* Beyond all addresses that there are, and never an overflow when shifted */
#define MAX_PAGES   (1ull << 40)

static const IgvmMemoryMapEntry *map;
static uint64_t firmware, firmware_size;

void memory_init(const IgvmMemoryMapEntry *machine, uint64_t image,
                 uint64_t image_size)
{
    map = machine;
    firmware = image;
    firmware_size = image_size;
}

static bool inside(uint64_t gpa, uint64_t size, uint64_t base, uint64_t length)
{
    return size <= length && gpa >= base && gpa - base <= length - size;
}

static bool overlaps(uint64_t gpa, uint64_t size, uint64_t base,
                     uint64_t length)
{
    return gpa < base + length && base < gpa + size;
}

static bool is_ram(uint64_t gpa, uint64_t size)
{
    for (unsigned i = 0; i < MAP_ENTRIES; i++) {
        uint64_t first = le64_get(map[i].first_page);
        uint64_t pages = le64_get(map[i].nr_pages);

        if (!pages) {
            return false;
        }
        if (le16_get(map[i].type) == IGVM_MEMORY && first < MAX_PAGES &&
            pages < MAX_PAGES &&
            inside(gpa, size, first * PAGE_SIZE, pages * PAGE_SIZE)) {
            return true;
        }
    }
    return false;
}

bool memory_is_guests(uint64_t gpa, uint64_t size)
{
    if (!is_ram(gpa, size) && !inside(gpa, size, firmware, firmware_size)) {
        return false;
    }
    if (overlaps(gpa, size, SVSM_BASE, SVSM_SIZE)) {
        return false;
    }
    for (unsigned i = 0; i < SAVE_AREAS; i++) {
        if (save_areas[i] && overlaps(gpa, size, save_areas[i], PAGE_SIZE)) {
            return false;
        }
    }
    return true;
}

struct copy {
    void *to;
    const void *from;
    size_t size;
};

static uintptr_t do_copy(uintptr_t copy, uintptr_t unused)
{
    const struct copy *c = (const struct copy *)copy;

    (void)unused;
    memcpy(c->to, c->from, c->size);
    return 0;
}

/* A page that is not valid, or a hole, ends it. */
static bool copy(void *to, const void *from, size_t size)
{
    struct copy c = { to, from, size };

    return catch_vc(do_copy, (uintptr_t)&c, 0).vector == NO_FAULT;
}

bool guest_read(uint64_t gpa, void *to, size_t size)
{
    return memory_is_guests(gpa, size) &&
           copy(to, (const void *)(uintptr_t)gpa, size);
}

bool guest_write(uint64_t gpa, const void *from, size_t size)
{
    return memory_is_guests(gpa, size) &&
           copy((void *)(uintptr_t)gpa, from, size);
}
