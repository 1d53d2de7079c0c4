/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs sevemu measurement verify: is a launch's measurement the expected one?
 */

#include <stdio.h>
#include "guest-owner/base/crypto.h"
#include "guest-owner/run/explain.h"
#include "guest-owner/base/input.h"
#include "guest-owner/base/json-text.h"
#include "guest-owner/measure/measurement-options.h"
#include "guest-owner/chain/platform-tool.h"
#include "guest-owner/measure/snp-options.h"
#include "guest-owner/verb/verbs.h"

typedef struct VerifyOptions {
    MeasurementOptions common;
    char *measurement;
    char **others;
    char *platform;
} VerifyOptions;

static bool parse(VerifyOptions *options, int *argc, char ***argv,
                  GError **errp)
{
    const GOptionEntry own[] = {
        { "measurement", 0, 0, G_OPTION_ARG_FILENAME, &options->measurement,
          "Measurement to verify: base64, or file of 48 bytes",
          "MEASUREMENT" },
        { "try", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->others,
          "File that may have been launched instead; can be repeated",
          "FILE" },
        { "platform", 0, 0, G_OPTION_ARG_FILENAME, &options->platform,
          "Platform whose version is tried [the default one, if it is there]",
          "DIR" },
        { NULL }
    };

    return measurement_options_parse(
        &options->common, argc, argv, own,
        "Exits with 0 when the measurement is what the files, keys and\n"
        "numbers give with its nonce, with 1 when it differs. Then it tries\n"
        "what people get wrong, and tells what would give it: the kernel's\n"
        "command line, its initrd, its hashes, other firmware, policies, the\n"
        "number and model of a SEV-ES guest's CPUs and its legacy-vm-type,\n"
        "the platform's version, a TIK of zeros.", errp);
}

static bool load(const VerifyOptions *options, SevMeasureBuffer *found,
                 Measured *measured, GError **errp)
{
    return options_need("--measurement", options->measurement, errp) &&
           input_exact("--measurement", options->measurement, found,
                       sizeof(*found), errp) &&
           measurement_options_load(&options->common, measured, errp);
}

/* Only a platform that is there: to ask would make another. */
static bool ask_version(const char *given, Platform *running)
{
    g_autofree char *dir = given ? g_strdup(given) : platform_default_dir();

    return g_file_test(dir, G_FILE_TEST_IS_DIR) &&
           platform_tool_version(dir, running, NULL);
}

static void fill_inputs(const VerifyOptions *options,
                        const Measured *measured, ExplainInputs *inputs)
{
    bool of_files = measured->images.firmware;

    *inputs = (ExplainInputs){
        .platform = measured->platform,
        .tik = measured->keys.tik,
        .digest = of_files ? NULL : measured->digest,
        .firmware = measured->images.firmware,
        .kernel = images_kernel(&measured->images),
        .cpus = of_files ? &measured->cpus : NULL,
        .others = options->others,
    };
}

static void print_json(const Measured *measured,
                       const SevMeasureBuffer *expected,
                       const SevMeasureBuffer *found,
                       const ExplainInputs *inputs)
{
    JsonObject *object = json_object_new();

    json_object_set_boolean_member(object, "good", !inputs);
    json_text_set_hex(object, "expected", expected->measure, SEV_MAC_SIZE);
    json_text_set_hex(object, "found", found->measure, SEV_MAC_SIZE);
    json_text_set_hex(object, "nonce", found->mnonce, SEV_NONCE_SIZE);
    measured_to_json(measured, object);
    if (inputs) {
        unsigned nr_tried;
        g_autofree char *text = explain_measurement(inputs, found, &nr_tried);

        json_object_set_int_member(object, "tried", nr_tried);
        if (text) {
            json_object_set_string_member(object, "explanation", text);
        }
    }
    json_text_print(object);
}

static OwnerExit report(const VerifyOptions *options,
                        const Measured *measured,
                        const SevMeasureBuffer *expected,
                        const SevMeasureBuffer *found)
{
    bool good = crypto_mac_equal(expected->measure, found->measure);
    ExplainInputs inputs;
    Platform running;

    fill_inputs(options, measured, &inputs);
    if (!good && ask_version(options->platform, &running)) {
        inputs.running = &running;
    }
    if (options->common.json) {
        print_json(measured, expected, found, good ? NULL : &inputs);
    } else if (good) {
        printf("measurement is as expected\n");
    } else {
        measurement_check(expected, found);
        explain_say(&inputs, found);
    }
    return good ? OWNER_EXIT_OK : OWNER_EXIT_DIFFERS;
}

OwnerExit verb_measurement_verify(int argc, char **argv)
{
    VerifyOptions options = { 0 };
    SevMeasureBuffer found, expected;
    Measured measured;
    GError *error = NULL;
    OwnerExit status;

    if (snp_mode_asked(argc, argv)) {
        return verb_measurement_verify_snp(argc, argv);
    }
    if (parse(&options, &argc, &argv, &error) &&
        load(&options, &found, &measured, &error)) {
        measured_compute(&measured, found.mnonce, &expected);
        status = report(&options, &measured, &expected, &found);
        measured_clear(&measured);
    } else {
        status = owner_fail(error);
    }
    measurement_options_clear(&options.common);
    g_free(options.measurement);
    g_strfreev(options.others);
    g_free(options.platform);
    return status;
}
