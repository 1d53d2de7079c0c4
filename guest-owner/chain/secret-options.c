/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses --secret and reads the files that it names. */

#include "guest-owner/measure/guid.h"
#include "guest-owner/base/input.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/chain/secret-options.h"
#include "guest-owner/chain/secret.h"

static bool already_given(GPtrArray *secrets, const AbiGuid *guid)
{
    for (guint i = 0; i < secrets->len; i++) {
        const Secret *secret = g_ptr_array_index(secrets, i);

        if (guid_equal(&secret->guid, guid)) {
            return true;
        }
    }
    return false;
}

static bool load_value(const char *path, Secret *secret, GError **errp)
{
    secret->value = input_file("--secret", path, SEV_SECRET_MAX_SIZE, errp);
    if (!secret->value) {
        return false;
    }
    if (g_bytes_get_size(secret->value) == 0) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--secret %s: the file is empty", path);
        g_clear_pointer(&secret->value, g_bytes_unref);
        return false;
    }
    return true;
}

static bool load_one(GPtrArray *secrets, const char *text, GError **errp)
{
    Secret secret;

    /* sevctl separates by a colon; guid_parse() made sure of the length */
    if (!guid_parse(text, &secret.guid) ||
        (text[GUID_TEXT_LENGTH] != '=' && text[GUID_TEXT_LENGTH] != ':')) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--secret %s: expected GUID=FILE, with a GUID like "
                    "736869e5-84f0-4973-92ec-06879ce3da0b", text);
        return false;
    }
    if (already_given(secrets, &secret.guid)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--secret %s: there is a secret of this GUID already",
                    text);
        return false;
    }
    if (!load_value(text + GUID_TEXT_LENGTH + 1, &secret, errp)) {
        return false;
    }
    g_ptr_array_add(secrets, g_memdup2(&secret, sizeof(secret)));
    return true;
}

GPtrArray *secret_options_load(char **texts, GError **errp)
{
    g_autoptr(GPtrArray) secrets =
        g_ptr_array_new_with_free_func((GDestroyNotify)secret_free);

    for (; texts && *texts; texts++) {
        if (!load_one(secrets, *texts, errp)) {
            return NULL;
        }
    }
    return g_steal_pointer(&secrets);
}
