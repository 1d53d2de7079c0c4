/*
 * Changes page states of an SEV-SNP guest: as it asks for, and as KVM does when
 * an access fails
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/lockable.h"
#include "qemu/thread.h"
#include "qemu/units.h"
#include "cpu/snp.h"
#include "hypervisor/run/sev-end.h"
#include "hypervisor/run/snp-discard.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/run/vmpl-takings.h"
#include "hypervisor/trace.h"

static RmpState state_of(hwaddr gpa, unsigned size, bool private)
{
    RmpState state = { .page_size = size };

    if (private) {
        state.gpa = gpa;
        state.assigned = 1;
        state.asid = snp_asid();
    }
    return state;
}

/* Nobody gets what the page has as the other kind from now on. */
static void discard(hwaddr gpa, uint64_t size, bool private)
{
    if (private) {
        snp_discard_shared(gpa, size);
    } else {
        snp_discard_private(gpa, size);
    }
}

/* A vCPU has it at hand. */
static Rmp *rmp_of(const SevCpu *who)
{
    return who ? who->rmp : snp_rmp();
}

/*
 * What is as it should be already stays: its owner has accepted it.  So does,
 * as with QEMU and KVM, what is no memory and therefore always shared.
 */
static bool set_private_4k(SevCpu *who, hwaddr gpa, bool private)
{
    Rmp *rmp = rmp_of(who);
    uint64_t spa = snp_spa(gpa);
    RmpState state = state_of(gpa, RMP_PAGE_4K, private);
    RmpEntry entry;

    if (!rmp_get(rmp, spa, &entry)) {
        return !private;
    }
    if (entry.assigned == private) {
        return true;
    }
    if (entry.assigned && entry.page_size == RMP_PAGE_2M) {
        rmp_psmash(rmp, QEMU_ALIGN_DOWN(spa, RMP_2M_PAGE_SIZE));
    }
    if (rmp_update(rmp, who, spa, &state) != RMP_SUCCESS) {
        return false;
    }
    discard(gpa, TARGET_PAGE_SIZE, private);
    return true;
}

static bool set_private_2m(SevCpu *who, hwaddr gpa, bool private)
{
    Rmp *rmp = rmp_of(who);
    RmpState state = state_of(gpa, RMP_PAGE_2M, private);
    RmpEntry entry;

    if (!rmp_get(rmp, snp_spa(gpa), &entry)) {
        return !private;
    }
    if (entry.page_size == RMP_PAGE_2M && entry.assigned == private) {
        return true;
    }
    /* At once if that can be: not if pages of it are already as they are. */
    if (entry.assigned != private &&
        rmp_update(rmp, who, snp_spa(gpa), &state) == RMP_SUCCESS) {
        discard(gpa, RMP_2M_PAGE_SIZE, private);
        return true;
    }
    for (hwaddr at = 0; at < RMP_2M_PAGE_SIZE; at += TARGET_PAGE_SIZE) {
        if (!set_private_4k(who, gpa + at, private)) {
            return false;
        }
    }
    return true;
}

bool snp_set_private(SevCpu *who, hwaddr gpa, unsigned size, bool private)
{
    bool is_2m = size == RMP_PAGE_2M;
    bool done;

    WITH_QEMU_LOCK_GUARD(snp_change_lock()) {
        done = is_2m ? set_private_2m(who, gpa, private)
                     : set_private_4k(who, gpa, private);
    }
    if (!private) {
        snp_discard_code(gpa, is_2m ? RMP_2M_PAGE_SIZE : TARGET_PAGE_SIZE);
    }
    return done;
}

static void describe(const SevCpu *sev, const RmpAccess *access,
                     const RmpFault *fault, const char *what, char *line,
                     size_t size)
{
    char text[360];

    rmp_fault_text(fault, access, text, sizeof(text));
    snprintf(line, size, "virtual address 0x%" VADDR_PRIx ": %s%s",
             sev->access_va, text, what);
}

void snp_exit_not_validated(SevCpu *sev, const RmpAccess *access,
                            const RmpFault *fault)
{
    char line[480];

    describe(sev, access, fault, "; #VC", line, sizeof(line));
    sev_vcpu_diagnose_access(sev->owner, line);
}

/* Another CPU may have split it meanwhile: that is as good. */
static bool split(uint64_t spa)
{
    uint32_t status = rmp_psmash(snp_rmp(),
                                 QEMU_ALIGN_DOWN(spa, RMP_2M_PAGE_SIZE));

    return status == RMP_SUCCESS || status == RMP_FAIL_BADADDR;
}

static bool mend(SevCpu *sev, const RmpAccess *access, const RmpFault *fault)
{
    switch (fault->rule) {
    case RMP_RULE_NOT_ASSIGNED:
        return snp_set_private(sev, access->gpa & TARGET_PAGE_MASK,
                               RMP_PAGE_4K, true);
    case RMP_RULE_SHARED_ASSIGNED:
    case RMP_RULE_SHARED_REGION:
        return snp_set_private(sev, access->gpa & TARGET_PAGE_MASK,
                               RMP_PAGE_4K, false);
    case RMP_RULE_OPERAND_SIZE:
    case RMP_RULE_NESTED_SIZE:
        return split(access->spa);
    default:
        return false;
    }
}

/*
 * A guest that needs a page split has done nothing wrong.  Nor has OVMF when it
 * looks for a flash chip where its own image is, below 4 GiB.
 */
static bool is_mistake(const RmpAccess *access, const RmpFault *fault)
{
    bool image = access->gpa >= 4 * GiB - 16 * MiB && access->gpa < 4 * GiB;

    return fault->rule != RMP_RULE_OPERAND_SIZE &&
           fault->rule != RMP_RULE_NESTED_SIZE &&
           !(image && fault->rule == RMP_RULE_SHARED_ASSIGNED);
}

/*
 * A guest that looks into a save area that another CPU starts with has done
 * nothing wrong either: see save_area_read().  Nobody waits for that here.
 */
SevNpfResult snp_exit_nested_fault(SevCpu *sev, const RmpAccess *access,
                                   const RmpFault *fault)
{
    SevVcpu *vcpu = sev->owner;
    bool mended;
    char what[120] = "", line[600];

    if (fault->rule == RMP_RULE_IN_USE) {
        trace_sev_snp_in_use(CPU(sev->cpu)->cpu_index, access->gpa);
        return SEV_NPF_LEAVE;
    }
    mended = mend(sev, access, fault);
    if (mended && !is_mistake(access, fault)) {
        snp_flush(sev);
        return SEV_NPF_RETRY;
    }
    if (fault->rule == RMP_RULE_VMPL) {
        vmpl_takings_tell(vcpu->vm, access, what, sizeof(what));
    } else if (mended) {
        g_strlcpy(what, "; the page is converted, its content is lost",
                  sizeof(what));
    }
    describe(sev, access, fault, what, line, sizeof(line));
    if (!mended) {
        sev_end_for(sev->owner, line);
        return SEV_NPF_STOP;
    }
    sev_vcpu_diagnose_access(sev->owner, line);
    snp_flush(sev);
    return SEV_NPF_RETRY;
}
