/*
 * SEV-SNP in the CPU: the RMP check, and where private memory is
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
 * @prot: in and out, PAGE_*: what the page tables, then also what the RMP
 *        allows
 * @paddr: out, where it lies in the CPU's address space
 */
typedef struct SnpFill {
    hwaddr gpa;
    MMUAccessType access_type;
    bool walk;
    bool user;
    bool c_bit;
    int prot;
    hwaddr paddr;
} SnpFill;

#ifdef CONFIG_SEV_TCG

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
 * Returns 0, or the exit code of the #VC that the access raises.
 */
uint32_t snp_check_fill(CPUX86State *env, SnpFill *fill);

/**
 * snp_walk_exit: why a page table could not be read
 * @paddr: where the walk has looked for it
 *
 * Returns the exit code of the #VC.
 */
uint32_t snp_walk_exit(CPUX86State *env, hwaddr paddr);

#else

static inline void snp_access_begin(CPUX86State *env, vaddr va, uintptr_t ra)
{
    g_assert_not_reached();
}

static inline uint32_t snp_check_fill(CPUX86State *env, SnpFill *fill)
{
    g_assert_not_reached();
}

static inline uint32_t snp_walk_exit(CPUX86State *env, hwaddr paddr)
{
    g_assert_not_reached();
}

#endif

#endif
