/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes options into the launch digest of a SEV-SNP guest. */

#include <string.h>
#include "abi/vmsa.h"
#include "guest-owner/base/input.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/measure/igvm.h"
#include "guest-owner/measure/snp-options.h"

bool snp_mode_asked(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--mode=snp") == 0 ||
            (strcmp(argv[i], "--mode") == 0 && i + 1 < argc &&
             strcmp(argv[i + 1], "snp") == 0)) {
            return true;
        }
    }
    return false;
}

void snp_options_add_launch(SnpOptions *o, GArray *entries)
{
    const GOptionEntry own[] = {
        { "igvm", 0, 0, G_OPTION_ARG_FILENAME, &o->igvm,
          "IGVM file that is launched; it has all, its CPUs' state too",
          "FILE" },
        { "sev-features", 0, 0, G_OPTION_ARG_STRING, &o->sev_features,
          "SEV features in the CPUs' state [0x1]", "N" },
    };

    options_add_images(&o->images, entries);
    cpu_options_add(&o->cpus, entries);
    g_array_append_vals(entries, own, G_N_ELEMENTS(own));
}

/* What is not for an IGVM file */
static bool firmware_given(const SnpOptions *options)
{
    const ImageOptions *images = &options->images;

    return images->firmware || images->kernel || images->initrd ||
           images->cmdline || cpu_options_given(&options->cpus) ||
           options->sev_features;
}

bool snp_options_launch_given(const SnpOptions *options)
{
    return options->igvm || firmware_given(options);
}

static GArray *common_entries(SnpOptions *o)
{
    const GOptionEntry common[] = {
        { "mode", 0, 0, G_OPTION_ARG_STRING, &o->mode,
          "\"snp\", or \"sev\", which has other options", "MODE" },
        { "policy", 0, 0, G_OPTION_ARG_STRING, &o->policy,
          "Policy of the guest: is not measured, only looked at", "N" },
        { "json", 0, 0, G_OPTION_ARG_NONE, &o->json, "Print JSON", NULL },
    };
    GArray *entries = g_array_new(FALSE, FALSE, sizeof(GOptionEntry));

    g_array_append_vals(entries, common, G_N_ELEMENTS(common));
    snp_options_add_launch(o, entries);
    return entries;
}

bool snp_options_parse(SnpOptions *options, int *argc, char ***argv,
                       const GOptionEntry *own, const char *summary,
                       GError **errp)
{
    g_autoptr(GArray) entries = common_entries(options);

    if (!options_parse_common(argc, argv, entries, own, summary, errp)) {
        return false;
    }
    if (g_strcmp0(options->mode, "snp") != 0) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--mode %s: expected snp, as --mode snp is among the "
                    "arguments", options->mode ? options->mode : "(none)");
        return false;
    }
    return true;
}

/* What the platform would refuse is told here, in words. */
static bool check_policy(const SnpOptions *options, GError **errp)
{
    uint32_t policy;

    if (!options->policy) {
        return true;
    }
    if (!input_number("--policy", options->policy, 0, UINT32_MAX, &policy,
                      errp)) {
        return false;
    }
    if (!(policy & SNP_GPOLICY_ONE)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--policy 0x%x: no platform launches a guest with it; "
                    "bit 17 must be one (0x%x)", policy,
                    policy | (uint32_t)SNP_GPOLICY_ONE);
        return false;
    }
    if (policy & SNP_GPOLICY_RESERVED) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--policy 0x%x: bits from 26 on are reserved", policy);
        return false;
    }
    return true;
}

bool snp_options_launch(const SnpOptions *options, Images *images,
                        SnpLaunch *launch, GError **errp)
{
    uint32_t features = VMSA_SEV_FEATURE_SNP_ACTIVE;

    if (options->cpus.legacy) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--legacy-vm-type: SEV-SNP guests have no such thing");
        return false;
    }
    if (!check_policy(options, errp) ||
        (options->sev_features &&
         !input_number("--sev-features", options->sev_features, 0,
                       UINT32_MAX, &features, errp)) ||
        !options_need("--firmware", options->images.firmware, errp) ||
        !cpu_options_load(&options->cpus, true, &launch->cpus, errp) ||
        !options_images(&options->images, "--cmdline", images, errp)) {
        return false;
    }
    launch->sev_features = features;
    launch->firmware = images->firmware;
    launch->name = options->images.firmware;
    launch->kernel = images_kernel(images);
    return true;
}

static bool igvm_options_digest(const SnpOptions *options,
                                const SnpLaunch *launch, uint8_t *digest,
                                GError **errp)
{
    g_autoptr(GBytes) file = NULL;
    IgvmMeasured measured;

    if (firmware_given(options)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--igvm: the file has firmware and CPUs: --firmware, "
                    "--vcpus and the like don't go with it");
        return false;
    }
    if (!check_policy(options, errp)) {
        return false;
    }
    file = input_file("--igvm", options->igvm, IGVM_MAX_SIZE, errp);
    if (!file || !igvm_measure(launch, file, options->igvm, &measured, errp)) {
        return false;
    }
    memcpy(digest, measured.digest, SNP_DIGEST_SIZE);
    return true;
}

bool snp_options_digest(const SnpOptions *options, SnpPageSeen *seen,
                        gpointer opaque, uint8_t digest[SNP_DIGEST_SIZE],
                        GError **errp)
{
    SnpLaunch launch = { .seen = seen, .opaque = opaque };
    Images images = { 0 };
    bool ok;

    if (options->igvm) {
        return igvm_options_digest(options, &launch, digest, errp);
    }
    ok = snp_options_launch(options, &images, &launch, errp) &&
         snp_launch_digest(&launch, digest, errp);
    images_clear(&images);
    return ok;
}

void snp_options_clear(SnpOptions *options)
{
    g_clear_pointer(&options->mode, g_free);
    g_clear_pointer(&options->policy, g_free);
    g_clear_pointer(&options->sev_features, g_free);
    g_clear_pointer(&options->igvm, g_free);
    options_clear_images(&options->images);
    cpu_options_clear(&options->cpus);
}
