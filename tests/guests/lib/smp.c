/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting the other CPUs through the local APIC: see smp.h. */
#include "asm.h"
#include "smp.h"
#include "paging.h"
#include "text.h"
#include "x86.h"

#define APIC_ICR_LOW        0xfee00300
#define ICR_ALL_BUT_SELF    (3u << 18)
#define ICR_ASSERT          (1u << 14)
#define ICR_INIT            (5u << 8)
#define ICR_STARTUP         (6u << 8)

/* Far more rounds than any CPU needs, and less than the run's time limit. */
#define PATIENCE            100000000u

static void (*ap_function)(unsigned index);
static uint32_t cpus_done;
static uint32_t stages[MAX_CPUS];

static void send_ipi(uint32_t command)
{
    write32(APIC_ICR_LOW, ICR_ALL_BUT_SELF | command);
}

static bool wait_until(const uint32_t *count, uint32_t reached)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (read32((uintptr_t)count) >= reached) {
            return true;
        }
        pause();
    }
    return false;
}

/* Where ap_start goes in either image, on the AP's stack. */
void ap_main(void)
{
    exception_init();
    paging_enable();
    ap_function(this_cpu()->index);
    __atomic_add_fetch(&cpus_done, 1, __ATOMIC_SEQ_CST);
    for (;;) {
        asm volatile("cli; hlt");
    }
}

bool smp_start(unsigned cpus, void (*fn)(unsigned index))
{
    memcpy((void *)AP_PAGE, ap_code, ap_code_end - ap_code);
    ap_function = fn;
    send_ipi(ICR_INIT | ICR_ASSERT);
    send_ipi(ICR_STARTUP | AP_PAGE >> 12);
    return wait_until(&cpus_started, cpus);
}

void smp_reach(uint32_t stage)
{
    write32((uintptr_t)&stages[this_cpu()->index], stage);
}

bool smp_all_at(unsigned cpus, uint32_t stage, unsigned patience)
{
    for (unsigned cpu = 1; cpu < cpus; cpu++) {
        while (read32((uintptr_t)&stages[cpu]) != stage) {
            if (!patience--) {
                return false;
            }
            pause();
        }
    }
    return true;
}

bool smp_wait(unsigned cpus)
{
    return wait_until(&cpus_done, cpus - 1);
}
