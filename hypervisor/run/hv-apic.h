/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The local APIC of a VMPL with restricted injection: x2APIC, as far as IPIs
 * need one. Plain C11, no QEMU, no globals.
 *
 * Its interrupts are not delivered by vector, but told of in the #HV doorbell
 * page; so it is the hypervisor that asks for the next one. All are edges.
 */

#ifndef HYPERVISOR_HV_APIC_H
#define HYPERVISOR_HV_APIC_H

#include <stdbool.h>
#include <stdint.h>

#define HV_APIC_WORDS 8         /* of 32 vectors */

typedef struct HvApic {
    uint32_t id;
    uint64_t base;              /* IA32_APIC_BASE */
    uint32_t spurious;
    uint32_t irr[HV_APIC_WORDS];
    uint32_t isr[HV_APIC_WORDS];
} HvApic;

/** hv_apic_reset: as after reset of a CPU with this APIC ID */
void hv_apic_reset(HvApic *apic, uint32_t id, bool is_bsp);

/** hv_apic_has: is this MSR the APIC's? */
bool hv_apic_has(uint32_t index);

/**
 * hv_apic_read, hv_apic_write: RDMSR and WRMSR of one that hv_apic_has()
 * @tpr: the task priority, bits 7:0, which is the CPU's CR8
 * @ipi: set to the value of the interrupt command register if that was
 *       written, else to 0
 *
 * False: #GP(0). What there is none of (timer, local vectors) reads as masked,
 * and can be masked.
 */
bool hv_apic_read(const HvApic *apic, uint32_t index, uint8_t tpr,
                  uint64_t *value);
bool hv_apic_write(HvApic *apic, uint32_t index, uint64_t value, uint8_t *tpr,
                   uint64_t *ipi);

/** hv_apic_request: an interrupt is due; vectors below 16 are none */
void hv_apic_request(HvApic *apic, uint8_t vector);

/**
 * hv_apic_next: the interrupt that would be delivered now
 *
 * Returns its vector, or -1: none is due, or none above the task's priority
 * and that of what is in service.
 */
int hv_apic_next(const HvApic *apic, uint8_t tpr);

/** hv_apic_due: the highest that is due, whatever keeps it back, or -1 */
int hv_apic_due(const HvApic *apic);

/** hv_apic_in_service: the highest in service, or -1 */
int hv_apic_in_service(const HvApic *apic);

/** hv_apic_accept: it is in service now, until its EOI */
void hv_apic_accept(HvApic *apic, uint8_t vector);

/* Interrupt command register (APM volume 2, section 16.13) */
#define HV_ICR_VECTOR(icr)      ((icr) & 0xff)
#define HV_ICR_MODE(icr)        ((icr) >> 8 & 7)
#define HV_ICR_LOGICAL(icr)     ((icr) >> 11 & 1)
#define HV_ICR_SHORTHAND(icr)   ((icr) >> 18 & 3)
#define HV_ICR_DESTINATION(icr) ((uint32_t)((icr) >> 32))

enum { HV_ICR_FIXED = 0, HV_ICR_NMI = 4 };
enum {
    HV_ICR_TO_DESTINATION, HV_ICR_TO_SELF, HV_ICR_TO_ALL, HV_ICR_TO_OTHERS,
};

/** hv_apic_is_meant: is an IPI with this command for the APIC with this ID? */
bool hv_apic_is_meant(uint64_t icr, uint32_t from, uint32_t id);

#endif
