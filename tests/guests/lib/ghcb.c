/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's side of the GHCB: see ghcb.h. */
#include "asm.h"
#include "ghcb.h"
#include "msr.h"
#include "paging.h"
#include "smp.h"
#include "tap.h"
#include "text.h"
#include "x86.h"

#define GHCB_PAGES (MAX_CPUS * VC_LEVELS)
#define SHARED_END (SHARED_AREA + (2u << 20))

static unsigned version;                /* that was agreed on; 0: not yet */
static uint64_t registered[MAX_CPUS];   /* 0: none */

bool es_active(void)
{
    return sev_status & SEV_STATUS_SEV_ES;
}

bool snp_active(void)
{
    return sev_status & SEV_STATUS_SEV_SNP;
}

bool ghcb_ready(void)
{
    return version;
}

uint64_t ghcb_msr(uint64_t value)
{
    wrmsr(MSR_GHCB, value);
    vmgexit();
    return rdmsr(MSR_GHCB);
}

uint32_t ghcb_msr_cpuid(uint32_t leaf, unsigned reg)
{
    uint64_t answer = ghcb_msr((uint64_t)leaf << GHCB_MSR_CPUID_VALUE_SHIFT |
                               (uint64_t)reg << GHCB_MSR_CPUID_REG_SHIFT |
                               GHCB_MSR_CPUID_REQ);

    if ((answer & GHCB_MSR_INFO_MASK) != GHCB_MSR_CPUID_RESP) {
        ghcb_terminate();
    }
    return answer >> GHCB_MSR_CPUID_VALUE_SHIFT;
}

void ghcb_init(void)
{
    uint64_t answer;
    unsigned most, least;

    if (!es_active()) {
        return;
    }
    answer = ghcb_msr(GHCB_MSR_SEV_INFO_REQ);
    most = answer >> GHCB_MSR_SEV_INFO_MAX_SHIFT & 0xffff;
    least = answer >> GHCB_MSR_SEV_INFO_MIN_SHIFT & 0xffff;
    if ((answer & GHCB_MSR_INFO_MASK) != GHCB_MSR_SEV_INFO_RESP ||
        least > GHCB_VERSION_MAX || most < GHCB_VERSION_MIN) {
        ghcb_terminate();
    }
    version = most < GHCB_VERSION_MAX ? most : GHCB_VERSION_MAX;
}

uintptr_t shared_alloc(size_t size)
{
    static uintptr_t next = SHARED_AREA + GHCB_PAGES * PAGE_SIZE;
    size_t whole = (size + PAGE_SIZE - 1) & ~(size_t)(PAGE_SIZE - 1);
    uintptr_t area = __atomic_fetch_add(&next, whole, __ATOMIC_SEQ_CST);

    if (area + whole > SHARED_END) {
        bail_out("no more shared memory");
    }
    memset((void *)area, 0, whole);
    return area;
}

void ghcb_mark(Ghcb *ghcb, unsigned bit, bool valid)
{
    uint8_t *byte = &ghcb->save.valid_bitmap[bit / 8];

    *byte = (*byte & ~(1u << bit % 8)) | (valid ? 1u << bit % 8 : 0);
}

bool ghcb_marked(const Ghcb *ghcb, unsigned bit)
{
    return ghcb->save.valid_bitmap[bit / 8] & 1u << bit % 8;
}

Ghcb *ghcb_begin(unsigned level, uint64_t code, uint64_t info_1,
                 uint64_t info_2)
{
    uintptr_t page = SHARED_AREA +
                     (this_cpu()->index * VC_LEVELS + level) * PAGE_SIZE;
    Ghcb *ghcb = (Ghcb *)page;

    /* The rest does not matter, and a #VC should not cost 4 KiB. */
    memset(ghcb->save.valid_bitmap, 0, sizeof(ghcb->save.valid_bitmap));
    ghcb->protocol_version = le16_of(version);
    ghcb->ghcb_usage = le32_of(GHCB_USAGE_STANDARD);
    GHCB_SET(ghcb, sw_exit_code, code);
    GHCB_SET(ghcb, sw_exit_info_1, info_1);
    GHCB_SET(ghcb, sw_exit_info_2, info_2);
    return ghcb;
}

void ghcb_use_buffer(Ghcb *ghcb)
{
    GHCB_SET(ghcb, sw_scratch, (uintptr_t)ghcb->shared_buffer);
}

void ghcb_set_cpl(Ghcb *ghcb, uint8_t cpl)
{
    ghcb->save.cpl = cpl;
    ghcb_mark(ghcb, GHCB_VALID_BIT(cpl), true);
}

uint64_t ghcb_registered(void)
{
    return registered[this_cpu()->index];
}

void ghcb_register(uint64_t page)
{
    if (!snp_active() || page == ghcb_registered()) {
        return;
    }
    /* Whoever interrupts this registers it again at the end, if need be. */
    registered[this_cpu()->index] = page;
    if (ghcb_msr(page | GHCB_MSR_REG_GPA_REQ) !=
        (page | GHCB_MSR_REG_GPA_RESP)) {
        ghcb_terminate();
    }
}

uint64_t ghcb_call(Ghcb *ghcb)
{
    ghcb_register((uintptr_t)ghcb);
    ghcb_msr((uintptr_t)ghcb);
    return GHCB_GET(ghcb, sw_exit_info_1);
}

void ghcb_nmi_complete(void)
{
    uint64_t msr = rdmsr(MSR_GHCB), page = ghcb_registered();

    /* Whether that has been done already cannot be known. */
    registered[this_cpu()->index] = 0;
    ghcb_call(ghcb_begin(VC_LEVELS - 1, GHCB_EXIT_NMI_COMPLETE, 0, 0));
    if (page) {
        ghcb_register(page);
    }
    wrmsr(MSR_GHCB, msr);
}

void ghcb_terminate(void)
{
    for (;;) {
        ghcb_msr(GHCB_MSR_TERM_REQ);
        asm volatile("cli; hlt");
    }
}
