/*
 * Declares #VC: the exits that an SEV-ES guest takes itself (APM 15.35.5)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CPU_VC_H
#define CPU_VC_H

#include "cpu.h"
#include "sev.h"

#ifdef CONFIG_SEV_TCG

/**
 * vc_has_exit: does this exit raise #VC where it is intercepted?
 * @exit: an exit code, SVM_EXIT_*
 *
 * The same for all CPUs at all times, so translated code may rely on it; what
 * is intercepted may be another at each entry.
 */
bool vc_has_exit(uint32_t exit);

/**
 * vc_check_exit: raise #VC if this exit does so now
 * @env: a CPU for which cpu_is_sev_es() holds
 * @exit: its exit code, at the place where SVM looks at its intercepts
 * @param: what SVM looks at there besides; of an MSR, 1 is WRMSR
 * @ra: return address into translated code, or 0
 *
 * Returns only if not.
 */
void vc_check_exit(CPUX86State *env, uint32_t exit, uint64_t param,
                   uintptr_t ra);

/*
 * No exit code: the hypervisor has ended the guest, which executes nothing
 * any more.
 */
#define VC_EXIT_STOPPED UINT32_MAX

/**
 * vc_raise: raise #VC with an exit code as its error code
 * @env, @exit, @ra: as for vc_check_exit()
 *
 * With VC_EXIT_STOPPED the CPU stops instead.
 */
G_NORETURN void vc_raise(CPUX86State *env, uint32_t exit, uintptr_t ra);

/**
 * vc_raise_access: raise #VC for an access to memory
 * @addr: its virtual address, which CR2 gets if the page is not validated
 *        (APM volume 2, section 15.36.10)
 * @env, @exit, @ra: as for vc_raise()
 */
G_NORETURN void vc_raise_access(CPUX86State *env, uint32_t exit, vaddr addr,
                                uintptr_t ra);

/**
 * vc_fill_prot: what of a page may go into the TLB of an SEV-ES guest
 * @env: a CPU for which cpu_is_sev_es() holds
 * @paddr: its guest physical address
 *
 * Returns a mask of PAGE_READ, PAGE_WRITE and PAGE_EXEC.  What is not in
 * it is an access that the hypervisor would have to emulate: a nested page
 * fault, which is #VC with VC_EXIT_NPF.
 */
int vc_fill_prot(CPUX86State *env, hwaddr paddr);

#else

static inline bool vc_has_exit(uint32_t exit)
{
    return false;
}

static inline void vc_check_exit(CPUX86State *env, uint32_t exit,
                                 uint64_t param, uintptr_t ra)
{
}

static inline G_NORETURN void vc_raise(CPUX86State *env, uint32_t exit,
                                       uintptr_t ra)
{
    g_assert_not_reached();
}

static inline G_NORETURN void vc_raise_access(CPUX86State *env, uint32_t exit,
                                              vaddr addr, uintptr_t ra)
{
    g_assert_not_reached();
}

static inline int vc_fill_prot(CPUX86State *env, hwaddr paddr)
{
    g_assert_not_reached();
}

#endif

#endif
