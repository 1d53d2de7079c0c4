/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_vmpl_states": all "cpus=" CPUs are, for ever, as "state=" says, for
 * who stops, resets or ends the machine then (tests/qmp/test_vmpl_states.py):
 * "vmpl0" or "vmpl2", that one executes; "turns", they take turns; "halt0" or
 * "halt2", that one has halted.
 */
#include "ap-creation.h"
#include "asm.h"
#include "config.h"
#include "smp.h"
#include "suite.h"
#include "text.h"
#include "vmpl.h"

#define OTHER           2

static char state[8];
static volatile uint32_t there;

/* Of VMPL 2, which has the index of its CPU: there are no more. */
static uint8_t stacks_2[MAX_CPUS][STACK_SIZE]
    __attribute__((aligned(STACK_SIZE)));

static void stay(unsigned vmpl)
{
    bool halts = str_equal(state, vmpl ? "halt2" : "halt0");

    while (halts) {
        asm volatile("sti; hlt; cli" : : : "memory");
    }
    for (;;) {
        pause();
    }
}

static bool stays(unsigned vmpl)
{
    return str_equal(state, vmpl ? "vmpl2" : "vmpl0") ||
           str_equal(state, vmpl ? "halt2" : "halt0");
}

static void other(__attribute__((unused)) uint64_t unused)
{
    vmpl_run(0);
    if (stays(OTHER)) {
        __atomic_fetch_add(&there, 1, __ATOMIC_SEQ_CST);
        stay(OTHER);
    }
    for (;;) {
        vmpl_run(0);
    }
}

static void make_other(unsigned index)
{
    SevVmsa *vmsa = vmpl_area(OTHER, index, other, 0);

    *(uint32_t *)stacks_2[index] = index;       /* struct cpu */
    vmsa->rsp = le64_of((uintptr_t)stacks_2[index] + STACK_SIZE);
    vmpl_own(OTHER, vmsa);
}

/* VMPL 0 and 2 have both run when the CPU comes to its state. */
static void take_state(unsigned index)
{
    make_other(index);
    vmpl_run(OTHER);
    if (!stays(OTHER)) {
        __atomic_fetch_add(&there, 1, __ATOMIC_SEQ_CST);
    }
    if (stays(0)) {
        stay(0);
    }
    for (;;) {
        vmpl_run(OTHER);
    }
}

SUITE(snp_vmpl_states)
{
    unsigned cpus = config_number("cpus", 1);

    config_text("state", state, sizeof(state));
    vmpl_admit(OTHER);
    smp_start(cpus, take_state);
    while (there < cpus - 1) {
        pause();
    }
    remark("all are there");
    take_state(0);
}
