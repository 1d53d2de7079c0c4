/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hypervisor/run/hv-apic.c: the APIC of a VMPL with restricted injection. The
 * input is a series of steps (struct Step below): interrupts that are asked
 * for, taken as the hypervisor does it, and MSRs that are read and written.
 * After each the APIC must be as a model has it, which keeps a flag for each
 * vector and reckons priorities by 56421 and the APM (volume 2, chapter 16)
 * alone. What must hold besides:
 *
 * - Of the vectors below 16 none is ever due or in service.
 * - What is delivered has a higher priority than all that is in service, and
 *   than the task.
 * - A write that is refused changes nothing.
 */

#include "fuzz.h"
#include "hypervisor/run/hv-apic.h"

#define ID 0x23

enum { REQUEST, ACCEPT, READ, WRITE, MEANT, OPERATIONS };

typedef struct Step {
    uint8_t operation;
    uint16_t index;
    uint64_t value;
} __attribute__((packed)) Step;

typedef struct Model {
    bool due[256], served[256];
    uint8_t tpr;
    uint64_t base;
    uint32_t spurious;
} Model;

enum {
    BASE = 0x1b, FIRST = 0x800, APIC_ID = 0x802, VERSION = 0x803, TPR = 0x808,
    PPR = 0x80a, EOI = 0x80b, LDR = 0x80d, SPURIOUS = 0x80f, ISR = 0x810,
    TMR = 0x818, IRR = 0x820, ESR = 0x828, CMCI = 0x82f, ICR = 0x830,
    LVT_FIRST = 0x832, LVT_LAST = 0x837, COUNT = 0x838, NOW = 0x839,
    DIVIDE = 0x83e, SELF = 0x83f,
};

static int last(const bool *set)
{
    int vector = 255;

    while (vector >= 0 && !set[vector]) {
        vector--;
    }
    return vector;
}

/* Classes of priority: 16 vectors each, -1 if nothing is in service */
static int class_of(int vector)
{
    return vector < 0 ? -1 : vector / 16;
}

static int deliverable(const Model *m)
{
    int vector = last(m->due), task = m->tpr / 16;
    int busy = MAX(class_of(last(m->served)), task);

    return class_of(vector) > busy ? vector : -1;
}

static unsigned ppr(const Model *m)
{
    int served = class_of(last(m->served));

    return served > m->tpr / 16 ? (unsigned)served * 16 : m->tpr;
}

static uint32_t word(const bool *set, unsigned n)
{
    uint32_t bits = 0;

    for (unsigned i = 0; i < 32; i++) {
        bits |= (uint32_t)set[n * 32 + i] << i;
    }
    return bits;
}

static bool is_lvt(uint32_t index)
{
    return index == CMCI || (index >= LVT_FIRST && index <= LVT_LAST);
}

/* RDMSR: false is #GP */
static bool model_read(const Model *m, uint32_t index, uint64_t *value)
{
    *value = 0;
    if (index >= ISR && index < ISR + 8) {
        *value = word(m->served, index - ISR);
    } else if (index >= IRR && index < IRR + 8) {
        *value = word(m->due, index - IRR);
    } else if (is_lvt(index)) {
        *value = 0x10000;
    } else if (index == BASE) {
        *value = m->base;
    } else if (index == APIC_ID) {
        *value = ID;
    } else if (index == VERSION) {
        *value = 0x50014;
    } else if (index == TPR) {
        *value = m->tpr;
    } else if (index == PPR) {
        *value = ppr(m);
    } else if (index == LDR) {
        *value = (uint64_t)(ID / 16) << 16 | 1u << ID % 16;
    } else if (index == SPURIOUS) {
        *value = m->spurious;
    } else {
        return (index >= TMR && index < TMR + 8) || index == ESR ||
               index == ICR || index == COUNT || index == NOW ||
               index == DIVIDE;
    }
    return true;
}

static bool model_write_base(Model *m, uint64_t value)
{
    bool enabled = value & 0x800, x2apic = value & 0x400;

    if ((value & ~0xc00ull) != (m->base & ~0xc00ull) ||
        (x2apic && !enabled)) {
        return false;
    }
    m->base = value;
    return true;
}

static bool model_write(Model *m, uint32_t index, uint64_t value,
                        uint64_t *ipi)
{
    int served = last(m->served);

    *ipi = 0;
    if (is_lvt(index)) {
        return value >> 16 & 1;
    }
    switch (index) {
    case BASE:
        return model_write_base(m, value);
    case TPR:
        m->tpr = value < 0x100 ? value : m->tpr;
        return value < 0x100;
    case EOI:
        if (!value && served >= 0) {
            m->served[served] = false;
        }
        return !value;
    case SPURIOUS:
        m->spurious = value & 0x3ff;
        return true;
    case ESR:
    case COUNT:
        return !value;
    case DIVIDE:
        return true;
    case ICR:
        *ipi = value;
        return true;
    case SELF:
        *ipi = 1ull << 18 | value;
        return value < 0x100;
    default:
        return false;
    }
}

static void check_same(const HvApic *apic, const Model *m)
{
    int next = hv_apic_next(apic, m->tpr);

    for (unsigned i = 0; i < HV_APIC_WORDS; i++) {
        g_assert_cmphex(apic->irr[i], ==, word(m->due, i));
        g_assert_cmphex(apic->isr[i], ==, word(m->served, i));
    }
    g_assert_cmphex(apic->base, ==, m->base);
    g_assert_cmphex(apic->spurious, ==, m->spurious);
    g_assert_cmphex(apic->id, ==, ID);
    g_assert_cmpint(hv_apic_due(apic), ==, last(m->due));
    g_assert_cmpint(hv_apic_in_service(apic), ==, last(m->served));
    g_assert_cmpint(next, ==, deliverable(m));
    g_assert_true(next < 0 || next >= 16);
    g_assert_cmphex(apic->irr[0] & 0xffff, ==, 0);
    g_assert_cmphex(apic->isr[0] & 0xffff, ==, 0);
}

static void accept_next(HvApic *apic, Model *m)
{
    int vector = hv_apic_next(apic, m->tpr);

    if (vector >= 0) {
        hv_apic_accept(apic, vector);
        m->due[vector] = false;
        m->served[vector] = true;
        g_assert_cmpint(last(m->served), ==, vector);
    }
}

static void read_msr(const HvApic *apic, const Model *m, uint32_t index)
{
    uint64_t value = 0, expected;
    bool there = model_read(m, index, &expected);

    g_assert_true(hv_apic_read(apic, index, m->tpr, &value) == there);
    if (there) {
        g_assert_cmphex(value, ==, expected);
    }
}

static void write_msr(HvApic *apic, Model *m, uint32_t index, uint64_t value)
{
    uint64_t ipi, expected;
    uint8_t tpr = m->tpr;
    bool done = model_write(m, index, value, &expected);

    g_assert_true(hv_apic_write(apic, index, value, &tpr, &ipi) == done);
    if (done) {
        g_assert_cmphex(ipi, ==, expected);
        g_assert_cmphex(tpr, ==, m->tpr);
    }
}

static bool model_is_meant(uint64_t icr, uint32_t id)
{
    uint32_t to = icr >> 32;

    switch (icr >> 18 & 3) {
    case 1:
        return id == ID;
    case 2:
        return true;
    case 3:
        return id != ID;
    }
    if (to == 0xffffffff) {
        return true;
    }
    if (icr & 0x800) {
        return to / 0x10000 == id / 16 && (to & 0xffff & (1u << id % 16));
    }
    return to == id;
}

static void run(HvApic *apic, Model *m, const Step *step)
{
    uint16_t index = GUINT16_FROM_LE(step->index);
    uint64_t value = GUINT64_FROM_LE(step->value);
    uint32_t id = index & 0x1ff;

    switch (step->operation % OPERATIONS) {
    case REQUEST:
        hv_apic_request(apic, value);
        m->due[value & 0xff] |= (value & 0xff) >= 16;
        break;
    case ACCEPT:
        accept_next(apic, m);
        break;
    case READ:
    case WRITE:
        g_assert_true(hv_apic_has(index) ==
                      (index == BASE || (index >= FIRST && index < 0x900)));
        if (!hv_apic_has(index)) {
            break;
        }
        if (step->operation % OPERATIONS == READ) {
            read_msr(apic, m, index);
        } else {
            write_msr(apic, m, index, value);
        }
        break;
    case MEANT:
        g_assert_true(hv_apic_is_meant(value, ID, id) ==
                      model_is_meant(value, id));
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput in = { data, size };
    Model model = { .base = 0xfee00800, .spurious = 0xff };
    HvApic apic;

    hv_apic_reset(&apic, ID, false);
    check_same(&apic, &model);
    while (in.size) {
        Step step;

        fuzz_take(&in, &step, sizeof(step));
        run(&apic, &model, &step);
        check_same(&apic, &model);
    }
    return 0;
}
