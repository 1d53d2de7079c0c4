/*
 * Refuses what an SEV guest cannot have, as far as it is known when the board
 * is built
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/host-utils.h"
#include "hw/boards.h"
#include "hw/i386/x86.h"
#include "hw/mem/memory-device.h"
#include "system/hostmem.h"
#include "system/system.h"
#include "sev-guest.h"
#include "hypervisor/launch/board-check.h"
#include "hypervisor/launch/launch-kind.h"
#include "hypervisor/launch/sev-tcg.h"

/*
 * RAM at the C-bit's own address could never be reached by the guest.  Into an
 * SEV-SNP guest none can be plugged, whatever place there is for it.
 */
static void check_ram_below_cbit(Error **errp)
{
    uint64_t cbit_mask = sev_tcg_cbit_mask();
    MachineState *ms = MACHINE(qdev_get_machine());
    X86MachineState *x86ms = X86_MACHINE(ms);
    DeviceMemoryState *hotplug = ms->device_memory;
    uint64_t end = 0;

    if (x86ms->above_4g_mem_size) {
        end = x86ms->above_4g_mem_start + x86ms->above_4g_mem_size;
    }
    if (hotplug && sev_vm()->host->kind->takes_dimms) {
        end = MAX(end, hotplug->base + memory_region_size(&hotplug->mr));
    }
    if (end > cbit_mask) {
        error_setg(errp, "SEV: RAM reaches up to 0x%" PRIx64
                   ", which must be below the C-bit, 0x%" PRIx64 " (cbitpos=%d"
                   "): give the guest less memory or a higher cbitpos",
                   end, cbit_mask, ctz64(cbit_mask));
    }
}

/*
 * QEMU hashes what it hands to the firmware to be started: a bzImage, an EFI
 * program.  An ELF or multiboot image it loads itself, for firmware that knows
 * of no hashes; with KVM that kernel is not measured, and nobody says so.
 */
static void check_kernel_is_hashed(Error **errp)
{
    MachineState *ms = MACHINE(qdev_get_machine());
    SevCommonState *sev = SEV_COMMON(ms->cgs);

    if (sev->kernel_hashes && ms->kernel_filename && !sev->kernel_hashed) {
        error_setg(errp, "SEV: kernel-hashes=on covers a bzImage or an EFI "
                   "program: '%s' is an ELF or multiboot image, which is not "
                   "hashed", ms->kernel_filename);
    }
}

static bool is_rom(HostMemoryBackend *backend)
{
    return backend && memory_region_is_rom(&backend->mr);
}

/*
 * The launch of an SEV-SNP guest writes pages into its RAM (CPUID, hashes, the
 * secrets' place), for KVM as here.  QEMU would write into what the host has
 * mapped read-only.
 */
static void check_ram_is_writable(Error **errp)
{
    MachineState *ms = MACHINE(qdev_get_machine());
    bool rom = is_rom(ms->memdev);

    for (int i = 0; ms->numa_state && i < ms->numa_state->num_nodes; i++) {
        rom |= is_rom(ms->numa_state->nodes[i].node_memdev);
    }
    if (rom && sev_snp_enabled()) {
        error_setg(errp, "SEV-SNP: the guest's RAM must be writable, its memory"
                   " backend has rom=on");
    }
}

static void check_board(Notifier *notifier, void *unused)
{
    check_ram_below_cbit(&error_fatal);
    check_ram_is_writable(&error_fatal);
    check_kernel_is_hashed(&error_fatal);
}

void board_check_register(SevVm *vm)
{
    vm->board_check.notify = check_board;
    qemu_add_machine_init_done_notifier(&vm->board_check);
}
