/*
 * What a hypervisor answers to VMGEXIT (AMD publication 56421)
 *
 * Decoding of the GHCB and of its MSR protocol, and the rules of each
 * request, as KVM has them.  What a request asks for is done by GhcbOps.
 * Nothing here knows QEMU, so the same code runs under unit tests and
 * fuzzers.
 *
 * Guest memory is hostile: each field of a GHCB is read once, into a copy,
 * and only the copy is looked at.  Whatever the guest has written, the
 * answer is one of the publication's, or the end of the guest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_GHCB_H
#define HYPERVISOR_GHCB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/ghcb.h"

/* Bytes of a scratch area outside of the GHCB, at most (KVM's limit) */
#define GHCB_SCRATCH_MAX (16 * 4096)

/* Returned by KVM's hypercall for what it does not know, and above CPL 0 */
#define GHCB_KVM_ENOSYS 1000
#define GHCB_KVM_EPERM  1

/* No GHCB is registered: an address that no page has */
#define GHCB_GPA_NONE UINT64_MAX

/* What the guest's end is worth to be told */
typedef struct GhcbEnd {
    bool has_reason;        /* the guest named one itself */
    unsigned reason_set;
    unsigned reason_code;
    const char *message;    /* one sentence without its full stop */
} GhcbEnd;

/**
 * GhcbOps: what a request can make of the vCPU and of the machine
 *
 * @opaque is that of the GhcbVcpu.  Functions that return bool return false
 * when nothing was done; for MSRs that is #GP(0).
 */
typedef struct GhcbOps {
    /* Guest memory as the hypervisor sees it (C=0); RAM alone */
    bool (*is_ram)(void *opaque, uint64_t gpa, uint64_t len);
    bool (*read)(void *opaque, uint64_t gpa, void *buf, size_t len);
    bool (*write)(void *opaque, uint64_t gpa, const void *buf, size_t len);

    /* Whatever lies at these addresses; @len is 1 to 8 */
    void (*mmio_read)(void *opaque, uint64_t gpa, void *buf, size_t len);
    void (*mmio_write)(void *opaque, uint64_t gpa, const void *buf,
                       size_t len);

    /* I/O ports; @size is 1, 2 or 4 */
    uint32_t (*port_in)(void *opaque, uint16_t port, unsigned size);
    void (*port_out)(void *opaque, uint16_t port, unsigned size,
                     uint32_t value);

    /* EAX, EBX, ECX, EDX; @xcr0 is NULL when the guest did not tell it */
    void (*cpuid)(void *opaque, uint32_t leaf, uint32_t subleaf,
                  const uint64_t *xcr0, uint32_t regs[4]);
    bool (*rdmsr)(void *opaque, uint32_t index, uint64_t *value);
    bool (*wrmsr)(void *opaque, uint32_t index, uint64_t value);
    uint64_t (*rdtsc)(void *opaque, uint32_t *aux);

    /* The guest has ended its NMI handler: let the next one in */
    void (*nmi_complete)(void *opaque);

    /*
     * SEV-SNP: a page, of 2 MiB or 4 KiB, becomes private or shared. False
     * if it is not the guest's memory.
     */
    bool (*page_state)(void *opaque, uint64_t gpa, bool is_2m, bool private);

    /*
     * SEV-SNP: see GHCB_AP_CREATE*; false, with a diagnosis of its own, if
     * there is no such vCPU, VMPL or VMSA
     */
    bool (*ap_creation)(void *opaque, uint32_t apic_id, unsigned vmpl,
                        unsigned request, uint64_t vmsa_gpa,
                        uint64_t sev_features);

    /*
     * SEV-SNP: another VMPL runs when this request is over; false, with a
     * diagnosis of its own, if the vCPU has none that can
     */
    bool (*run_vmpl)(void *opaque, uint64_t vmpl);

    /*
     * SEV-SNP: GHCB_DOORBELL_*; false, with a diagnosis of its own, if @gpa
     * can be none. @answer is set else.
     */
    bool (*doorbell)(void *opaque, unsigned request, uint64_t gpa,
                     uint64_t *answer);

    /*
     * SEV-SNP: an IPI to the same VMPL of vCPUs, @icr as x2APIC has it; false,
     * with a diagnosis of its own, if it can send none
     */
    bool (*hv_ipi)(void *opaque, uint64_t icr);

    /* SEV-SNP: @max at most go to @ids; returns how many vCPUs there are */
    unsigned (*apic_ids)(void *opaque, uint32_t *ids, unsigned max);

    /*
     * SEV-SNP: a message of 4096 bytes to the firmware. Returns the status,
     * SEV_FW_*, or GHCB_GUEST_REQUEST_BUSY; of SEV_FW_SUCCESS, @answer has
     * 4096 bytes for the guest.
     */
    uint64_t (*guest_request)(void *opaque, const uint8_t *message,
                              uint8_t *answer);

    /*
     * SEV-SNP: the table of certificates that go with a report, of @size
     * bytes; NULL if there are none
     */
    const void *(*certificates)(void *opaque, size_t *size);

    /* What the request has changed must be seen by all vCPUs from now on */
    void (*settle)(void *opaque);

    /*
     * Does the vCPU execute the firmware where the platform has put it, in
     * ROM below 4 GiB?  Only the words for the guest's end depend on it.
     */
    bool (*in_firmware)(void *opaque);

    /* The guest ends */
    void (*end)(void *opaque, const GhcbEnd *end);

    /* What the guest did wrong, one line, for its developer */
    void (*diagnose)(void *opaque, const char *line);

    /* Each request and its answer, for traces; may be NULL */
    void (*trace_msr)(void *opaque, const char *name, uint64_t request,
                      uint64_t answer);
    void (*trace_request)(void *opaque, const char *name, uint64_t exit_code,
                          uint64_t info_1, uint64_t info_2);
    void (*trace_answer)(void *opaque, const char *name, uint64_t info_1,
                         uint64_t info_2);
} GhcbOps;

/* What a guest's vCPUs have in common */
typedef struct GhcbGuest {
    unsigned version;           /* of the protocol, the greatest */
    unsigned cbit;              /* the C-bit's position */
    uint64_t features;          /* GHCB_HV_FEATURE_* */
    /* GPA, as the guest has set it. Any vCPU may; no order is promised. */
    _Atomic uint64_t ap_jump_table;
    bool snp;                   /* a guest of SEV-SNP */
    bool legacy;                /* requests are taken as before Linux 7.1 */
} GhcbGuest;

/* Where a vCPU waits that has asked for AP reset hold */
typedef enum GhcbHold {
    GHCB_HOLD_NONE,
    GHCB_HOLD_MSR,              /* the answer goes into the MSR */
    GHCB_HOLD_NAE,              /* and here into the GHCB at hold_gpa */
} GhcbHold;

typedef struct GhcbVcpu {
    const GhcbOps *ops;
    void *opaque;
    GhcbGuest *guest;
    uint64_t msr;               /* GHCB_MSR */
    uint64_t registered_gpa;    /* SEV-SNP: the only GHCB; GHCB_GPA_NONE */
    uint64_t dr7;               /* what the guest thinks it has there */
    GhcbHold hold;
    uint64_t hold_gpa;
    bool start_missed;          /* a SIPI came when it was not held */
    /* Of a GHCB that is read. On a stack, QEMU's compiler would zero it. */
    GhcbSaveArea copy;
} GhcbVcpu;

/* What the vCPU does next */
typedef enum GhcbAction {
    GHCB_RESUME,
    GHCB_WAIT,                  /* until a SIPI, or another event, wakes it */
    GHCB_LEAVE,                 /* another VMPL runs, before it goes on */
    GHCB_STOP,                  /* the guest has ended */
} GhcbAction;

/** ghcb_reset: a vCPU out of reset; the MSR offers the SEV information. */
void ghcb_reset(GhcbVcpu *vcpu);

/** ghcb_vmgexit: the guest has executed VMGEXIT */
GhcbAction ghcb_vmgexit(GhcbVcpu *vcpu);

/**
 * ghcb_sipi: a SIPI has arrived that continues the vCPU
 *
 * It answers AP reset hold.  One that comes before the vCPU has asked for that
 * ends the next hold at once: whoever sent it waits for the vCPU to start, and
 * sends no other.  (KVM loses it; its window is a few instructions wide, that
 * of an emulator as wide as a thread of a busy host sleeps.)
 */
void ghcb_sipi(GhcbVcpu *vcpu);

/** ghcb_resumed: the vCPU executes again, so AP reset hold is over */
void ghcb_resumed(GhcbVcpu *vcpu);

/**
 * ghcb_replaced: the vCPU goes on with another save area (SEV-SNP)
 *
 * What it waited for is over, and so is a start that it has missed.  The MSR is
 * no part of a save area.
 */
void ghcb_replaced(GhcbVcpu *vcpu);

/**
 * ghcb_exit_name: what an exit code of #VC or of a GHCB is called
 *
 * Returns a constant string, "unknown" for codes without a name.
 */
const char *ghcb_exit_name(uint64_t exit_code);

/**
 * ghcb_end_text: why a guest has ended itself, in words
 * @in_firmware: as GhcbOps.in_firmware says, when it did
 * @buf: @len bytes for one sentence without its full stop
 */
void ghcb_end_text(unsigned reason_set, unsigned reason_code,
                   bool in_firmware, char *buf, size_t len);

#endif
