/*
 * #VC: which exits an SEV-ES guest takes itself
 *
 * An exit is automatic or not (APM volume 2, table 15-35).  An automatic one
 * is the hypervisor's, with the guest's state hidden: interrupts, HLT,
 * shutdown, writes to control registers.  Any other that the hypervisor
 * intercepts raises #VC in the guest, with the exit code as error code.  The
 * table has those that KVM intercepts in such guests (Linux, init_vmcb() and
 * sev_es_init_vmcb()).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "abi/ghcb.h"
#include "abi/vmsa.h"
#include "cpu/vc.h"
#include "cpu/sev-cpu.h"
#include "tcg/helper-tcg.h"
#include "exec/address-spaces.h"
#include "exec/exec-all.h"
#include "hypervisor/ghcb/ghcb.h"
#include "hypervisor/run/snp-host.h"
#include "cpu/trace.h"

#define MSR_IN(index, first, last) ((index) >= (first) && (index) <= (last))

/*
 * MSRs that KVM leaves to the guest: those that the hardware saves with an
 * SEV-ES guest's state (APM volume 2, table B-4), and SEV_STATUS, which
 * cannot be intercepted.
 */
bool vc_msr_is_passed_through(uint32_t index)
{
    return MSR_IN(index, MSR_IA32_SPEC_CTRL, MSR_IA32_PRED_CMD) ||
           MSR_IN(index, MSR_IA32_SYSENTER_CS, MSR_IA32_SYSENTER_EIP) ||
           MSR_IN(index, 0x1d9, 0x1de) ||       /* DEBUGCTL, last branch */
           index == MSR_PAT || index == MSR_IA32_XSS ||
           MSR_IN(index, MSR_EFER, MSR_FMASK) ||
           MSR_IN(index, MSR_FSBASE, MSR_TSC_AUX) ||
           MSR_IN(index, MSR_SEV_ES_GHCB, MSR_SEV_STATUS);
}

static bool msr_exits(const CPUX86State *env)
{
    return !vc_msr_is_passed_through(env->regs[R_ECX]);
}

/*
 * As KVM: what it intercepts so that a guest cannot see the host's debug
 * registers, or keep a CPU busy with #DB, it leaves to a guest with DebugSwap.
 */
static bool debug_exits(const CPUX86State *env)
{
    return !(snp_sev_features() & VMSA_SEV_FEATURE_DEBUG_SWAP);
}

/*
 * A row is an exit that raises #VC.
 *
 * @section: where the APM's volume 2 has the intercept
 * @when: not always, but only then; NULL is always
 */
typedef struct VcExit {
    const char *section;
    bool (*when)(const CPUX86State *env);
} VcExit;

static const VcExit vc_exits[] = {
    [VC_EXIT_DR7_READ] = { "15.8.1", debug_exits },
    [VC_EXIT_DR7_WRITE] = { "15.8.1", debug_exits },
    [VC_EXIT_EXCP_DB] = { "15.12.2", debug_exits },
    [VC_EXIT_EXCP_AC] = { "15.12.17" },
    [VC_EXIT_RDPMC] = { "15.9" },
    [VC_EXIT_CPUID] = { "15.9" },
    [VC_EXIT_RSM] = { "15.9" },
    [VC_EXIT_INVD] = { "15.9" },
    [VC_EXIT_INVLPGA] = { "15.9" },
    [VC_EXIT_IOIO] = { "15.10" },
    [VC_EXIT_MSR] = { "15.11", msr_exits },
    [VC_EXIT_VMRUN] = { "15.9" },
    [VC_EXIT_VMMCALL] = { "15.9" },
    [VC_EXIT_VMLOAD] = { "15.9" },
    [VC_EXIT_VMSAVE] = { "15.9" },
    [VC_EXIT_STGI] = { "15.9" },
    [VC_EXIT_CLGI] = { "15.9" },
    [VC_EXIT_SKINIT] = { "15.9" },
    [VC_EXIT_WBINVD] = { "15.9" },
    [VC_EXIT_MONITOR] = { "15.9" },
    [VC_EXIT_MWAIT] = { "15.9" },
};

bool vc_has_exit(uint32_t exit)
{
    return exit < ARRAY_SIZE(vc_exits) && vc_exits[exit].section;
}

void vc_raise(CPUX86State *env, uint32_t exit, uintptr_t ra)
{
    CPUState *cs = env_cpu(env);

    if (exit == VC_EXIT_STOPPED) {
        cs->halted = 1;
        cs->exception_index = EXCP_HLT;
        cpu_loop_exit_restore(cs, ra);
    }
    if (trace_event_get_state_backends(TRACE_SEV_VC)) {
        cpu_restore_state(cs, ra);
        trace_sev_vc(cs->cpu_index, ghcb_exit_name(exit), exit,
                     env->segs[R_CS].base + env->eip);
        ra = 0;
    }
    raise_exception_err_ra(env, EXCP1D_VC, exit, ra);
}

void vc_raise_access(CPUX86State *env, uint32_t exit, vaddr addr,
                     uintptr_t ra)
{
    if (exit == VC_EXIT_NOT_VALIDATED) {
        env->cr[2] = addr;
    }
    vc_raise(env, exit, ra);
}

void vc_check_exit(CPUX86State *env, uint32_t exit, uintptr_t ra)
{
    if (vc_has_exit(exit) &&
        (!vc_exits[exit].when || vc_exits[exit].when(env))) {
        vc_raise(env, exit, ra);
    }
}

/*
 * KVM backs RAM and ROM with pages.  It leaves the rest out of the nested page
 * tables by a reserved bit, which makes a fault there not automatic.  A device
 * that shares a page with RAM gets all of the page.
 */
int vc_fill_prot(CPUX86State *env, hwaddr paddr)
{
    CPUState *cs = env_cpu(env);
    MemTxAttrs attrs = cpu_get_mem_attrs(env);
    AddressSpace *as = cpu_get_address_space(cs, cpu_asidx_from_attrs(cs,
                                                                      attrs));
    hwaddr len = TARGET_PAGE_SIZE, xlat;
    MemoryRegion *mr;

    RCU_READ_LOCK_GUARD();
    mr = address_space_translate(as, paddr & TARGET_PAGE_MASK, &xlat, &len,
                                 false, attrs);
    if (len < TARGET_PAGE_SIZE) {
        return 0;
    }
    if (memory_region_is_ram(mr)) {
        return PAGE_READ | PAGE_EXEC | (mr->readonly ? 0 : PAGE_WRITE);
    }
    return memory_region_is_romd(mr) ? PAGE_READ | PAGE_EXEC : 0;
}
