/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SEV-SNP's instructions and page states: see snp.h. */
#include "paging.h"
#include "segments.h"
#include "smp.h"
#include "snp.h"
#include "tap.h"

#define RAM_END         0x4000000u  /* of all rows; -m may give more */
#define LOW_RAM_END     0x10000u
#define SHARED_SIZE     SIZE_2M

struct rmp_answer pvalidate(uintptr_t va, unsigned size, unsigned validate)
{
    struct rmp_answer a;

    asm volatile("repne; .byte 0x0f, 0x01, 0xff"
                 : "=a"(a.status), "=@ccc"(a.carry), "=@ccz"(a.zero)
                 : "a"(va), "c"(size), "d"(validate) : "memory");
    return a;
}

struct rmp_answer rmpadjust(uintptr_t va, unsigned size, uint64_t attributes)
{
    struct rmp_answer a;

    asm volatile("rep; .byte 0x0f, 0x01, 0xfe"
                 : "=a"(a.status), "=@ccc"(a.carry), "=@ccz"(a.zero)
                 : "a"(va), "c"((uintptr_t)size), "d"((uintptr_t)attributes)
                 : "memory");
    return a;
}

struct rmp_answer rmpquery(uintptr_t va, unsigned vmpl)
{
    uintptr_t cx = ~(uintptr_t)0, dx = vmpl;
    struct rmp_answer a;

    asm volatile("rep; .byte 0x0f, 0x01, 0xfd"
                 : "=a"(a.status), "+c"(cx), "+d"(dx), "=@ccc"(a.carry),
                   "=@ccz"(a.zero)
                 : "a"(va) : "memory");
    a.cx = cx;
    a.dx = dx;
    return a;
}

static uintptr_t probe_pvalidate(uintptr_t va, uintptr_t random)
{
    return pvalidate(va, random & 1, random >> 1 & 1).status;
}

static uintptr_t probe_rmpadjust(uintptr_t va, uintptr_t random)
{
    return rmpadjust(va, random & 1, random >> 1).status;
}

static uintptr_t probe_rmpquery(uintptr_t va, uintptr_t random)
{
    return rmpquery(va, random).status;
}

ProbeFn *const rmp_probes[RMP_PROBES] = {
    probe_pvalidate, probe_rmpadjust, probe_rmpquery,
};

uint32_t psc_msr(uint64_t gpa, unsigned op)
{
    uint64_t answer = ghcb_msr((uint64_t)op << GHCB_MSR_PSC_OP_SHIFT | gpa |
                               GHCB_MSR_PSC_REQ);

    if ((uint32_t)answer != GHCB_MSR_PSC_RESP) {
        ghcb_terminate();
    }
    return answer >> GHCB_MSR_PSC_ERROR_SHIFT;
}

GhcbPscHeader *psc_header(Ghcb *ghcb)
{
    return (GhcbPscHeader *)ghcb->shared_buffer;
}

uint64_t *psc_entries(Ghcb *ghcb)
{
    return (uint64_t *)(ghcb->shared_buffer + sizeof(GhcbPscHeader));
}

Ghcb *psc_begin(unsigned first, unsigned last)
{
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_PSC, 0, 0);

    ghcb_use_buffer(ghcb);
    *psc_header(ghcb) = (GhcbPscHeader) {
        .cur_entry = le16_of(first), .end_entry = le16_of(last),
    };
    return ghcb;
}

uint64_t psc_one(uint64_t gpa, unsigned op, bool is_2m)
{
    Ghcb *ghcb = psc_begin(0, 0);

    *psc_entries(ghcb) = psc_entry(gpa, op, is_2m, 0);
    return ghcb_call(ghcb) ? ~0ull : GHCB_GET(ghcb, sw_exit_info_2);
}

void snp_accept(uintptr_t page, unsigned size)
{
    bool is_2m = size == SIZE_2M;

    if (psc_one(page, GHCB_PSC_OP_PRIVATE, is_2m) ||
        pvalidate(page, is_2m, 1).status) {
        ghcb_terminate();
    }
}

void snp_give_up(uintptr_t page, unsigned size)
{
    bool is_2m = size == SIZE_2M;

    if (pvalidate(page, is_2m, 0).status ||
        psc_one(page, GHCB_PSC_OP_SHARED, is_2m)) {
        ghcb_terminate();
    }
}

void snp_init(void)
{
    if (!snp_active()) {
        return;
    }
    for (uintptr_t page = 0; page < LOW_RAM_END; page += SIZE_4K) {
        if (page < AP_PAGE || page > SNP_CPUID_PAGE) {
            snp_accept(page, SIZE_4K);
        }
    }
    for (uintptr_t page = SNP_PROGRAM_END; page < SNP_FRESH; page += SIZE_2M) {
        snp_accept(page, SIZE_2M);
    }
    for (uintptr_t page = SHARED_AREA + SHARED_SIZE; page < RAM_END;
         page += SIZE_2M) {
        snp_accept(page, SIZE_2M);
    }
}

uintptr_t fresh_alloc(uintptr_t size)
{
    static uintptr_t next_4k = SNP_FRESH, next_2m = RAM_END;
    uintptr_t *next = size == SIZE_2M ? &next_2m : &next_4k;
    uintptr_t page = __atomic_fetch_add(next, size, __ATOMIC_SEQ_CST);

    if (next == &next_4k && page + size > SHARED_AREA) {
        bail_out("no more memory that nobody has had");
    }
    return page;
}
