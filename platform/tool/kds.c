/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Serves AMD's key server for emulated platforms: sevemu-kds, which is what
 * "sevemu kds" runs.
 */

#include <gio/gio.h>
#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "platform/tool/kds-chips.h"
#include "vendor/kds/kds-server.h"

typedef struct Options {
    char **platforms;
    char *vendor;
    char *vlek;
    char *listen;
    int port;
    gboolean any_address;
    gboolean https;
    char *ca_out;
    char **faults;
    int timeout;
    gboolean verbose;
} Options;

#define TIMEOUT 30              /* seconds */

/* What the options come to */
typedef struct Setting {
    KdsFaults faults;
    struct sockaddr_storage address;
    char *host;                 /* as a URL has it */
    KdsTls tls;
} Setting;

static bool set_usage(GError **errp, const char *format, const char *what)
{
    g_autofree char *text = g_strdup_printf("%s%s", format, what);

    g_set_error_literal(errp, VENDOR_ERROR, VENDOR_ERROR_FILE, text);
    return false;
}

static bool parse(Options *options, int *argc, char ***argv, GError **errp)
{
    const GOptionEntry entries[] = {
        { "platform", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->platforms,
          "Whose chip is known; once for each [the default platform]",
          "DIR" },
        { "vendor", 0, 0, G_OPTION_ARG_FILENAME, &options->vendor,
          "Manufacturer instead of the one compiled in", "DIR" },
        { "vlek", 0, 0, G_OPTION_ARG_STRING, &options->vlek,
          "Give VLEKs of that provider to anybody", "CSP_ID" },
        { "listen", 0, 0, G_OPTION_ARG_STRING, &options->listen,
          "Address to be asked at [127.0.0.1]", "ADDRESS" },
        { "any-address", 0, 0, G_OPTION_ARG_NONE, &options->any_address,
          "Let --listen name one that others can reach", NULL },
        { "port", 0, 0, G_OPTION_ARG_INT, &options->port,
          "Port to be asked at [0: any that is free]", "NUMBER" },
        { "https", 0, 0, G_OPTION_ARG_NONE, &options->https,
          "HTTPS, as AMD's name, by a CA that is made for this run", NULL },
        { "ca-out", 0, 0, G_OPTION_ARG_FILENAME, &options->ca_out,
          "Write that CA's certificate there [after the URL]", "FILE" },
        { "fault", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->faults,
          "Misbehave, see above; may be given again", "KIND" },
        { "timeout", 0, 0, G_OPTION_ARG_INT, &options->timeout,
          "Time for a client to say anything [" G_STRINGIFY(TIMEOUT) "]",
          "SECONDS" },
        { "verbose", 0, 0, G_OPTION_ARG_NONE, &options->verbose,
          "A line on standard error for each answer", NULL },
        { NULL }
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autofree char *faults = kds_faults_describe();
    g_autofree char *summary = g_strdup_printf(
        "Serves certificates of emulated chips at the addresses of AMD's key\n"
        "server, until it is ended by a signal. The first line of its output\n"
        "is its URL. It asks nobody, least of all AMD's.\n"
        "\n"
        "Kinds of faults:\n%.*s", (int)strlen(faults) - 1, faults);

    g_option_context_set_summary(context, summary);
    g_option_context_add_main_entries(context, entries, NULL);
    return g_option_context_parse(context, argc, argv, errp);
}

static bool read_address(const Options *options, Setting *setting,
                         GError **errp)
{
    const char *text = options->listen ? options->listen : "127.0.0.1";
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);
    g_autoptr(GSocketAddress) socket = NULL;

    if (!address) {
        return set_usage(errp, "--listen: expected an address of IPv4 or "
                         "IPv6, found ", text);
    }
    if (!g_inet_address_get_is_loopback(address) && !options->any_address) {
        return set_usage(errp, "--listen: expected an address of this "
                         "machine alone, or --any-address, found ", text);
    }
    socket = g_inet_socket_address_new(address, options->port);
    setting->host = g_inet_address_get_family(address) ==
                    G_SOCKET_FAMILY_IPV6 ? g_strdup_printf("[%s]", text)
                                         : g_strdup(text);
    return g_socket_address_to_native(socket, &setting->address,
                                      sizeof(setting->address), errp);
}

static bool check_numbers(const Options *options, GError **errp)
{
    g_autofree char *port = g_strdup_printf("%d", options->port);
    g_autofree char *timeout = g_strdup_printf("%d", options->timeout);

    if (options->port < 0 || options->port > UINT16_MAX) {
        return set_usage(errp, "--port: expected a number up to 65535, found ",
                         port);
    }
    return options->timeout >= 1 ||
           set_usage(errp, "--timeout: expected a number from 1 on, found ",
                     timeout);
}

static bool read_options(const Options *options, int argc, char **argv,
                         Setting *setting, GError **errp)
{
    if (argc > 1) {
        return set_usage(errp, "unexpected argument: ", argv[1]);
    }
    if (options->ca_out && !options->https) {
        return set_usage(errp, "--ca-out needs --https", "");
    }
    for (char **fault = options->faults; fault && *fault; fault++) {
        if (!kds_faults_add(&setting->faults, *fault, errp)) {
            return false;
        }
    }
    return check_numbers(options, errp) &&
           read_address(options, setting, errp) &&
           (!options->https ||
            kds_tls_make(&setting->tls,
                         options->any_address ? options->listen : NULL,
                         errp)) &&
           (!options->ca_out ||
            g_file_set_contents(options->ca_out, setting->tls.ca, -1, errp));
}

static KdsChips *open_chips(const Options *options, GError **errp)
{
    g_autoptr(KdsChips) chips = kds_chips_new(options->vendor, errp);
    char *only[] = { NULL, NULL };
    char **path = options->platforms ? options->platforms : only;

    if (!chips ||
        (options->vlek && !kds_chips_provide(chips, options->vlek, errp))) {
        return NULL;
    }
    do {
        if (!kds_chips_add(chips, *path, errp)) {
            return NULL;
        }
    } while (*path && *++path);
    return g_steal_pointer(&chips);
}

/* So that a script that reads the first line can ask at once */
static bool say_where(const Options *options, const Setting *setting,
                      const KdsServer *server, GError **errp)
{
    bool ca = options->https && !options->ca_out;

    if (printf("http%s://%s:%u\n%s", options->https ? "s" : "", setting->host,
               kds_server_port(server), ca ? setting->tls.ca : "") < 0 ||
        fflush(stdout) != 0) {
        return set_usage(errp, "standard output can't be written", "");
    }
    return true;
}

static gboolean on_signal(gpointer loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_CONTINUE;
}

static bool serve(const Options *options, const Setting *setting,
                  GError **errp)
{
    g_autoptr(KdsChips) chips = open_chips(options, errp);
    const KdsOps ops = chips ? kds_chips_ops(chips) : (KdsOps) { NULL };
    g_autoptr(Kds) kds = chips ? kds_new(&ops, &setting->faults, chips) : NULL;
    const KdsServerConfig config = {
        .address = (const struct sockaddr *)&setting->address,
        .tls = options->https ? &setting->tls : NULL,
        .timeout = options->timeout, .verbose = options->verbose,
    };
    KdsServer *server = kds ? kds_server_new(kds, &config, errp) : NULL;
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    bool ok;

    g_unix_signal_add(SIGTERM, on_signal, loop);
    g_unix_signal_add(SIGINT, on_signal, loop);
    ok = server && say_where(options, setting, server, errp);
    if (ok) {
        g_main_loop_run(loop);
    }
    g_main_loop_unref(loop);
    kds_server_free(server);
    return ok;
}

static bool run(Options *options, int argc, char **argv, GError **errp)
{
    Setting setting = { 0 };
    bool ok = parse(options, &argc, &argv, errp) &&
              read_options(options, argc, argv, &setting, errp) &&
              serve(options, &setting, errp);

    kds_tls_clear(&setting.tls);
    g_free(setting.host);
    return ok;
}

int main(int argc, char **argv)
{
    Options options = { .timeout = TIMEOUT };
    GError *error = NULL;
    int status = 0;

    setlocale(LC_ALL, "");
    g_set_prgname("sevemu kds");
    if (!run(&options, argc, argv, &error)) {
        fprintf(stderr, "sevemu: %s\n", error->message);
        g_error_free(error);
        status = 2;
    }
    g_strfreev(options.platforms);
    g_strfreev(options.faults);
    g_free(options.vendor);
    g_free(options.vlek);
    g_free(options.listen);
    g_free(options.ca_out);
    return status;
}
