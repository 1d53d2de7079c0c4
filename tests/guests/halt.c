/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "halt": the boot CPU waits as "boot=" says, beside "cpus=" others that
 * wait as "aps=" says.  QEMU has to tell those guests that nothing can wake
 * from the others (tests/qmp/test_dead_halt.py).
 *
 *   hlt      HLT with interrupts off; of the boot CPU, after a #UD
 *   idle     HLT with interrupts on
 *   spin     no HLT at all
 *   timer    HLT with interrupts off, and its own timer brings an NMI
 *   hold     AP reset hold; of the boot CPU too
 *   destroy  no HLT, but it has the hypervisor destroy it (SEV-SNP)
 *   init     HLT with interrupts off, after it has sent INIT to the others;
 *            of an AP: no HLT, but INIT to itself, a good while later
 *
 * An NMI ends the guest well.
 */
#include "ghcb.h"
#include "smp.h"
#include "suite.h"
#include "text.h"

#define APIC_SPURIOUS       0xfee000f0
#define APIC_ICR_LOW        0xfee00300
#define APIC_ICR_HIGH       0xfee00310
#define APIC_LVT_TIMER      0xfee00320
#define APIC_LVT_LINT1      0xfee00360
#define APIC_TIMER_COUNT    0xfee00380
#define APIC_TIMER_DIVIDE   0xfee003e0
#define APIC_ENABLE         0x1ff
#define APIC_NMI            0x400
#define APIC_DIVIDE_BY_1    0xb
#define ICR_OTHERS_INIT     0xc4500
#define ICR_ONE_INIT        0x4500
#define ONE_SECOND          1000000000
#define PATIENCE            100000000u
#define PIC_1_DATA          0x21
#define PIC_2_DATA          0xa1

/* CLI, HLT, and where the CPU is then */
void halt_here(void);
extern const char halted_here[];
asm(".text\n"
    "halt_here: cli\n"
    "hlt\n"
    "halted_here: ret\n");

static uint32_t waiting, nmis;

static void on_nmi(struct regs *regs)
{
    (void)regs;
    nmis++;
    if (es_active()) {
        ghcb_call(ghcb_begin(0, GHCB_EXIT_NMI_COMPLETE, 0, 0));
    }
}

static uintptr_t invalid_opcode(uintptr_t a, uintptr_t b)
{
    (void)a;
    (void)b;
    asm volatile("ud2");
    return 0;
}

static bool is(const char *key, const char *value)
{
    char word[16];

    return config_text(key, word, sizeof(word)) && str_equal(word, value);
}

static void wait_for_interrupts(void)
{
    for (;;) {
        asm volatile("sti; hlt");
    }
}

/* For longer than it takes to see that the others halt for good */
static void init_myself(unsigned index)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        pause();
    }
    write32(APIC_ICR_HIGH, index << 24);
    write32(APIC_ICR_LOW, ICR_ONE_INIT);
}

static void ap(unsigned index)
{
    __atomic_add_fetch(&waiting, 1, __ATOMIC_SEQ_CST);
    if (is("aps", "idle")) {
        wait_for_interrupts();
    } else if (is("aps", "hold")) {
        ghcb_msr(GHCB_MSR_AP_RESET_HOLD_REQ);
    } else if (is("aps", "init")) {
        init_myself(index);
    }
    halt_here();
}

static void start_others(unsigned cpus)
{
    if (cpus < 2) {
        return;
    }
    check(smp_start(cpus, ap), "%u CPUs start", cpus);
    for (unsigned i = 0; i < PATIENCE &&
         read32((uintptr_t)&waiting) < cpus - 1; i++) {
        pause();
    }
    check_equal(waiting, cpus - 1, "the others wait");
}

static void set_up_nmis(void)
{
    exception_handle(VECTOR_NMI, on_nmi);
    write32(APIC_SPURIOUS, APIC_ENABLE);
    write32(APIC_LVT_LINT1, APIC_NMI);
    if (is("boot", "timer")) {
        write32(APIC_TIMER_DIVIDE, APIC_DIVIDE_BY_1);
        write32(APIC_LVT_TIMER, APIC_NMI);
        write32(APIC_TIMER_COUNT, ONE_SECOND);
    }
    if (is("boot", "init")) {
        write32(APIC_ICR_LOW, ICR_OTHERS_INIT);
    }
}

SUITE(halt)
{
    struct fault fault;

    outb(PIC_1_DATA, 0xff);
    outb(PIC_2_DATA, 0xff);
    start_others(config_number("cpus", 1));
    fault = catch_fault(invalid_opcode, 0, 0);
    remark("#UD at %x, HLT at %x", (uint64_t)fault.ip,
           (uint64_t)(uintptr_t)halted_here);
    set_up_nmis();
    catch_fault(invalid_opcode, 0, 0);
    if (is("boot", "idle")) {
        wait_for_interrupts();
    } else if (is("boot", "hold")) {
        ghcb_msr(GHCB_MSR_AP_RESET_HOLD_REQ);
    } else if (is("boot", "destroy")) {
        ghcb_call(ghcb_begin(0, GHCB_EXIT_AP_CREATION, GHCB_AP_DESTROY, 0));
    }
    if (is("boot", "spin") || is("boot", "destroy")) {
        while (!read32((uintptr_t)&nmis)) {
            pause();
        }
    } else if (!is("boot", "hold")) {
        halt_here();
    }
    check_equal(nmis, 1, "an NMI has ended that");
}
