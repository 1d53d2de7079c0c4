/*
 * Loads a CPU's state from its VM save area, and checks it before
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/bswap.h"
#include "abi/rmp.h"
#include "cpu.h"
#include "cpu/sev-cpu.h"
#include "cpu/vmsa.h"
#include "exec/cputlb.h"
#include "tcg/helper-tcg.h"

/* Descriptor flags of QEMU are the descriptor's upper half, in place. */
static uint32_t attrib_to_flags(uint16_t attrib)
{
    return (attrib & 0xff) << VMSA_ATTRIB_LOW_SHIFT |
           (attrib & 0xf00) << VMSA_ATTRIB_HIGH_SHIFT;
}

static void load_segment(CPUX86State *env, int seg, const SevVmsaSegment *from)
{
    cpu_x86_load_seg_cache(env, seg, le16_get(from->selector),
                           le64_get(from->base), le32_get(from->limit),
                           attrib_to_flags(le16_get(from->attrib)));
}

static void load_table(SegmentCache *to, const SevVmsaSegment *from)
{
    to->selector = le16_get(from->selector);
    to->base = le64_get(from->base);
    to->limit = le32_get(from->limit);
    to->flags = attrib_to_flags(le16_get(from->attrib));
}

/* LMA is what LME and CR0.PG make of it; TCG relies on that. */
static uint64_t efer_of(const SevVmsa *vmsa)
{
    uint64_t efer = le64_get(vmsa->efer) & ~(uint64_t)MSR_EFER_LMA;
    bool lma = efer & MSR_EFER_LME && le64_get(vmsa->cr0) & CR0_PG_MASK;

    return efer | (lma ? MSR_EFER_LMA : 0);
}

/*
 * The CPL is a field of its own, for the cases where SS does not tell; but
 * real and virtual-8086 mode have theirs (APM volume 2, section 15.5.1).
 */
static unsigned cpl_of(const SevVmsa *vmsa)
{
    if (!(le64_get(vmsa->cr0) & CR0_PE_MASK)) {
        return 0;
    }
    return le64_get(vmsa->rflags) & VM_MASK ? 3 : vmsa->cpl & 3;
}

/*
 * The CPU may have run with another save area before, in any mode.  What
 * notices changes of these registers sees none: LMA is part of EFER here, and
 * the TLB is looked after at the end.
 */
static void load_control(CPUX86State *env, const SevVmsa *vmsa)
{
    env->cr[0] = le64_get(vmsa->cr0);
    env->cr[3] = le64_get(vmsa->cr3);
    env->cr[4] = le64_get(vmsa->cr4);
    cpu_x86_update_cr0(env, env->cr[0]);
    cpu_x86_update_cr4(env, env->cr[4]);
    env->cr[2] = le64_get(vmsa->cr2);
    cpu_load_efer(env, efer_of(vmsa));
    env->pat = le64_get(vmsa->g_pat);
    env->xcr0 = le64_get(vmsa->xcr0);
    env->xss = le64_get(vmsa->xss);
    env->pkru = le32_get(vmsa->pkru);
}

/*
 * Without DebugSwap, DR0 to DR3 stay what they are.  No breakpoint is set
 * while they change.
 */
static void load_debug(CPUX86State *env, const SevVmsa *vmsa)
{
    cpu_x86_update_dr7(env, 0);
    if (le64_get(vmsa->sev_features) & VMSA_SEV_FEATURE_DEBUG_SWAP) {
        for (int i = 0; i < 4; i++) {
            env->dr[i] = le64_get(vmsa->dr[i]);
        }
    }
    env->dr[6] = le64_get(vmsa->dr6);
    cpu_x86_update_dr7(env, le64_get(vmsa->dr7));
}

static void load_msrs(CPUX86State *env, const SevVmsa *vmsa)
{
    env->star = le64_get(vmsa->star);
    env->lstar = le64_get(vmsa->lstar);
    env->cstar = le64_get(vmsa->cstar);
    env->fmask = le64_get(vmsa->sfmask);
    env->kernelgsbase = le64_get(vmsa->kernel_gs_base);
    env->sysenter_cs = le64_get(vmsa->sysenter_cs);
    env->sysenter_esp = le64_get(vmsa->sysenter_esp);
    env->sysenter_eip = le64_get(vmsa->sysenter_eip);
    env->tsc_aux = le32_get(vmsa->tsc_aux);
    env->sev->tsc_scale = le64_get(vmsa->guest_tsc_scale);
    env->sev->tsc_offset = le64_get(vmsa->guest_tsc_offset);
}

static void load_segments(CPUX86State *env, const SevVmsa *vmsa)
{
    load_segment(env, R_ES, &vmsa->es);
    load_segment(env, R_CS, &vmsa->cs);
    load_segment(env, R_SS, &vmsa->ss);
    load_segment(env, R_DS, &vmsa->ds);
    load_segment(env, R_FS, &vmsa->fs);
    load_segment(env, R_GS, &vmsa->gs);
    load_table(&env->gdt, &vmsa->gdtr);
    load_table(&env->ldt, &vmsa->ldtr);
    load_table(&env->idt, &vmsa->idtr);
    load_table(&env->tr, &vmsa->tr);
    env->hflags = (env->hflags & ~HF_CPL_MASK) | cpl_of(vmsa);
}

/*
 * Arithmetic flags and DF are elsewhere while translated code runs, and get
 * there when that begins.
 */
static void load_flags(CPUX86State *env, uint64_t rflags)
{
    if (env_cpu(env)->running) {
        cpu_load_eflags(env, rflags,
                        ~(CC_O | CC_S | CC_Z | CC_A | CC_P | CC_C | DF_MASK));
    } else {
        env->eflags = rflags | 2;
    }
}

static void load_gprs(CPUX86State *env, const SevVmsa *vmsa)
{
    env->regs[R_EAX] = le64_get(vmsa->rax);
    env->regs[R_ECX] = le64_get(vmsa->rcx);
    env->regs[R_EDX] = le64_get(vmsa->rdx);
    env->regs[R_EBX] = le64_get(vmsa->rbx);
    env->regs[R_ESP] = le64_get(vmsa->rsp);
    env->regs[R_EBP] = le64_get(vmsa->rbp);
    env->regs[R_ESI] = le64_get(vmsa->rsi);
    env->regs[R_EDI] = le64_get(vmsa->rdi);
    for (int i = 0; i < 8; i++) {
        env->regs[8 + i] = le64_get(vmsa->r8_15[i]);
    }
    env->eip = le64_get(vmsa->rip);
    load_flags(env, le64_get(vmsa->rflags));
}

static void load_fpu(CPUX86State *env, const SevVmsa *vmsa)
{
    uint16_t fsw = le16_get(vmsa->x87_fsw);
    uint16_t ftw = le16_get(vmsa->x87_ftw);

    cpu_set_fpuc(env, le16_get(vmsa->x87_fcw));
    env->fpop = le16_get(vmsa->x87_fop);
    env->fpip = le64_get(vmsa->x87_rip);
    env->fpdp = le64_get(vmsa->x87_dp);
    env->fpcs = le16_get(vmsa->x87_cs);
    env->fpds = le16_get(vmsa->x87_ds);
    env->fpstt = fsw >> 11 & 7;
    env->fpus = fsw & ~0x3800;
    for (int i = 0; i < 8; i++) {
        const uint8_t *reg = vmsa->fpreg_x87 + 10 * i;
        FPReg *st = &env->fpregs[(env->fpstt + i) & 7];

        /* FTW has a bit for each register that is not empty. */
        env->fptags[i] = !(ftw >> i & 1);
        st->d.low = ldq_le_p(reg);
        st->d.high = lduw_le_p(reg + 8);
    }
    cpu_set_mxcsr(env, le32_get(vmsa->mxcsr));
    for (int i = 0; i < 16; i++) {
        env->xmm_regs[i].ZMM_Q(0) = ldq_le_p(vmsa->fpreg_xmm + 16 * i);
        env->xmm_regs[i].ZMM_Q(1) = ldq_le_p(vmsa->fpreg_xmm + 16 * i + 8);
        env->xmm_regs[i].ZMM_Q(2) = ldq_le_p(vmsa->fpreg_ymm + 16 * i);
        env->xmm_regs[i].ZMM_Q(3) = ldq_le_p(vmsa->fpreg_ymm + 16 * i + 8);
    }
}

static SevTlbKey tlb_key(const CPUX86State *env)
{
    return (SevTlbKey) {
        .vmpl = env->sev->loaded_vmpl,
        .pkru = env->pkru,
        .cr0 = env->cr[0],
        .cr3 = env->cr[3],
        .cr4 = env->cr[4],
        .efer = env->efer,
    };
}

static bool same_key(const SevTlbKey *a, const SevTlbKey *b)
{
    return a->vmpl == b->vmpl && a->pkru == b->pkru && a->cr0 == b->cr0 &&
           a->cr3 == b->cr3 && a->cr4 == b->cr4 && a->efer == b->efer;
}

static SevTlbKey *key_of_half(SevCpu *sev)
{
    return &sev->tlb_keys[sev->loaded_vmpl ? 1 : 0];
}

/* VMPLs other than 0 share the second half of the MMU indexes. */
static void flush_half(CPUX86State *env)
{
    uint16_t first_half = (1 << MMU_VMPL_IDX) - 1;

    tlb_flush_by_mmuidx(env_cpu(env), env->sev->loaded_vmpl
                                      ? first_half << MMU_VMPL_IDX
                                      : first_half);
}

/*
 * What is left keeps its TLB entries, which hold when it is entered with the
 * registers that it was left with.  Whoever must not use them either has the
 * other half, or shares this one under another VMPL, or comes with other
 * registers: then the key differs.
 */
static void note_left(CPUX86State *env)
{
    *key_of_half(env->sev) = tlb_key(env);
}

static void flush_stale(CPUX86State *env)
{
    SevTlbKey now = tlb_key(env);

    if (!same_key(&now, key_of_half(env->sev))) {
        flush_half(env);
    }
}

void vmsa_load(CPUX86State *env, const SevVmsa *vmsa)
{
    note_left(env);
    env->sev->loaded_vmpl = env->sev->vmpl;
    load_control(env, vmsa);
    load_debug(env, vmsa);
    load_msrs(env, vmsa);
    load_gprs(env, vmsa);
    load_segments(env, vmsa);       /* RFLAGS.VM has a part in them */
    load_fpu(env, vmsa);
    cpu_sync_avx_hflag(env);
    cpu_sync_bndcs_hflags(env);
    flush_stale(env);
}

const char *vmsa_check(const CPUX86State *env, unsigned vmpl,
                       uint64_t features, const SevVmsa *vmsa)
{
    static const char *const other_vmpl[RMP_VMPLS] = {
        "its VMPL is not 0", "its VMPL is not 1", "its VMPL is not 2",
        "its VMPL is not 3",
    };
    uint64_t cr0 = le64_get(vmsa->cr0), cr4 = le64_get(vmsa->cr4);
    uint64_t efer = le64_get(vmsa->efer), xcr0 = le64_get(vmsa->xcr0);
    uint32_t xcr0_lo, xcr0_hi, ignored;

    if (le64_get(vmsa->sev_features) != features) {
        return "SEV_FEATURES is not what this VMPL has";
    }
    if (vmsa->vmpl != vmpl) {
        return other_vmpl[vmpl % RMP_VMPLS];
    }
    if (!(efer & MSR_EFER_SVME)) {
        return "EFER.SVME is 0";
    }
    if (cr0 >> 32 || (!(cr0 & CR0_CD_MASK) && cr0 & CR0_NW_MASK)) {
        return "CR0 has upper bits, or NW without CD";
    }
    if (cr0 & CR0_PG_MASK &&
        (!(cr0 & CR0_PE_MASK) ||
         (efer & MSR_EFER_LME && !(cr4 & CR4_PAE_MASK)))) {
        return "CR0.PG is 1 without CR0.PE, or in long mode without CR4.PAE";
    }
    if (le64_get(vmsa->dr6) >> 32 || le64_get(vmsa->dr7) >> 32) {
        return "DR6 or DR7 has upper bits";
    }
    cpu_x86_cpuid((CPUX86State *)env, 0xd, 0, &xcr0_lo, &ignored, &ignored,
                  &xcr0_hi);
    if (!(xcr0 & XSTATE_FP_MASK) ||
        xcr0 & ~deposit64(xcr0_lo, 32, 32, xcr0_hi) & ~(uint64_t)3) {
        return "XCR0 has a value that XSETBV would not take";
    }
    return NULL;
}
