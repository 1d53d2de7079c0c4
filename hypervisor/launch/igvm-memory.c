/*
 * Makes memory where an IGVM file has some and the machine has none
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "hypervisor/launch/igvm-memory.h"
#include "hypervisor/launch/sev-tcg.h"

/* Regions that are made at most: firmware is one, and each costs everybody. */
#define MAX_REGIONS 64

/*
 * Pages that one header of the file names
 *
 * @launched: they get content, so nobody else may name them
 */
typedef struct Extent {
    uint64_t gpa;
    uint64_t size;
    bool launched;
    IgvmHeader header;
} Extent;

static bool extent_of(const IgvmLaunch *launch, const IgvmHeader *header,
                     Extent *range)
{
    *range = (Extent) { .launched = true, .header = *header };
    switch (header->type) {
    case IGVM_VHT_PAGE_DATA:
        range->gpa = le64_get(header->page->gpa);
        range->size = header->size;
        return true;
    case IGVM_VHT_PARAMETER_INSERT:
        range->gpa = le64_get(header->insert->gpa);
        range->size = igvm_area_size(&launch->file,
                                     le32_get(header->insert->index));
        return true;
    case IGVM_VHT_REQUIRED_MEMORY:
        range->gpa = le64_get(header->memory->gpa);
        range->size = le32_get(header->memory->size);
        range->launched = false;
        return true;
    default:
        return false;
    }
}

static gint by_address(gconstpointer a, gconstpointer b)
{
    const Extent *one = a, *other = b;

    return one->gpa < other->gpa ? -1 : one->gpa > other->gpa;
}

static GArray *sorted_ranges(const IgvmLaunch *launch)
{
    GArray *ranges = g_array_new(false, false, sizeof(Extent));
    IgvmCursor cursor = igvm_launch_headers(launch);
    IgvmHeader header;
    Extent range;

    while (igvm_next(&cursor, &header)) {
        if (extent_of(launch, &header, &range)) {
            g_array_append_val(ranges, range);
        }
    }
    g_array_sort(ranges, by_address);
    return ranges;
}

static bool check_once(const IgvmLaunch *launch, const GArray *ranges,
                       Error **errp)
{
    uint64_t end = 0;

    for (guint i = 0; i < ranges->len; i++) {
        const Extent *range = &g_array_index(ranges, Extent, i);

        if (!range->launched) {
            continue;
        }
        if (range->gpa < end) {
            igvm_launch_error(launch, &range->header, errp,
                              "the page at 0x%" PRIx64 " is there twice",
                              range->gpa);
            return false;
        }
        end = range->gpa + range->size;
    }
    return true;
}

/* An address with the C-bit is another one to the guest. */
static bool check_reach(const IgvmLaunch *launch, const Extent *range,
                        Error **errp)
{
    uint64_t end = range->gpa + range->size;

    if (end <= sev_tcg_cbit_mask()) {
        return true;
    }
    igvm_launch_error(launch, &range->header, errp, "it reaches up to 0x%"
                      PRIx64 ", and memory of the guest up to the C-bit, 0x%"
                      PRIx64, end, sev_tcg_cbit_mask());
    return false;
}

static void add_ram(uint64_t gpa, uint64_t size, Error **errp)
{
    ERRP_GUARD();
    g_autofree char *name = g_strdup_printf("igvm.%" PRIX64, gpa);
    MemoryRegion *mr = g_new0(MemoryRegion, 1);

    memory_region_init_ram(mr, NULL, name, size, errp);
    if (!*errp) {
        memory_region_add_subregion(get_system_memory(), gpa, mr);
    }
}

/*
 * RAM all over, or nothing: what there is nothing of becomes RAM.  @made:
 * regions so far.
 */
static bool fill(const IgvmLaunch *launch, const Extent *range,
                 unsigned *made, Error **errp)
{
    ERRP_GUARD();
    uint64_t at = range->gpa, end = range->gpa + range->size;

    while (at < end && !*errp) {
        MemoryRegionSection found = memory_region_find(get_system_memory(),
                                                       at, end - at);
        uint64_t start = found.mr ? found.offset_within_address_space : end;

        if (start > at && (*made)++ == MAX_REGIONS) {
            igvm_launch_error(launch, &range->header, errp, "it is one more "
                              "of %u places where the machine has no memory",
                              MAX_REGIONS);
        } else if (start > at) {
            add_ram(at, start - at, errp);
        } else if (!memory_region_is_ram(found.mr) ||
                   memory_region_is_rom(found.mr)) {
            igvm_launch_error(launch, &range->header, errp,
                              "at 0x%" PRIx64 " the machine has '%s', no "
                              "memory", at,
                              memory_region_name(found.mr) ?: "a device");
        } else {
            start = at + int128_get64(found.size);
        }
        if (found.mr) {
            memory_region_unref(found.mr);
        }
        at = start;
    }
    return !*errp;
}

bool igvm_memory_make(const IgvmLaunch *launch, Error **errp)
{
    g_autoptr(GArray) ranges = sorted_ranges(launch);
    bool ok = check_once(launch, ranges, errp);
    unsigned made = 0;
    guint i = 0;

    /* Ranges that touch are one, so that they become one region. */
    while (ok && i < ranges->len) {
        Extent joined = g_array_index(ranges, Extent, i);

        for (i++; i < ranges->len; i++) {
            const Extent *next = &g_array_index(ranges, Extent, i);

            if (next->gpa > joined.gpa + joined.size) {
                break;
            }
            joined.size = MAX(joined.size,
                              next->gpa + next->size - joined.gpa);
        }
        ok = check_reach(launch, &joined, errp) &&
             fill(launch, &joined, &made, errp);
    }
    return ok;
}
