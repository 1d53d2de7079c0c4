/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the options of "measurement" into a measurement. */

#include <string.h>
#include "guest-owner/measure/firmware.h"
#include "guest-owner/base/input.h"
#include "guest-owner/base/json-text.h"
#include "guest-owner/measure/measurement-options.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/base/wipe.h"

static GArray *common_entries(MeasurementOptions *o)
{
    const GOptionEntry common[] = {
        { "mode", 0, 0, G_OPTION_ARG_STRING, &o->mode,
          "\"sev\", or \"snp\", which has other options [sev]", "MODE" },
        { "api-major", 0, 0, G_OPTION_ARG_STRING, &o->api_major,
          "SEV API major version of the platform", "N" },
        { "api-minor", 0, 0, G_OPTION_ARG_STRING, &o->api_minor,
          "SEV API minor version of the platform", "N" },
        { "build-id", 0, 0, G_OPTION_ARG_STRING, &o->build_id,
          "SEV firmware build of the platform", "N" },
        { "policy", 0, 0, G_OPTION_ARG_STRING, &o->policy,
          "Policy of the guest", "N" },
        { "tik", 0, 0, G_OPTION_ARG_FILENAME, &o->keys.tik,
          "Integrity key: file of 16 bytes, or base64", "TIK" },
        { "tk", 0, 0, G_OPTION_ARG_FILENAME, &o->keys.tk,
          "Both keys: file of 32 bytes, TEK then TIK, or base64", "TK" },
        { "launch-digest", 0, 0, G_OPTION_ARG_FILENAME, &o->launch_digest,
          "Digest instead of images: file of 32 bytes, or base64", "DIGEST" },
        { "json", 0, 0, G_OPTION_ARG_NONE, &o->json, "Print JSON", NULL },
    };
    GArray *entries = g_array_new(FALSE, FALSE, sizeof(GOptionEntry));

    g_array_append_vals(entries, common, G_N_ELEMENTS(common));
    options_add_images(&o->images, entries);
    cpu_options_add(&o->cpus, entries);
    return entries;
}

bool measurement_options_parse(MeasurementOptions *options, int *argc,
                               char ***argv, const GOptionEntry *own,
                               const char *summary, GError **errp)
{
    g_autoptr(GArray) entries = common_entries(options);

    return options_parse_common(argc, argv, entries, own, summary, errp);
}

static bool compute_platform(const MeasurementOptions *options,
                             Platform *platform, GError **errp)
{
    uint32_t major, minor, build;

    if (!options_need("--api-major", options->api_major, errp) ||
        !options_need("--api-minor", options->api_minor, errp) ||
        !options_need("--build-id", options->build_id, errp) ||
        !options_need("--policy", options->policy, errp) ||
        !input_number("--api-major", options->api_major, 0, UINT8_MAX,
                      &major, errp) ||
        !input_number("--api-minor", options->api_minor, 0, UINT8_MAX,
                      &minor, errp) ||
        !input_number("--build-id", options->build_id, 0, UINT8_MAX, &build,
                      errp) ||
        !input_number("--policy", options->policy, 0, UINT32_MAX,
                      &platform->policy, errp)) {
        return false;
    }
    platform->api_major = major;
    platform->api_minor = minor;
    platform->build = build;
    return true;
}

/* Without SEV-ES the options for CPUs are good to explain a difference. */
static bool load_cpus(const MeasurementOptions *options, Measured *m,
                      GError **errp)
{
    bool es = m->platform.policy & SEV_GPOLICY_ES;
    const char *name = options->images.firmware;
    FirmwareInfo info;

    if (!cpu_options_load(&options->cpus, es, &m->cpus, errp)) {
        return false;
    }
    return !es || (firmware_parse(m->images.firmware, name, &info, errp) &&
                   guest_cpus_take_firmware(&m->cpus, &info, name, errp));
}

static bool digest_of_images(const MeasurementOptions *options, Measured *m,
                             GError **errp)
{
    if (!options_images(&options->images, "--cmdline", &m->images, errp) ||
        !load_cpus(options, m, errp)) {
        return false;
    }
    launch_digest(m->images.firmware, images_kernel(&m->images),
                  measured_cpus(m), m->digest);
    return true;
}

const GuestCpus *measured_cpus(const Measured *measured)
{
    return measured->cpus.nr && measured->platform.policy & SEV_GPOLICY_ES
           ? &measured->cpus : NULL;
}

static bool compute_digest(const MeasurementOptions *options, Measured *m,
                           GError **errp)
{
    const ImageOptions *images = &options->images;
    bool any_file = images->firmware || images->kernel || images->initrd ||
                    images->cmdline;

    if (options->launch_digest && any_file) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--launch-digest stands for the files: --firmware, "
                    "--kernel, --initrd and --cmdline don't go with it");
        return false;
    }
    if (options->launch_digest && cpu_options_given(&options->cpus)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--launch-digest stands for the CPUs as well: --vcpus, "
                    "--cpu and the like don't go with it");
        return false;
    }
    if (options->launch_digest) {
        return input_exact("--launch-digest", options->launch_digest,
                           m->digest, SEV_DIGEST_SIZE, errp);
    }
    return options_need("--firmware (or --launch-digest)", images->firmware,
                        errp) &&
           digest_of_images(options, m, errp);
}

bool measurement_options_load(const MeasurementOptions *options,
                              Measured *measured, GError **errp)
{
    memset(measured, 0, sizeof(*measured));
    if (options->mode && strcmp(options->mode, "sev") != 0) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--mode %s: expected sev or snp", options->mode);
        return false;
    }
    if (compute_platform(options, &measured->platform, errp) &&
        options_keys(&options->keys, false, &measured->keys, errp) &&
        compute_digest(options, measured, errp)) {
        return true;
    }
    measured_clear(measured);
    return false;
}

void measured_compute(const Measured *measured,
                      const uint8_t mnonce[SEV_NONCE_SIZE],
                      SevMeasureBuffer *out)
{
    measurement_compute(&measured->platform, measured->digest, mnonce,
                        measured->keys.tik, out);
}

void measured_to_json(const Measured *measured, JsonObject *object)
{
    const GuestCpus *cpus = measured_cpus(measured);

    json_text_set_hex(object, "digest", measured->digest, SEV_DIGEST_SIZE);
    if (cpus) {
        json_object_set_int_member(object, "vcpus", cpus->nr);
        json_object_set_int_member(object, "cpu-signature", cpus->signature);
        json_object_set_boolean_member(object, "legacy-vm-type",
                                       cpus->legacy);
    }
}

void measured_clear(Measured *measured)
{
    images_clear(&measured->images);
    wipe(&measured->keys, sizeof(measured->keys));
}

void measurement_options_clear(MeasurementOptions *options)
{
    g_clear_pointer(&options->mode, g_free);
    g_clear_pointer(&options->api_major, g_free);
    g_clear_pointer(&options->api_minor, g_free);
    g_clear_pointer(&options->build_id, g_free);
    g_clear_pointer(&options->policy, g_free);
    g_clear_pointer(&options->launch_digest, g_free);
    options_clear_keys(&options->keys);
    options_clear_images(&options->images);
    cpu_options_clear(&options->cpus);
}
