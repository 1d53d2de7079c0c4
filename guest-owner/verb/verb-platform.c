/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs sevemu platform new, update, commit, config and vlek: what is done to a
 * host. sevemu-platform does it; its options have the same names.
 */

#include <stdio.h>
#include "guest-owner/base/options.h"
#include "guest-owner/chain/platform-tool.h"
#include "guest-owner/run/find.h"
#include "guest-owner/verb/verbs.h"

typedef struct PlatformOptions {
    char *platform;
    char *product;
    char *api;
    char *tcb;
    char *vendor;
    char *csp_id;
    gboolean mask_chip_id;
    gboolean mask_chip_key;
} PlatformOptions;

/* Rows of the options that several have */
#define OPTION_PLATFORM(o) \
    { "platform", 0, 0, G_OPTION_ARG_FILENAME, &(o)->platform, \
      "The platform [the default one]", "DIR" }
#define OPTION_VENDOR(o) \
    { "vendor", 0, 0, G_OPTION_ARG_FILENAME, &(o)->vendor, \
      "Manufacturer, made by \"sevemu vendor new\" [built in]", "DIR" }
#define OPTION_API(o) \
    { "api", 0, 0, G_OPTION_ARG_STRING, &(o)->api, \
      "Version of its firmware", "MAJOR.MINOR.BUILD" }
#define OPTION_TCB(o, text) \
    { "tcb", 0, 0, G_OPTION_ARG_STRING, &(o)->tcb, text, "LIST" }

static void add(GPtrArray *words, const char *option, const char *value)
{
    if (value) {
        g_ptr_array_add(words, g_strdup(option));
        g_ptr_array_add(words, g_strdup(value));
    }
}

static void add_flag(GPtrArray *words, const char *option, bool value)
{
    if (value) {
        g_ptr_array_add(words, g_strdup(option));
    }
}

static char *run_tool(const PlatformOptions *options, const char *dir,
                      const char *command, GError **errp)
{
    g_autofree char *tool = find_libexec("sevemu-platform",
                                         "SEVEMU_PLATFORM_TOOL", errp);
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);

    if (!tool) {
        return NULL;
    }
    g_ptr_array_add(words, g_strdup(tool));
    add(words, "--product", options->product);
    add(words, "--api", options->api);
    add(words, "--tcb", options->tcb);
    add(words, "--vendor", options->vendor);
    add(words, "--csp-id", options->csp_id);
    add_flag(words, "--mask-chip-id", options->mask_chip_id);
    add_flag(words, "--mask-chip-key", options->mask_chip_key);
    g_ptr_array_add(words, g_strdup("--"));
    g_ptr_array_add(words, g_strdup(dir));
    g_ptr_array_add(words, g_strdup(command));
    g_ptr_array_add(words, NULL);
    return tool_run((char **)words->pdata, errp);
}

/* Takes over what @options has; @parsed: were they good? */
static OwnerExit finish(PlatformOptions *options, bool parsed,
                        const char *dir, const char *command,
                        const char *done, GError *error)
{
    g_autofree char *dir_name = dir ? g_strdup(dir) : platform_default_dir();
    g_autofree char *out = parsed ? run_tool(options, dir_name, command,
                                             &error) : NULL;

    g_free(options->platform);
    g_free(options->product);
    g_free(options->api);
    g_free(options->tcb);
    g_free(options->vendor);
    g_free(options->csp_id);
    if (!out) {
        return owner_fail(error);
    }
    printf("%s %s\n", done, dir_name);
    return OWNER_EXIT_OK;
}

OwnerExit verb_platform_new(int argc, char **argv)
{
    PlatformOptions o = { 0 };
    const GOptionEntry entries[] = {
        { "product", 0, 0, G_OPTION_ARG_STRING, &o.product,
          "Naples, Rome, ..., Turin or Venice [Milan]", "NAME" },
        OPTION_API(&o),
        OPTION_TCB(&o, "Numbers of its TCB: snp=8,microcode=115 ..."),
        OPTION_VENDOR(&o),
        { NULL }
    };
    GError *error = NULL;
    bool parsed = options_parse(
        &argc, &argv, entries, "DIR", 1,
        "Makes a platform, a new chip, in the directory DIR, which must not\n"
        "have one yet. Without options it is what is made on first use.",
        "Versions of attestation reports: 2 below firmware 1.56, 3 below\n"
        "1.58, and 5. What \"--tcb\" does not name of boot-loader, tee, snp,\n"
        "microcode and Turin's fmc stays the product's usual.",
        &error);

    return finish(&o, parsed, parsed ? argv[1] : NULL, "create", "Made",
                  error);
}

OwnerExit verb_platform_update(int argc, char **argv)
{
    PlatformOptions o = { 0 };
    const GOptionEntry entries[] = {
        OPTION_PLATFORM(&o),
        OPTION_API(&o),
        OPTION_TCB(&o, "Numbers of its TCB: snp=8,microcode=115 ..."),
        OPTION_VENDOR(&o),
        { NULL }
    };
    GError *error = NULL;
    bool parsed = options_parse(
        &argc, &argv, entries, NULL, 0,
        "Gives a platform other firmware (SNP_DOWNLOAD_FIRMWARE_EX), which\n"
        "guests that are started from now on find. What is not named stays.\n"
        "Below what was committed there is no way back.", NULL, &error);

    return finish(&o, parsed, o.platform, "snp-update", "Updated", error);
}

OwnerExit verb_platform_commit(int argc, char **argv)
{
    PlatformOptions o = { 0 };
    const GOptionEntry entries[] = {
        OPTION_PLATFORM(&o),
        OPTION_VENDOR(&o),
        { NULL }
    };
    GError *error = NULL;
    bool parsed = options_parse(
        &argc, &argv, entries, NULL, 0,
        "Commits a platform's firmware (SNP_COMMIT): it never runs an older\n"
        "one again.", NULL, &error);

    return finish(&o, parsed, o.platform, "snp-commit", "Committed", error);
}

OwnerExit verb_platform_config(int argc, char **argv)
{
    PlatformOptions o = { 0 };
    const GOptionEntry entries[] = {
        OPTION_PLATFORM(&o),
        OPTION_TCB(&o, "The TCB that reports tell [what runs]"),
        { "mask-chip-id", 0, 0, G_OPTION_ARG_NONE, &o.mask_chip_id,
          "Reports have no id of the chip", NULL },
        { "mask-chip-key", 0, 0, G_OPTION_ARG_NONE, &o.mask_chip_key,
          "Reports are not signed by the VCEK", NULL },
        OPTION_VENDOR(&o),
        { NULL }
    };
    GError *error = NULL;
    bool parsed = options_parse(
        &argc, &argv, entries, NULL, 0,
        "Sets what a platform's reports tell (SNP_CONFIG). What is not given\n"
        "is as it is without. The certificates for guests become those of\n"
        "the VCEK of that TCB.", NULL, &error);

    return finish(&o, parsed, o.platform, "snp-config", "Configured", error);
}

OwnerExit verb_platform_vlek(int argc, char **argv)
{
    PlatformOptions o = { 0 };
    const GOptionEntry entries[] = {
        OPTION_PLATFORM(&o),
        { "csp-id", 0, 0, G_OPTION_ARG_STRING, &o.csp_id,
          "The provider's name in its certificate [none: VCEK]", "NAME" },
        OPTION_VENDOR(&o),
        { NULL }
    };
    GError *error = NULL;
    bool parsed = options_parse(
        &argc, &argv, entries, NULL, 0,
        "Has a platform's reports signed by a provider's VLEK (SNP_VLEK_LOAD),\n"
        "with its certificates for guests. Without \"--csp-id\" it is the VCEK\n"
        "again, as it is after each change of the TCB.", NULL, &error);

    return finish(&o, parsed, o.platform, "snp-vlek",
                  o.csp_id ? "Loaded a VLEK:" : "Unloaded:", error);
}
