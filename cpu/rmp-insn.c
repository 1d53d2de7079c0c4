/*
 * Executes PVALIDATE, RMPADJUST and RMPQUERY (APM volume 3): finds the
 * operand's page, then memctl/ does what the instruction is about
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "cpu.h"
#include "abi/ghcb.h"
#include "cpu/snp.h"
#include "cpu/vc.h"
#include "exec/helper-proto.h"
#include "tcg/helper-tcg.h"

/* In 32-bit modes rAX has 32 bits. */
static target_ulong operand_va(CPUX86State *env)
{
    return env->hflags & HF_CS64_MASK ? env->regs[R_EAX]
                                      : (uint32_t)env->regs[R_EAX];
}

/*
 * The walk of the guest's page tables raises its own faults, those of a read
 * of one byte (APM volume 3).  A page that is not private, or not memory,
 * cannot be the operand: #GP(0).
 */
static void operand_get(CPUX86State *env, RmpOperand *operand, uintptr_t ra)
{
    SevCpu *sev = env->sev;
    uint64_t page_size;
    bool c_bit;
    hwaddr gpa;

    *operand = (RmpOperand) {
        .va = operand_va(env),
        .access = { .asid = sev->asid, .vmpl = sev->vmpl, .c_bit = true },
    };
    gpa = x86_sev_translate(env, operand->va, MMU_DATA_LOAD, &c_bit,
                            &page_size, ra);
    if (!c_bit || !vc_fill_prot(env, gpa)) {
        raise_exception_err_ra(env, EXCP0D_GPF, 0, ra);
    }
    operand->access.gpa = gpa;
    snp_nested_page(sev, gpa, &operand->access.spa,
                    &operand->access.page_size);
}

/*
 * What the RMP answers.  Returns false if the instruction has to be tried
 * again, the hypervisor having mended what was wrong.
 */
static bool operand_done(CPUX86State *env, const RmpOperand *operand,
                         const RmpFault *fault, uintptr_t ra)
{
    uint32_t exit;

    switch (fault->kind) {
    case RMP_FAULT_NONE:
        return true;
    case RMP_FAULT_GP:
        raise_exception_err_ra(env, EXCP0D_GPF, 0, ra);
    case RMP_FAULT_VC:
        vc_raise_access(env, VC_EXIT_NOT_VALIDATED, operand->va, ra);
    case RMP_FAULT_NPF:
        exit = snp_nested_fault(env->sev, &operand->access, fault);
        if (exit) {
            vc_raise(env, exit, ra);
        }
    }
    return false;
}

/*
 * OF, SF, ZF, AF and PF are set by the return code, which is small and not
 * negative; only PVALIDATE has a carry.
 */
static void set_flags(CPUX86State *env, uint32_t status, bool carry)
{
    env->regs[R_EAX] = status;
    CC_SRC = (carry ? CC_C : 0) | (status ? 0 : CC_Z) | compute_pf(status);
}

void helper_pvalidate(CPUX86State *env)
{
    RmpOperand operand;
    RmpResult result;

    do {
        operand_get(env, &operand, GETPC());
        rmp_pvalidate(env->sev->rmp, env->sev, &operand, env->regs[R_ECX],
                      env->regs[R_EDX], &result);
    } while (!operand_done(env, &operand, &result.fault, GETPC()));
    set_flags(env, result.status, result.carry);
    snp_flush(env->sev);
}

void helper_rmpadjust(CPUX86State *env)
{
    RmpOperand operand;
    RmpResult result;

    do {
        operand_get(env, &operand, GETPC());
        rmp_adjust(env->sev->rmp, env->sev, &operand, env->regs[R_ECX],
                   env->regs[R_EDX], &result);
    } while (!operand_done(env, &operand, &result.fault, GETPC()));
    if (result.status == RMP_SUCCESS && env->sev->exits->adjusted) {
        env->sev->exits->adjusted(env->sev, &operand.access,
                                  env->regs[R_EDX], GETPC());
    }
    set_flags(env, result.status, false);
    snp_flush(env->sev);
}

void helper_rmpquery(CPUX86State *env)
{
    RmpOperand operand;
    RmpResult result;

    do {
        operand_get(env, &operand, GETPC());
        rmp_query(env->sev->rmp, &operand, env->regs[R_EDX], &result);
    } while (!operand_done(env, &operand, &result.fault, GETPC()));
    if (result.status == RMP_SUCCESS) {
        env->regs[R_ECX] = result.rcx;
        env->regs[R_EDX] = result.rdx;
    }
    set_flags(env, result.status, false);
}
