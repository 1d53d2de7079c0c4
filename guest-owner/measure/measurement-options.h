/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses options from which "measurement build" and "verify" reckon alike. */

#ifndef OWNER_MEASUREMENT_OPTIONS_H
#define OWNER_MEASUREMENT_OPTIONS_H

#include <json-glib/json-glib.h>
#include "guest-owner/measure/cpus.h"
#include "guest-owner/base/options.h"
#include "guest-owner/measure/cpu-options.h"

typedef struct MeasurementOptions {
    char *mode;
    char *api_major;
    char *api_minor;
    char *build_id;
    char *policy;
    char *launch_digest;
    KeyOptions keys;
    ImageOptions images;
    CpuOptions cpus;
    gboolean json;
} MeasurementOptions;

/* What they come to; points into them */
typedef struct Measured {
    Platform platform;
    Keys keys;
    Images images;              /* of nothing: the digest was given */
    GuestCpus cpus;             /* of nr 0: the same */
    uint8_t digest[SEV_DIGEST_SIZE];
} Measured;

/* Parses these options and those of @own, the verb's. */
bool measurement_options_parse(MeasurementOptions *options, int *argc,
                               char ***argv, const GOptionEntry *own,
                               const char *summary, GError **errp);

/* Loads what @options name, and reckons the digest. */
bool measurement_options_load(const MeasurementOptions *options,
                              Measured *measured, GError **errp);

/* What that must measure to with @mnonce */
void measured_compute(const Measured *measured,
                      const uint8_t mnonce[SEV_NONCE_SIZE],
                      SevMeasureBuffer *out);

/* Its CPUs as far as they are measured: NULL for one without SEV-ES */
const GuestCpus *measured_cpus(const Measured *measured);

/* Sets the members of @object that tell of it: its digest, and its CPUs. */
void measured_to_json(const Measured *measured, JsonObject *object);

void measured_clear(Measured *measured);

void measurement_options_clear(MeasurementOptions *options);

#endif
