/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs sevemu secret send: the owner's half of the attestation exchange, for a
 * guest that somebody else has launched.
 */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "guest-owner/base/input.h"
#include "guest-owner/base/json-text.h"
#include "guest-owner/chain/secret-options.h"
#include "guest-owner/chain/secret.h"
#include "guest-owner/exchange/attest.h"
#include "guest-owner/report/report-options.h"
#include "guest-owner/verb/verbs.h"

#define DEFAULT_TIMEOUT "600"
#define MAX_TIMEOUT 86400

typedef struct Send {
    ReportOptions options;
    char **secrets;
    char *timeout_text;
    uint32_t timeout;           /* seconds */
    Demands demands;
    GByteArray *table;
    GMainLoop *loop;
    OwnerExit status;
} Send;

static bool parse(Send *send, int *argc, char ***argv, GError **errp)
{
    const GOptionEntry own[] = {
        { "secret", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &send->secrets,
          "Secret for the guest; can be repeated", "GUID=FILE" },
        { "timeout", 0, 0, G_OPTION_ARG_STRING, &send->timeout_text,
          "Seconds that the guest has [" DEFAULT_TIMEOUT "]", "N" },
        { NULL }
    };

    return report_options_parse(
        &send->options, own, "SOCKET", argc, argv,
        "Answers a SEV-SNP guest that asks for its secrets: the owner's half of\n"
        "docs/attestation-exchange.md. SOCKET is QEMU's, of the guest's virtio\n"
        "serial port org.sevemu.attest. The guest's report is verified as by\n"
        "\"report verify\": its measurement must be demanded, and its VMPL is 0\n"
        "without --vmpl; nonce and key are compared anyway.\n"
        "\n"
        "Exit status: 0 the guest has its secrets, 1 it is refused, 2 usage or\n"
        "file, 5 it is gone, 124 timeout.", errp);
}

static bool load(Send *send, GError **errp)
{
    const char *timeout = send->timeout_text ? send->timeout_text
                                             : DEFAULT_TIMEOUT;
    g_auto(ReportCerts) certs = { .origin = ROOT_OF_CHAIN };
    g_autoptr(GPtrArray) secrets = NULL;
    ReportPolicy *policy = &send->demands.report;

    if (!report_options_demands(&send->options, &send->demands, errp) ||
        !report_options_certs(&send->options, NULL, &certs, errp) ||
        !input_number("--timeout", timeout, 1, MAX_TIMEOUT, &send->timeout,
                      errp)) {
        return false;
    }
    if (policy->field[REPORT_DATA] || !policy->field[REPORT_MEASUREMENT]) {
        g_set_error_literal(
            errp, OWNER_ERROR, OWNER_EXIT_USAGE,
            policy->field[REPORT_DATA]
            ? "--report-data: it is of nonce and key, which are new each time"
            : "which guest may have the secrets? --measurement, or --firmware "
              "and the others that it is reckoned from");
        return false;
    }
    if (!policy->vmpl) {
        policy->vmpl = &send->demands.vmpl;     /* 0 */
    }
    secrets = secret_options_load(send->secrets, errp);
    send->table = secrets ? secret_table(secrets, errp) : NULL;
    return send->table;
}

static void end(Send *send, OwnerExit status)
{
    send->status = status;
    g_main_loop_quit(send->loop);
}

static bool on_judge(const SnpReport *report, const uint8_t *data,
                     GBytes *table, GError **errp, gpointer opaque)
{
    Send *send = opaque;
    ReportPolicy *policy = &send->demands.report;
    g_auto(ReportCerts) certs = { .origin = ROOT_OF_CHAIN };
    g_autoptr(GBytes) file = g_bytes_new(report, sizeof(*report));
    g_autoptr(Verdicts) verdicts = NULL;
    g_autofree char *complaint = NULL;

    if ((table && !report_certs_add(&certs, table,
                                    "the guest's certificates", errp)) ||
        !report_options_certs(&send->options, file, &certs, errp)) {
        return false;
    }
    policy->field[REPORT_DATA] =
        g_bytes_new(data, report_field_size(REPORT_DATA));
    verdicts = report_verify(policy, file, &certs);
    g_clear_pointer(&policy->field[REPORT_DATA], g_bytes_unref);
    if (send->options.json) {
        json_text_print(verdicts_json(verdicts));
    }
    complaint = verdicts_complaint(verdicts);
    if (complaint) {
        g_set_error_literal(errp, OWNER_ERROR, OWNER_EXIT_DIFFERS, complaint);
    }
    return !complaint;
}

static void on_done(gpointer opaque)
{
    Send *send = opaque;

    owner_say(send->secrets ? "the guest has shown that it has the secret"
                            : "the guest has shown that it has the report's "
                              "key");
    end(send, OWNER_EXIT_OK);
}

/* Certificates have names of anybody's choice. */
static void on_refused(const char *why, gpointer opaque)
{
    g_autofree char *words = g_strdup(why);

    for (char *c = words; *c; c++) {
        *c = g_ascii_isprint(*c) ? *c : '?';
    }
    owner_say("the guest is refused: %s", words);
    end(opaque, OWNER_EXIT_DIFFERS);
}

static void on_closed(gpointer opaque)
{
    owner_say("the guest is gone before it has shown that it has its secrets");
    end(opaque, OWNER_EXIT_QEMU_FAILED);
}

static const AttestHandlers handlers = {
    .judge = on_judge,
    .done = on_done,
    .refused = on_refused,
    .closed = on_closed,
};

static gboolean on_timeout(gpointer opaque)
{
    Send *send = opaque;

    owner_say("the guest has not attested itself within %u seconds",
              send->timeout);
    end(send, OWNER_EXIT_TIMEOUT);
    return G_SOURCE_CONTINUE;
}

/* -1: *errp says why */
static int connect_to(const char *path, GError **errp)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd;

    if (strlen(path) >= sizeof(address.sun_path)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "SOCKET %s: too long for a socket", path);
        return -1;
    }
    strcpy(address.sun_path, path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 ||
        connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE, "SOCKET %s: %s",
                    path, g_strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    return fd;
}

static bool answer(Send *send, const char *path, GError **errp)
{
    int fd = connect_to(path, errp);
    Attest *attest;
    guint timeout;

    if (fd < 0) {
        return false;
    }
    send->loop = g_main_loop_new(NULL, FALSE);
    attest = attest_new(fd, send->table, &handlers, send);
    timeout = g_timeout_add_seconds(send->timeout, on_timeout, send);
    g_main_loop_run(send->loop);
    g_source_remove(timeout);
    attest_free(attest);
    g_main_loop_unref(send->loop);
    return true;
}

OwnerExit verb_secret_send(int argc, char **argv)
{
    Send send = { .status = OWNER_EXIT_OK };
    GError *error = NULL;

    if (!parse(&send, &argc, &argv, &error) || !load(&send, &error) ||
        !answer(&send, argv[1], &error)) {
        send.status = owner_fail(error);
    }
    demands_clear(&send.demands);
    report_options_clear(&send.options);
    g_clear_pointer(&send.table, g_byte_array_unref);
    g_strfreev(send.secrets);
    g_free(send.timeout_text);
    return send.status;
}
