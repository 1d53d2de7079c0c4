/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sevemu measurement verify: is a launch's measurement the expected one? */

#include <stdio.h>
#include "crypto.h"
#include "input.h"
#include "measurement-options.h"
#include "verbs.h"

typedef struct VerifyOptions {
    MeasurementOptions common;
    char *measurement;
} VerifyOptions;

static bool parse(VerifyOptions *options, int *argc, char ***argv,
                  GError **errp)
{
    const GOptionEntry own[] = {
        { "measurement", 0, 0, G_OPTION_ARG_FILENAME, &options->measurement,
          "Measurement to verify: base64, or file of 48 bytes",
          "MEASUREMENT" },
        { NULL }
    };

    return measurement_options_parse(
        &options->common, argc, argv, own,
        "Exits with 0 when the measurement is what the files, keys and\n"
        "numbers give with its nonce, with 1 when it differs.", errp);
}

static bool compute(const VerifyOptions *options, SevMeasureBuffer *found,
                    SevMeasureBuffer *expected, GError **errp)
{
    return options_need("--measurement", options->measurement, errp) &&
           input_exact("--measurement", options->measurement, found,
                       sizeof(*found), errp) &&
           measurement_options_compute(&options->common, found->mnonce,
                                       expected, errp);
}

OwnerExit verb_measurement_verify(int argc, char **argv)
{
    VerifyOptions options = { 0 };
    SevMeasureBuffer found, expected;
    GError *error = NULL;
    bool ok = parse(&options, &argc, &argv, &error) &&
              compute(&options, &found, &expected, &error);

    measurement_options_clear(&options.common);
    g_free(options.measurement);
    if (!ok) {
        return owner_fail(error);
    }
    if (!measurement_check(&expected, &found)) {
        return OWNER_EXIT_DIFFERS;
    }
    printf("measurement is as expected\n");
    return OWNER_EXIT_OK;
}
