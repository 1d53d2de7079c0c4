/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Speaks QEMU's monitor protocol as its client: commands, answered in order,
 * and events in between. What QEMU says is checked like any other input.
 */

#ifndef OWNER_QMP_H
#define OWNER_QMP_H

#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct QmpClient QmpClient;

/* How the client speaks to its user; none may free the client. */
typedef struct QmpHandlers {
    void (*ready)(gpointer opaque);             /* greeted: send away */
    void (*event)(const char *name, JsonObject *data, gpointer opaque);
    void (*line)(const char *arrow, const char *line, gpointer opaque);
    void (*broken)(const char *why, gpointer opaque);   /* no more replies */
    void (*closed)(gpointer opaque);
} QmpHandlers;

/* @value is NULL when the command failed, and then @error says how. */
typedef void QmpReply(JsonObject *value, const char *error, gpointer opaque);

/* Takes over @fd, a connected socket. */
QmpClient *qmp_client_new(int fd, const QmpHandlers *handlers,
                          gpointer opaque);

/*
 * Sends @command with @arguments (taken over; NULL: none). @reply is called
 * with @opaque, after those of the commands before it.
 */
void qmp_send(QmpClient *client, const char *command, JsonObject *arguments,
              QmpReply *reply, gpointer opaque);

void qmp_client_free(QmpClient *client);

/* The text of a command, as it goes over the wire */
char *qmp_command_text(const char *command, JsonObject *arguments);

/* Members of a reply; false or NULL when absent or of another kind */
bool qmp_get_uint(JsonObject *object, const char *name, uint32_t max,
                  uint32_t *value);
const char *qmp_get_string(JsonObject *object, const char *name);

#endif
