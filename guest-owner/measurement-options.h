/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options from which "measurement build" and "verify" reckon alike. */

#ifndef OWNER_MEASUREMENT_OPTIONS_H
#define OWNER_MEASUREMENT_OPTIONS_H

#include "options.h"

typedef struct MeasurementOptions {
    char *api_major;
    char *api_minor;
    char *build_id;
    char *policy;
    char *launch_digest;
    KeyOptions keys;
    ImageOptions images;
} MeasurementOptions;

/* Parses these options and those of @own, the verb's. */
bool measurement_options_parse(MeasurementOptions *options, int *argc,
                               char ***argv, const GOptionEntry *own,
                               const char *summary, GError **errp);

/* What @options must measure to with @mnonce */
bool measurement_options_compute(const MeasurementOptions *options,
                                 const uint8_t mnonce[SEV_NONCE_SIZE],
                                 SevMeasureBuffer *out, GError **errp);

void measurement_options_clear(MeasurementOptions *options);

#endif
