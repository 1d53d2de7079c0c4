/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses options that say which CPUs a guest has. */

#ifndef OWNER_CPU_OPTIONS_H
#define OWNER_CPU_OPTIONS_H

#include "guest-owner/measure/cpus.h"

/* Options; all NULL and FALSE at first */
typedef struct CpuOptions {
    char *vcpus;
    char *cpu;
    char *family;
    char *model;
    char *stepping;
    gboolean legacy;
} CpuOptions;

/* Appends them to @entries, an array of GOptionEntry. */
void cpu_options_add(CpuOptions *options, GArray *entries);

/* Whether any of them was given */
bool cpu_options_given(const CpuOptions *options);

/*
 * What they come to, but for reset_eip. @need: that the model is not known
 * is an error; else it is guessed.
 */
bool cpu_options_load(const CpuOptions *options, bool need, GuestCpus *cpus,
                      GError **errp);

void cpu_options_clear(CpuOptions *options);

#endif
