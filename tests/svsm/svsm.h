/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the SVSM have from each other, in the order of a boot. */
#ifndef SVSM_H
#define SVSM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/snp-data.h"
#include "abi/vmsa.h"
#include "ghcb.h"
#include "segments.h"

#define PAGE_SIZE   4096u
#define SVSM_VMPL   0
#define GUEST_VMPL  2

/* start.S: the boot CPU calls svsm_main, each other one svsm_ap_main */
void svsm_main(void);
void svsm_ap_main(void);
void svsm_ap_entry(void);
extern uint64_t gdt[GDT_ENTRIES];
extern uint8_t stacks[MAX_CPUS][STACK_SIZE];

/* console.c: a line "svsm: ..." on the first serial port; format of text.h */
void say(const char *fmt, ...);

/* lock.c: for few holders, and not for long */
struct lock {
    uint32_t taken;
};
void lock(struct lock *lock);
void unlock(struct lock *lock);

/* cpuid-page.c: a CPUID by the page; the page as the guest is to see it */
void cpuid_init(void);
void cpuid_for_guest(SnpCpuidPage *to);

/*
 * vcpu.c: the CPUs that the table of them has, and what each runs at the
 * guest's VMPL: a save area, and the calling area that comes with it.
 * 0: nothing yet.  A save area that is no CPU's any more remains one until it
 * is removed.  What has not been run yet has NOT_RUN as its exit code.
 */
#define NOT_RUN 0       /* no exit between VMPLs */
struct vcpu {
    uint32_t apic_id;
    uint64_t save_area, calling_area;
};
extern struct vcpu vcpus[MAX_CPUS];
extern unsigned vcpu_count;
#define SAVE_AREAS (4 * MAX_CPUS)
extern uint64_t save_areas[SAVE_AREAS];     /* of the guest's memory */
void vcpu_init(const uint8_t *madt, size_t size, uint32_t boot_apic_id);
struct vcpu *vcpu_find(uint32_t apic_id);   /* NULL: there is none */
bool vcpu_add_save_area(struct vcpu *vcpu, uint64_t save_area,
                        uint64_t calling_area);     /* false: too many */
bool vcpu_has_save_area(uint64_t save_area);
void vcpu_remove_save_area(uint64_t save_area);

/*
 * save-area.c: how another CPU of the SVSM starts, and the guest's boot CPU.
 * SEV_FEATURES of both follow from what this CPU has.
 */
void save_area_of_svsm(SevVmsa *vmsa, unsigned cpu);
void save_area_of_guest(SevVmsa *vmsa, uint32_t signature);
uint64_t guest_features(void);

/* ap.c: AP creation, GHCB_AP_*; every other CPU; how many are there */
void ap_request(unsigned what, const struct vcpu *vcpu, unsigned vmpl,
                uint64_t save_area, uint64_t features);
void ap_start_all(void);

/* firmware.c: the guest's memory and first save area, as it wants them */
void firmware_prepare(void);

/* run.c: a CPU's life from there on */
void __attribute__((noreturn)) run_guest(unsigned cpu);

#endif
