/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses options that say which CPUs a guest has. */

#include "guest-owner/measure/cpu-options.h"
#include "guest-owner/base/input.h"
#include "guest-owner/base/options.h"
#include "guest-owner/base/owner.h"

/* What `sevemu run` has */
#define GUESSED_MODEL "max"

/* 15 and what eight bits can add to it */
#define MAX_FAMILY (15 + 255)

void cpu_options_add(CpuOptions *o, GArray *entries)
{
    const GOptionEntry own[] = {
        { "vcpus", 0, 0, G_OPTION_ARG_STRING, &o->vcpus,
          "CPUs of a SEV-ES guest [1]", "N" },
        { "cpu", 0, 0, G_OPTION_ARG_STRING, &o->cpu,
          "CPU model of a SEV-ES guest, as QEMU's -cpu", "MODEL" },
        { "cpu-family", 0, 0, G_OPTION_ARG_STRING, &o->family,
          "CPU family, instead of a model's name", "N" },
        { "cpu-model", 0, 0, G_OPTION_ARG_STRING, &o->model,
          "CPU model, as a number", "N" },
        { "cpu-stepping", 0, 0, G_OPTION_ARG_STRING, &o->stepping,
          "CPU stepping", "N" },
        { "legacy-vm-type", 0, 0, G_OPTION_ARG_NONE, &o->legacy,
          "The SEV-ES guest has legacy-vm-type=on", NULL },
    };

    g_array_append_vals(entries, own, G_N_ELEMENTS(own));
}

static bool numbers_given(const CpuOptions *options)
{
    return options->family || options->model || options->stepping;
}

bool cpu_options_given(const CpuOptions *options)
{
    return options->vcpus || options->cpu || numbers_given(options) ||
           options->legacy;
}

static bool load_numbers(const CpuOptions *options, uint32_t *signature,
                         GError **errp)
{
    uint32_t family, model, stepping;

    if (options->cpu) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--cpu stands for the numbers: --cpu-family, --cpu-model "
                    "and --cpu-stepping don't go with it");
        return false;
    }
    if (!options_need("--cpu-family", options->family, errp) ||
        !options_need("--cpu-model", options->model, errp) ||
        !options_need("--cpu-stepping", options->stepping, errp) ||
        !input_number("--cpu-family", options->family, 0, MAX_FAMILY,
                      &family, errp) ||
        !input_number("--cpu-model", options->model, 0, UINT8_MAX, &model,
                      errp) ||
        !input_number("--cpu-stepping", options->stepping, 0, 15, &stepping,
                      errp)) {
        return false;
    }
    *signature = cpu_signature(family, model, stepping);
    return true;
}

static bool load_model(const char *text, uint32_t *signature, GError **errp)
{
    const CpuModel *model = cpu_model_find(text);

    if (!model) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--cpu %s: not known here; the signature of a SEV-ES "
                    "guest's CPUs is measured: it can be one of the EPYCs, "
                    "max or qemu64", text);
        return false;
    }
    *signature = cpu_model_signature(model);
    return true;
}

bool cpu_options_load(const CpuOptions *options, bool need, GuestCpus *cpus,
                      GError **errp)
{
    *cpus = (GuestCpus){ .nr = 1, .legacy = options->legacy };
    if (options->vcpus && !input_number("--vcpus", options->vcpus, 1,
                                        CPUS_MAX, &cpus->nr, errp)) {
        return false;
    }
    if (numbers_given(options)) {
        return load_numbers(options, &cpus->signature, errp);
    }
    if (options->cpu) {
        return load_model(options->cpu, &cpus->signature, errp);
    }
    if (need) {
        return options_need("--cpu (or --cpu-family, --cpu-model and "
                            "--cpu-stepping)", NULL, errp);
    }
    cpus->guessed = true;
    return load_model(GUESSED_MODEL, &cpus->signature, errp);
}

void cpu_options_clear(CpuOptions *options)
{
    g_clear_pointer(&options->vcpus, g_free);
    g_clear_pointer(&options->cpu, g_free);
    g_clear_pointer(&options->family, g_free);
    g_clear_pointer(&options->model, g_free);
    g_clear_pointer(&options->stepping, g_free);
}
