/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges how a run ended. The order of the questions matters. */

#include <string.h>
#include <sys/wait.h>
#include "guest-owner/run/outcome.h"

bool outcome_is_ours(const Outcome *outcome)
{
    return outcome->ended || outcome->triple_fault || outcome->halted;
}

bool outcome_is_refusal(const char *line)
{
    /* Neither the start-up note nor a warning is a refusal */
    if (strstr(line, ": info: ") || strstr(line, ": warning: ")) {
        return false;
    }
    return strstr(line, "SEV") || strstr(line, "fw_error=");
}

bool outcome_is_digest_refused(const char *line)
{
    return strstr(line, "SNP_LAUNCH_FINISH") && strstr(line, "fw_error=11 ");
}

static bool reason_is(const Outcome *outcome, const char *reason)
{
    return g_strcmp0(outcome->shutdown_reason, reason) == 0;
}

/* QEMU ended by itself, before the guest ran or without it asking. */
static OwnerExit qemu_status(const Outcome *outcome, const char **text)
{
    int status = outcome->wait_status;

    if (WIFSIGNALED(status)) {
        *text = "QEMU was killed by a signal";
        return OWNER_EXIT_QEMU_FAILED;
    }
    if (WEXITSTATUS(status) && outcome->digest_refused) {
        *text = "the launch digest differs from what the files give";
        return OWNER_EXIT_DIFFERS;
    }
    if (WEXITSTATUS(status) && outcome->refusal_printed) {
        *text = "the platform refused the guest";
        return OWNER_EXIT_REFUSED;
    }
    *text = outcome->started ? "QEMU ended before the guest did"
                             : "QEMU could not start the guest";
    return OWNER_EXIT_QEMU_FAILED;
}

OwnerExit outcome_status(const Outcome *outcome, bool code_of_guest,
                         const char **text)
{
    int status = outcome->wait_status;

    *text = NULL;
    if (outcome->ended) {
        return outcome->why;    /* said when it was decided */
    }
    if (outcome->termination) {
        *text = outcome->termination;
        return OWNER_EXIT_GUEST_DIED;
    }
    if (outcome->panicked || reason_is(outcome, "guest-panic")) {
        *text = "the guest panicked";
        return OWNER_EXIT_GUEST_DIED;
    }
    if (outcome->triple_fault) {
        *text = "the guest died of a triple fault";
        return OWNER_EXIT_GUEST_DIED;
    }
    if (outcome->halted) {
        *text = "the guest halted for good, without powering off";
        return OWNER_EXIT_GUEST_DIED;
    }
    if (WIFEXITED(status) && reason_is(outcome, "guest-shutdown")) {
        *text = "the guest powered off";
        return code_of_guest ? (OwnerExit)WEXITSTATUS(status)
                             : OWNER_EXIT_OK;
    }
    /*
     * QEMU ends at a reset only if told so (-no-reboot), which is how people
     * catch panics and triple faults: not a good end.
     */
    if (WIFEXITED(status) && reason_is(outcome, "guest-reset")) {
        *text = "the guest reset instead of powering off";
        return OWNER_EXIT_GUEST_DIED;
    }
    return qemu_status(outcome, text);
}
