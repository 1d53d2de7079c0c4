/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "eject": an SEV-ES guest takes none of its CPUs away by the chipset's
 * registers for CPU hot-plug (QEMU: docs/specs/acpi_cpu_hotplug.rst), not that
 * of another one, nor, what no operating system does, the one that asks.
 */
#include "config.h"
#include "smp.h"
#include "suite.h"
#include "x86.h"

#define HOTPLUG         0xcd8       /* of q35 */
#define FLAGS           (HOTPLUG + 4)
#define FLAG_ENABLED    0x01
#define FLAG_EJECT      0x08
#define FLAG_BY_FIRMWARE 0x10

static volatile bool lives_on;

static uint8_t flags_of(unsigned cpu)
{
    outl(HOTPLUG, cpu);
    return inb(FLAGS);
}

static void eject(unsigned cpu, uint8_t flag)
{
    outl(HOTPLUG, cpu);
    outb(FLAGS, flag);
}

static void eject_itself(unsigned index)
{
    eject(index, FLAG_EJECT);
    lives_on = true;
}

SUITE(eject)
{
    outl(HOTPLUG, 0);               /* leaves the older way of the registers */
    eject(1, FLAG_BY_FIRMWARE);
    check_equal(flags_of(1), FLAG_ENABLED, "a CPU is not marked for ejection");
    eject(1, FLAG_EJECT);
    check_equal(flags_of(1), FLAG_ENABLED, "a CPU is not ejected");
    check(smp_start(2, eject_itself) && smp_wait(2) && lives_on,
          "a CPU that ejects itself goes on");
    check_equal(flags_of(1), FLAG_ENABLED, "and is still there");
}
