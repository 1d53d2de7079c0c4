/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's calls (58019).  All that comes with one is the guest's, and may
 * change at any moment: it is copied once, and then checked.
 */
#ifndef SVSM_CALLS_H
#define SVSM_CALLS_H

#include <stdint.h>

#include "abi/svsm.h"
#include "svsm.h"

/* The registers of a call, in and out, and who calls */
struct call {
    struct vcpu *vcpu;
    uint64_t rax, rcx, rdx, r8;
};

/* Returns RAX: SVSM_SUCCESS, SVSM_ERR_*. */
typedef uint64_t CallFn(struct call *call);

/* A protocol's calls, by number; NULL: not supported */
struct protocol {
    CallFn *const *calls;
    unsigned count;
};
extern const struct protocol core_protocol, attest_protocol;

/* The protocol with this number, or NULL; all have version 1 alone. */
const struct protocol *protocol_find(uint64_t number);
#define PROTOCOL_VERSION 1

/* Does what RAX says, which becomes the result. */
void call_do(struct call *call);

/* attest.c: takes the VMPCK; by the boot CPU, before others call */
void attest_init(void);

#endif
