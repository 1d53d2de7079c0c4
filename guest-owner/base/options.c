/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses and loads options that several verbs have in common. */

#include <string.h>
#include "guest-owner/measure/firmware.h"
#include "guest-owner/base/input.h"
#include "guest-owner/measure/kernel-image.h"
#include "guest-owner/base/options.h"
#include "guest-owner/base/owner.h"

bool options_parse(int *argc, char ***argv, const GOptionEntry *entries,
                   const char *operands, int nr_operands,
                   const char *summary, gpointer opaque, GError **errp)
{
    g_autoptr(GOptionContext) context = g_option_context_new(operands);
    GOptionGroup *group = g_option_group_new("main", "", "", opaque, NULL);

    g_option_context_set_summary(context, summary);
    g_option_group_add_entries(group, entries);
    g_option_context_set_main_group(context, group);
    if (!g_option_context_parse(context, argc, argv, errp)) {
        return false;
    }
    if (*argc - 1 > nr_operands) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "unexpected argument: %s", (*argv)[nr_operands + 1]);
        return false;
    }
    if (*argc - 1 < nr_operands) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "expected %s", operands);
        return false;
    }
    return true;
}

bool options_parse_common(int *argc, char ***argv, GArray *common,
                          const GOptionEntry *own, const char *summary,
                          GError **errp)
{
    static const GOptionEntry end = { NULL };

    for (; own->long_name; own++) {
        g_array_append_val(common, *own);
    }
    g_array_append_val(common, end);
    return options_parse(argc, argv, (const GOptionEntry *)common->data, NULL,
                         0, summary, NULL, errp);
}

bool options_need(const char *option, const char *value, GError **errp)
{
    if (!value) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE, "%s is needed",
                    option);
        return false;
    }
    return true;
}

static bool both_keys(const char *tk, Keys *keys, GError **errp)
{
    uint8_t both[2 * SEV_KEY_SIZE];

    if (!input_exact("--tk", tk, both, sizeof(both), errp)) {
        return false;
    }
    memcpy(keys->tek, both, SEV_KEY_SIZE);
    memcpy(keys->tik, both + SEV_KEY_SIZE, SEV_KEY_SIZE);
    return true;
}

bool options_keys(const KeyOptions *options, bool need_tek, Keys *keys,
                  GError **errp)
{
    if (options->tk) {
        if (options->tik || options->tek) {
            g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                        "--tk has both keys: --tik and --tek don't go with "
                        "it");
            return false;
        }
        return both_keys(options->tk, keys, errp);
    }
    if (!options_need("--tik (or --tk)", options->tik, errp) ||
        !input_exact("--tik", options->tik, keys->tik, SEV_KEY_SIZE, errp)) {
        return false;
    }
    if (!options->tek && !need_tek) {
        return true;
    }
    return options_need("--tek (or --tk)", options->tek, errp) &&
           input_exact("--tek", options->tek, keys->tek, SEV_KEY_SIZE, errp);
}

void options_clear_keys(KeyOptions *options)
{
    g_clear_pointer(&options->tik, g_free);
    g_clear_pointer(&options->tek, g_free);
    g_clear_pointer(&options->tk, g_free);
}

void options_add_images(ImageOptions *options, GArray *entries)
{
    const GOptionEntry own[] = {
        { "firmware", 0, 0, G_OPTION_ARG_FILENAME, &options->firmware,
          "Firmware image", "FILE" },
        { "kernel", 0, 0, G_OPTION_ARG_FILENAME, &options->kernel,
          "Kernel, when its hash is measured", "FILE" },
        { "initrd", 0, 0, G_OPTION_ARG_FILENAME, &options->initrd,
          "Initial RAM disk of the kernel", "FILE" },
        { "cmdline", 0, 0, G_OPTION_ARG_FILENAME, &options->cmdline,
          "Command line of the kernel", "TEXT" },
    };

    g_array_append_vals(entries, own, G_N_ELEMENTS(own));
}

static bool load(const char *option, const char *path, size_t max,
                 GBytes **bytes, GError **errp)
{
    if (!path) {
        return true;
    }
    *bytes = input_file(option, path, max, errp);
    return *bytes != NULL;
}

bool options_images(const ImageOptions *options, const char *cmdline_option,
                    Images *images, GError **errp)
{
    if (!options->kernel && (options->initrd || options->cmdline)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE, "%s needs --kernel",
                    options->initrd ? "--initrd" : cmdline_option);
        return false;
    }
    images->files.cmdline = options->cmdline;
    return load("--firmware", options->firmware, FIRMWARE_MAX_SIZE,
                &images->firmware, errp) &&
           load("--kernel", options->kernel, INPUT_MAX_IMAGE,
                &images->files.kernel, errp) &&
           (!images->files.kernel ||
            kernel_image_check(images->files.kernel, options->kernel, errp)) &&
           load("--initrd", options->initrd, INPUT_MAX_IMAGE,
                &images->files.initrd, errp);
}

void options_clear_images(ImageOptions *options)
{
    g_clear_pointer(&options->firmware, g_free);
    g_clear_pointer(&options->kernel, g_free);
    g_clear_pointer(&options->initrd, g_free);
    g_clear_pointer(&options->cmdline, g_free);
}

const KernelFiles *images_kernel(const Images *images)
{
    return images->files.kernel ? &images->files : NULL;
}

void images_clear(Images *images)
{
    g_clear_pointer(&images->firmware, g_bytes_unref);
    g_clear_pointer(&images->files.kernel, g_bytes_unref);
    g_clear_pointer(&images->files.initrd, g_bytes_unref);
}
