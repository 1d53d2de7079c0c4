/*
 * Page tables of SEV guests, as debuggers see them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CPU_PAGE_WALK_H
#define CPU_PAGE_WALK_H

#include "cpu.h"
#include "sev.h"     /* CONFIG_DEVICES */
#include "monitor/monitor.h"
#include "system/memory_mapping.h"

/* What print_pte() and mem_print() of target/i386/monitor.c are */
typedef void PrintEntry(Monitor *mon, CPUX86State *env, hwaddr vaddr,
                        hwaddr entry, hwaddr mask);
typedef void PrintRange(Monitor *mon, CPUX86State *env, hwaddr *start,
                        int *last_prot, hwaddr end, int prot);

#ifdef CONFIG_SEV_TCG

/**
 * page_walk_address: where a virtual address leads to
 * @cpu: one of a SEV guest
 *
 * Returns an address of the CPU's address space, so with the C-bit where a
 * SEV-SNP guest's access is a private one; -1 if nothing is there.
 */
hwaddr page_walk_address(X86CPU *cpu, vaddr addr);

/*
 * For info tlb, info mem and memory dumps: tell of all pages of a CPU with
 * paging.  Return false, and do nothing, without a SEV guest.
 */
bool page_walk_tlb(Monitor *mon, CPUX86State *env, PrintEntry *print);
bool page_walk_mem(Monitor *mon, CPUX86State *env, PrintRange *print);
bool page_walk_mapping(X86CPU *cpu, MemoryMappingList *list);

#else

static inline hwaddr page_walk_address(X86CPU *cpu, vaddr addr)
{
    return -1;
}

static inline bool page_walk_tlb(Monitor *mon, CPUX86State *env,
                                 PrintEntry *print)
{
    return false;
}

static inline bool page_walk_mem(Monitor *mon, CPUX86State *env,
                                 PrintRange *print)
{
    return false;
}

static inline bool page_walk_mapping(X86CPU *cpu, MemoryMappingList *list)
{
    return false;
}

#endif

#endif
