/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu measurement build: what a launch must measure to. */

#include <stdio.h>
#include <string.h>
#include "guest-owner/base/input.h"
#include "guest-owner/base/json-text.h"
#include "guest-owner/measure/measurement-options.h"
#include "guest-owner/measure/snp-options.h"
#include "guest-owner/verb/verbs.h"

typedef struct BuildOptions {
    MeasurementOptions common;
    char *nonce;
    char *blob;
    char *outfile;
} BuildOptions;

static bool parse(BuildOptions *options, int *argc, char ***argv,
                  GError **errp)
{
    const GOptionEntry own[] = {
        { "nonce", 0, 0, G_OPTION_ARG_FILENAME, &options->nonce,
          "Nonce of the launch: file of 16 bytes, or base64", "NONCE" },
        { "launch-measure-blob", 0, 0, G_OPTION_ARG_FILENAME, &options->blob,
          "Measurement with that nonce: file of 48 bytes, or base64",
          "MEASUREMENT" },
        { "outfile", 0, 0, G_OPTION_ARG_FILENAME, &options->outfile,
          "Write the 48 bytes there, and nothing to stdout", "FILE" },
        { NULL }
    };

    return measurement_options_parse(
        &options->common, argc, argv, own,
        "Prints base64 of the measurement and its nonce, as QMP's\n"
        "query-sev-launch-measure has it. With --mode snp it prints a SEV-SNP\n"
        "guest's launch digest and takes other options: add --help.", errp);
}

static bool get_nonce(const BuildOptions *options, uint8_t *mnonce,
                      GError **errp)
{
    SevMeasureBuffer blob;

    if (options->nonce) {
        return input_exact("--nonce", options->nonce, mnonce, SEV_NONCE_SIZE,
                           errp);
    }
    if (!options_need("--nonce (or --launch-measure-blob)", options->blob,
                      errp) ||
        !input_exact("--launch-measure-blob", options->blob, &blob,
                     sizeof(blob), errp)) {
        return false;
    }
    memcpy(mnonce, blob.mnonce, SEV_NONCE_SIZE);
    return true;
}

static void print_json(const Measured *measured, const SevMeasureBuffer *out)
{
    JsonObject *object = json_object_new();
    g_autofree char *text = g_base64_encode((const void *)out, sizeof(*out));

    json_object_set_string_member(object, "measurement", text);
    json_text_set_hex(object, "measure", out->measure, SEV_MAC_SIZE);
    json_text_set_hex(object, "nonce", out->mnonce, SEV_NONCE_SIZE);
    measured_to_json(measured, object);
    json_text_print(object);
}

static bool put_measurement(const BuildOptions *options,
                            const Measured *measured,
                            const SevMeasureBuffer *out, GError **errp)
{
    g_autofree char *text = NULL;

    if (options->outfile &&
        !output_file("--outfile", options->outfile, out, sizeof(*out),
                     errp)) {
        return false;
    }
    if (options->common.json) {
        print_json(measured, out);
    } else if (!options->outfile) {
        text = g_base64_encode((const void *)out, sizeof(*out));
        printf("%s\n", text);
    }
    return true;
}

static bool build(const BuildOptions *options, GError **errp)
{
    uint8_t mnonce[SEV_NONCE_SIZE];
    SevMeasureBuffer out;
    Measured measured;
    bool ok;

    if (!get_nonce(options, mnonce, errp) ||
        !measurement_options_load(&options->common, &measured, errp)) {
        return false;
    }
    measured_compute(&measured, mnonce, &out);
    ok = put_measurement(options, &measured, &out, errp);
    measured_clear(&measured);
    return ok;
}

OwnerExit verb_measurement_build(int argc, char **argv)
{
    BuildOptions options = { 0 };
    GError *error = NULL;
    bool ok;

    if (snp_mode_asked(argc, argv)) {
        return verb_measurement_build_snp(argc, argv);
    }
    ok = parse(&options, &argc, &argv, &error) && build(&options, &error);
    measurement_options_clear(&options.common);
    g_free(options.nonce);
    g_free(options.blob);
    g_free(options.outfile);
    return ok ? OWNER_EXIT_OK : owner_fail(error);
}
