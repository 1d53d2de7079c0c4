/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The local APIC of a VMPL with restricted injection: priorities, registers,
 * and whom an IPI is for.
 */

#include <glib.h>

#include "hypervisor/run/hv-apic.h"

enum { BASE = 0x1b, ID = 0x802, VERSION, TPR = 0x808, PPR = 0x80a, EOI,
       LDR = 0x80d, SPURIOUS = 0x80f, ISR, TMR = 0x818, IRR = 0x820,
       ESR = 0x828, ICR = 0x830, TIMER = 0x832, SELF = 0x83f };

static HvApic new_apic(void)
{
    HvApic apic;

    hv_apic_reset(&apic, 0x23, false);
    return apic;
}

static uint64_t get(const HvApic *apic, uint32_t index)
{
    uint64_t value;

    g_assert_true(hv_apic_read(apic, index, 0x20, &value));
    return value;
}

static bool set(HvApic *apic, uint32_t index, uint64_t value)
{
    uint8_t tpr = 0;
    uint64_t ipi;

    return hv_apic_write(apic, index, value, &tpr, &ipi);
}

static void the_highest_comes_first(void)
{
    HvApic apic = new_apic();

    g_assert_cmpint(hv_apic_next(&apic, 0), ==, -1);
    hv_apic_request(&apic, 0x31);
    hv_apic_request(&apic, 0xff);
    hv_apic_request(&apic, 0x80);
    hv_apic_request(&apic, 15);         /* no vector of an interrupt */
    g_assert_cmpint(hv_apic_next(&apic, 0), ==, 0xff);
    hv_apic_accept(&apic, 0xff);
    g_assert_cmpint(hv_apic_in_service(&apic), ==, 0xff);
    g_assert_cmpint(hv_apic_due(&apic), ==, 0x80);
    g_assert_cmpint(hv_apic_next(&apic, 0), ==, -1);
    g_assert_true(set(&apic, EOI, 0));
    g_assert_cmpint(hv_apic_next(&apic, 0), ==, 0x80);
    g_assert_cmpint(hv_apic_next(&apic, 0x7f), ==, 0x80);
    g_assert_cmpint(hv_apic_next(&apic, 0x80), ==, -1);
    hv_apic_accept(&apic, 0x80);
    g_assert_true(set(&apic, EOI, 0));
    g_assert_cmpint(hv_apic_next(&apic, 0x2f), ==, 0x31);
    hv_apic_accept(&apic, 0x31);
    g_assert_cmpint(hv_apic_due(&apic), ==, -1);
    g_assert_true(set(&apic, EOI, 0));
    g_assert_true(set(&apic, EOI, 0));  /* of none */
    g_assert_cmpint(hv_apic_in_service(&apic), ==, -1);
}

/* Nested, and ended in their order */
static void one_interrupts_another(void)
{
    HvApic apic = new_apic();

    hv_apic_request(&apic, 0x41);
    hv_apic_accept(&apic, 0x41);
    hv_apic_request(&apic, 0x4f);
    g_assert_cmpint(hv_apic_next(&apic, 0), ==, -1);
    hv_apic_request(&apic, 0x50);
    g_assert_cmpint(hv_apic_next(&apic, 0), ==, 0x50);
    hv_apic_accept(&apic, 0x50);
    g_assert_cmphex(get(&apic, ISR + 2), ==, 1 << 1 | 1 << 16);
    g_assert_cmphex(get(&apic, IRR + 2), ==, 1 << 15);
    g_assert_cmphex(get(&apic, PPR), ==, 0x50);
    g_assert_true(set(&apic, EOI, 0));
    g_assert_cmphex(get(&apic, ISR + 2), ==, 1 << 1);
    g_assert_cmphex(get(&apic, PPR), ==, 0x40);
}

static void registers_are_there(void)
{
    HvApic apic = new_apic();
    uint64_t value;

    g_assert_cmphex(get(&apic, BASE), ==, 0xfee00800);
    g_assert_cmphex(get(&apic, ID), ==, 0x23);
    g_assert_cmphex(get(&apic, LDR), ==, 2 << 16 | 1 << 3);
    g_assert_cmphex(get(&apic, TPR), ==, 0x20);
    g_assert_cmphex(get(&apic, PPR), ==, 0x20);
    g_assert_cmphex(get(&apic, SPURIOUS), ==, 0xff);
    g_assert_cmphex(get(&apic, TMR + 7), ==, 0);
    g_assert_cmphex(get(&apic, TIMER), ==, 0x10000);
    for (uint32_t index = 0x800; index < 0x900; index++) {
        g_assert_true(hv_apic_has(index));
    }
    g_assert_true(hv_apic_has(BASE));
    g_assert_false(hv_apic_has(0x7ff));
    g_assert_false(hv_apic_has(0x900));
    g_assert_false(hv_apic_read(&apic, 0x804, 0, &value));
    g_assert_false(hv_apic_read(&apic, EOI, 0, &value));
    g_assert_false(hv_apic_read(&apic, SELF, 0, &value));
    g_assert_false(hv_apic_read(&apic, 0x840, 0, &value));
}

static const struct {
    uint32_t index;
    uint64_t value;
    bool taken;
} writes[] = {
    { BASE, 0xfee00c00, true },         /* x2APIC */
    { BASE, 0xfee00000, true },         /* off */
    { BASE, 0xfee00400, false },        /* x2APIC, but off */
    { BASE, 0xfed00800, false },        /* elsewhere */
    { BASE, 0xfee00900, false },        /* the boot CPU's */
    { ID, 1, false }, { VERSION, 1, false }, { LDR, 1, false },
    { TPR, 0xff, true }, { TPR, 0x100, false },
    { EOI, 1, false },
    { SPURIOUS, 0x1ff, true },
    { ISR, 1, false }, { IRR, 1, false },
    { ESR, 0, true }, { ESR, 1, false },
    { TIMER, 0x10020, true }, { TIMER, 0x20, false },
    { SELF, 0xff, true }, { SELF, 0x100, false },
    { 0x804, 0, false }, { 0x8ff, 0, false },
};

static void writes_are_checked(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(writes); i++) {
        HvApic apic = new_apic();

        g_test_message("0x%x: 0x%" G_GINT64_MODIFIER "x", writes[i].index,
                       writes[i].value);
        g_assert_true(set(&apic, writes[i].index, writes[i].value) ==
                      writes[i].taken);
    }
}

static void commands_are_told(void)
{
    HvApic apic = new_apic();
    uint8_t tpr = 0x10;
    uint64_t ipi;

    g_assert_true(hv_apic_write(&apic, ICR, 5ull << 32 | 0x31, &tpr, &ipi));
    g_assert_cmphex(ipi, ==, 5ull << 32 | 0x31);
    g_assert_true(hv_apic_write(&apic, SELF, 0x32, &tpr, &ipi));
    g_assert_cmphex(HV_ICR_VECTOR(ipi), ==, 0x32);
    g_assert_true(hv_apic_is_meant(ipi, 0x23, 0x23));
    g_assert_false(hv_apic_is_meant(ipi, 0x23, 0x24));
    g_assert_true(hv_apic_write(&apic, TPR, 0x40, &tpr, &ipi));
    g_assert_cmphex(ipi, ==, 0);
    g_assert_cmphex(tpr, ==, 0x40);
}

static const struct {
    uint64_t icr;
    uint32_t id;                /* from 1 */
    bool meant;
} receivers[] = {
    { 2ull << 32, 2, true }, { 2ull << 32, 3, false },
    { 0x102ull << 32, 2, false }, { 0x102ull << 32, 0x102, true },
    { 0xffffffffull << 32, 7, true }, { 0xffffffffull << 32, 1, true },
    { 1ull << 18, 1, true }, { 2ull << 32 | 1ull << 18, 2, false },
    { 2ull << 18, 1, true }, { 2ull << 18, 9, true },
    { 3ull << 18, 1, false }, { 3ull << 18, 9, true },
    { 0x00010006ull << 32 | 1 << 11, 0x11, true },
    { 0x00010006ull << 32 | 1 << 11, 0x12, true },
    { 0x00010006ull << 32 | 1 << 11, 0x13, false },
    { 0x00010006ull << 32 | 1 << 11, 0x21, false },
};

static void ipis_have_receivers(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(receivers); i++) {
        g_test_message("0x%" G_GINT64_MODIFIER "x to %u", receivers[i].icr,
                       receivers[i].id);
        g_assert_true(hv_apic_is_meant(receivers[i].icr, 1, receivers[i].id) ==
                      receivers[i].meant);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hv-apic/the-highest-comes-first",
                    the_highest_comes_first);
    g_test_add_func("/hv-apic/one-interrupts-another", one_interrupts_another);
    g_test_add_func("/hv-apic/registers-are-there", registers_are_there);
    g_test_add_func("/hv-apic/writes-are-checked", writes_are_checked);
    g_test_add_func("/hv-apic/commands-are-told", commands_are_told);
    g_test_add_func("/hv-apic/ipis-have-receivers", ipis_have_receivers);
    return g_test_run();
}
