/*
 * Raises #VC for the exits that an SEV-ES guest takes itself
 *
 * An exit is automatic or not (APM volume 2, table 15-35).  An automatic one
 * is the hypervisor's, with the guest's state hidden: interrupts, HLT,
 * shutdown, writes to control registers.  Any other that the hypervisor
 * intercepts raises #VC in the guest, with the exit code as error code.  Which
 * are not automatic is in the table, which is the CPU's; which of those are
 * intercepted is in SevCpu.intercepts, which are the hypervisor's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "abi/ghcb.h"
#include "cpu/vc.h"
#include "cpu/sev-cpu.h"
#include "tcg/helper-tcg.h"
#include "exec/address-spaces.h"
#include "exec/exec-all.h"
#include "cpu/trace.h"

/*
 * A row is an exit that is not automatic.  Of those the table has what a
 * hypervisor of such guests has a reason to intercept; translated code asks
 * about no others.
 *
 * @name: as the tables of hypervisor/ghcb have it, for traces
 * @section: where the APM's volume 2 has the intercept
 */
typedef struct VcExit {
    const char *name;
    const char *section;
} VcExit;

static const VcExit vc_exits[] = {
    [VC_EXIT_DR7_READ] = { "DR7 read", "15.8.1" },
    [VC_EXIT_DR7_WRITE] = { "DR7 write", "15.8.1" },
    [VC_EXIT_EXCP_DB] = { "#DB", "15.12.2" },
    [VC_EXIT_EXCP_AC] = { "#AC", "15.12.17" },
    [VC_EXIT_RDPMC] = { "RDPMC", "15.9" },
    [VC_EXIT_CPUID] = { "CPUID", "15.9" },
    [VC_EXIT_RSM] = { "RSM", "15.9" },
    [VC_EXIT_INVD] = { "INVD", "15.9" },
    [VC_EXIT_INVLPGA] = { "INVLPGA", "15.9" },
    [VC_EXIT_IOIO] = { "IOIO", "15.10" },
    [VC_EXIT_MSR] = { "MSR", "15.11" },
    [VC_EXIT_VMRUN] = { "VMRUN", "15.9" },
    [VC_EXIT_VMMCALL] = { "VMMCALL", "15.9" },
    [VC_EXIT_VMLOAD] = { "VMLOAD", "15.9" },
    [VC_EXIT_VMSAVE] = { "VMSAVE", "15.9" },
    [VC_EXIT_STGI] = { "STGI", "15.9" },
    [VC_EXIT_CLGI] = { "CLGI", "15.9" },
    [VC_EXIT_SKINIT] = { "SKINIT", "15.9" },
    [VC_EXIT_WBINVD] = { "WBINVD", "15.9" },
    [VC_EXIT_MONITOR] = { "MONITOR", "15.9" },
    [VC_EXIT_MWAIT] = { "MWAIT", "15.9" },
};

static const char *exit_name(uint32_t exit)
{
    if (vc_has_exit(exit)) {
        return vc_exits[exit].name;
    }
    return exit == VC_EXIT_NPF ? "MMIO" : "page not validated";
}

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
        trace_sev_vc(cs->cpu_index, exit_name(exit), exit,
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

void vc_check_exit(CPUX86State *env, uint32_t exit, uint64_t param,
                   uintptr_t ra)
{
    const SevCpu *sev = env->sev;

    if (vc_has_exit(exit) && sev->intercepts[exit / 32] >> exit % 32 & 1 &&
        (exit != VC_EXIT_MSR || sev->msr_exits(env->regs[R_ECX], param))) {
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

/* What is asked about by QEMU's names, and answered by those of the GHCB */
QEMU_BUILD_BUG_ON(VC_EXIT_DR7_READ != SVM_EXIT_READ_DR7);
QEMU_BUILD_BUG_ON(VC_EXIT_DR7_WRITE != SVM_EXIT_WRITE_DR7);
QEMU_BUILD_BUG_ON(VC_EXIT_EXCP_DB != SVM_EXIT_EXCP_BASE + EXCP01_DB);
QEMU_BUILD_BUG_ON(VC_EXIT_EXCP_AC != SVM_EXIT_EXCP_BASE + EXCP11_ALGN);
QEMU_BUILD_BUG_ON(VC_EXIT_RDTSC != SVM_EXIT_RDTSC);
QEMU_BUILD_BUG_ON(VC_EXIT_RDPMC != SVM_EXIT_RDPMC);
QEMU_BUILD_BUG_ON(VC_EXIT_CPUID != SVM_EXIT_CPUID);
QEMU_BUILD_BUG_ON(VC_EXIT_RSM != SVM_EXIT_RSM);
QEMU_BUILD_BUG_ON(VC_EXIT_INVD != SVM_EXIT_INVD);
QEMU_BUILD_BUG_ON(VC_EXIT_INVLPGA != SVM_EXIT_INVLPGA);
QEMU_BUILD_BUG_ON(VC_EXIT_IOIO != SVM_EXIT_IOIO);
QEMU_BUILD_BUG_ON(VC_EXIT_MSR != SVM_EXIT_MSR);
QEMU_BUILD_BUG_ON(VC_EXIT_TASK_SWITCH != SVM_EXIT_TASK_SWITCH);
QEMU_BUILD_BUG_ON(VC_EXIT_VMRUN != SVM_EXIT_VMRUN);
QEMU_BUILD_BUG_ON(VC_EXIT_VMMCALL != SVM_EXIT_VMMCALL);
QEMU_BUILD_BUG_ON(VC_EXIT_VMLOAD != SVM_EXIT_VMLOAD);
QEMU_BUILD_BUG_ON(VC_EXIT_VMSAVE != SVM_EXIT_VMSAVE);
QEMU_BUILD_BUG_ON(VC_EXIT_STGI != SVM_EXIT_STGI);
QEMU_BUILD_BUG_ON(VC_EXIT_CLGI != SVM_EXIT_CLGI);
QEMU_BUILD_BUG_ON(VC_EXIT_SKINIT != SVM_EXIT_SKINIT);
QEMU_BUILD_BUG_ON(VC_EXIT_RDTSCP != SVM_EXIT_RDTSCP);
QEMU_BUILD_BUG_ON(VC_EXIT_WBINVD != SVM_EXIT_WBINVD);
QEMU_BUILD_BUG_ON(VC_EXIT_MONITOR != SVM_EXIT_MONITOR);
QEMU_BUILD_BUG_ON(VC_EXIT_MWAIT != SVM_EXIT_MWAIT);
QEMU_BUILD_BUG_ON(VC_EXIT_NPF != SVM_EXIT_NPF);
