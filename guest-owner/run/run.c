/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a guest: QEMU as a process, its monitor, its messages and the guest's
 * console, all in one main loop. What happens is noted in an Outcome and
 * judged at the end, when process, monitor and pipes are all done: the last
 * words come through them.
 */

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "guest-owner/run/console.h"
#include "guest-owner/measure/launch-line.h"
#include "guest-owner/measure/launch.h"
#include "guest-owner/run/event.h"
#include "guest-owner/run/line-reader.h"
#include "guest-owner/run/outcome.h"
#include "guest-owner/run/process.h"
#include "guest-owner/run/run-attest.h"
#include "guest-owner/run/run-log.h"
#include "guest-owner/run/run-session.h"
#include "guest-owner/run/run.h"
#include "guest-owner/run/terminal.h"
#include "guest-owner/run/workdir.h"

/* QEMU makes its monitor's socket within some 50 ms */
#define CONNECT_EVERY_MS 10

/* For the pipes' ends, should something else hold them open */
#define GRACE_MS 2000

typedef struct Run {
    const RunConfig *config;
    char *dir;
    FILE *log;                  /* NULL: none */
    GMainLoop *loop;
    unsigned nr_open;           /* of process, its outputs, QMP, port */
    Process process;
    LineReader *messages;
    Console *console;
    bool has_input;             /* the guest has been started once */
    QmpClient *qmp;
    RunAttest *attest;          /* NULL: a guest that need not */
    Launch launch;
    Outcome outcome;
} Run;

/* Ends the run for a reason of ours; the first one counts. */
static void end_run(Run *run, OwnerExit why)
{
    if (!run->outcome.ended) {
        run->outcome.ended = true;
        run->outcome.why = why;
    }
    process_end(&run->process);
}

static void one_closed(Run *run)
{
    if (--run->nr_open == 0) {
        g_main_loop_quit(run->loop);
    }
}

/* The guest's console */

static void on_left(gpointer opaque)
{
    owner_say("left");
    end_run(opaque, OWNER_EXIT_SIGNAL_BASE + SIGINT);
}

static void on_stdout_broken(gpointer opaque)
{
    owner_say("stdout: nobody reads it any more");
    end_run(opaque, OWNER_EXIT_USAGE);
}

static void on_console_closed(gpointer opaque)
{
    one_closed(opaque);
}

static const ConsoleHandlers console_handlers = {
    .left = on_left,
    .stdout_broken = on_stdout_broken,
    .closed = on_console_closed,
};

/* QEMU's messages */

static void on_message(const char *line, gpointer opaque)
{
    Run *run = opaque;

    if (!line) {
        one_closed(run);
        return;
    }
    run_log_line(run->log, "qemu:", line);
    outcome_note_line(&run->outcome, line);
    /* Ended by us, QEMU tells of our signal */
    if (!outcome_is_ours(&run->outcome) ||
        !strstr(line, "terminating on signal")) {
        owner_say("%s", line);
    }
}

/* The guest's attestation */

static void on_attest_failed(OwnerExit why, gpointer opaque)
{
    terminal_restore();
    end_run(opaque, why);
}

static void on_attest_closed(gpointer opaque)
{
    one_closed(opaque);
}

static const RunAttestHandlers attest_handlers = {
    .failed = on_attest_failed,
    .closed = on_attest_closed,
};

/* QMP */

static void on_launched(OwnerExit status, gpointer opaque)
{
    Run *run = opaque;

    if (status != OWNER_EXIT_OK) {
        end_run(run, status);
        return;
    }
    if (run->attest) {
        run_attest_started(run->attest);
    }
    if (run->config->gdb_port) {
        owner_say("the guest waits: gdb -ex 'target remote localhost:%u', "
                  "then \"continue\"", run->config->gdb_port);
    }
    if (!run->has_input) {
        run->has_input = true;
        console_open_input(run->console, run->process.to_stdin);
    }
}

static void on_qmp_ready(gpointer opaque)
{
    Run *run = opaque;

    if (!run->config->attest) {
        launch_begin(&run->launch, run->qmp);
        return;
    }
    /* Before it runs: a port that nobody listens at loses what it says. */
    run->attest = run_attest_open(run->config, run->dir, &attest_handlers,
                                  run);
    if (run->attest) {
        run->nr_open++;
        launch_begin(&run->launch, run->qmp);
    } else {
        end_run(run, OWNER_EXIT_QEMU_FAILED);
    }
}

/* QEMU is gone before it says so, or tells of it by SHUTDOWN. */
static void on_quit(JsonObject *value, const char *error, gpointer opaque)
{
}

static void on_qmp_event(const char *name, JsonObject *data, gpointer opaque)
{
    Run *run = opaque;
    EventSetup setup = {
        .reboot_waits = run->config->reboot_waits,
        .debugged = run->config->gdb_port,
        .dir = run->dir,
    };

    switch (event_note(&run->outcome, &setup, name, data)) {
    case EVENT_NOTHING:
        break;
    case EVENT_KILL:
        process_end(&run->process);
        break;
    case EVENT_QUIT:
        qmp_send(run->qmp, "quit", NULL, on_quit, run);
        break;
    case EVENT_LAUNCH_AGAIN:
        owner_say("the guest resets itself, and is launched anew");
        launch_again(&run->launch);
        break;
    case EVENT_IS_RESET:
        launch_is_reset(&run->launch);
        break;
    }
}

static void on_qmp_line(const char *arrow, const char *line, gpointer opaque)
{
    Run *run = opaque;

    run_log_line(run->log, arrow, line);
}

static void on_qmp_broken(const char *why, gpointer opaque)
{
    owner_say("QMP: %s", why);
    end_run(opaque, OWNER_EXIT_QEMU_FAILED);
}

static void on_qmp_closed(gpointer opaque)
{
    one_closed(opaque);
}

static const QmpHandlers qmp_handlers = {
    .ready = on_qmp_ready,
    .event = on_qmp_event,
    .line = on_qmp_line,
    .broken = on_qmp_broken,
    .closed = on_qmp_closed,
};

/* Called until it has the connection, or QEMU is gone */
static gboolean on_connect_due(gpointer opaque)
{
    Run *run = opaque;
    int fd;

    if (!run->process.pid) {
        return G_SOURCE_REMOVE;
    }
    fd = workdir_connect(run->dir, RUN_QMP_FILE);
    if (fd < 0) {
        return G_SOURCE_CONTINUE;
    }
    run->nr_open++;
    run->qmp = qmp_client_new(fd, &qmp_handlers, run);
    return G_SOURCE_REMOVE;
}

/* The end */

static gboolean on_grace_over(gpointer opaque)
{
    Run *run = opaque;

    g_main_loop_quit(run->loop);
    return G_SOURCE_REMOVE;
}

static void on_exited(GPid pid, gint wait_status, gpointer opaque)
{
    Run *run = opaque;

    run->outcome.wait_status = wait_status;
    process_gone(&run->process);
    one_closed(run);
    g_timeout_add(GRACE_MS, on_grace_over, run);
}

static gboolean on_timeout(gpointer opaque)
{
    Run *run = opaque;

    terminal_restore();
    owner_say("timeout after %u seconds", run->config->timeout);
    end_run(run, OWNER_EXIT_TIMEOUT);
    return G_SOURCE_REMOVE;
}

static gboolean on_sigint(gpointer opaque)
{
    end_run(opaque, OWNER_EXIT_SIGNAL_BASE + SIGINT);
    return G_SOURCE_CONTINUE;
}

static gboolean on_sigterm(gpointer opaque)
{
    end_run(opaque, OWNER_EXIT_SIGNAL_BASE + SIGTERM);
    return G_SOURCE_CONTINUE;
}

static gboolean on_sighup(gpointer opaque)
{
    end_run(opaque, OWNER_EXIT_SIGNAL_BASE + SIGHUP);
    return G_SOURCE_CONTINUE;
}

/* The beginning */

static void prepare_launch(Run *run, RunConfig *config)
{
    Launch *launch = &run->launch;

    launch->policy = config->policy;
    launch->snp_digest = config->snp_digest;
    launch->images = &config->images;
    launch->cpus = &config->cpus;
    launch->snp_id_block = config->id_block;
    if (!config->snp) {
        launch_digest(config->images.firmware, images_kernel(&config->images),
                      config->measures_cpus ? &config->cpus : NULL,
                      launch->digest);
        launch->secret_table = g_steal_pointer(&config->secret_table);
    }
    launch->leave_paused = config->gdb_port;
    launch->done = on_launched;
    launch->opaque = run;
}

static bool start(Run *run, GError **errp)
{
    g_auto(GStrv) line = launch_line(run->config, run->dir);

    if (!run_log_open(run->config->log, line, &run->log, errp) ||
        (!run->config->snp &&
         !run_session_prepare(run->config, run->dir, &run->launch.keys,
                              errp)) ||
        !process_start(&run->process, line, on_exited, run, errp)) {
        return false;
    }
    run->nr_open = 3;
    run->messages = line_reader_new(run->process.from_stderr, on_message,
                                    run);
    run->console = console_new(run->process.from_stdout, &console_handlers,
                               run);
    g_timeout_add(CONNECT_EVERY_MS, on_connect_due, run);
    if (run->config->timeout) {
        g_timeout_add_seconds(run->config->timeout, on_timeout, run);
    }
    return true;
}

/* Runs until all is over; the main loop's sources die with the program. */
static OwnerExit loop_and_judge(Run *run)
{
    const char *text;
    OwnerExit status;

    signal(SIGPIPE, SIG_IGN);
    g_unix_signal_add(SIGINT, on_sigint, run);
    g_unix_signal_add(SIGTERM, on_sigterm, run);
    g_unix_signal_add(SIGHUP, on_sighup, run);
    g_main_loop_run(run->loop);
    terminal_restore();

    if (g_strcmp0(run->outcome.shutdown_reason, "guest-reset") == 0) {
        run->outcome.triple_fault |= workdir_shows_triple_fault(run->dir);
    }
    run->outcome.unattested = run->config->attest &&
                              !run_attest_is_done(run->attest);
    status = outcome_status(&run->outcome, run->config->exit_code_of_guest,
                            &text);
    if (text) {
        owner_say("%s", text);
    }
    return status;
}

static void clear(Run *run)
{
    console_free(run->console);
    line_reader_free(run->messages);
    qmp_client_free(run->qmp);
    run_attest_free(run->attest);
    launch_clear(&run->launch);
    outcome_clear(&run->outcome);
    g_main_loop_unref(run->loop);
    if (run->log) {
        fclose(run->log);
    }
    workdir_remove(run->dir);
}

OwnerExit run_guest(RunConfig *config)
{
    Run run = { .config = config };
    GError *error = NULL;
    OwnerExit status;

    run.dir = workdir_create(&error);
    if (!run.dir) {
        return owner_fail(error);
    }
    run.loop = g_main_loop_new(NULL, FALSE);
    prepare_launch(&run, config);
    status = start(&run, &error) ? loop_and_judge(&run) : owner_fail(error);
    clear(&run);
    return status;
}
