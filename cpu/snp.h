/*
 * Declares SEV-SNP's part in a TLB fill: the RMP check, and what follows it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CPU_SNP_H
#define CPU_SNP_H

#include "cpu.h"
#include "sev.h"

/**
 * SnpFill: a TLB entry that is about to be made, after the page walk
 *
 * @gpa: in, guest physical, without the C-bit
 * @access_type: in
 * @walk: in, an access to the guest's page tables
 * @user: in, at CPL 3
 * @c_bit: in, of the entry, or of a mode that has no place for one
 * @probe: in, nobody is to be asked, nor told, if it fails
 * @prot: in and out, PAGE_*: what the page tables, then also what the RMP
 *        allows
 * @paddr: out, where it lies in the CPU's address space
 * @spa, @page_size: out, what nested paging makes of @gpa: the system physical
 *        address, and RMP_PAGE_*
 */
typedef struct SnpFill {
    hwaddr gpa;
    MMUAccessType access_type;
    bool walk;
    bool user;
    bool c_bit;
    bool probe;
    int prot;
    hwaddr paddr;
    uint64_t spa;
    uint8_t page_size;
} SnpFill;

#ifdef CONFIG_SEV_TCG

#include "cpu/sev-cpu.h"

/**
 * snp_access_begin: an access of the guest's is about to be looked at
 * @env: the CPU of an SEV-SNP guest
 * @va: its virtual address
 * @ra: return address into translated code, or 0
 *
 * What is wrong with it, or with a page walk for it, is told with @va and the
 * RIP that belongs to @ra.
 */
void snp_access_begin(CPUX86State *env, vaddr va, uintptr_t ra);

/**
 * snp_check_fill: may the guest access this page, and where is it?
 * @env: the CPU of an SEV-SNP guest
 *
 * Returns 0, or the exit code of the #VC that the access raises.  But for a
 * probe it may not return, as a nested page fault may not: see SevExits.
 */
uint32_t snp_check_fill(CPUX86State *env, SnpFill *fill);

/**
 * snp_walk_fault: a page table could not be read, which was only probed
 * @paddr: where the walk has looked for it
 *
 * Returns the exit code of the #VC, or 0 if the walk has to begin again: it
 * has been mended, or is good now.  May not return, as above.
 */
uint32_t snp_walk_fault(CPUX86State *env, hwaddr paddr);

/**
 * snp_nested_fault: the RMP's answer to the access of @sev is a fault of the
 * nested page tables
 *
 * Returns 0 if the access is to be looked at again, or the exit code to raise.
 * May not return.
 */
uint32_t snp_nested_fault(SevCpu *sev, const RmpAccess *access,
                          const RmpFault *fault);

/** snp_nested_page: what nested paging makes of a private page's address */
void snp_nested_page(const SevCpu *sev, hwaddr gpa, uint64_t *spa,
                     uint8_t *page_size);

/**
 * snp_flush: let all TLBs follow what has changed in the RMP
 * @sev: which has changed it
 *
 * To be called at the end of the instruction or request that changed it;
 * does nothing if nobody lost anything, or the pages are in no TLB.  Who is no
 * CPU has no such end, and all TLBs are flushed before their CPUs execute what
 * comes next.
 */
void snp_flush(SevCpu *sev);

/** snp_flush_all: flush all TLBs, from the thread of @cs, for @npages pages */
void snp_flush_all(CPUState *cs, Cover *cover, uint64_t npages);

#else

static inline void snp_access_begin(CPUX86State *env, vaddr va, uintptr_t ra)
{
    g_assert_not_reached();
}

static inline uint32_t snp_check_fill(CPUX86State *env, SnpFill *fill)
{
    g_assert_not_reached();
}

static inline uint32_t snp_walk_fault(CPUX86State *env, hwaddr paddr)
{
    g_assert_not_reached();
}

#endif

#endif
