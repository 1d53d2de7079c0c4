/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "remap": while the boot CPU takes a device out of the memory map and
 * puts it back, what the other CPUs write to their APICs gets there.  The
 * device is q35's SATA controller, whose registers are mapped below the APIC.
 */
#include "config.h"
#include "smp.h"
#include "suite.h"
#include "x86.h"

#define APIC_ICR_HIGH       0xfee00310
#define PCI_ADDRESS         0xcf8
#define PCI_DATA            0xcfc
#define SATA                0x8000fa00
#define PCI_COMMAND         0x04
#define PCI_COMMAND_MEMORY  0x02
#define PCI_BAR_5           0x24
#define SATA_REGISTERS      0xe0000000

static struct accesses {
    uint32_t done, lost;
} accesses[MAX_CPUS];
static uint32_t over;

static void write_sata(uint32_t reg, uint32_t value)
{
    outl(PCI_ADDRESS, SATA | reg);
    outl(PCI_DATA, value);
}

/* What only this CPU's writes can change */
static void access(unsigned index)
{
    struct accesses *mine = &accesses[index];

    smp_reach(1);
    while (!read32((uintptr_t)&over)) {
        uint32_t value = ++mine->done << 24;

        write32(APIC_ICR_HIGH, value);
        mine->lost += read32(APIC_ICR_HIGH) != value;
    }
}

SUITE(remap)
{
    unsigned cpus = config_number("cpus", 2);
    unsigned rounds = config_number("rounds", 1000);

    if (!check(smp_start(cpus, access) && smp_all_at(cpus, 1, ~0u),
               "%u CPUs start", cpus)) {
        return;
    }
    write_sata(PCI_BAR_5, SATA_REGISTERS);
    while (rounds--) {
        write_sata(PCI_COMMAND, PCI_COMMAND_MEMORY);
        write_sata(PCI_COMMAND, 0);
    }
    over = 1;
    if (!check(smp_wait(cpus), "all CPUs come to their end")) {
        return;
    }
    for (unsigned cpu = 1; cpu < cpus; cpu++) {
        remark("CPU %u: %u writes", cpu, accesses[cpu].done);
        check_equal(accesses[cpu].lost, 0,
                    "what CPU %u wrote to its APIC got there", cpu);
    }
}
