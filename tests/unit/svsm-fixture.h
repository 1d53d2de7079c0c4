/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the SVSM of tests/svsm stands on, for tests of what it answers: memory
 * of this process, whose addresses are the guest's.  The instructions on the
 * RMP are played by what is remembered of each page.
 */

#ifndef TESTS_SVSM_FIXTURE_H
#define TESTS_SVSM_FIXTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/rmp.h"
#include "calls.h"
#include "exception.h"
#include "layout.h"
#include "memory.h"
#include "snp.h"

#define PAGES       1024                /* two pages of 2M */
#define OTHER_PAGES 1                   /* between them and the firmware */
#define FEATURES    1
#define APIC_ID     7                   /* of the second CPU */

/* What the RMP has of a page */
typedef struct Page {
    bool valid, save_area, in_use;
    unsigned permissions;               /* of the guest's VMPL */
} Page;

extern struct machine {
    uint8_t *memory;                    /* RAM, and what is not the guest's */
    Page page[PAGES];
    IgvmMemoryMapEntry map[IGVM_PAGE_SIZE / sizeof(IgvmMemoryMapEntry)];
    bool only_4k;                       /* the host has no pages of 2M */
    bool split;                         /* since PVALIDATE, it has not */
    bool fault;                         /* nothing can be accessed */
} machine;

/* Two CPUs, RAM that has the content of nobody, nothing valid */
void setup(void);

uint64_t gpa_of(unsigned page);

/* A call by the first CPU: RAX; the other registers come back in CALL. */
uint64_t do_call(struct call *call, uint64_t number);

#define CORE(number, ...) \
    do_call(&(struct call) { __VA_ARGS__ }, \
            SVSM_CALL(SVSM_PROTOCOL_CORE, number))

/* The list of SVSM_CORE_PVALIDATE, in page 0, and the call; or of one entry */
void set_list(unsigned entries, unsigned next);
void set_entry(unsigned i, uint64_t entry);
unsigned next_entry(void);
uint64_t pvalidate_list(void);
uint64_t pvalidate_entry(uint64_t entry);

#endif
