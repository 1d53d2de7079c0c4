/*
 * Remembers the last RMPADJUSTs that left a VMPL less than all permissions
 *
 * Most of them give all, so that these are few, and an access that fails
 * because of one comes soon after it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/lockable.h"
#include "qemu/thread.h"
#include "hypervisor/run/vmpl-takings.h"

#define TAKINGS 256

typedef struct Taking {
    uint64_t gpa, size;
    unsigned vmpl, permissions;     /* whose, and what is left */
    unsigned by_vmpl;
    int by_cpu;
    uint64_t rip;
} Taking;

typedef struct VmplTakings {
    QemuMutex lock;
    size_t count;                   /* of all that there were */
    Taking last[TAKINGS];
} VmplTakings;

void vmpl_takings_init(SevVm *vm)
{
    vm->takings = g_new0(VmplTakings, 1);
    qemu_mutex_init(&vm->takings->lock);
}

void vmpl_takings_forget(SevVm *vm)
{
    if (vm->takings) {
        QEMU_LOCK_GUARD(&vm->takings->lock);
        vm->takings->count = 0;
    }
}

void vmpl_takings_note(SevCpu *sev, const RmpAccess *page, uint64_t rdx,
                       uintptr_t ra)
{
    SevVcpu *vcpu = sev->owner;
    VmplTakings *takings = vcpu->vm->takings;
    uint64_t size = page->page_size == RMP_PAGE_2M ? RMP_2M_PAGE_SIZE
                                                   : RMP_PAGE_SIZE;
    unsigned permissions = (rdx & RMP_ATTR_PERM_MASK) >> RMP_ATTR_PERM_SHIFT;

    if (permissions == RMP_PERM_ALL) {
        return;
    }
    QEMU_LOCK_GUARD(&takings->lock);
    takings->last[takings->count++ % TAKINGS] = (Taking) {
        .gpa = QEMU_ALIGN_DOWN(page->gpa, size),
        .size = size,
        .vmpl = rdx & RMP_ATTR_VMPL_MASK,
        .permissions = permissions,
        .by_vmpl = sev->vmpl,
        .by_cpu = CPU(sev->cpu)->cpu_index,
        .rip = sev_vcpu_rip(vcpu, ra),
    };
}

/* The last one about a page and VMPL, or NULL */
static const Taking *find(const VmplTakings *takings, const RmpAccess *access)
{
    size_t count = MIN(takings->count, TAKINGS);

    for (size_t i = 1; i <= count; i++) {
        const Taking *taking = &takings->last[(takings->count - i) % TAKINGS];

        if (taking->vmpl == access->vmpl && access->gpa >= taking->gpa &&
            access->gpa - taking->gpa < taking->size) {
            return taking;
        }
    }
    return NULL;
}

void vmpl_takings_tell(SevVm *vm, const RmpAccess *access, char *buf,
                       size_t size)
{
    const Taking *taking;

    QEMU_LOCK_GUARD(&vm->takings->lock);
    taking = find(vm->takings, access);
    if (taking) {
        snprintf(buf, size, "; the last RMPADJUST to leave it less than all: "
                 "0x%x, by VMPL %u of vCPU %d at RIP 0x%" PRIx64,
                 taking->permissions, taking->by_vmpl, taking->by_cpu,
                 taking->rip);
    } else {
        snprintf(buf, size, "; as far as is remembered, no RMPADJUST has given "
                 "it any since the page was validated");
    }
}
