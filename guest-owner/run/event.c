/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges each of QEMU's events: what to note of it, and what to do. */

#include "guest-owner/run/event.h"
#include "guest-owner/run/qmp.h"
#include "guest-owner/run/workdir.h"

static EventTodo note_panic(Outcome *outcome, const EventSetup *setup,
                            JsonObject *data)
{
    outcome_note_panic(outcome, data);
    return setup->reboot_waits && !setup->debugged &&
           g_strcmp0(qmp_get_string(data, "action"), "pause") == 0
           ? EVENT_QUIT : EVENT_NOTHING;
}

/* One of the host's ends QEMU by itself, and is no guest's reason. */
static EventTodo note_shutdown(Outcome *outcome, const EventSetup *setup,
                               const char *reason)
{
    bool by_host = g_str_equal(reason, "host-qmp-quit") ||
                   g_str_equal(reason, "host-signal");

    if (setup->reboot_waits && g_str_equal(reason, "guest-reset")) {
        outcome->triple_fault = workdir_shows_triple_fault(setup->dir);
        return outcome->triple_fault ? EVENT_KILL : EVENT_LAUNCH_AGAIN;
    }
    if (!by_host || !outcome->shutdown_reason) {
        g_free(outcome->shutdown_reason);
        outcome->shutdown_reason = g_strdup(reason);
    }
    return setup->reboot_waits && !by_host ? EVENT_QUIT : EVENT_NOTHING;
}

static EventTodo note_reset(Outcome *outcome, const EventSetup *setup)
{
    if (setup->reboot_waits) {
        return EVENT_IS_RESET;
    }
    outcome->triple_fault = workdir_shows_triple_fault(setup->dir);
    return outcome->triple_fault ? EVENT_KILL : EVENT_NOTHING;
}

EventTodo event_note(Outcome *outcome, const EventSetup *setup,
                     const char *name, JsonObject *data)
{
    const char *reason = qmp_get_string(data, "reason");

    if (g_str_equal(name, "RESUME")) {
        outcome->started = true;
    } else if (g_str_equal(name, "GUEST_PANICKED")) {
        return note_panic(outcome, setup, data);
    } else if (g_str_equal(name, "SHUTDOWN") && reason) {
        return note_shutdown(outcome, setup, reason);
    } else if (g_str_equal(name, "RESET")) {
        return note_reset(outcome, setup);
    } else if (g_str_equal(name, "SEV_GUEST_HALTED") && !setup->debugged) {
        outcome->halted = true;     /* QEMU's line has said where */
        return EVENT_KILL;
    }
    return EVENT_NOTHING;
}
