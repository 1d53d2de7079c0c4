/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks a key server, by libcurl. What it answers is a file of others. */

#include "guest-owner/report/kds.h"

#include <curl/curl.h>
#include <string.h>
#include "guest-owner/base/json-text.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/report/report.h"
#include "guest-owner/report/tcb.h"

#define MAX_ANSWER     0x10000
#define CONNECT_LIMIT  10L      /* seconds */
#define ANSWER_LIMIT   30L
#define TRIES          4        /* when it is asked too often */
#define PAUSE          10       /* seconds, if it does not say how many */
#define MAX_PAUSE      60
#define TOO_MANY       429
#define TURIN_ID_SIZE  8

static size_t take(char *data, size_t size, size_t n, void *opaque)
{
    GByteArray *answer = opaque;

    if (answer->len + size * n > MAX_ANSWER) {
        return 0;               /* which fails the transfer */
    }
    g_byte_array_append(answer, (guint8 *)data, size * n);
    return size * n;
}

/* One request: its status by HTTP, or 0 with *why, which is constant */
static long ask_once(const char *url, GByteArray *answer, curl_off_t *pause,
                     const char **why)
{
    CURL *curl = curl_easy_init();
    long status = 0;
    CURLcode code;

    g_byte_array_set_size(answer, 0);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_LIMIT);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, ANSWER_LIMIT);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    code = curl_easy_perform(curl);
    if (code == CURLE_OK) {
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, pause);
    }
    *why = code == CURLE_WRITE_ERROR ? "the answer is too long"
                                     : curl_easy_strerror(code);
    curl_easy_cleanup(curl);
    return status;
}

static GBytes *ask(const char *url, GError **errp)
{
    g_autoptr(GByteArray) answer = g_byte_array_new();
    curl_off_t pause = 0;
    const char *why;
    long status = 0;

    for (unsigned i = 1; i <= TRIES; i++) {
        status = ask_once(url, answer, &pause, &why);
        if (status != TOO_MANY || i == TRIES) {
            break;
        }
        pause = CLAMP(pause ? pause : PAUSE, 1, MAX_PAUSE);
        owner_say("--kds: %s: asked too often (429), again in %d s", url,
                  (int)pause);
        g_usleep(pause * G_USEC_PER_SEC);
    }
    if (status == 200) {
        return g_byte_array_free_to_bytes(g_steal_pointer(&answer));
    }
    if (status) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--kds: %s: HTTP status %ld", url, status);
    } else {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE, "--kds: %s: %s",
                    url, why);
    }
    return NULL;
}

/* The address of a chip's VCEK for the TCB that @report is of */
static char *vcek_url(const char *base, const SnpReport *report,
                      const char *product)
{
    bool has_fmc = strcmp(product, "Milan") && strcmp(product, "Genoa");
    g_autofree char *id = json_text_hex(
        report->chip_id, has_fmc ? TURIN_ID_SIZE : sizeof(report->chip_id));
    g_autofree char *fmc = NULL;
    TcbParts tcb;

    tcb_take_apart(&report->reported_tcb, has_fmc, &tcb);
    fmc = has_fmc ? g_strdup_printf("fmcSPL=%02u&", tcb.part[TCB_FMC])
                  : g_strdup("");
    return g_strdup_printf("%s/vcek/v1/%s/%s?%sblSPL=%02u&teeSPL=%02u&"
                           "snpSPL=%02u&ucodeSPL=%02u", base, product, id,
                           fmc, tcb.part[TCB_BOOT_LOADER],
                           tcb.part[TCB_TEE], tcb.part[TCB_SNP],
                           tcb.part[TCB_MICROCODE]);
}

/* Takes what @found has and @certs lacks. */
static void merge(ReportCerts *certs, const ReportCerts *found)
{
    for (CertRole i = 0; i < CERT_NR_ROLES; i++) {
        if (!certs->der[i] && found->der[i]) {
            certs->der[i] = g_bytes_ref(found->der[i]);
        }
    }
}

static bool fetch(const char *url, bool crl, ReportCerts *certs,
                  GError **errp)
{
    g_auto(ReportCerts) found = { .origin = ROOT_OF_CHAIN };
    g_autofree char *name = g_strconcat("--kds: ", url, NULL);
    g_autoptr(GBytes) answer = ask(url, errp);

    if (!answer ||
        !(crl ? report_certs_add_crl(&found, answer, name, errp)
              : report_certs_add(&found, answer, name, errp))) {
        return false;
    }
    merge(certs, &found);
    return true;
}

static bool fetch_vcek(const char *base, const SnpReport *report,
                       const char *product, ReportCerts *certs,
                       GError **errp)
{
    static const uint8_t masked[sizeof(report->chip_id)];
    g_autofree char *url = vcek_url(base, report, product);

    if (memcmp(report->chip_id, masked, sizeof(masked)) == 0) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--kds: the report's chip id is masked: give the VCEK "
                    "with --certs");
        return false;
    }
    return fetch(url, false, certs, errp);
}

static bool fetch_all(const char *base, const SnpReport *report,
                      const char *product, ReportCerts *certs, GError **errp)
{
    bool is_vlek = (le32_get(report->key_info) >> SNP_REPORT_SIGNER_SHIFT &
                    7) == SNP_SIGNER_VLEK;
    const char *kind = is_vlek ? "vlek" : "vcek";
    g_autofree char *chain = g_strdup_printf("%s/%s/v1/%s/cert_chain", base,
                                             kind, product);
    g_autofree char *crl = g_strdup_printf("%s/%s/v1/%s/crl", base, kind,
                                           product);

    return (is_vlek || certs->der[CERT_VCEK] ||
            fetch_vcek(base, report, product, certs, errp)) &&
           ((certs->der[CERT_ARK] &&
             certs->der[is_vlek ? CERT_ASVK : CERT_ASK]) ||
            fetch(chain, false, certs, errp)) &&
           (certs->der[CERT_CRL] || fetch(crl, true, certs, errp));
}

bool kds_fetch(const char *url, const SnpReport *report, const char *product,
               ReportCerts *certs, GError **errp)
{
    g_autofree char *base = g_strdup(url);

    if (!g_str_has_prefix(url, "http://") &&
        !g_str_has_prefix(url, "https://")) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--kds %s: expected http://... or https://...", url);
        return false;
    }
    if (!product) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--kds: the report does not tell its product: give "
                    "--product");
        return false;
    }
    if (g_str_has_suffix(base, "/")) {
        base[strlen(base) - 1] = 0;
    }
    return fetch_all(base, report, product, certs, errp);
}
