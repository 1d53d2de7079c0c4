/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the state of an x2APIC without inputs (APM volume 2, chapter 16)
 */

#include <string.h>

#include "hypervisor/run/hv-apic.h"

#define MSR_BASE        0x01b
#define MSR_FIRST       0x800
#define MSR_LAST        0x8ff
#define MSR_ID          0x802
#define MSR_VERSION     0x803
#define MSR_TPR         0x808
#define MSR_PPR         0x80a
#define MSR_EOI         0x80b
#define MSR_LDR         0x80d
#define MSR_SPURIOUS    0x80f
#define MSR_ISR         0x810
#define MSR_TMR         0x818
#define MSR_IRR         0x820
#define MSR_ESR         0x828
#define MSR_LVT_CMCI    0x82f
#define MSR_ICR         0x830
#define MSR_LVT_TIMER   0x832
#define MSR_LVT_ERROR   0x837
#define MSR_TIMER_INIT  0x838
#define MSR_TIMER_NOW   0x839
#define MSR_TIMER_DIV   0x83e
#define MSR_SELF_IPI    0x83f

#define BASE_DEFAULT    0xfee00000u
#define BASE_BSP        (1u << 8)
#define BASE_X2APIC     (1u << 10)
#define BASE_ENABLED    (1u << 11)
#define VERSION         0x50014u        /* six local vectors, as QEMU's */
#define SPURIOUS_RESET  0xffu
#define SPURIOUS_MASK   0x3ffu
#define LVT_MASKED      (1u << 16)
#define ICR_SELF        (1ull << 18)
#define FIRST_VECTOR    16

void hv_apic_reset(HvApic *apic, uint32_t id, bool is_bsp)
{
    memset(apic, 0, sizeof(*apic));
    apic->id = id;
    apic->base = BASE_DEFAULT | BASE_ENABLED | (is_bsp ? BASE_BSP : 0);
    apic->spurious = SPURIOUS_RESET;
}

bool hv_apic_has(uint32_t index)
{
    return index == MSR_BASE || (index >= MSR_FIRST && index <= MSR_LAST);
}

/* The highest vector in a set, or -1 */
static int highest(const uint32_t *set)
{
    for (int word = HV_APIC_WORDS - 1; word >= 0; word--) {
        for (int bit = 31; set[word] && bit >= 0; bit--) {
            if (set[word] >> bit & 1) {
                return word * 32 + bit;
            }
        }
    }
    return -1;
}

int hv_apic_in_service(const HvApic *apic)
{
    return highest(apic->isr);
}

int hv_apic_due(const HvApic *apic)
{
    return highest(apic->irr);
}

static uint8_t processor_priority(const HvApic *apic, uint8_t tpr)
{
    int served = highest(apic->isr);

    return served >= 0 && (served & 0xf0) > (tpr & 0xf0) ? served & 0xf0 : tpr;
}

int hv_apic_next(const HvApic *apic, uint8_t tpr)
{
    int vector = highest(apic->irr);
    int priority = processor_priority(apic, tpr);

    return vector >= 0 && (vector & 0xf0) > (priority & 0xf0) ? vector : -1;
}

void hv_apic_request(HvApic *apic, uint8_t vector)
{
    if (vector >= FIRST_VECTOR) {
        apic->irr[vector / 32] |= 1u << vector % 32;
    }
}

void hv_apic_accept(HvApic *apic, uint8_t vector)
{
    apic->irr[vector / 32] &= ~(1u << vector % 32);
    apic->isr[vector / 32] |= 1u << vector % 32;
}

/* Without one in service nothing happens. */
static void end_of_interrupt(HvApic *apic)
{
    int served = highest(apic->isr);

    if (served >= 0) {
        apic->isr[served / 32] &= ~(1u << served % 32);
    }
}

/* Cluster and place in it, which x2APIC makes of the ID */
static uint32_t logical_id(uint32_t id)
{
    return id >> 4 << 16 | 1u << (id & 15);
}

static bool is_lvt(uint32_t index)
{
    return index == MSR_LVT_CMCI ||
           (index >= MSR_LVT_TIMER && index <= MSR_LVT_ERROR);
}

static bool in_set(uint32_t index, uint32_t first)
{
    return index >= first && index < first + HV_APIC_WORDS;
}

bool hv_apic_read(const HvApic *apic, uint32_t index, uint8_t tpr,
                  uint64_t *value)
{
    if (in_set(index, MSR_ISR)) {
        *value = apic->isr[index - MSR_ISR];
        return true;
    }
    if (in_set(index, MSR_IRR)) {
        *value = apic->irr[index - MSR_IRR];
        return true;
    }
    if (is_lvt(index)) {
        *value = LVT_MASKED;
        return true;
    }
    switch (index) {
    case MSR_BASE:
        *value = apic->base;
        return true;
    case MSR_ID:
        *value = apic->id;
        return true;
    case MSR_VERSION:
        *value = VERSION;
        return true;
    case MSR_TPR:
        *value = tpr;
        return true;
    case MSR_PPR:
        *value = processor_priority(apic, tpr);
        return true;
    case MSR_LDR:
        *value = logical_id(apic->id);
        return true;
    case MSR_SPURIOUS:
        *value = apic->spurious;
        return true;
    default:
        *value = 0;
        return in_set(index, MSR_TMR) || index == MSR_ESR ||
               index == MSR_ICR || index == MSR_TIMER_INIT ||
               index == MSR_TIMER_NOW || index == MSR_TIMER_DIV;
    }
}

/* It cannot be moved, and is an x2APIC or none. */
static bool write_base(HvApic *apic, uint64_t value)
{
    uint64_t modes = BASE_X2APIC | BASE_ENABLED;

    if ((value ^ apic->base) & ~modes ||
        (value & modes) == BASE_X2APIC) {
        return false;
    }
    apic->base = value;
    return true;
}

bool hv_apic_write(HvApic *apic, uint32_t index, uint64_t value, uint8_t *tpr,
                   uint64_t *ipi)
{
    *ipi = 0;
    if (is_lvt(index)) {
        return value & LVT_MASKED;
    }
    switch (index) {
    case MSR_BASE:
        return write_base(apic, value);
    case MSR_TPR:
        if (value <= UINT8_MAX) {
            *tpr = value;
        }
        return value <= UINT8_MAX;
    case MSR_EOI:
        if (value == 0) {
            end_of_interrupt(apic);
        }
        return value == 0;
    case MSR_SPURIOUS:
        apic->spurious = value & SPURIOUS_MASK;
        return true;
    case MSR_ESR:
    case MSR_TIMER_INIT:
        return value == 0;
    case MSR_TIMER_DIV:
        return true;
    case MSR_ICR:
        *ipi = value;
        return true;
    case MSR_SELF_IPI:
        *ipi = ICR_SELF | (value & 0xff);
        return value <= UINT8_MAX;
    default:
        return false;
    }
}

bool hv_apic_is_meant(uint64_t icr, uint32_t from, uint32_t id)
{
    uint32_t to = HV_ICR_DESTINATION(icr);

    switch (HV_ICR_SHORTHAND(icr)) {
    case HV_ICR_TO_SELF:
        return id == from;
    case HV_ICR_TO_ALL:
        return true;
    case HV_ICR_TO_OTHERS:
        return id != from;
    default:
        break;
    }
    if (to == UINT32_MAX) {
        return true;
    }
    return HV_ICR_LOGICAL(icr)
           ? to >> 16 == id >> 4 && to >> (id & 15) & 1
           : to == id;
}
