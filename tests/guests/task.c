/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "task" (32-bit, PAE): a hardware task switch loads CR3 from the TSS.
 * There is no room for the C-bit; the tables that it leads to have it.
 */
#include "asm.h"
#include "paging.h"
#include "smp.h"
#include "suite.h"

#define EFLAGS_FIXED        2u
#define TSS_AVAILABLE       0x89ull     /* access byte: present, 32-bit TSS */

/* APM volume 2, figure 12-6; padding beside the selectors left out */
struct tss {
    uint32_t link, esp0, ss0, esp1, ss1, esp2, ss2, cr3, eip, eflags;
    uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi;
    uint32_t es, cs, ss, ds, fs, gs, ldt, io_map;
};
_Static_assert(sizeof(struct tss) == 104, "size of a 32-bit TSS");

static struct tss tss_a, tss_b;
static uintptr_t task_va;
static uint32_t task_cr3, task_saw;

void task_entry(void);
void task_body(void);

/* IRET with NT set goes back to the task that called this one. */
asm("task_entry: call task_body; iret");

void task_body(void)
{
    task_cr3 = read_cr3();
    task_saw = read32(task_va);
}

static void set_descriptor(unsigned selector, struct tss *tss)
{
    uint64_t base = (uintptr_t)tss;

    gdt[selector / 8] = (sizeof(*tss) - 1) | (base & 0xffffff) << 16 |
                        TSS_AVAILABLE << 40 | (base & 0xff000000) << 32;
}

SUITE(task)
{
    uintptr_t page = page_alloc();
    struct path path;

    path_build(&path, config_page(), page);
    path_encrypt(&path, config_c_bit(), ~0u);
    write32(page, 0x7461736b);
    task_va = path.va;
    tss_a.cr3 = base_cr3;
    tss_b = (struct tss) {
        .cr3 = path.root, .eip = (uintptr_t)task_entry,
        .eflags = EFLAGS_FIXED,
        /* The lower half of this CPU's own stack, so that faults are told. */
        .esp = (uintptr_t)this_cpu() + STACK_SIZE / 2,
        .cs = SEL_CODE32, .ds = SEL_DATA, .es = SEL_DATA, .fs = SEL_DATA,
        .gs = SEL_DATA, .ss = SEL_DATA,
    };
    set_descriptor(SEL_TSS_A, &tss_a);
    set_descriptor(SEL_TSS_B, &tss_b);
    asm volatile("ltr %w0" : : "r"(SEL_TSS_A));
    asm volatile("lcall %0, $0" : : "i"(SEL_TSS_B) : "memory");

    check_equal(task_cr3, path.root, "the task has the CR3 of its TSS");
    check_equal(task_saw, 0x7461736b, "the task sees its page");
    check_equal(read_cr3(), base_cr3, "the first task has its CR3 again");
}
