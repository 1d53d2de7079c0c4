/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_vmpl_debug": VMPL 0 and 2 take turns for ever, for a debugger to
 * look at (tests/qmp/test_vmpl_debug.py).  Both come by meet(), and each has
 * page tables in which the same address is another page.
 */
#include "paging.h"
#include "smp.h"
#include "suite.h"
#include "text.h"
#include "vmpl.h"

#define OTHER           2
#define OTHER_INDEX     (MAX_CPUS - 1)

/* Each goes there with what it has found in its page. */
void meet(uint64_t found);
asm(".pushsection .text\n"
    ".globl meet\n"
    "meet: ret\n"
    ".popsection");

static struct path paths[2];

static void map(struct path *path, uint64_t content)
{
    uint64_t *page = (uint64_t *)page_alloc();

    *page = content;
    path_build(path, 1, (uintptr_t)page);
    path_encrypt(path, c_bit, ~0u);
}

static void take_turns(uint64_t other)
{
    for (;;) {
        meet(*(volatile uint64_t *)paths[0].va);
        vmpl_run(other);
    }
}

SUITE(snp_vmpl_debug)
{
    SevVmsa *vmsa;

    map(&paths[0], 0x1000);
    map(&paths[1], 0x2000);
    vmpl_admit(OTHER);
    vmsa = vmpl_area(OTHER, OTHER_INDEX, take_turns, 0);
    vmsa->cr3 = le64_of(paths[1].root | c_bit);
    vmpl_own(OTHER, vmsa);
    path_load(&paths[0], c_bit);
    remark("meet %x page %x save area %x", (uint64_t)(uintptr_t)meet,
           (uint64_t)paths[0].va, (uint64_t)(uintptr_t)vmsa);
    take_turns(OTHER);
}
