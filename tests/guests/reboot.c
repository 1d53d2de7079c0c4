/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "reboot": the guest resets itself once, by the way that "how=" names,
 * and finds everything as it was.
 *
 * Suite "relaunch": an SEV-ES or SEV-SNP guest resets itself "times=" times,
 * and finds everything new each time.
 *
 * CMOS remembers the count of checks: the program's own data is new after the
 * reset.
 */
#include "abi/snp-data.h"
#include "cpuid.h"
#include "ghcb.h"
#include "msr.h"
#include "paging.h"
#include "probe.h"
#include "segments.h"
#include "smp.h"
#include "snp.h"
#include "suite.h"
#include "text.h"

#define CMOS_INDEX      0x70
#define CMOS_DATA       0x71
#define CMOS_REBOOTS    0x7d        /* these three are free on q35 */
#define CMOS_DONE       0x7e
#define CMOS_FAILED     0x7f

#define RESET_CONTROL   0xcf9       /* 2 then 6: a hard reset */
#define KEYBOARD        0x64        /* 0xfe: pulse the reset line */

/* In RAM that neither the program nor its page tables use. */
#define KEPT_ADDRESS    0x300000
#define KEPT_VALUE      0x6b657074u

#define JUMP_TABLE      0x9000
#define LAUNCHED        0x6c61756eu
#define PATIENCE        100000000u
#define STARTED         1           /* a stage of smp_reach() */

extern uint8_t rom_size[], image_start[];       /* rom.ld, meson.build */

/* What the ROM has of it is part of what is measured. */
static volatile uint32_t launched = LAUNCHED;

static uint64_t first_msr[MAX_CPUS];

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

/* Never returns: what has been checked so far goes on after it. */
static void reboot_and_remember(uint8_t reboots)
{
    struct tap_count count = tap_count();

    cmos_write(CMOS_DONE, count.done);
    cmos_write(CMOS_FAILED, count.failed);
    cmos_write(CMOS_REBOOTS, reboots);
    reboot();
}

static void remember(void)
{
    tap_continue((struct tap_count) {
        .done = cmos_read(CMOS_DONE), .failed = cmos_read(CMOS_FAILED),
    });
}

SUITE(reboot)
{
    if (!cmos_read(CMOS_REBOOTS)) {
        check_all("before the reset");
        write32(KEPT_ADDRESS, KEPT_VALUE);
        reboot_and_remember(1);
    }
    remember();
    check_all("after the reset");
    check_equal(read32(KEPT_ADDRESS), KEPT_VALUE,
                "memory keeps its content over the reset");
}

/* Reads it, and leaves something else for the next boot to find. */
static uint32_t replace(uintptr_t address, uint32_t value)
{
    uint32_t old = read32(address);

    write32(address, value);
    return old;
}

/* The ROM is RAM here, and private memory of an SEV-SNP guest. */
static uint32_t replace_in_rom(void)
{
    uint32_t rom_start = -(uintptr_t)rom_size;      /* it ends at 4 GiB */
    uintptr_t address = rom_start + (uintptr_t)&launched -
                        (uintptr_t)image_start;
    struct path path;
    uint32_t old;

    if (!snp_active()) {
        return replace(address, 0);
    }
    path_build(&path, 1, address);
    path_encrypt(&path, c_bit, ~0u);
    path_load(&path, c_bit);
    old = replace(path.va, 0);
    path_leave();
    return old;
}

static uint64_t jump_table(uint64_t what, uint64_t address)
{
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_AP_JUMP_TABLE, what, address);

    ghcb_call(ghcb);
    return GHCB_GET(ghcb, sw_exit_info_2);
}

static void check_snp(unsigned boot)
{
    SnpSecretsPage *secrets = (SnpSecretsPage *)SNP_SECRETS_PAGE;
    uintptr_t page = fresh_alloc(SIZE_4K);

    check_equal(replace((uintptr_t)secrets->guest_area1, boot + 1), 0,
                "boot %u: the secrets page is new", boot);
    check_equal(catch_vc(probe_read, page, 0).vector, VECTOR_VC,
                "boot %u: a page is not validated", boot);
    snp_accept(page, SIZE_4K);
    check_equal(replace(page, KEPT_VALUE), 0, "boot %u: its content is new",
                boot);
}

static void ap(unsigned index)
{
    first_msr[index] = rdmsr(MSR_GHCB);
    smp_reach(STARTED);
    for (;;) {
        pause();        /* the reset finds it at work */
    }
}

static void check_aps(unsigned boot, unsigned cpus)
{
    unsigned fresh = 1;

    check(smp_start(cpus, ap) && smp_all_at(cpus, STARTED, PATIENCE),
          "boot %u: all CPUs start", boot);
    for (unsigned i = 1; i < cpus; i++) {
        fresh += (first_msr[i] & GHCB_MSR_INFO_MASK) == GHCB_MSR_SEV_INFO_RESP;
    }
    check_equal(fresh, cpus, "boot %u: their GHCB MSRs are new", boot);
}

SUITE(relaunch)
{
    unsigned boot = cmos_read(CMOS_REBOOTS);
    unsigned cpus = config_number("cpus", 1);

    remember();
    check_equal(launched, LAUNCHED, "boot %u: the program is new", boot);
    check_equal(replace(KEPT_ADDRESS, KEPT_VALUE), 0,
                "boot %u: memory is new", boot);
    if (config_number("rom", 1)) {
        check_equal(replace_in_rom(), LAUNCHED, "boot %u: the ROM is new",
                    boot);
    }
    if (snp_active()) {
        check_snp(boot);
    } else {
        check_equal(jump_table(GHCB_AP_JUMP_TABLE_GET, 0), 0,
                    "boot %u: there is no AP jump table yet", boot);
        jump_table(GHCB_AP_JUMP_TABLE_SET, JUMP_TABLE);
    }
    if (cpus > 1) {
        check_aps(boot, cpus);
    }
    if (boot < config_number("times", 1)) {
        reboot_and_remember(boot + 1);
    }
}
