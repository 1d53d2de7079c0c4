/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_vmpl_calls": VMPL 2 makes each call that an SVSM can be asked for
 * (AMD publication 58019), and some that there are not, and VMPL 0 answers with
 * one result after the other; for who reads traces of that (test_traces.py).
 */
#include "abi/svsm.h"
#include "ap-creation.h"
#include "msr.h"
#include "suite.h"
#include "vmpl.h"

#define OTHER           2
#define OTHER_INDEX     (MAX_CPUS - 1)
#define PROTOCOLS       6
#define CALLS           9
#define RCX             0x1000
#define RDX             0x2000

static const uint32_t results[] = {
    SVSM_SUCCESS, SVSM_ERR_INCOMPLETE, SVSM_ERR_UNSUPPORTED_PROTOCOL,
    SVSM_ERR_UNSUPPORTED_CALL, SVSM_ERR_INVALID_ADDRESS,
    SVSM_ERR_INVALID_FORMAT, SVSM_ERR_INVALID_PARAMETER,
    SVSM_ERR_INVALID_REQUEST, SVSM_ERR_BUSY, SVSM_ERR_BUSY + 1,
    SVSM_ERR_PROTOCOL_BASE,
};

static unsigned wrong;

static uint64_t call_of(unsigned i)
{
    return SVSM_CALL(i / CALLS, i % CALLS);
}

static uint64_t result_of(unsigned i)
{
    return results[i % (sizeof(results) / sizeof(results[0]))];
}

static void caller(__attribute__((unused)) uint64_t unused)
{
    for (unsigned i = 0; i < PROTOCOLS * CALLS; i++) {
        uint64_t rax = call_of(i);

        wrmsr(MSR_GHCB, GHCB_MSR_VMPL_REQ);
        asm volatile("rep; vmmcall" : "+a"(rax) : "c"(RCX), "d"(RDX)
                     : "memory");
        wrong += rax != result_of(i);
    }
}

SUITE(snp_vmpl_calls)
{
    SevVmsa *vmsa = vmpl_area(OTHER, OTHER_INDEX, caller, 0);
    unsigned other = 0;

    vmpl_admit(OTHER);
    vmpl_own(OTHER, vmsa);
    for (unsigned i = 0; i < PROTOCOLS * CALLS; i++) {
        vmpl_run(OTHER);
        other += le64_get(vmsa->rax) != call_of(i);
        vmsa->rax = le64_of(result_of(i));
    }
    vmpl_run(OTHER);
    check_equal(other, 0, "VMPL 0 is asked for each call");
    check_equal(wrong, 0, "VMPL 2 has each result");
}
