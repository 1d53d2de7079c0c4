/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses options from which "measurement ... --mode snp" reckons. */

#ifndef OWNER_SNP_OPTIONS_H
#define OWNER_SNP_OPTIONS_H

#include "guest-owner/base/options.h"
#include "guest-owner/measure/cpu-options.h"
#include "guest-owner/measure/snp-launch.h"

typedef struct SnpOptions {
    char *mode;
    char *policy;
    char *sev_features;
    char *igvm;
    ImageOptions images;
    CpuOptions cpus;
    gboolean json;
} SnpOptions;

/* Whether the arguments have --mode snp */
bool snp_mode_asked(int argc, char **argv);

/* Parses these options and those of @own, the verb's. */
bool snp_options_parse(SnpOptions *options, int *argc, char ***argv,
                       const GOptionEntry *own, const char *summary,
                       GError **errp);

/* Appends those that say what is launched: files, CPUs. */
void snp_options_add_launch(SnpOptions *options, GArray *entries);

/* Whether any of those was given */
bool snp_options_launch_given(const SnpOptions *options);

/*
 * The launch of firmware that they describe, with the files that it points to in *images,
 * which the caller clears in any case. There is none of an IGVM file.
 */
bool snp_options_launch(const SnpOptions *options, Images *images,
                        SnpLaunch *launch, GError **errp);

/* What they come to. @seen is told of each page, and may be NULL. */
bool snp_options_digest(const SnpOptions *options, SnpPageSeen *seen,
                        gpointer opaque, uint8_t digest[SNP_DIGEST_SIZE],
                        GError **errp);

void snp_options_clear(SnpOptions *options);

#endif
