/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu secret build: a LAUNCH_SECRET packet, in two files. */

#include <stdio.h>
#include "guest-owner/base/crypto.h"
#include "guest-owner/base/input.h"
#include "guest-owner/base/options.h"
#include "guest-owner/chain/secret-options.h"
#include "guest-owner/chain/secret.h"
#include "guest-owner/verb/verbs.h"

typedef struct SecretOptions {
    KeyOptions keys;
    char *blob;
    char **secrets;
} SecretOptions;

static bool parse(SecretOptions *options, int *argc, char ***argv,
                  GError **errp)
{
    const GOptionEntry entries[] = {
        { "tik", 0, 0, G_OPTION_ARG_FILENAME, &options->keys.tik,
          "Integrity key: file of 16 bytes, or base64", "TIK" },
        { "tek", 0, 0, G_OPTION_ARG_FILENAME, &options->keys.tek,
          "Encryption key: file of 16 bytes, or base64", "TEK" },
        { "tk", 0, 0, G_OPTION_ARG_FILENAME, &options->keys.tk,
          "Both keys: file of 32 bytes, TEK then TIK, or base64", "TK" },
        { "launch-measure-blob", 0, 0, G_OPTION_ARG_FILENAME, &options->blob,
          "Measurement of the launch: file of 48 bytes, or base64",
          "MEASUREMENT" },
        { "secret", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->secrets,
          "Secret of that GUID; can be repeated", "GUID:FILE" },
        { NULL }
    };

    return options_parse(
        argc, argv, entries, "HEADER-FILE PAYLOAD-FILE", 2,
        "Writes a packet for QMP's sev-inject-launch-secret (which takes\n"
        "base64 of both files).", NULL, errp);
}

static bool seal(const SecretOptions *options, SecretPacket *packet,
                 GError **errp)
{
    g_autoptr(GPtrArray) secrets = NULL;
    SevMeasureBuffer blob;
    uint8_t iv[SEV_IV_SIZE];
    GByteArray *table;
    Keys keys;

    if (!options_keys(&options->keys, true, &keys, errp) ||
        !options_need("--launch-measure-blob", options->blob, errp) ||
        !input_exact("--launch-measure-blob", options->blob, &blob,
                     sizeof(blob), errp) ||
        !options_need("--secret", options->secrets ? *options->secrets : NULL,
                      errp)) {
        return false;
    }
    secrets = secret_options_load(options->secrets, errp);
    table = secrets ? secret_table(secrets, errp) : NULL;
    if (!table) {
        return false;
    }
    crypto_random(iv, sizeof(iv));
    secret_packet_seal(packet, table, keys.tik, keys.tek, iv, blob.measure);
    return true;
}

static bool write_files(const SecretPacket *packet, const char *header,
                        const char *payload, GError **errp)
{
    if (!output_file("HEADER-FILE", header, &packet->header,
                     sizeof(packet->header), errp) ||
        !output_file("PAYLOAD-FILE", payload, packet->payload->data,
                     packet->payload->len, errp)) {
        return false;
    }
    printf("Wrote header to: %s\nWrote payload to: %s\n", header, payload);
    return true;
}

OwnerExit verb_secret_build(int argc, char **argv)
{
    SecretOptions options = { 0 };
    SecretPacket packet = { 0 };
    GError *error = NULL;
    bool ok = parse(&options, &argc, &argv, &error) &&
              seal(&options, &packet, &error) &&
              write_files(&packet, argv[1], argv[2], &error);

    options_clear_keys(&options.keys);
    g_free(options.blob);
    g_strfreev(options.secrets);
    secret_packet_clear(&packet);
    return ok ? OWNER_EXIT_OK : owner_fail(error);
}
