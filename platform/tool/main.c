/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs one command on one platform and prints its answer as JSON:
 * sevemu-platform, the host's /dev/sev for programs that have no guest.
 */

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "platform/tool/commands.h"
#include "platform/tool/model.h"
#include "vendor/vendor.h"

typedef struct Options {
    ToolOptions given;
    AspModel model;                     /* to make one of */
    const char *path;                   /* NULL: the default platform */
    const ToolCommand *command;
} Options;

static char *describe(void)
{
    GString *text = g_string_new("Commands:\n");

    for (const ToolCommand *c = tool_commands; c->name; c++) {
        g_string_append_printf(text, "  %-12s %s\n", c->name, c->summary);
    }
    g_string_append(text,
        "\n"
        "DIR is the platform's directory, - the default one. It is\n"
        "made when it is not there. The answer is a JSON object on standard\n"
        "output, with blobs in base64.\n"
        "\n"
        "Exit status: 0 done; 2 bad argument, or a file that won't do;\n"
        "3 the firmware refused: the object then has \"command\", \"status\"\n"
        "and \"code\".\n");
    return g_string_free(text, FALSE);
}

static const ToolCommand *find_command(const char *name)
{
    for (const ToolCommand *c = tool_commands; c->name; c++) {
        if (strcmp(c->name, name) == 0) {
            return c;
        }
    }
    return NULL;
}

static bool set_usage(GError **errp, const char *format, const char *what)
{
    g_autofree char *text = g_strdup_printf("%s%s", format, what);

    g_set_error(errp, TOOL_ERROR, TOOL_EXIT_USAGE, "%s (see --help)", text);
    return false;
}

/* Each option with a command that takes it? */
static bool check_options(const Options *options, GError **errp)
{
    const ToolOptions *given = &options->given;
    const struct {
        unsigned option;
        const char *name;
        bool is_given;
    } rows[] = {
        { TOOL_VENDOR, "--vendor", given->vendor },
        { TOOL_PRODUCT, "--product", given->product },
        { TOOL_API, "--api", given->api },
        { TOOL_TCB, "--tcb", given->tcb },
        { TOOL_MASKS, "--mask-chip-id", given->mask_chip_id },
        { TOOL_MASKS, "--mask-chip-key", given->mask_chip_key },
        { TOOL_CSP, "--csp-id", given->csp_id },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].is_given && !(options->command->options &
                                  rows[i].option)) {
            g_autofree char *words = g_strconcat(rows[i].name,
                                                 " does not go with ", NULL);

            return set_usage(errp, words, options->command->name);
        }
    }
    return !given->csp_id || vendor_csp_id_valid(given->csp_id) ||
           set_usage(errp, "--csp-id: expected a name of 1 to 64 characters "
                     "of ASCII, found another", "");
}

static bool parse_operands(Options *options, int argc, char **argv,
                           GError **errp)
{
    if (argc != 3) {
        return set_usage(errp, "expected DIR and COMMAND", "");
    }
    options->path = strcmp(argv[1], "-") == 0 ? NULL : argv[1];
    options->command = find_command(argv[2]);
    if (!options->command) {
        return set_usage(errp, "no such command: ", argv[2]);
    }
    return check_options(options, errp) &&
           (!(options->command->options & TOOL_PRODUCT) ||
            tool_model_read(&options->model, &options->given, errp));
}

static bool parse(Options *options, int argc, char **argv, GError **errp)
{
    ToolOptions *given = &options->given;
    const GOptionEntry entries[] = {
        { "vendor", 0, 0, G_OPTION_ARG_FILENAME, &given->vendor,
          "Manufacturer of the chip [built in]", "DIR" },
        { "product", 0, 0, G_OPTION_ARG_STRING, &given->product,
          "Processor: Naples, ..., Turin, Venice [Milan]", "NAME" },
        { "api", 0, 0, G_OPTION_ARG_STRING, &given->api,
          "Version of its firmware", "MAJOR.MINOR.BUILD" },
        { "tcb", 0, 0, G_OPTION_ARG_STRING, &given->tcb,
          "Numbers of its TCB: snp=8,microcode=115 ...", "LIST" },
        { "mask-chip-id", 0, 0, G_OPTION_ARG_NONE, &given->mask_chip_id,
          "No id of the chip in reports", NULL },
        { "mask-chip-key", 0, 0, G_OPTION_ARG_NONE, &given->mask_chip_key,
          "No signature by the VCEK", NULL },
        { "csp-id", 0, 0, G_OPTION_ARG_STRING, &given->csp_id,
          "The provider, as its VLEK's certificate names it", "NAME" },
        { NULL }
    };
    g_autoptr(GOptionContext) context = g_option_context_new("DIR COMMAND");
    g_autofree char *description = describe();

    g_option_context_set_summary(context,
        "Runs a command of an emulated SEV platform's firmware.");
    g_option_context_set_description(context, description);
    g_option_context_add_main_entries(context, entries, NULL);
    return g_option_context_parse(context, &argc, &argv, errp) &&
           parse_operands(options, argc, argv, errp);
}

/* "{...}" and a newline; prints nothing else, whatever happens. */
static bool print_object(JsonBuilder *out, GError **errp)
{
    g_autoptr(JsonGenerator) generator = json_generator_new();
    g_autoptr(JsonNode) root = json_builder_get_root(out);
    g_autofree char *text = NULL;

    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    text = json_generator_to_data(generator, NULL);
    if (printf("%s\n", text) < 0 || fflush(stdout) != 0) {
        g_set_error(errp, TOOL_ERROR, TOOL_EXIT_USAGE,
                    "standard output can't be written");
        return false;
    }
    return true;
}

static bool print_refusal(const ToolHost *host, GError **errp)
{
    g_autoptr(JsonBuilder) out = json_builder_new();

    json_builder_begin_object(out);
    json_builder_set_member_name(out, "command");
    json_builder_add_string_value(out, host->command);
    json_builder_set_member_name(out, "status");
    json_builder_add_string_value(out, asp_status_name(host->status));
    json_builder_set_member_name(out, "code");
    json_builder_add_int_value(out, host->status);
    json_builder_end_object(out);
    return print_object(out, errp);
}

static bool run(const Options *options, GError **errp)
{
    g_autoptr(JsonBuilder) out = json_builder_new();
    const PlatformMake make = {
        options->given.vendor,
        options->command->options & TOOL_PRODUCT ? &options->model : NULL,
    };
    g_autoptr(ToolHost) host = tool_host_new(options->path, &make, errp);
    GError *error = NULL;

    if (!host) {
        return false;
    }
    host->options = &options->given;
    json_builder_begin_object(out);
    if (!options->command->run(host, out, &error)) {
        if (error->code == TOOL_EXIT_REFUSED) {
            print_refusal(host, NULL);
        }
        g_propagate_error(errp, error);
        return false;
    }
    json_builder_set_member_name(out, "platform");
    json_builder_add_string_value(out, platform_dir_path(host->dir));
    json_builder_end_object(out);
    return print_object(out, errp);
}

int main(int argc, char **argv)
{
    Options options = { 0 };
    GError *error = NULL;
    int status = TOOL_EXIT_OK;

    setlocale(LC_ALL, "");
    if (!parse(&options, argc, argv, &error) || !run(&options, &error)) {
        fprintf(stderr, "sevemu-platform: %s\n", error->message);
        /* GLib's own domains reach here from the option parser only */
        status = error->domain == TOOL_ERROR ? error->code : TOOL_EXIT_USAGE;
        g_error_free(error);
    }
    g_free(options.given.vendor);
    g_free(options.given.product);
    g_free(options.given.api);
    g_free(options.given.tcb);
    g_free(options.given.csp_id);
    return status;
}
