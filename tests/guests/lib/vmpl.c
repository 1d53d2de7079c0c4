/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VMPLs beside the one that the program starts with: see vmpl.h. */
#include "ap-creation.h"
#include "config.h"
#include "exception.h"
#include "msr.h"
#include "smp.h"
#include "snp.h"
#include "tap.h"
#include "vmpl.h"
#include "x86.h"

static __attribute__((noreturn, used))
void vmpl_main(VmplFn *fn, uint64_t arg)
{
    exception_init();
    fn(arg);
    for (;;) {
        vmpl_run(0);
    }
}

void vmpl_entry(void);
asm(".pushsection .text\nvmpl_entry: call vmpl_main\n.popsection");

static void admit(uintptr_t from, uintptr_t to, unsigned size, unsigned vmpl)
{
    for (uintptr_t page = from; page < to;
         page += size == RMP_PAGE_2M ? SIZE_2M : SIZE_4K) {
        if (rmpadjust(page, size, vmpl | RMP_PERM_ALL << 8).status) {
            bail_out("RMPADJUST does not admit VMPL %u to %x", vmpl,
                     (uint64_t)page);
        }
    }
}

void vmpl_admit(unsigned vmpl)
{
    admit(SNP_PROGRAM, SNP_PROGRAM_END, RMP_PAGE_4K, vmpl);
    admit(SNP_PROGRAM_END, SNP_FRESH, RMP_PAGE_2M, vmpl);
}

/* An NMI may be waiting for it, so it begins with an IDT. */
static void fill_idtr(SevVmsaSegment *idtr)
{
    struct {
        uint16_t limit;
        uintptr_t base;
    } __attribute__((packed)) own;

    asm volatile("sidt %0" : "=m"(own));
    idtr->base = le64_of(own.base);
    idtr->limit = le32_of(own.limit);
}

void vmpl_fill(SevVmsa *vmsa, unsigned vmpl, unsigned index, VmplFn *fn,
               uint64_t arg)
{
    save_area_fill(vmsa, index, 0);
    vmsa->vmpl = vmpl;
    vmsa->rip = le64_of((uintptr_t)vmpl_entry);
    vmsa->rdi = le64_of((uintptr_t)fn);
    vmsa->rsi = le64_of(arg);
    fill_idtr(&vmsa->idtr);
}

SevVmsa *vmpl_area(unsigned vmpl, unsigned index, VmplFn *fn, uint64_t arg)
{
    SevVmsa *vmsa = save_area(true);

    vmpl_fill(vmsa, vmpl, index, fn, arg);
    return vmsa;
}

bool vmpl_ask(unsigned what, unsigned vmpl, unsigned apic_id,
              const SevVmsa *vmsa)
{
    return ap_request_done(vmpl << GHCB_AP_VMPL_SHIFT | what, apic_id, vmsa);
}

COUNTED uint32_t vmpl_run(unsigned vmpl)
{
    uint64_t answer = ghcb_msr((uint64_t)vmpl << GHCB_MSR_VMPL_SHIFT |
                               GHCB_MSR_VMPL_REQ);

    if ((uint32_t)answer != GHCB_MSR_VMPL_RESP) {
        bail_out("no answer to Run VMPL by MSR: %x", answer);
    }
    return answer >> GHCB_MSR_VMPL_ERROR_SHIFT;
}

uint64_t vmpl_run_by_ghcb(uint64_t vmpl)
{
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_RUN_VMPL, vmpl, 0);

    ghcb_call(ghcb);
    return GHCB_GET(ghcb, sw_exit_info_2) << 32 |
           GHCB_GET(ghcb, sw_exit_info_1);
}

static unsigned own_apic_id(void)
{
    uint32_t r[4];

    cpuid(1, 0, r);
    return r[1] >> 24;
}

void vmpl_own(unsigned vmpl, const SevVmsa *vmsa)
{
    if (!vmpl_ask(GHCB_AP_CREATE_ON_INIT, vmpl, own_apic_id(), vmsa)) {
        bail_out("AP creation makes no VMPL %u", vmpl);
    }
}

void vmpl_own_with(unsigned vmpl, SevVmsa *vmsa, uint64_t features)
{
    const Ghcb *ghcb;

    vmsa->sev_features = le64_of(features);
    ghcb = ap_request(vmpl << GHCB_AP_VMPL_SHIFT | GHCB_AP_CREATE_ON_INIT,
                      own_apic_id(), (uintptr_t)vmsa, features);
    if (GHCB_GET(ghcb, sw_exit_info_1)) {
        bail_out("AP creation makes no VMPL %u with features %x", vmpl,
                 features);
    }
}

SevVmsa *vmpl_make(unsigned vmpl, unsigned index, VmplFn *fn, uint64_t arg)
{
    SevVmsa *vmsa = vmpl_area(vmpl, index, fn, arg);

    vmpl_own(vmpl, vmsa);
    return vmsa;
}

uint64_t vmpl_exit_code(const SevVmsa *vmsa)
{
    return le64_get(vmsa->guest_exit_code);
}
