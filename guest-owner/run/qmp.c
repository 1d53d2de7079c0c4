/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Speaks QMP: lines of JSON over a socket. */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include "guest-owner/base/json-text.h"
#include "guest-owner/run/line-reader.h"
#include "guest-owner/run/qmp.h"

/* A command under way */
typedef struct Waiting {
    QmpReply *reply;
    gpointer opaque;
} Waiting;

struct QmpClient {
    int fd;                     /* the reader's */
    LineReader *reader;
    GQueue waiting;             /* Waiting *: QEMU answers in order */
    bool greeted;
    bool broken;
    const QmpHandlers *handlers;
    gpointer opaque;
};

static void set_broken(QmpClient *client, const char *why)
{
    if (!client->broken) {
        client->broken = true;
        client->handlers->broken(why, client->opaque);
    }
}

static JsonObject *get_object(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node)
                                                : NULL;
}

const char *qmp_get_string(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node && json_node_get_value_type(node) == G_TYPE_STRING
           ? json_node_get_string(node) : NULL;
}

bool qmp_get_uint(JsonObject *object, const char *name, uint32_t max,
                  uint32_t *value)
{
    JsonNode *node = json_object_get_member(object, name);
    gint64 wide;

    if (!node || json_node_get_value_type(node) != G_TYPE_INT64) {
        return false;
    }
    wide = json_node_get_int(node);
    *value = wide;
    return wide >= 0 && wide <= max;
}

static void take_reply(QmpClient *client, JsonObject *value,
                       const char *error)
{
    g_autofree Waiting *waiting = g_queue_pop_head(&client->waiting);

    if (!waiting) {
        set_broken(client, "a reply to no command");
        return;
    }
    waiting->reply(value, error, waiting->opaque);
}

static void take_message(QmpClient *client, JsonObject *message)
{
    const char *event = qmp_get_string(message, "event");
    JsonObject *error = get_object(message, "error");
    JsonObject *value = get_object(message, "return");

    if (event) {
        g_autoptr(JsonObject) none = json_object_new();
        JsonObject *data = get_object(message, "data");

        client->handlers->event(event, data ? data : none, client->opaque);
    } else if (error) {
        const char *desc = qmp_get_string(error, "desc");

        take_reply(client, NULL, desc ? desc : "no description");
    } else if (value) {
        take_reply(client, value, NULL);
    } else if (get_object(message, "QMP") && !client->greeted) {
        client->greeted = true;
        client->handlers->ready(client->opaque);
    } else {
        set_broken(client, "a message of an unknown kind");
    }
}

static void on_line(const char *line, gpointer opaque)
{
    QmpClient *client = opaque;
    g_autoptr(JsonObject) message = NULL;

    if (!line) {
        client->handlers->closed(client->opaque);
        return;
    }
    client->handlers->line("<-", line, client->opaque);
    if (client->broken) {
        return;
    }
    message = json_text_object(line);
    if (!message) {
        set_broken(client, "a line that is no JSON object");
        return;
    }
    take_message(client, message);
}

QmpClient *qmp_client_new(int fd, const QmpHandlers *handlers,
                          gpointer opaque)
{
    QmpClient *client = g_new0(QmpClient, 1);

    client->fd = fd;
    g_queue_init(&client->waiting);
    client->handlers = handlers;
    client->opaque = opaque;
    client->reader = line_reader_new(fd, on_line, client);
    return client;
}

char *qmp_command_text(const char *command, JsonObject *arguments)
{
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "execute", command);
    if (arguments) {
        json_object_set_object_member(object, "arguments", arguments);
    }
    json_node_take_object(root, object);
    return json_to_string(root, FALSE);
}

void qmp_send(QmpClient *client, const char *command, JsonObject *arguments,
              QmpReply *reply, gpointer opaque)
{
    g_autofree char *text = qmp_command_text(command, arguments);
    g_autofree char *line = g_strconcat(text, "\n", NULL);
    Waiting *waiting = g_new(Waiting, 1);
    size_t len = strlen(line), sent = 0;

    client->handlers->line("->", text, client->opaque);
    waiting->reply = reply;
    waiting->opaque = opaque;
    g_queue_push_tail(&client->waiting, waiting);
    /* May wait for QEMU; a command is smaller than a socket's buffer */
    while (sent < len) {
        ssize_t n = send(client->fd, line + sent, len - sent, MSG_NOSIGNAL);

        if (n < 0 && errno != EINTR) {
            set_broken(client, g_strerror(errno));
            return;
        }
        sent += MAX(n, 0);
    }
}

void qmp_client_free(QmpClient *client)
{
    if (client) {
        line_reader_free(client->reader);
        g_queue_clear_full(&client->waiting, g_free);
        g_free(client);
    }
}
