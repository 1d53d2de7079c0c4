/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts and ends QEMU. */

#include <signal.h>
#include <unistd.h>
#ifdef HAVE_PDEATHSIG
#include <sys/prctl.h>
#endif
#include "guest-owner/base/owner.h"
#include "guest-owner/run/process.h"

/* What QEMU may take to flush its disks */
#define SECONDS_TO_END 5

/* In the child: only async-signal-safe calls here */
static void before_exec(gpointer opaque)
{
    setsid();
    signal(SIGPIPE, SIG_DFL);
#ifdef HAVE_PDEATHSIG
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

bool process_start(Process *process, char **argv, GChildWatchFunc exited,
                   gpointer opaque, GError **errp)
{
    g_autoptr(GError) error = NULL;

    if (!g_spawn_async_with_pipes(NULL, argv, NULL,
                                  G_SPAWN_DO_NOT_REAP_CHILD, before_exec,
                                  NULL, &process->pid, &process->to_stdin,
                                  &process->from_stdout,
                                  &process->from_stderr, &error)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_QEMU_FAILED, "%s",
                    error->message);
        return false;
    }
    g_child_watch_add(process->pid, exited, opaque);
    return true;
}

static gboolean on_kill_due(gpointer opaque)
{
    Process *process = opaque;

    process->kill_source = 0;
    kill(process->pid, SIGKILL);
    return G_SOURCE_REMOVE;
}

void process_end(Process *process)
{
    if (process->pid && !process->kill_source) {
        kill(process->pid, SIGTERM);
        process->kill_source = g_timeout_add_seconds(SECONDS_TO_END,
                                                     on_kill_due, process);
    }
}

void process_gone(Process *process)
{
    g_spawn_close_pid(process->pid);
    process->pid = 0;
    if (process->kill_source) {
        g_source_remove(process->kill_source);
        process->kill_source = 0;
    }
}
