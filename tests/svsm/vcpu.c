/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine's CPUs, by its MADT (ACPI 5.2.12): see svsm.h. */
#include "svsm.h"
#include "tap.h"
#include "text.h"

#define MADT_SIZE           4           /* where the table has its size */
#define MADT_FIRST_ENTRY    44
#define MADT_LOCAL_APIC     0           /* APIC ID in byte 3, flags in 4 */
#define MADT_LOCAL_X2APIC   9           /* ID in bytes 4 to 7, flags in 8 */
#define LOCAL_APIC_SIZE     8
#define LOCAL_X2APIC_SIZE   16
#define MADT_ENABLED        1

struct vcpu vcpus[MAX_CPUS];
unsigned vcpu_count;
uint64_t save_areas[SAVE_AREAS];

static uint32_t number_at(const uint8_t *bytes)
{
    le32 number;

    memcpy(&number, bytes, sizeof(number));
    return le32_get(number);
}

static void add(uint32_t apic_id)
{
    if (vcpu_find(apic_id)) {
        return;
    }
    if (vcpu_count == MAX_CPUS) {
        bail_out("there are more than %u CPUs", MAX_CPUS);
    }
    vcpus[vcpu_count++] = (struct vcpu) { .apic_id = apic_id };
}

static void add_entry(const uint8_t *entry)
{
    if (entry[0] == MADT_LOCAL_APIC && entry[1] >= LOCAL_APIC_SIZE &&
        entry[4] & MADT_ENABLED) {
        add(entry[3]);
    } else if (entry[0] == MADT_LOCAL_X2APIC &&
               entry[1] >= LOCAL_X2APIC_SIZE && entry[8] & MADT_ENABLED) {
        add(number_at(entry + 4));
    }
}

void vcpu_init(const uint8_t *madt, size_t size, uint32_t boot_apic_id)
{
    size_t end = number_at(madt + MADT_SIZE);

    end = end < size ? end : size;
    vcpu_count = 0;
    add(boot_apic_id);
    /* An entry begins with its type and its size; the last byte is there. */
    for (size_t at = MADT_FIRST_ENTRY; at + 2 <= end;) {
        size_t length = madt[at + 1];

        if (length < 2 || length > end - at) {
            return;
        }
        add_entry(madt + at);
        at += length;
    }
}

struct vcpu *vcpu_find(uint32_t apic_id)
{
    for (unsigned i = 0; i < vcpu_count; i++) {
        if (vcpus[i].apic_id == apic_id) {
            return &vcpus[i];
        }
    }
    return NULL;
}

bool vcpu_add_save_area(struct vcpu *vcpu, uint64_t save_area,
                        uint64_t calling_area)
{
    for (unsigned i = 0; i < SAVE_AREAS; i++) {
        if (!save_areas[i]) {
            save_areas[i] = save_area;
            vcpu->save_area = save_area;
            vcpu->calling_area = calling_area;
            return true;
        }
    }
    return false;
}

bool vcpu_has_save_area(uint64_t save_area)
{
    for (unsigned i = 0; save_area && i < SAVE_AREAS; i++) {
        if (save_areas[i] == save_area) {
            return true;
        }
    }
    return false;
}

void vcpu_remove_save_area(uint64_t save_area)
{
    for (unsigned i = 0; i < SAVE_AREAS; i++) {
        if (save_areas[i] == save_area) {
            save_areas[i] = 0;
        }
    }
    for (unsigned i = 0; i < vcpu_count; i++) {
        if (vcpus[i].save_area == save_area) {
            vcpus[i].save_area = vcpus[i].calling_area = 0;
        }
    }
}
