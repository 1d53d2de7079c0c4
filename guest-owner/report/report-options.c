/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes options into what is demanded of a report. */

#include "guest-owner/report/report-options.h"

#include <string.h>
#include "guest-owner/base/input.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/report/kds.h"
#include "guest-owner/report/report.h"

#define TURIN_ID_SIZE 8

static const char bytes_help[] = "hexadecimal, base64, or @ and a file";

static void add_certs(ReportOptions *o, GArray *entries)
{
    const GOptionEntry own[] = {
        { "certs", 0, 0, G_OPTION_ARG_FILENAME, &o->certs,
          "Certificates: the guest's table, PEM, DER, or a directory",
          "FILE" },
        { "ca", 0, 0, G_OPTION_ARG_FILENAME, &o->ca,
          "ARK of a manufacturer to trust, and ASK, ASVK: the same forms",
          "FILE" },
        { "crl", 0, 0, G_OPTION_ARG_FILENAME, &o->crl,
          "List of revoked keys", "FILE" },
        { "kds", 0, 0, G_OPTION_ARG_STRING, &o->kds,
          "Key server to ask for what --certs, --ca and --crl lack", "URL" },
        { "product", 0, 0, G_OPTION_ARG_STRING, &o->product,
          "Milan, Genoa, Turin or Venice: whose report it must be", "NAME" },
        { "at", 0, 0, G_OPTION_ARG_STRING, &o->at,
          "When it must be good, ISO 8601 [now]", "TIME" },
        { "allow-debug", 0, 0, G_OPTION_ARG_NONE, &o->allow_debug,
          "The policy may allow debugging", NULL },
        { "allow-extensions", 0, 0, G_OPTION_ARG_NONE, &o->allow_extensions,
          "Certificates may have extensions of AMD's that are not known "
          "here", NULL },
        { "allow-platform-info", 0, 0, G_OPTION_ARG_NONE,
          &o->allow_platform_info,
          "The report may say of the platform what is not known here", NULL },
        { "policy", 0, 0, G_OPTION_ARG_STRING, &o->policy,
          "Policy that it must have", "N" },
        { "min-tcb", 0, 0, G_OPTION_ARG_STRING, &o->min_tcb,
          "Least reported and launch TCB: snp=8,microcode=115 ...", "LIST" },
        { "guest-svn", 0, 0, G_OPTION_ARG_STRING, &o->guest_svn,
          "Least security version of the guest", "N" },
        { "vmpl", 0, 0, G_OPTION_ARG_STRING, &o->vmpl,
          "Privilege level that it must be of", "N" },
        { "json", 0, 0, G_OPTION_ARG_NONE, &o->json, "Print JSON", NULL },
    };

    g_array_append_vals(entries, own, G_N_ELEMENTS(own));
}

static void add_fields(ReportOptions *o, GArray *entries)
{
    for (ReportField i = 0; i < REPORT_NR_FIELDS; i++) {
        const GOptionEntry entry = {
            report_field_name(i), 0, 0, G_OPTION_ARG_FILENAME, &o->field[i],
            bytes_help, "BYTES"
        };

        g_array_append_val(entries, entry);
    }
}

bool report_options_parse(ReportOptions *options, const GOptionEntry *own,
                          const char *operand, int *argc, char ***argv,
                          const char *summary, GError **errp)
{
    static const GOptionEntry end = { NULL };
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE,
                                            sizeof(GOptionEntry));

    add_certs(options, entries);
    add_fields(options, entries);
    snp_options_add_launch(&options->launch, entries);
    for (; own->long_name; own++) {
        g_array_append_val(entries, *own);
    }
    g_array_append_val(entries, end);
    return options_parse(argc, argv, (const GOptionEntry *)entries->data,
                         operand, 1, summary, NULL, errp);
}

static bool load_time(const char *text, int64_t *at, GError **errp)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) time = text
        ? g_date_time_new_from_iso8601(text, utc) : g_date_time_new_now_utc();

    if (!time) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--at %s: expected a time as 2026-11-30T12:00:00Z", text);
        return false;
    }
    *at = g_date_time_to_unix(time);
    return true;
}

static bool load_product(const char *text, ReportPolicy *report,
                         GError **errp)
{
    static const char *const products[] = {
        "Milan", "Genoa", "Turin", "Venice", NULL
    };

    report->product = text;
    if (!text || g_strv_contains(products, text)) {
        return true;
    }
    g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                "--product %s: expected Milan, Genoa, Turin or Venice", text);
    return false;
}

static bool load_number(const char *option, const char *text,
                        uint32_t *number, const uint32_t **demand,
                        GError **errp)
{
    if (text) {
        *demand = number;
    }
    return !text || input_number(option, text, 0, UINT32_MAX, number, errp);
}

static bool load_numbers(const ReportOptions *options, Demands *demands,
                         GError **errp)
{
    const uint32_t *unused = NULL;
    uint32_t policy = 0;

    if (!load_number("--policy", options->policy, &policy, &unused, errp) ||
        !load_number("--guest-svn", options->guest_svn, &demands->guest_svn,
                     &demands->report.guest_svn, errp) ||
        !load_number("--vmpl", options->vmpl, &demands->vmpl,
                     &demands->report.vmpl, errp)) {
        return false;
    }
    if (options->policy) {
        demands->policy = policy;
        demands->report.policy = &demands->policy;
    }
    if (options->min_tcb) {
        demands->report.min_tcb = &demands->min_tcb;
    }
    return !options->min_tcb || tcb_parse("--min-tcb", options->min_tcb,
                                          &demands->min_tcb, errp);
}

/* Ids of Turin's chips are short: reports have zeros after them. */
static bool load_field(const ReportOptions *options, ReportField field,
                       ReportPolicy *report, GError **errp)
{
    const char *text = options->field[field];
    size_t size = report_field_size(field);
    g_autofree char *option = NULL;
    g_autofree uint8_t *bytes = g_malloc0(size);

    if (!text) {
        return true;
    }
    option = g_strconcat("--", report_field_name(field), NULL);
    if (field == REPORT_CHIP_ID && strlen(text) == 2 * TURIN_ID_SIZE) {
        size = TURIN_ID_SIZE;
    }
    if (!input_bytes(option, text, bytes, size, errp)) {
        return false;
    }
    report->field[field] = g_bytes_new_take(g_steal_pointer(&bytes),
                                            report_field_size(field));
    return true;
}

static bool load_measurement(const ReportOptions *options,
                             ReportPolicy *report, GError **errp)
{
    uint8_t digest[SNP_DIGEST_SIZE];

    if (!snp_options_launch_given(&options->launch)) {
        return true;
    }
    if (report->field[REPORT_MEASUREMENT]) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--measurement stands for the files and CPUs: --firmware, "
                    "--vcpus and the like don't go with it");
        return false;
    }
    if (!snp_options_digest(&options->launch, NULL, NULL, digest, errp)) {
        return false;
    }
    report->field[REPORT_MEASUREMENT] = g_bytes_new(digest, sizeof(digest));
    return true;
}

bool report_options_demands(const ReportOptions *options, Demands *demands,
                            GError **errp)
{
    ReportPolicy *report = &demands->report;
    bool ok;

    memset(demands, 0, sizeof(*demands));
    report->allow_debug = options->allow_debug;
    report->allow_extensions = options->allow_extensions;
    report->allow_platform_info = options->allow_platform_info;
    ok = load_time(options->at, &report->at, errp) &&
         load_product(options->product, report, errp) &&
         load_numbers(options, demands, errp);
    for (ReportField i = 0; ok && i < REPORT_NR_FIELDS; i++) {
        ok = load_field(options, i, report, errp);
    }
    ok = ok && load_measurement(options, report, errp);
    if (!ok) {
        demands_clear(demands);
    }
    return ok;
}

static bool load_crl(const char *path, ReportCerts *certs, GError **errp)
{
    g_autoptr(GBytes) file = input_file("--crl", path, REPORT_CERTS_MAX,
                                        errp);
    g_autofree char *name = g_strconcat("--crl ", path, NULL);

    return file && report_certs_add_crl(certs, file, name, errp);
}

/* Of what is no report nobody has certificates. */
static bool load_kds(const ReportOptions *options, GBytes *file,
                     ReportCerts *certs, GError **errp)
{
    const char *product = options->product;
    SnpReport report;

    if (g_bytes_get_size(file) < sizeof(report)) {
        return true;
    }
    memcpy(&report, g_bytes_get_data(file, NULL), sizeof(report));
    if (report_product(&report)) {
        product = report_product(&report);
    }
    return kds_fetch(options->kds, &report, product, certs, errp);
}

bool report_options_certs(const ReportOptions *options, GBytes *report,
                          ReportCerts *certs, GError **errp)
{
    return (!options->certs ||
            report_certs_load(certs, "--certs", options->certs, errp)) &&
           (!options->ca ||
            report_certs_load_ca(certs, "--ca", options->ca, errp)) &&
           (!options->crl || load_crl(options->crl, certs, errp)) &&
           (!options->kds || !report || load_kds(options, report, certs, errp));
}

void demands_clear(Demands *demands)
{
    for (ReportField i = 0; i < REPORT_NR_FIELDS; i++) {
        g_clear_pointer(&demands->report.field[i], g_bytes_unref);
    }
}

void report_options_clear(ReportOptions *options)
{
    g_free(options->certs);
    g_free(options->ca);
    g_free(options->crl);
    g_free(options->kds);
    g_free(options->product);
    g_free(options->at);
    g_free(options->policy);
    g_free(options->min_tcb);
    g_free(options->guest_svn);
    g_free(options->vmpl);
    for (ReportField i = 0; i < REPORT_NR_FIELDS; i++) {
        g_free(options->field[i]);
    }
    snp_options_clear(&options->launch);
}
