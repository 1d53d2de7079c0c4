/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu session: keys for a launch, wrapped for one platform. */

#include <stdio.h>
#include "guest-owner/chain/chain.h"
#include "guest-owner/base/crypto.h"
#include "guest-owner/base/input.h"
#include "guest-owner/base/options.h"
#include "guest-owner/chain/session-files.h"
#include "guest-owner/verb/verbs.h"
#include "guest-owner/base/wipe.h"

static bool parse(char **name, int *argc, char ***argv, GError **errp)
{
    const GOptionEntry entries[] = {
        OPTIONS_NAME(name),
        { NULL }
    };

    return options_parse(
        argc, argv, entries, "PDH POLICY", 2,
        "Draws a TIK and a TEK, and wraps them for the platform whose chain,\n"
        "or PDH alone, is in the file PDH. Only that platform can launch a\n"
        "guest with them, and only with the number POLICY as its policy.\n"
        "Verify the chain first.\n"
        "\n"
        "Writes NAME" SESSION_GODH_SUFFIX " and NAME" SESSION_BUFFER_SUFFIX
        " (QEMU's dh-cert-file= and\n"
        "session-file=), NAME" SESSION_TIK_SUFFIX " and NAME"
        SESSION_TEK_SUFFIX " (the keys).", NULL, errp);
}

static bool make(const char *pdh_path, const char *policy_text,
                 const char *name, GError **errp)
{
    g_autoptr(GBytes) file = NULL;
    uint32_t policy;
    SevCert pdh;
    Session session;
    Keys keys;
    bool ok;

    if (!input_number("POLICY", policy_text, 0, UINT32_MAX, &policy, errp)) {
        return false;
    }
    file = input_file("PDH", pdh_path, CHAIN_MAX_FILE, errp);
    if (!file || !chain_read_pdh(file, pdh_path, &pdh, errp)) {
        return false;
    }
    crypto_random(&keys, sizeof(keys));
    session_make(&pdh, policy, &keys, &session);
    ok = session_files_write(&session, name, errp) &&
         session_files_write_keys(&keys, name, errp);
    wipe(&keys, sizeof(keys));
    return ok;
}

OwnerExit verb_session(int argc, char **argv)
{
    static const char *const suffixes[] = {
        SESSION_GODH_SUFFIX, SESSION_BUFFER_SUFFIX, SESSION_TIK_SUFFIX,
        SESSION_TEK_SUFFIX,
    };
    g_autofree char *given = NULL;
    const char *name;
    GError *error = NULL;

    if (!parse(&given, &argc, &argv, &error)) {
        return owner_fail(error);
    }
    name = given ? given : OPTIONS_NAME_DEFAULT;
    if (!make(argv[1], argv[2], name, &error)) {
        return owner_fail(error);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        printf("Wrote %s%s\n", name, suffixes[i]);
    }
    return OWNER_EXIT_OK;
}
