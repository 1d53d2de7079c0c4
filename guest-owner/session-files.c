/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a session's files. */

#include <string.h>
#include "input.h"
#include "private-file.h"
#include "session-files.h"

static bool write_base64(const char *name, const char *suffix,
                         const void *data, size_t size, GError **errp)
{
    g_autofree char *path = g_strconcat(name, suffix, NULL);
    g_autofree char *text = g_base64_encode(data, size);

    return output_file("--name", path, text, strlen(text), errp);
}

bool session_files_write(const Session *session, const char *name,
                         GError **errp)
{
    return write_base64(name, SESSION_GODH_SUFFIX, &session->godh,
                        sizeof(session->godh), errp) &&
           write_base64(name, SESSION_BUFFER_SUFFIX, &session->buffer,
                        sizeof(session->buffer), errp);
}

static bool write_key(const char *name, const char *suffix,
                      const uint8_t key[SEV_KEY_SIZE], GError **errp)
{
    g_autofree char *path = g_strconcat(name, suffix, NULL);

    return private_file_write(path, key, SEV_KEY_SIZE, errp);
}

bool session_files_write_keys(const Keys *keys, const char *name,
                              GError **errp)
{
    return write_key(name, SESSION_TIK_SUFFIX, keys->tik, errp) &&
           write_key(name, SESSION_TEK_SUFFIX, keys->tek, errp);
}
