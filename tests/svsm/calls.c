/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which call is meant: see calls.h. */
#include "calls.h"

const struct protocol *protocol_find(uint64_t number)
{
    switch (number) {
    case SVSM_PROTOCOL_CORE:
        return &core_protocol;
    case SVSM_PROTOCOL_ATTESTATION:
        return &attest_protocol;
    default:
        return NULL;
    }
}

static uint64_t result(struct call *call)
{
    const struct protocol *protocol = protocol_find(call->rax >> 32);
    uint32_t number = call->rax;

    if (!protocol) {
        return SVSM_ERR_UNSUPPORTED_PROTOCOL;
    }
    if (number >= protocol->count || !protocol->calls[number]) {
        return SVSM_ERR_UNSUPPORTED_CALL;
    }
    return protocol->calls[number](call);
}

void call_do(struct call *call)
{
    call->rax = result(call);
}
