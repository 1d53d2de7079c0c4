/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "vmgexit": in a guest without SEV-ES, VMGEXIT is VMMCALL (APM volume
 * 3), which a guest that is not run by SVM does not have; its MSR is one of
 * those that nobody knows.
 */
#include "run.h"
#include "suite.h"

SUITE(vmgexit)
{
    static const uint8_t vmmcall[] = { 0x0f, 0x01, 0xd9 };
    static const uint8_t vmgexit_[] = { 0xf3, 0x0f, 0x01, 0xd9 };
    struct gprs gprs = { 0 };

    check_fault(run_see(vmmcall, sizeof(vmmcall), &gprs), (struct fault) {
        .vector = VECTOR_UD, .ip = (uintptr_t)run_code,
    }, "VMMCALL is #UD");
    check_fault(run_see(vmgexit_, sizeof(vmgexit_), &gprs), (struct fault) {
        .vector = VECTOR_UD, .ip = (uintptr_t)run_code,
    }, "VMGEXIT is #UD");
}
