/*
 * Saves a CPU's state to its VM save area, and makes the first one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "cpu.h"
#include "cpu/sev-cpu.h"
#include "cpu/vmsa.h"
#include "tcg/helper-tcg.h"

static uint16_t flags_to_attrib(uint32_t flags)
{
    return (flags >> VMSA_ATTRIB_LOW_SHIFT & 0xff) |
           (flags >> VMSA_ATTRIB_HIGH_SHIFT & 0xf00);
}

static void save_segment(SevVmsaSegment *to, const SegmentCache *from)
{
    to->selector = le16_of(from->selector);
    to->attrib = le16_of(flags_to_attrib(from->flags));
    to->limit = le32_of(from->limit);
    to->base = le64_of(from->base);
}

/* GDTR and IDTR have no selector and no attributes. */
static void save_table(SevVmsaSegment *to, const SegmentCache *from)
{
    to->limit = le32_of(from->limit);
    to->base = le64_of(from->base);
}

static void save_segments(const CPUX86State *env, SevVmsa *vmsa)
{
    save_segment(&vmsa->es, &env->segs[R_ES]);
    save_segment(&vmsa->cs, &env->segs[R_CS]);
    save_segment(&vmsa->ss, &env->segs[R_SS]);
    save_segment(&vmsa->ds, &env->segs[R_DS]);
    save_segment(&vmsa->fs, &env->segs[R_FS]);
    save_segment(&vmsa->gs, &env->segs[R_GS]);
    save_table(&vmsa->gdtr, &env->gdt);
    save_segment(&vmsa->ldtr, &env->ldt);
    save_table(&vmsa->idtr, &env->idt);
    save_segment(&vmsa->tr, &env->tr);
}

/*
 * SVME is the switch by which the guest says whether a save area may run.  On
 * the hardware nobody can turn it while it does, and who tries waits; here the
 * page is not kept from others, and what they have written there stays.
 */
static void save_control(const CPUX86State *env, SevVmsa *vmsa)
{
    uint64_t svme = le64_get(vmsa->efer) & MSR_EFER_SVME;

    vmsa->efer = le64_of((env->efer & ~(uint64_t)MSR_EFER_SVME) | svme);
    vmsa->cpl = env->hflags & HF_CPL_MASK;
    vmsa->cr0 = le64_of(env->cr[0]);
    vmsa->cr2 = le64_of(env->cr[2]);
    vmsa->cr3 = le64_of(env->cr[3]);
    vmsa->cr4 = le64_of(env->cr[4]);
    vmsa->g_pat = le64_of(env->pat);
    vmsa->xcr0 = le64_of(env->xcr0);
    vmsa->xss = le64_of(env->xss);
    vmsa->pkru = le32_of(env->pkru);
}

static void save_debug(const CPUX86State *env, SevVmsa *vmsa)
{
    if (env->sev->features & VMSA_SEV_FEATURE_DEBUG_SWAP) {
        for (int i = 0; i < 4; i++) {
            vmsa->dr[i] = le64_of(env->dr[i]);
        }
    }
    vmsa->dr6 = le64_of(env->dr[6]);
    vmsa->dr7 = le64_of(env->dr[7]);
}

static void save_msrs(const CPUX86State *env, SevVmsa *vmsa)
{
    vmsa->star = le64_of(env->star);
    vmsa->lstar = le64_of(env->lstar);
    vmsa->cstar = le64_of(env->cstar);
    vmsa->sfmask = le64_of(env->fmask);
    vmsa->kernel_gs_base = le64_of(env->kernelgsbase);
    vmsa->sysenter_cs = le64_of(env->sysenter_cs);
    vmsa->sysenter_esp = le64_of(env->sysenter_esp);
    vmsa->sysenter_eip = le64_of(env->sysenter_eip);
    vmsa->tsc_aux = le32_of(env->tsc_aux);
}

/* As load_flags() */
static uint64_t flags_of(CPUX86State *env)
{
    return env_cpu(env)->running ? cpu_compute_eflags(env) : env->eflags;
}

static void save_gprs(CPUX86State *env, SevVmsa *vmsa)
{
    vmsa->rax = le64_of(env->regs[R_EAX]);
    vmsa->rcx = le64_of(env->regs[R_ECX]);
    vmsa->rdx = le64_of(env->regs[R_EDX]);
    vmsa->rbx = le64_of(env->regs[R_EBX]);
    vmsa->rsp = le64_of(env->regs[R_ESP]);
    vmsa->rbp = le64_of(env->regs[R_EBP]);
    vmsa->rsi = le64_of(env->regs[R_ESI]);
    vmsa->rdi = le64_of(env->regs[R_EDI]);
    for (int i = 0; i < 8; i++) {
        vmsa->r8_15[i] = le64_of(env->regs[8 + i]);
    }
    vmsa->rip = le64_of(env->eip);
    vmsa->rflags = le64_of(flags_of(env));
}

static void save_fpu(CPUX86State *env, SevVmsa *vmsa)
{
    uint16_t ftw = 0;

    for (int i = 0; i < 8; i++) {
        const FPReg *st = &env->fpregs[(env->fpstt + i) & 7];
        uint8_t *reg = vmsa->fpreg_x87 + 10 * i;

        ftw |= !env->fptags[i] << i;
        stq_le_p(reg, st->d.low);
        stw_le_p(reg + 8, st->d.high);
    }
    vmsa->x87_fcw = le16_of(env->fpuc);
    vmsa->x87_fsw = le16_of((env->fpus & ~0x3800) | (env->fpstt & 7) << 11);
    vmsa->x87_ftw = le16_of(ftw);
    vmsa->x87_fop = le16_of(env->fpop);
    vmsa->x87_rip = le64_of(env->fpip);
    vmsa->x87_dp = le64_of(env->fpdp);
    vmsa->x87_cs = le16_of(env->fpcs);
    vmsa->x87_ds = le16_of(env->fpds);
    update_mxcsr_from_sse_status(env);
    vmsa->mxcsr = le32_of(env->mxcsr);
    for (int i = 0; i < 16; i++) {
        stq_le_p(vmsa->fpreg_xmm + 16 * i, env->xmm_regs[i].ZMM_Q(0));
        stq_le_p(vmsa->fpreg_xmm + 16 * i + 8, env->xmm_regs[i].ZMM_Q(1));
        stq_le_p(vmsa->fpreg_ymm + 16 * i, env->xmm_regs[i].ZMM_Q(2));
        stq_le_p(vmsa->fpreg_ymm + 16 * i + 8, env->xmm_regs[i].ZMM_Q(3));
    }
}

void vmsa_save(CPUX86State *env, uint64_t exit_code, SevVmsa *vmsa)
{
    save_control(env, vmsa);
    save_debug(env, vmsa);
    save_msrs(env, vmsa);
    save_segments(env, vmsa);
    save_gprs(env, vmsa);
    save_fpu(env, vmsa);
    vmsa->guest_exit_code = le64_of(exit_code);
    vmsa->guest_exit_info_1 = le64_of(0);
    vmsa->guest_exit_info_2 = le64_of(0);
    vmsa->guest_exit_int_info = le64_of(0);
    vmsa->guest_nrip = vmsa->rip;
}

void vmsa_make(const CPUX86State *env, bool fpu, uint64_t features,
               SevVmsa *vmsa)
{
    memset(vmsa, 0, sizeof(*vmsa));
    save_segments(env, vmsa);

    /* What KVM and the hardware it runs on make of these three */
    vmsa->efer = le64_of(env->efer | MSR_EFER_SVME);
    vmsa->cr4 = le64_of(env->cr[4] | CR4_MCE_MASK);
    vmsa->cr0 = le64_of(env->cr[0] & ~(CR0_CD_MASK | CR0_NW_MASK));

    vmsa->dr7 = le64_of(env->dr[7]);
    vmsa->dr6 = le64_of(env->dr[6]);
    vmsa->rflags = le64_of(env->eflags);
    vmsa->rip = le64_of(env->eip);
    vmsa->g_pat = le64_of(env->pat);
    vmsa->rdx = le64_of(env->regs[R_EDX]);
    vmsa->xcr0 = le64_of(env->xcr0);
    vmsa->sev_features = le64_of(features);
    if (fpu) {
        vmsa->mxcsr = le32_of(env->mxcsr);
        vmsa->x87_fcw = le16_of(env->fpuc);
    }
}
