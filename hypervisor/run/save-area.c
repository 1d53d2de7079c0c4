/*
 * Reads and writes save areas in pages of an SEV-SNP guest
 *
 * On the hardware a save area is in use as long as it runs, and nobody else has
 * its page.  Here others may look into it then, and find what it was when it
 * ran last: OVMF does so with a CPU that would not leave for hours.  A page
 * that is in use must be in no TLB, either, and an SVSM looks into its guest's
 * at each switch: all TLBs would have to be flushed for that.  So it is only
 * kept from others while it is read for the first time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/lockable.h"
#include "cpu/vmsa.h"
#include "hypervisor/run/save-area.h"
#include "hypervisor/run/snp-host.h"

static RmpRule check(const SevVcpu *vcpu, const SevVmpl *vmpl)
{
    return rmp_vmsa_check(vcpu->sev.rmp, vmpl->spa, vmpl->gpa,
                          vcpu->sev.asid);
}

static RmpRule read_page(SevVcpu *vcpu, const SevVmpl *vmpl, SevVmsa *vmsa)
{
    RmpRule rule = vmpl->fresh
                   ? rmp_vmsa_enter(vcpu->sev.rmp, &vcpu->sev, vmpl->spa,
                                    vmpl->gpa, vcpu->sev.asid)
                   : check(vcpu, vmpl);

    if (rule == RMP_RULE_NONE) {
        memcpy(vmsa, vmpl->page, sizeof(*vmsa));
        if (vmpl->fresh) {
            rmp_vmsa_leave(vcpu->sev.rmp, vmpl->spa);
        }
    }
    return rule;
}

const char *save_area_read(SevVcpu *vcpu, unsigned n, SevVmsa *vmsa)
{
    const SevVmpl *vmpl = &vcpu->vmpls[n];
    RmpRule rule;

    WITH_QEMU_LOCK_GUARD(snp_change_lock()) {
        rule = read_page(vcpu, vmpl, vmsa);
    }
    return rule == RMP_RULE_NONE
           ? vmsa_check(&vcpu->sev.cpu->env, n,
                        snp_vmpl_features(vcpu->vm, n), vmsa)
           : rmp_rule_text(rule);
}

void save_area_write(SevVcpu *vcpu, uint64_t exit_code)
{
    const SevVmpl *vmpl = sev_vcpu_vmpl(vcpu);

    QEMU_LOCK_GUARD(snp_change_lock());
    if (check(vcpu, vmpl) == RMP_RULE_NONE) {
        vmsa_save(&vcpu->sev.cpu->env, exit_code, vmpl->page);
    }
}
