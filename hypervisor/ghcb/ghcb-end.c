/*
 * Why guests end themselves, in words: reason sets of 56421 section 2.3.1
 * and of those who have registered one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>

#include "hypervisor/ghcb/ghcb-request.h"

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

/*
 * OVMF: OvmfPkg/ResetVector/Ia32/AmdSev.asm.  It uses the number of Linux'
 * set for reasons of its own, in its reset vector alone; what of it runs later
 * keeps to the publication's set.
 */
static const char *const from_reset_vector[] = {
    [1] = "a #VC that was not for CPUID, before there is a handler for others",
    [2] = "an answer of the hypervisor that was not the one to its request",
};

#define COUNT(array) (sizeof(array) / sizeof(array[0]))

void ghcb_end_text(unsigned reason_set, unsigned reason_code,
                   bool in_firmware, char *buf, size_t len)
{
    const char *who = NULL, *why = NULL;

    if (reason_set == GHCB_TERM_SET_GENERAL) {
        who = "general";
        why = reason_code < COUNT(general) ? general[reason_code] : NULL;
    } else if (reason_set == GHCB_TERM_SET_LINUX && in_firmware) {
        who = "OVMF's reset vector";
        why = reason_code < COUNT(from_reset_vector)
              ? from_reset_vector[reason_code] : NULL;
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

void ghcb_end_itself(GhcbVcpu *vcpu, unsigned reason_set, unsigned reason_code)
{
    char text[160];
    GhcbEnd end = {
        .has_reason = true,
        .reason_set = reason_set,
        .reason_code = reason_code,
        .message = text,
    };

    ghcb_end_text(reason_set, reason_code,
                  vcpu->ops->in_firmware(vcpu->opaque), text, sizeof(text));
    vcpu->ops->end(vcpu->opaque, &end);
}
