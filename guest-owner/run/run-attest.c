/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Has a guest attest itself, within its time, or the run ends. */

#include <errno.h>
#include "guest-owner/exchange/attest.h"
#include "guest-owner/measure/launch-line.h"
#include "guest-owner/run/run-attest-judge.h"
#include "guest-owner/run/run-attest.h"
#include "guest-owner/run/workdir.h"

struct RunAttest {
    const RunConfig *config;
    Attest *attest;
    bool done;                  /* once at least */
    bool failed;                /* once and for all */
    guint deadline;             /* GLib's source; 0: none */
    const RunAttestHandlers *handlers;
    gpointer opaque;
};

static void stop_deadline(RunAttest *run)
{
    if (run->deadline) {
        g_source_remove(run->deadline);
        run->deadline = 0;
    }
}

/* The last words of a guest that is on its way out are not heard. */
static void fail(RunAttest *run, OwnerExit why)
{
    run->failed = true;
    stop_deadline(run);
    run->handlers->failed(why, run->opaque);
}

static bool on_judge(const SnpReport *report, const uint8_t *data,
                     GBytes *certs, GError **errp, gpointer opaque)
{
    RunAttest *run = opaque;

    return run_attest_judge(run->config, report, data, certs, errp);
}

static void on_done(gpointer opaque)
{
    RunAttest *run = opaque;

    run->done = true;
    stop_deadline(run);
    owner_say(run->config->secrets
              ? "the guest has shown that it has the secret"
              : "the guest has shown that it has the report's key");
}

/* Certificates have names of anybody's choice. */
static void on_refused(const char *why, gpointer opaque)
{
    RunAttest *run = opaque;
    g_autofree char *words = g_strdup(why);

    if (run->failed) {
        return;
    }
    for (char *c = words; *c; c++) {
        *c = g_ascii_isprint(*c) ? *c : '?';
    }
    owner_say("the guest is refused: %s", words);
    fail(run, OWNER_EXIT_DIFFERS);
}

static void on_closed(gpointer opaque)
{
    RunAttest *run = opaque;

    run->handlers->closed(run->opaque);
}

static const AttestHandlers attest_handlers = {
    .judge = on_judge,
    .done = on_done,
    .refused = on_refused,
    .closed = on_closed,
};

static gboolean on_deadline(gpointer opaque)
{
    RunAttest *run = opaque;

    run->deadline = 0;
    owner_say("the guest has not attested itself within %u seconds",
              run->config->attest_timeout);
    fail(run, OWNER_EXIT_TIMEOUT);
    return G_SOURCE_REMOVE;
}

RunAttest *run_attest_open(const RunConfig *config, const char *dir,
                           const RunAttestHandlers *handlers,
                           gpointer opaque)
{
    int fd = workdir_connect(dir, RUN_ATTEST_FILE);
    RunAttest *run;

    if (fd < 0) {
        owner_say("QEMU's port for attestation: %s", g_strerror(errno));
        return NULL;
    }
    run = g_new0(RunAttest, 1);
    run->config = config;
    run->handlers = handlers;
    run->opaque = opaque;
    run->attest = attest_new(fd, config->secret_table, &attest_handlers, run);
    return run;
}

void run_attest_started(RunAttest *run)
{
    if (!run->done && !run->deadline) {
        run->deadline = g_timeout_add_seconds(run->config->attest_timeout,
                                              on_deadline, run);
    }
}

bool run_attest_is_done(const RunAttest *run)
{
    return run && run->done;
}

void run_attest_free(RunAttest *run)
{
    if (run) {
        stop_deadline(run);
        attest_free(run->attest);
        g_free(run);
    }
}
