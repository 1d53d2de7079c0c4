/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks by QMP and waits for the answer. */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "guest-owner/base/owner.h"
#include "guest-owner/run/qmp-ask.h"

/* A monitor serves one client at a time: another may keep us waiting */
#define PATIENCE_SECONDS 10

typedef struct Question {
    GMainLoop *loop;
    QmpClient *client;
    const char *command;
    JsonObject *answer;
    GError *error;
} Question;

static void end(Question *q, OwnerExit status, const char *what,
                const char *why)
{
    if (!q->error && !q->answer) {
        g_set_error(&q->error, OWNER_ERROR, status, "%s: %s", what, why);
    }
    g_main_loop_quit(q->loop);
}

static void on_answer(JsonObject *value, const char *error, gpointer opaque)
{
    Question *q = opaque;

    if (!value) {
        end(q, OWNER_EXIT_REFUSED, q->command, error);
        return;
    }
    q->answer = json_object_ref(value);
    g_main_loop_quit(q->loop);
}

static void on_capabilities(JsonObject *value, const char *error,
                            gpointer opaque)
{
    Question *q = opaque;

    if (!value) {
        end(q, OWNER_EXIT_REFUSED, "qmp_capabilities", error);
        return;
    }
    qmp_send(q->client, q->command, NULL, on_answer, q);
}

static void on_ready(gpointer opaque)
{
    Question *q = opaque;

    qmp_send(q->client, "qmp_capabilities", NULL, on_capabilities, q);
}

static void on_event(const char *name, JsonObject *data, gpointer opaque)
{
}

static void on_line(const char *arrow, const char *line, gpointer opaque)
{
}

static void on_broken(const char *why, gpointer opaque)
{
    end(opaque, OWNER_EXIT_QEMU_FAILED, "QMP", why);
}

static void on_closed(gpointer opaque)
{
    end(opaque, OWNER_EXIT_QEMU_FAILED, "QMP", "closed without an answer");
}

static gboolean on_patience_over(gpointer opaque)
{
    end(opaque, OWNER_EXIT_QEMU_FAILED, "QMP",
        "no answer: has the monitor another client?");
    return G_SOURCE_CONTINUE;
}

static const QmpHandlers handlers = {
    on_ready, on_event, on_line, on_broken, on_closed,
};

static int connect_to(const char *path, GError **errp)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd;

    if (strlen(path) >= sizeof(address.sun_path)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--qmp %s: too long for a socket", path);
        return -1;
    }
    strcpy(address.sun_path, path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 ||
        connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE, "--qmp %s: %s",
                    path, g_strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    return fd;
}

JsonObject *qmp_ask(const char *path, const char *command, GError **errp)
{
    Question q = { .command = command };
    int fd = connect_to(path, errp);
    guint patience;

    if (fd < 0) {
        return NULL;
    }
    q.loop = g_main_loop_new(NULL, FALSE);
    q.client = qmp_client_new(fd, &handlers, &q);
    patience = g_timeout_add_seconds(PATIENCE_SECONDS, on_patience_over, &q);
    g_main_loop_run(q.loop);
    g_source_remove(patience);
    qmp_client_free(q.client);
    g_main_loop_unref(q.loop);
    if (q.error) {
        g_propagate_error(errp, q.error);
    }
    return q.answer;
}
