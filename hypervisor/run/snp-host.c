/*
 * Makes what the host of an SEV-SNP guest has: RMP and private memory
 *
 * Under KVM a guest's private memory is not the memory that QEMU and its
 * devices see (guest_memfd).  Here each block of RAM has a twin, in the CPUs'
 * address space alone, at its address with the C-bit set.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/memalign.h"
#include "qemu/units.h"
#include "cpu/snp.h"
#include "exec/address-spaces.h"
#include "hw/boards.h"
#include "hw/core/cpu.h"
#include "system/system.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/run/vmpl-takings.h"

/* What of the guest's physical addresses is RAM, in units of 2 MiB */
typedef struct Twin {
    hwaddr start;
    uint64_t size;
    MemoryRegion mr;
} Twin;

struct SnpHost {
    SevHost *host;
    Rmp *rmp;
    Cover *cover;
    uint64_t private_mask;
    void *firmware;
    MemoryRegion private;   /* all twins, by guest physical address */
    AddressSpace private_as;
    GPtrArray *twins;
    size_t queued_pages;    /* that no vCPU has changed: a flush will come */
    QemuMutex change_lock;
    SnpDiscardFails discard_fails;
    MemoryListener memory_listener;
    Notifier board_built;
};

/* The machine's; NULL if it has no guest of SEV-SNP */
static SnpHost *snp_host(void)
{
    SevVm *vm = sev_vm();

    return vm ? vm->snp : NULL;
}

SnpDiscardFails *snp_discard_fails(void)
{
    return &snp_host()->discard_fails;
}

QemuMutex *snp_change_lock(void)
{
    return &snp_host()->change_lock;
}

AddressSpace *snp_private_memory(void)
{
    return &snp_host()->private_as;
}

Rmp *snp_rmp(void)
{
    SnpHost *snp = snp_host();

    return snp ? snp->rmp : NULL;
}

Cover *snp_cover(void)
{
    SnpHost *snp = snp_host();

    return snp ? snp->cover : NULL;
}

uint32_t snp_asid(void)
{
    return snp_host()->host->asid;
}

uint64_t snp_vmpl_features(const SevVm *vm, unsigned vmpl)
{
    return vmpl ? vm->vmpl_features[vmpl] : vm->host->sev_features;
}

bool snp_is_private(hwaddr gpa)
{
    Rmp *rmp = snp_rmp();

    return rmp && rmp_is_assigned(rmp, snp_spa(gpa));
}

static Twin *twin_of(const SnpHost *snp, hwaddr gpa)
{
    for (guint i = 0; i < snp->twins->len; i++) {
        Twin *twin = g_ptr_array_index(snp->twins, i);

        if (gpa >= twin->start && gpa - twin->start < twin->size) {
            return twin;
        }
    }
    return NULL;
}

MemoryRegion *snp_private_region(hwaddr gpa, hwaddr *offset)
{
    Twin *twin = twin_of(snp_host(), gpa);

    if (!twin) {
        return NULL;
    }
    *offset = gpa - twin->start;
    return &twin->mr;
}

void *snp_private_page(hwaddr gpa)
{
    Twin *twin = twin_of(snp_host(), gpa);

    if (!twin) {
        return NULL;
    }
    return (uint8_t *)memory_region_get_ram_ptr(&twin->mr) +
           ((gpa - twin->start) & TARGET_PAGE_MASK);
}

void *snp_firmware_page(unsigned index, uint64_t *spa)
{
    *spa = SNP_FIRMWARE_SPA + (uint64_t)index * TARGET_PAGE_SIZE;
    return index < SNP_FIRMWARE_PAGES
           ? (uint8_t *)snp_host()->firmware + index * TARGET_PAGE_SIZE : NULL;
}

MemoryRegion *snp_memory(MemoryRegion *shared)
{
    SnpHost *snp = snp_host();
    MemoryRegion *root = g_new0(MemoryRegion, 1);
    MemoryRegion *at_zero = g_new0(MemoryRegion, 1);
    MemoryRegion *private = g_new0(MemoryRegion, 1);

    memory_region_init(root, NULL, "sev-snp", UINT64_MAX);
    memory_region_init_alias(at_zero, NULL, "shared", shared, 0,
                             snp->private_mask);
    memory_region_init_alias(private, NULL, "private", &snp->private, 0,
                             snp->private_mask);
    memory_region_add_subregion(root, 0, at_zero);
    memory_region_add_subregion(root, snp->private_mask, private);
    return root;
}

/* Where there was RAM, there may be something else now. */
static void memory_changed(MemoryListener *listener)
{
    SnpHost *snp = container_of(listener, SnpHost, memory_listener);

    cover_forget(snp->cover);
}

static void flush_queued(CPUState *cs, run_on_cpu_data data)
{
    SnpHost *snp = data.host_ptr;
    /* What changes from now on needs another one. */
    uint64_t npages = qatomic_xchg(&snp->queued_pages, 0);

    snp_flush_all(cs, snp->cover, npages);
}

/*
 * A CPU flushes at the end of what it does.  Nobody else has such an end, so a
 * flush is queued at once, one for all that changes until it begins.
 */
static void rmp_changed(void *opaque, void *who, uint64_t spa, uint64_t npages)
{
    SnpHost *snp = opaque;
    SevCpu *sev = who;

    if (!cover_changed(snp->cover, spa, npages)) {
        return;
    }
    if (sev) {
        sev->stale_pages += npages;
    } else if (!qatomic_fetch_add(&snp->queued_pages, npages)) {
        async_safe_run_on_cpu(first_cpu, flush_queued,
                              RUN_ON_CPU_HOST_PTR(snp));
    }
}

/* Adds a twin, or widens the last one: ranges come in ascending order. */
static void add_range(SnpHost *snp, hwaddr start, uint64_t size)
{
    hwaddr from = QEMU_ALIGN_DOWN(start, 2 * MiB);
    hwaddr to = QEMU_ALIGN_UP(start + size, 2 * MiB);
    Twin *last = snp->twins->len
                 ? g_ptr_array_index(snp->twins, snp->twins->len - 1) : NULL;

    if (last && from <= last->start + last->size) {
        last->size = MAX(to, last->start + last->size) - last->start;
        return;
    }
    last = g_new0(Twin, 1);
    last->start = from;
    last->size = to - from;
    g_ptr_array_add(snp->twins, last);
}

static bool find_ram(Int128 start, Int128 len, const MemoryRegion *mr,
                     hwaddr offset, void *opaque)
{
    /* Flash is read, and launched, as memory is. */
    if ((mr->ram && !mr->ram_device) || mr->rom_device) {
        add_range(opaque, int128_get64(start), int128_get64(len));
    }
    return false;
}

/*
 * A twin gets its pages one by one, as they get private, so nothing has to be
 * reserved for it.  Where the host accounts for all, QEMU cannot ask for that.
 */
static uint32_t twin_flags(void)
{
    g_autofree char *overcommit = NULL;
    bool strict = g_file_get_contents("/proc/sys/vm/overcommit_memory",
                                      &overcommit, NULL, NULL) &&
                  overcommit[0] == '2';

    return strict ? 0 : RAM_NORESERVE;
}

static void build_twin(SnpHost *snp, Twin *twin, guint index)
{
    g_autofree char *name = g_strdup_printf("sev-snp-private.%u", index);

    memory_region_init_ram_flags_nomigrate(&twin->mr, NULL, name, twin->size,
                                           twin_flags(), &error_fatal);
    memory_region_add_subregion(&snp->private, twin->start, &twin->mr);
    host_memory_add_at(snp->host->mem, SNP_PRIVATE_SPA + twin->start,
                       memory_region_get_ram_ptr(&twin->mr), twin->size);
    if (!rmp_add_range(snp->rmp, SNP_PRIVATE_SPA + twin->start, twin->size) ||
        !cover_add_range(snp->cover, SNP_PRIVATE_SPA + twin->start,
                         twin->size)) {
        error_report("SEV-SNP: no memory for the RMP of %" PRIu64
                     " MiB of RAM", twin->size / MiB);
        exit(EXIT_FAILURE);
    }
}

/* Where there is RAM is known only when the board is built. */
static void build_private(Notifier *notifier, void *unused)
{
    SnpHost *snp = container_of(notifier, SnpHost, board_built);
    FlatView *view;

    WITH_RCU_READ_LOCK_GUARD() {
        view = address_space_to_flatview(&address_space_memory);
        flatview_for_each_range(view, find_ram, snp);
    }
    for (guint i = 0; i < snp->twins->len; i++) {
        build_twin(snp, g_ptr_array_index(snp->twins, i), i);
    }
    memory_listener_register(&snp->memory_listener, &address_space_memory);
}

bool snp_host_init(SevVm *vm, Error **errp)
{
    SnpHost *snp = g_new0(SnpHost, 1);
    RmpConfig config = {
        .opaque = snp,
        .changed = rmp_changed,
        /* One address stands for both views of a page. */
        .check_shared_reads = true,
    };
    size_t size = SNP_FIRMWARE_PAGES * TARGET_PAGE_SIZE;

    vm->snp = snp;
    vmpl_takings_init(vm);
    snp->host = vm->host;
    snp->private_mask = vm->cbit_mask;
    snp->memory_listener.name = "sev-snp";
    snp->memory_listener.commit = memory_changed;
    snp->board_built.notify = build_private;
    qemu_mutex_init(&snp->change_lock);
    snp->twins = g_ptr_array_new();
    snp->rmp = rmp_new(&config);
    snp->cover = cover_new(RMP_VMPLS);
    snp->firmware = qemu_memalign(TARGET_PAGE_SIZE, size);
    memset(snp->firmware, 0, size);
    if (!snp->rmp || !snp->cover ||
        !rmp_add_range(snp->rmp, SNP_FIRMWARE_SPA, size)) {
        error_setg(errp, "SEV-SNP: no memory for the RMP");
        return false;
    }
    host_memory_add_at(snp->host->mem, SNP_FIRMWARE_SPA, snp->firmware, size);
    memory_region_init(&snp->private, NULL, "sev-snp-private",
                       snp->private_mask);
    address_space_init(&snp->private_as, &snp->private, "sev-snp-private");
    qemu_add_machine_init_done_notifier(&snp->board_built);
    return true;
}
