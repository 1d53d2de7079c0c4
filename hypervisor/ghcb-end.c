/*
 * Why guests end themselves, in words: reason sets of 56421 section 2.3.1
 * and of those who have registered one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>

#include "hypervisor/ghcb.h"

/* The publication's own; OVMF uses these too */
static const char *const general[] = {
    "general termination request",
    "no version of the GHCB protocol that both sides speak",
    "a feature of SEV-SNP that hypervisor or guest does not know",
};

/* Linux: arch/x86/include/asm/sev-common.h, GHCB_TERM_* */
static const char *const from_linux[] = {
    "the GHCB's address could not be registered",
    "a page state change failed",
    "PVALIDATE failed",
    "the guest does not run at VMPL0",
    "the CPUID page is not usable",
    "CPUID, asked of the hypervisor, failed",
    "the secrets page is not usable",
    "there is no SVSM, though the guest does not run at VMPL0",
    "the SVSM runs at VMPL0 together with the guest",
    "the SVSM's calling area is not usable",
    "secure TSC could not be set up",
    "the SVSM's calling area could not be mapped again",
    "secure AVIC could not be set up",
};

#define COUNT(array) (sizeof(array) / sizeof(array[0]))

void ghcb_end_text(unsigned reason_set, unsigned reason_code, char *buf,
                   size_t len)
{
    const char *who = NULL, *why = NULL;

    if (reason_set == GHCB_TERM_SET_GENERAL) {
        who = "general";
        why = reason_code < COUNT(general) ? general[reason_code] : NULL;
    } else if (reason_set == GHCB_TERM_SET_LINUX) {
        who = "Linux";
        why = reason_code < COUNT(from_linux) ? from_linux[reason_code] : NULL;
    }

    if (who) {
        snprintf(buf, len, "%s (reason set %u, %s; code %u)",
                 why ? why : "for a reason without a name", reason_set, who,
                 reason_code);
    } else {
        snprintf(buf, len, "for a reason without a name (reason set %u, code "
                 "%u)", reason_set, reason_code);
    }
}
