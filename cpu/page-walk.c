/*
 * Walk the page tables of SEV guests for debuggers
 *
 * In three ways these differ from those that target/i386 walks for info tlb,
 * info mem, memory dumps, gdb and the monitor's x: the C-bit in an entry is no
 * part of the address, tables of an SEV-SNP guest are private memory, and so
 * is what they map with the C-bit.  Besides, they can be those of a save area
 * that does not run (SevCpu.view).  Nothing here faults, or changes entries.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "abi/vmsa.h"
#include "cpu/page-walk.h"
#include "cpu/sev-cpu.h"
#include "exec/cpu-common.h"

#define PROT_MASK (PG_USER_MASK | PG_RW_MASK | PG_PRESENT_MASK)

/* The registers that say where tables are, and how they are built */
typedef struct Control {
    uint64_t cr0;
    uint64_t cr3;
    uint64_t cr4;
    uint64_t efer;
} Control;

/* How a CPU's tables are built; level 0 is the one that CR3 leads to. */
typedef struct Paging {
    CPUX86State *env;
    Control control;
    uint64_t address_mask;      /* of an entry's bits, and A20 */
    int levels;
    int index_bits;             /* how many bits of an address each takes */
    int entry_size;
    bool four_entries;          /* PAE's level 0, which has no permissions */
} Paging;

/* An entry that maps a page */
typedef struct Page {
    uint64_t vaddr;
    uint64_t entry;             /* without C-bit */
    bool c_bit;
    uint64_t paddr;
    int shift;                  /* of the page's size */
    int prot;                   /* PROT_MASK of all levels */
} Page;

typedef void PageVisitor(void *opaque, const Paging *paging, const Page *page);

static Control control_of(const CPUX86State *env)
{
    const SevVmsa *view = env->sev->view;

    return view ? (Control) { le64_get(view->cr0), le64_get(view->cr3),
                              le64_get(view->cr4), le64_get(view->efer) }
                : (Control) { env->cr[0], env->cr[3], env->cr[4], env->efer };
}

static bool is_on(const Paging *paging)
{
    return paging->control.cr0 & CR0_PG_MASK;
}

static Paging paging_of(X86CPU *cpu)
{
    CPUX86State *env = &cpu->env;
    Control control = control_of(env);
    bool pae = control.cr4 & CR4_PAE_MASK;
    bool is_long = control.efer & MSR_EFER_LME;

    return (Paging) {
        .env = env,
        .control = control,
        .address_mask = PG_ADDRESS_MASK & ~env->sev_me_mask &
                        (int64_t)x86_get_a20_mask(env),
        .levels = !pae ? 2 : !is_long ? 3
                  : control.cr4 & CR4_LA57_MASK ? 5 : 4,
        .index_bits = pae ? 9 : 10,
        .entry_size = pae ? 8 : 4,
        .four_entries = pae && !is_long,
    };
}

static uint64_t root_of(const Paging *paging)
{
    uint64_t cr3 = paging->control.cr3;

    return paging->four_entries ? cr3 & ~0x1fULL & UINT32_MAX
                                : cr3 & paging->address_mask;
}

static uint64_t read_entry(const Paging *paging, uint64_t table, unsigned index)
{
    CPUState *cs = env_cpu(paging->env);
    hwaddr addr = (table + index * paging->entry_size) |
                  paging->env->sev_private_mask;

    return paging->entry_size == 8 ? x86_ldq_phys(cs, addr)
                                   : x86_ldl_phys(cs, addr);
}

static int shift_of(const Paging *paging, int level)
{
    return 12 + paging->index_bits * (paging->levels - 1 - level);
}

static bool is_page(const Paging *paging, int level, uint64_t entry)
{
    int below = paging->levels - 1 - level;

    if (below == 0 || !(entry & PG_PSE_MASK)) {
        return below == 0;
    }
    if (paging->entry_size == 4) {
        return paging->control.cr4 & CR4_PSE_MASK;
    }
    return below == 1 || (below == 2 && !paging->four_entries);
}

static Page page_of(const Paging *paging, uint64_t vaddr, uint64_t entry,
                    int shift, int prot)
{
    uint64_t address = entry & paging->address_mask;

    if (paging->entry_size == 4 && shift == 22) {
        address |= (entry & 0x1fe000) << (32 - 13);     /* PSE-36 */
    }
    return (Page) {
        .vaddr = vaddr,
        .entry = entry & ~paging->env->sev_me_mask,
        .c_bit = entry & paging->env->sev_me_mask,
        .paddr = address & ~MAKE_64BIT_MASK(0, shift),
        .shift = shift,
        .prot = prot & entry,
    };
}

static void walk(const Paging *paging, int level, uint64_t table,
                 uint64_t vaddr, int prot, PageVisitor *visit, void *opaque)
{
    int shift = shift_of(paging, level);
    bool four = level == 0 && paging->four_entries;

    for (unsigned i = 0; i < (four ? 4 : 1 << paging->index_bits); i++) {
        uint64_t entry = read_entry(paging, table, i);
        uint64_t here = vaddr + ((uint64_t)i << shift);

        if (!(entry & PG_PRESENT_MASK)) {
            continue;
        }
        if (is_page(paging, level, entry)) {
            Page page = page_of(paging, here, entry, shift, prot);

            visit(opaque, paging, &page);
        } else {
            walk(paging, level + 1, entry & paging->address_mask, here,
                 four ? prot : prot & entry, visit, opaque);
        }
    }
}

static bool walk_all(X86CPU *cpu, PageVisitor *visit, void *opaque)
{
    Paging paging;

    if (!cpu->env.sev_me_mask) {
        return false;
    }
    paging = paging_of(cpu);
    if (is_on(&paging)) {
        walk(&paging, 0, root_of(&paging), 0, PROT_MASK, visit, opaque);
    }
    return true;
}

static bool find_page(const Paging *paging, vaddr addr, Page *page)
{
    uint64_t table = root_of(paging);

    for (int level = 0; level < paging->levels; level++) {
        int shift = shift_of(paging, level);
        unsigned index = addr >> shift &
                         MAKE_64BIT_MASK(0, paging->index_bits);
        uint64_t entry = read_entry(paging, table, index);

        if (!(entry & PG_PRESENT_MASK)) {
            return false;
        }
        if (is_page(paging, level, entry)) {
            *page = page_of(paging, addr, entry, shift, PROT_MASK);
            return true;
        }
        table = entry & paging->address_mask;
    }
    return false;
}

static bool is_canonical(const Paging *paging, vaddr addr)
{
    int64_t sign = (int64_t)addr >> (paging->levels == 5 ? 56 : 47);

    return sign == 0 || sign == -1;
}

hwaddr page_walk_address(X86CPU *cpu, vaddr addr)
{
    CPUX86State *env = &cpu->env;
    Paging paging = paging_of(cpu);
    uint64_t private = env->sev_private_mask;
    Page page;

    if (!is_on(&paging)) {
        return (addr & TARGET_PAGE_MASK & (int64_t)x86_get_a20_mask(env)) |
               private;
    }
    if (paging.levels < 4) {
        addr = (uint32_t)addr;
    } else if (!is_canonical(&paging, addr)) {
        return -1;
    }
    if (!find_page(&paging, addr, &page)) {
        return -1;
    }
    return page.paddr |
           (addr & TARGET_PAGE_MASK & MAKE_64BIT_MASK(0, page.shift)) |
           (page.c_bit || paging.entry_size == 4 ? private : 0);
}

typedef struct Printer {
    Monitor *mon;
    PrintEntry *print_entry;
    PrintRange *print_range;
    hwaddr start;
    hwaddr next;                /* behind the last page */
    int prot;
} Printer;

static void print_page(void *opaque, const Paging *paging, const Page *page)
{
    Printer *p = opaque;
    uint64_t flags = page->shift == 12 ? ~(uint64_t)PG_PSE_MASK : UINT64_MAX;

    p->print_entry(p->mon, paging->env, page->vaddr, page->entry & flags,
                   PG_ADDRESS_MASK & ~MAKE_64BIT_MASK(0, page->shift));
}

bool page_walk_tlb(Monitor *mon, CPUX86State *env, PrintEntry *print)
{
    Printer printer = { .mon = mon, .print_entry = print };

    return walk_all(env_archcpu(env), print_page, &printer);
}

static void print_gap(Printer *p, CPUX86State *env)
{
    p->print_range(p->mon, env, &p->start, &p->prot, p->next, 0);
}

static void print_prot(void *opaque, const Paging *paging, const Page *page)
{
    Printer *p = opaque;

    if (page->vaddr != p->next) {
        print_gap(p, paging->env);
    }
    p->print_range(p->mon, paging->env, &p->start, &p->prot, page->vaddr,
                   page->prot);
    p->next = page->vaddr + (1ULL << page->shift);
}

bool page_walk_mem(Monitor *mon, CPUX86State *env, PrintRange *print)
{
    Printer printer = { .mon = mon, .print_range = print, .start = -1 };

    if (!walk_all(env_archcpu(env), print_prot, &printer)) {
        return false;
    }
    print_gap(&printer, env);
    return true;
}

/* As QEMU's own list, which has all of long mode in the upper half */
static void add_mapping(void *opaque, const Paging *paging, const Page *page)
{
    uint64_t upper = paging->levels == 5 ? 0x7fULL << 57
                     : paging->levels == 4 ? 0xffffULL << 48 : 0;

    if (!cpu_physical_memory_is_io(page->paddr)) {
        memory_mapping_list_add_merge_sorted(opaque, page->paddr,
                                             upper | page->vaddr,
                                             1ULL << page->shift);
    }
}

bool page_walk_mapping(X86CPU *cpu, MemoryMappingList *list)
{
    return walk_all(cpu, add_mapping, list);
}
