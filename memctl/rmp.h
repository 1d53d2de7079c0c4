/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the Reverse Map Table (RMP) of SEV-SNP: who owns each page of memory,
 * and the check that every access to memory has to pass (APM volume 2, section
 * 15.36). Plain C11, no QEMU, no globals.
 *
 * How a page leaves each of its states (abi/rmp.h):
 *
 *   Default        The RMP has no entry for it. Stays the hypervisor's.
 *   Hypervisor     The hypervisor's: it, its devices, and guests by shared
 *                  accesses may use it. All pages begin so. RMPUPDATE gives
 *                  it to a guest (Guest-Invalid, or Pre-Guest if immutable)
 *                  or to the secure processor (Firmware).
 *   Guest-Invalid  A guest's, at one guest physical address, but not yet
 *                  accepted: the guest's accesses are #VC. PVALIDATE makes
 *                  it Guest-Valid, RMPUPDATE anything.
 *   Guest-Valid    A guest's, accepted; the VMPLs' permissions apply, and
 *                  RMPADJUST changes them. PVALIDATE makes it Guest-Invalid.
 *                  So does RMPUPDATE when it moves, resizes or takes it: a
 *                  guest that is robbed finds out at the next access. With
 *                  no change but Immutable, RMPUPDATE makes it Pre-Swap.
 *   Pre-Guest      Guest-Invalid and immutable: only the secure processor
 *                  changes it, by SNP_LAUNCH_UPDATE into Guest-Valid.
 *   Pre-Swap       Guest-Valid and immutable: likewise, by SNP_PAGE_SWAP_OUT.
 *   Firmware       The secure processor's, without content.
 *   Context        The secure processor's: a guest's context.
 *   Metadata       The secure processor's: about a page that is swapped out.
 *   Reclaim        Given back by the secure processor (SNP_PAGE_RECLAIM);
 *                  RMPUPDATE makes it Hypervisor.
 *
 * An entry is for 4 KiB, or for 2 MiB; then it is the first of the 512, and
 * the others say nothing.
 *
 * Threads: every function may be called by any thread at any time, except
 * rmp_add_range(), rmp_remove_range() and rmp_free(), during which nobody
 * else may use the table. Whoever reads sees an entry as it was before a
 * change or as it is after it. A change is seen by all checks that begin
 * after the call that made it, and RmpConfig.changed is called in between:
 * entry first, then flush. So a processor that filled its TLB by the old
 * entry must be flushed after that fill, not during it; work that is queued
 * for the processor's own thread is.
 */

#ifndef MEMCTL_RMP_H
#define MEMCTL_RMP_H

#include <stdbool.h>
#include <stddef.h>

#include "abi/rmp.h"

/* Entries keep this much; RMPUPDATE of a greater one is FAIL_INPUT */
#define RMP_MAX_ASID 0xffffu

typedef struct Rmp Rmp;

typedef struct RmpConfig {
    void *opaque;

    /**
     * changed: accesses that were allowed to these pages may be no more
     * @who: as it was given to the operation
     * @spa: system physical address, aligned to 4 KiB
     * @npages: 4K pages, 1 or 512
     *
     * Called before the operation returns, without locks, by its thread.
     * May be NULL. A page that becomes more accessible is not reported: TLBs
     * keep no failed accesses. Nor is PSMASH, which takes nothing away.
     */
    void (*changed)(void *opaque, void *who, uint64_t spa, uint64_t npages);

    /*
     * The processor checks shared writes alone (APM table 15-39): a shared
     * read of a guest's page gives ciphertext. True: reads as well, as a
     * guest finds it under KVM, whose nested page tables have no private
     * page where an access is shared.
     */
    bool check_shared_reads;
} RmpConfig;

/** rmp_new: an empty table. NULL without memory. @config is copied. */
Rmp *rmp_new(const RmpConfig *config);
void rmp_free(Rmp *rmp);

/**
 * rmp_add_range: memory is there; its pages are Hypervisor
 * @spa: aligned to 2 MiB
 * @size: bytes, a multiple of 4 KiB, not 0
 *
 * Takes 12 bytes for each 4 KiB and 2 for each 2 MiB. False if it is not so,
 * overlaps another range, or there is no memory for it.
 */
bool rmp_add_range(Rmp *rmp, uint64_t spa, uint64_t size);

/**
 * rmp_remove_range: what rmp_add_range() added, with the same arguments
 *
 * False, and nothing is done, if it did not or a page is not Hypervisor.
 */
bool rmp_remove_range(Rmp *rmp, uint64_t spa, uint64_t size);

/**
 * rmp_get: the entry that decides about an address
 * @spa: system physical address, any
 *
 * Of a page of 2 MiB it is the first's. False, @entry zero: not covered.
 */
bool rmp_get(const Rmp *rmp, uint64_t spa, RmpEntry *entry);

/** rmp_is_assigned: that of rmp_get() alone, for who asks often */
bool rmp_is_assigned(const Rmp *rmp, uint64_t spa);

/** rmp_entry_perm: the mask (RMP_PERM_*) of a VMPL; 0 for no VMPL */
unsigned rmp_entry_perm(const RmpEntry *entry, unsigned vmpl);
void rmp_entry_set_perm(RmpEntry *entry, unsigned vmpl, unsigned mask);

/** rmp_page_state_name: as the specification has it, or "unknown" */
const char *rmp_page_state_name(RmpPageState state);

/* The check: rmp-check.c */

typedef enum RmpAccessKind {
    RMP_READ,
    RMP_WRITE,
    RMP_FETCH_USER,             /* instructions, at CPL 3 */
    RMP_FETCH_SUPERVISOR,
    RMP_WALK,                   /* reads the guest's page tables */
    RMP_WALK_WRITE,             /* sets Accessed or Dirty there */
} RmpAccessKind;

/* One access of an SNP-active guest, after both page walks */
typedef struct RmpAccess {
    uint64_t spa;               /* any bytes of the page */
    uint64_t gpa;               /* without the C-bit */
    uint32_t asid;
    uint8_t vmpl;
    uint8_t page_size;          /* of the nested mapping; 1 GiB is 2M */
    bool c_bit;                 /* fetches and walks are private anyway */
    RmpAccessKind kind;
} RmpAccess;

/* The rule that an access broke, in the order in which they are checked */
typedef enum RmpRule {
    RMP_RULE_NONE,
    RMP_RULE_SHARED_ASSIGNED,   /* Hypervisor-Owned, for the page */
    RMP_RULE_SHARED_REGION,     /* the same, for another page of its 2 MiB */
    RMP_RULE_NOT_COVERED,       /* RMP-Covered */
    RMP_RULE_NOT_ASSIGNED,      /* Guest-Owned */
    RMP_RULE_OTHER_GUEST,
    RMP_RULE_GPA,               /* Reverse-Map */
    RMP_RULE_IMMUTABLE,         /* Mutable */
    RMP_RULE_NESTED_SIZE,       /* Page-Size */
    RMP_RULE_OPERAND_SIZE,      /* PVALIDATE or RMPADJUST of 4K in 2M */
    RMP_RULE_IN_USE,            /* the VMSA of a running processor */
    RMP_RULE_NOT_VALIDATED,     /* Validated */
    RMP_RULE_VMPL,              /* VMPL */
    RMP_RULE_NOT_VMSA,          /* VMRUN's own: VMSA */
    RMP_RULE_NOT_VMPL0,         /* PVALIDATE's own */
    RMP_RULES
} RmpRule;

typedef enum RmpFaultKind {
    RMP_FAULT_NONE,
    RMP_FAULT_NPF,              /* #VMEXIT(NPF): error is EXITINFO1 */
    RMP_FAULT_VC,               /* #VC, to the guest; CR2 is the address */
    RMP_FAULT_GP,               /* #GP(0) */
} RmpFaultKind;

typedef struct RmpFault {
    RmpFaultKind kind;
    RmpRule rule;               /* the rest is valid if there is one */
    uint64_t error;             /* RMP_NPF_* or RMP_VC_* */
    RmpEntry entry;             /* as the check saw it; zero if not covered */
} RmpFault;

/**
 * rmp_check: may a guest's access go on?
 *
 * True, or false and @fault says what becomes of it. Every access of an
 * SNP-active guest has to pass, after the page walks (APM 15.36.10).
 */
bool rmp_check(const Rmp *rmp, const RmpAccess *access, RmpFault *fault);

/**
 * rmp_check_host: may the hypervisor or a device write here?
 * @page_size: RMP_PAGE_2M if the host's mapping is of 2 MiB or more
 */
RmpRule rmp_check_host(const Rmp *rmp, uint64_t spa, unsigned page_size);

/** rmp_rule_text: some words, as "owned by another guest" */
const char *rmp_rule_text(RmpRule rule);

/**
 * rmp_fault_text: what the access was, what the entry said, what it should
 * have been, on one line
 * @buf: always ends with a NUL, also when it is too short
 */
void rmp_fault_text(const RmpFault *fault, const RmpAccess *access,
                    char *buf, size_t size);

/*
 * In all that follows @who is whoever makes the change, for RmpConfig.changed
 * alone: a processor that can have TLBs flushed when its instruction or
 * request ends, or NULL, somebody without such an end.
 */

/* A guest's instructions: rmp-ops.c */

/*
 * The page that rAX names. The caller has walked the page tables, as for a
 * write, without rmp_check(), and has raised #UD (the guest is not
 * SNP-active, or not in 64-bit mode where it has to be), #GP(0) (CPL) and
 * #PF. @va is rAX. The nested mapping's size is in access.page_size.
 */
typedef struct RmpOperand {
    uint64_t va;
    RmpAccess access;           /* kind and c_bit are of no interest */
} RmpOperand;

typedef struct RmpResult {
    RmpFault fault;             /* if it has a kind, nothing else is valid */
    uint32_t status;            /* EAX: RMP_SUCCESS or RMP_FAIL_* */
    bool carry;                 /* PVALIDATE: nothing has changed */
    uint64_t rcx;               /* RMPQUERY */
    uint64_t rdx;
} RmpResult;

/** rmp_pvalidate: PVALIDATE with these registers */
void rmp_pvalidate(Rmp *rmp, void *who, const RmpOperand *operand,
                   uint32_t ecx, uint32_t edx, RmpResult *result);

/** rmp_adjust: RMPADJUST with these registers */
void rmp_adjust(Rmp *rmp, void *who, const RmpOperand *operand, uint64_t rcx,
                uint64_t rdx, RmpResult *result);

/** rmp_query: RMPQUERY; RDX names a VMPL, RCX and RDX are the answer */
void rmp_query(const Rmp *rmp, const RmpOperand *operand, uint64_t rdx,
               RmpResult *result);

/* The hypervisor's and the secure processor's: rmp-host.c */

/** rmp_update: RMPUPDATE. Returns EAX. */
uint32_t rmp_update(Rmp *rmp, void *who, uint64_t spa, const RmpState *state);

/** rmp_psmash: PSMASH of the 2 MiB at @spa. Returns EAX. */
uint32_t rmp_psmash(Rmp *rmp, uint64_t spa);

/** rmp_read: RMPREAD. Returns EAX: RMP_SUCCESS or RMP_FAIL_INPUT. */
uint32_t rmp_read(const Rmp *rmp, uint64_t spa, RmpState *state);

/**
 * rmp_firmware_change: the secure processor puts a page into another state
 * @from: the state that it must be in
 * @entry: all of the new entry; its page_size tells how much memory
 *
 * Immutable pages, which software cannot touch, are the secure processor's
 * to change. Returns RMP_FAIL_PERMISSION if the state is not @from, else as
 * RMPUPDATE.
 */
uint32_t rmp_firmware_change(Rmp *rmp, void *who, uint64_t spa,
                             RmpPageState from, const RmpEntry *entry);

/**
 * rmp_vmsa_check: VMRUN's checks of a VMSA page (APM table 15-41)
 * @gpa: where the guest has it
 *
 * Returns the rule that makes it VMEXIT_INVALID, or RMP_RULE_NONE.
 */
RmpRule rmp_vmsa_check(const Rmp *rmp, uint64_t spa, uint64_t gpa,
                       uint32_t asid);

/**
 * rmp_vmsa_enter: the same, and from now on it is in use: no access, no change
 */
RmpRule rmp_vmsa_enter(Rmp *rmp, void *who, uint64_t spa, uint64_t gpa,
                       uint32_t asid);

/** rmp_vmsa_leave: #VMEXIT, it is in use no more */
void rmp_vmsa_leave(Rmp *rmp, uint64_t spa);

#endif
