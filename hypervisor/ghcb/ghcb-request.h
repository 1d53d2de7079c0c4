/*
 * One request by a GHCB: its copy, the table of exits, the scratch area
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_GHCB_REQUEST_H
#define HYPERVISOR_GHCB_REQUEST_H

#include "hypervisor/ghcb/ghcb.h"

/*
 * A request: what the guest has written, and what it will find.  Registers
 * that it did not mark as valid are 0.
 */
typedef struct GhcbRequest {
    uint64_t gpa;               /* of the GHCB */
    unsigned has;               /* GHCB_NEEDS_*: what the guest marked */
    uint64_t rax, rbx, rcx, rdx;    /* in, and out */
    uint64_t xcr0;
    uint64_t scratch;
    uint8_t cpl;
    uint64_t exit_code;
    uint64_t info_1, info_2;
    uint16_t version;
    uint32_t usage;

    uint64_t answer_1, answer_2;    /* SW_EXITINFO1 and 2 */
    GhcbAction action;
} GhcbRequest;

/* Fields that a request can need, as bits of a mask; any needs the last 3 */
enum {
    GHCB_NEEDS_RAX     = 1 << 0,
    GHCB_NEEDS_RCX     = 1 << 1,
    GHCB_NEEDS_RDX     = 1 << 2,
    GHCB_NEEDS_XCR0    = 1 << 3,
    GHCB_NEEDS_CPL     = 1 << 4,
    GHCB_NEEDS_SCRATCH = 1 << 5,
    GHCB_NEEDS_CODE    = 1 << 6,
    GHCB_NEEDS_INFO_1  = 1 << 7,
    GHCB_NEEDS_INFO_2  = 1 << 8,
    GHCB_NEEDS_RBX     = 1 << 9,        /* no request does */
    GHCB_NEEDS_ALWAYS  = GHCB_NEEDS_CODE | GHCB_NEEDS_INFO_1 |
                         GHCB_NEEDS_INFO_2,
};

/*
 * A row is an exit: 56421 table 5 and KVM's sev_es_validate_vmgexit().
 *
 * @needs: fields that must be valid, GHCB_NEEDS_*
 * @needs_too: more of them, from what the request says; may be NULL
 * @snp: only for guests of SEV-SNP; of others the input is bad, as for KVM
 * @handle: does it; returns 0, or GHCB_ERR_* when the guest's input is bad.
 *   NULL: the code is only the CPU's, and no request (GHCB_ERR_INVALID_EVENT).
 */
typedef struct GhcbExit {
    uint64_t code;
    const char *name;
    unsigned needs;
    unsigned (*needs_too)(const GhcbRequest *request);
    unsigned (*handle)(GhcbVcpu *vcpu, GhcbRequest *request);
    bool snp;
} GhcbExit;

/** ghcb_exit_find: the row of an exit code, or NULL */
const GhcbExit *ghcb_exit_find(uint64_t code);

/** ghcb_inject: answer with an exception for the guest to take */
void ghcb_inject(GhcbRequest *request, unsigned vector, bool has_error);

/** ghcb_diagnose: printf() to the vCPU's diagnosis */
void ghcb_diagnose(GhcbVcpu *vcpu, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** ghcb_end_itself: end the guest, which asks for it and gives a reason */
void ghcb_end_itself(GhcbVcpu *vcpu, unsigned reason_set,
                     unsigned reason_code);

/**
 * ghcb_scratch_ok: can @len bytes of scratch area be used?
 *
 * Returns false, with a diagnosis, when it has no address, wraps around, is
 * not all RAM, is longer than allowed, lies partly in the GHCB beside its
 * shared buffer, or outside where that is not allowed.
 */
bool ghcb_scratch_ok(GhcbVcpu *vcpu, const GhcbRequest *request, uint64_t len);

/* What the GHCB MSR says when a SIPI has ended AP reset hold */
#define GHCB_MSR_AP_STARTED \
    (1ull << GHCB_MSR_DATA_SHIFT | GHCB_MSR_AP_RESET_HOLD_RESP)

/** ghcb_take_missed_start: is there one that ends a hold? Then it is over. */
bool ghcb_take_missed_start(GhcbVcpu *vcpu);

/**
 * ghcb_scratch_room: how long can the scratch area be, from its address on?
 *
 * Up to the end of the GHCB's shared buffer, or KVM's limit outside of it.
 */
uint64_t ghcb_scratch_room(const GhcbRequest *request);

/* ghcb-io.c: the exits that move data */
unsigned ghcb_handle_ioio(GhcbVcpu *vcpu, GhcbRequest *request);
unsigned ghcb_handle_mmio_read(GhcbVcpu *vcpu, GhcbRequest *request);
unsigned ghcb_handle_mmio_write(GhcbVcpu *vcpu, GhcbRequest *request);
unsigned ghcb_ioio_needs(const GhcbRequest *request);

/* ghcb-snp.c: the exits of SEV-SNP guests */
unsigned ghcb_handle_page_state(GhcbVcpu *vcpu, GhcbRequest *request);
unsigned ghcb_handle_ap_creation(GhcbVcpu *vcpu, GhcbRequest *request);
unsigned ghcb_handle_run_vmpl(GhcbVcpu *vcpu, GhcbRequest *request);
unsigned ghcb_handle_doorbell(GhcbVcpu *vcpu, GhcbRequest *request);
unsigned ghcb_handle_hv_ipi(GhcbVcpu *vcpu, GhcbRequest *request);
unsigned ghcb_handle_apic_ids(GhcbVcpu *vcpu, GhcbRequest *request);
unsigned ghcb_ap_creation_needs(const GhcbRequest *request);

/* ghcb-guest-request.c: their messages to the firmware */
unsigned ghcb_handle_guest_request(GhcbVcpu *vcpu, GhcbRequest *request);
unsigned ghcb_handle_ext_guest_request(GhcbVcpu *vcpu, GhcbRequest *request);

/* ghcb-snp-msr.c: the MSR protocol's requests of SEV-SNP guests */
GhcbAction ghcb_msr_preferred_gpa(GhcbVcpu *vcpu, uint64_t request);
GhcbAction ghcb_msr_register_gpa(GhcbVcpu *vcpu, uint64_t request);
GhcbAction ghcb_msr_page_state(GhcbVcpu *vcpu, uint64_t request);
GhcbAction ghcb_msr_run_vmpl(GhcbVcpu *vcpu, uint64_t request);

/* ghcb-msr.c: the protocol without a page */
GhcbAction ghcb_msr_protocol(GhcbVcpu *vcpu);

#endif
