/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges how a run ended. The order of the questions matters. */

#include <string.h>
#include <sys/wait.h>
#include "guest-owner/run/outcome.h"
#include "guest-owner/run/qmp.h"

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

/* QMP has the numbers, stderr the words; either can come first. */
static void tell_termination(Outcome *outcome)
{
    g_clear_pointer(&outcome->termination, g_free);
    if (outcome->has_reason) {
        outcome->termination = g_strdup_printf(
            "the guest terminated itself: %s (reason set %u, code %u)",
            outcome->last_words ? outcome->last_words : "no reason known",
            outcome->set, outcome->code);
    }
}

void outcome_note_line(Outcome *outcome, const char *line)
{
    static const char ended[] = "SEV: the guest has ended: ";
    const char *words = strstr(line, ended);

    outcome->refusal_printed |= outcome_is_refusal(line);
    outcome->digest_refused |= outcome_is_digest_refused(line);
    if (words) {
        g_free(outcome->last_words);
        outcome->last_words = g_strdup(words + strlen(ended));
        tell_termination(outcome);
    }
}

void outcome_note_panic(Outcome *outcome, JsonObject *data)
{
    JsonNode *node = json_object_get_member(data, "info");
    JsonObject *info = node && JSON_NODE_HOLDS_OBJECT(node)
                       ? json_node_get_object(node) : NULL;

    outcome->panicked = true;
    outcome->has_reason =
        info && g_strcmp0(qmp_get_string(info, "type"), "sev") == 0 &&
        qmp_get_uint(info, "set", UINT32_MAX, &outcome->set) &&
        qmp_get_uint(info, "code", UINT32_MAX, &outcome->code);
    tell_termination(outcome);
}

void outcome_clear(Outcome *outcome)
{
    g_free(outcome->shutdown_reason);
    g_free(outcome->last_words);
    g_free(outcome->termination);
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
    if (outcome->unattested && reason_is(outcome, "guest-shutdown")) {
        *text = "the guest powered off without having attested itself";
        return OWNER_EXIT_DIFFERS;
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
