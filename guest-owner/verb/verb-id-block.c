/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu id-block: what a SEV-SNP launch must come to, signed. */

#include <stdio.h>
#include "guest-owner/measure/id-block.h"
#include "guest-owner/base/input.h"
#include "guest-owner/base/options.h"
#include "guest-owner/verb/verbs.h"
#include "guest-owner/base/wipe.h"

#define BLOCK_SUFFIX "_id_block.b64"
#define AUTH_SUFFIX  "_id_auth.b64"

static bool parse(char **name, int *argc, char ***argv, GError **errp)
{
    const GOptionEntry entries[] = {
        OPTIONS_NAME(name),
        { NULL }
    };

    return options_parse(
        argc, argv, entries, "MEASUREMENT POLICY", 2,
        "Tells a platform what a SEV-SNP guest must measure to (96 hexadecimal\n"
        "digits, as \"measurement build --mode snp\" prints them, or a file of\n"
        "48 bytes), and what its policy must be. It finishes no other launch\n"
        "that comes with this block. The key that signs it is a new one each\n"
        "time, and is thrown away.\n"
        "\n"
        "Writes NAME" BLOCK_SUFFIX " and NAME" AUTH_SUFFIX ", in base64: QEMU\n"
        "takes their content, as id-block= and id-auth=.", NULL, errp);
}

OwnerExit verb_id_block(int argc, char **argv)
{
    g_autofree char *given = NULL;
    const char *name;
    uint8_t digest[SNP_DIGEST_SIZE];
    uint32_t policy;
    SnpIdBlock block;
    SnpIdAuth auth;
    P384Pair key;
    GError *error = NULL;

    if (!parse(&given, &argc, &argv, &error) ||
        !input_snp_digest("MEASUREMENT", argv[1], digest, &error) ||
        !input_number("POLICY", argv[2], 0, UINT32_MAX, &policy, &error)) {
        return owner_fail(error);
    }
    p384_generate(&key);
    id_block_make(&key, digest, policy, &block, &auth);
    wipe(&key, sizeof(key));
    name = given ? given : OPTIONS_NAME_DEFAULT;
    if (!output_base64("--name", name, BLOCK_SUFFIX, &block, sizeof(block),
                       &error) ||
        !output_base64("--name", name, AUTH_SUFFIX, &auth, sizeof(auth),
                       &error)) {
        return owner_fail(error);
    }
    printf("Wrote %s" BLOCK_SUFFIX "\nWrote %s" AUTH_SUFFIX "\n", name, name);
    return OWNER_EXIT_OK;
}
