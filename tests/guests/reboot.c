/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "reboot": the guest resets itself once, by the way that "how=" names,
 * and finds everything as it was.  CMOS remembers the count of checks: the
 * program's own data is new after the reset.
 */
#include "cpuid.h"
#include "msr.h"
#include "paging.h"
#include "suite.h"
#include "text.h"

#define CMOS_INDEX      0x70
#define CMOS_DATA       0x71
#define CMOS_REBOOTED   0x7d        /* these three are free on q35 */
#define CMOS_DONE       0x7e
#define CMOS_FAILED     0x7f
#define REBOOTED        0xa5

#define RESET_CONTROL   0xcf9       /* 2 then 6: a hard reset */
#define KEYBOARD        0x64        /* 0xfe: pulse the reset line */

/* In RAM that neither the program nor its page tables use. */
#define KEPT_ADDRESS    0x300000
#define KEPT_VALUE      0x6b657074u

static uint8_t cmos_read(uint8_t index)
{
    outb(CMOS_INDEX, index);
    return inb(CMOS_DATA);
}

static void cmos_write(uint8_t index, uint8_t value)
{
    outb(CMOS_INDEX, index);
    outb(CMOS_DATA, value);
}

static void triple_fault(void)
{
    static const struct { uint16_t limit; uintptr_t base; }
        __attribute__((packed)) no_idt;

    asm volatile("lidt %0; ud2" : : "m"(no_idt));
}

static void reboot(void)
{
    char how[16];

    config_text("how", how, sizeof(how));
    if (str_equal(how, "cf9")) {
        outb(RESET_CONTROL, 2);
        outb(RESET_CONTROL, 6);
    } else if (str_equal(how, "kbd")) {
        outb(KEYBOARD, 0xfe);
    } else if (str_equal(how, "triple-fault")) {
        triple_fault();
    }
    /* The reset comes at once, or when the main loop gets to it. */
    for (unsigned i = 0; i < 100000000; i++) {
        pause();
    }
    bail_out("how=%s does not reset this guest", how);
}

static void check_all(const char *when)
{
    check_equal(cpuid_get(CPUID_SEV), config_sev(),
                "CPUID is right %s", when);
    check_equal(cpuid_get(CPUID_C_BIT_POSITION),
                config_sev() ? config_number("cbitpos", 0) : 0,
                "the C-bit is in its place %s", when);
    check_equal(rdmsr(MSR_SEV_STATUS), config_sev(),
                "SEV_STATUS is right %s", when);
    if (paging_levels()) {
        check_equal(read_cr3(),
                    (base_cr3 & ~c_bit) | cr3_bits(config_c_bit()),
                    "CR3 holds the C-bit if it can %s", when);
    }
}

SUITE(reboot)
{
    struct tap_count count;

    if (cmos_read(CMOS_REBOOTED) != REBOOTED) {
        check_all("before the reset");
        write32(KEPT_ADDRESS, KEPT_VALUE);
        count = tap_count();
        cmos_write(CMOS_DONE, count.done);
        cmos_write(CMOS_FAILED, count.failed);
        cmos_write(CMOS_REBOOTED, REBOOTED);
        reboot();
    }
    tap_continue((struct tap_count) {
        .done = cmos_read(CMOS_DONE), .failed = cmos_read(CMOS_FAILED),
    });
    check_all("after the reset");
    check_equal(read32(KEPT_ADDRESS), KEPT_VALUE,
                "memory keeps its content over the reset");
}
