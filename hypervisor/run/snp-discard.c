/*
 * Discards what a page that changes hands leaves behind
 *
 * As kvm_convert_memory() of QEMU: the content of the view that the guest gave
 * up is gone, and its memory the host's again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "exec/address-spaces.h"
#include "exec/exec-all.h"
#include "exec/memory.h"
#include "exec/ram_addr.h"
#include "exec/ramblock.h"
#include "system/system.h"
#include "hypervisor/run/snp-discard.h"
#include "hypervisor/run/snp-host.h"

static bool fits_host_pages(RAMBlock *block, hwaddr offset, uint64_t size)
{
    return QEMU_IS_ALIGNED(offset | size, qemu_ram_pagesize(block));
}

/* Memory that is locked (-overcommit mem-lock=) the kernel does not take. */
static bool is_locked(void)
{
    return should_mlock(mlock_state);
}

/*
 * Not what is read-only for the guest; not huge pages, which have been set
 * aside for it; not files of which the guest has a private mapping, as that
 * would change the file; not file descriptors that are read-only.
 */
static bool is_discardable(const MemoryRegion *mr)
{
    RAMBlock *block = mr->ram_block;

    return mr->ram && !mr->readonly && !mr->ram_device && !mr->rom_device &&
           qemu_ram_pagesize(block) == qemu_real_host_page_size() &&
           (qemu_ram_get_fd(block) < 0 ||
            (qemu_ram_is_shared(block) && !(block->flags & RAM_READONLY_FD)));
}

void snp_discard_shared(hwaddr gpa, uint64_t size)
{
    SnpDiscardFails *fails = snp_discard_fails();

    RCU_READ_LOCK_GUARD();

    while (size && !is_locked() && !qatomic_read(&fails->shared)) {
        hwaddr offset, part = size;
        MemoryRegion *mr = address_space_translate(&address_space_memory, gpa,
                                                   &offset, &part, true,
                                                   MEMTXATTRS_UNSPECIFIED);

        if (is_discardable(mr) &&
            fits_host_pages(mr->ram_block, offset, part) &&
            ram_block_discard_range(mr->ram_block, offset, part)) {
            warn_report("SEV-SNP: what pages that get private had as shared "
                        "memory stays in memory");
            qatomic_set(&fails->shared, true);
        }
        gpa += part;
        size -= part;
    }
}

void snp_discard_code(hwaddr gpa, uint64_t size)
{
    hwaddr offset;
    MemoryRegion *mr = snp_private_region(gpa, &offset);
    ram_addr_t start;

    if (!mr) {
        return;
    }
    start = memory_region_get_ram_addr(mr) + offset;
    if (cpu_physical_memory_range_includes_clean(start, size,
                                                 1 << DIRTY_MEMORY_CODE)) {
        tb_invalidate_phys_range(start, start + size - 1);
    }
}

void snp_discard_private(hwaddr gpa, uint64_t size)
{
    SnpDiscardFails *fails = snp_discard_fails();
    hwaddr offset;
    MemoryRegion *mr = snp_private_region(gpa, &offset);

    if (!is_locked() && !qatomic_read(&fails->private) &&
        fits_host_pages(mr->ram_block, offset, size)) {
        if (!ram_block_discard_range(mr->ram_block, offset, size)) {
            return;
        }
        qatomic_set(&fails->private, true);
    }
    memset((uint8_t *)memory_region_get_ram_ptr(mr) + offset, 0, size);
}

void snp_discard_block(MemoryRegion *mr)
{
    RAMBlock *block = mr->ram_block;

    if (mr->readonly) {
        return;
    }
    /* A device that has pinned it would go on with what is discarded. */
    if (is_locked() || ram_block_discard_is_disabled() ||
        !is_discardable(mr) ||
        ram_block_discard_range(block, 0, block->used_length)) {
        memset(memory_region_get_ram_ptr(mr), 0, block->used_length);
    }
}
