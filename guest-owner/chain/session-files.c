/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a session's files. */

#include "guest-owner/base/input.h"
#include "guest-owner/base/private-file.h"
#include "guest-owner/chain/session-files.h"

bool session_files_write(const Session *session, const char *name,
                         GError **errp)
{
    return output_base64("--name", name, SESSION_GODH_SUFFIX, &session->godh,
                         sizeof(session->godh), errp) &&
           output_base64("--name", name, SESSION_BUFFER_SUFFIX,
                         &session->buffer, sizeof(session->buffer), errp);
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
