/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "smi": an SEV-ES guest never enters SMM, whatever sends it an SMI.  A
 * CPU that does writes its registers to the save area of SMRAM's reset value,
 * and goes on at 0x38000.
 */
#include "config.h"
#include "paging.h"
#include "suite.h"
#include "x86.h"

#define APIC_ICR_LOW    0xfee00300
#define APIC_ICR_HIGH   0xfee00310
#define ICR_SMI         0x4200
#define PORT_APM_CNT    0xb2
#define SAVE_AREA       0x3fe00
#define SAVE_AREA_SIZE  0x200
#define SHORT_WHILE     100000u

static void settle(void)
{
    for (unsigned i = 0; i < SHORT_WHILE; i++) {
        pause();
    }
}

SUITE(smi)
{
    const uint8_t *save = (const uint8_t *)SAVE_AREA;
    /* An SEV-SNP guest has not validated that page. */
    unsigned size = config_snp() ? 0 : SAVE_AREA_SIZE, changed = 0;
    uint8_t before[SAVE_AREA_SIZE];

    for (unsigned i = 0; i < size; i++) {
        before[i] = save[i];
    }
    write32(APIC_ICR_HIGH, 0);
    write32(APIC_ICR_LOW, ICR_SMI);
    settle();
    check(true, "the guest goes on after an SMI by its APIC");
    outb(PORT_APM_CNT, 1);
    settle();
    check(true, "and after one by the chipset");
    for (unsigned i = 0; i < size; i++) {
        changed += save[i] != before[i];
    }
    check_equal(changed, 0, "no registers are in SMRAM");
}
