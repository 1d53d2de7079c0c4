/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges a list of revoked certificates, and looks for some in it. */

#include <string.h>
#include "guest-owner/report/judge.h"
#include "guest-owner/report/x509.h"

#define SERIAL_MAX_SIZE 32

static gnutls_x509_crl_t open_crl(GBytes *der, const char **flaw)
{
    gsize size;
    const void *data = g_bytes_get_data(der, &size);
    gnutls_datum_t datum = { (void *)data, size };
    gnutls_x509_crl_t crl;
    int error = gnutls_x509_crl_init(&crl);

    g_assert(!error);
    error = gnutls_x509_crl_import(crl, &datum, GNUTLS_X509_FMT_DER);
    if (error) {
        *flaw = gnutls_strerror(error);
        gnutls_x509_crl_deinit(crl);
        return NULL;
    }
    return crl;
}

/* Dates are looked at here, by the time that the user says. */
static const char *crl_flaw(gnutls_x509_crl_t crl, gnutls_x509_crt_t ark,
                            int64_t at)
{
    const unsigned flags = GNUTLS_VERIFY_DISABLE_TIME_CHECKS |
                           GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS |
                           GNUTLS_VERIFY_DISABLE_CA_SIGN;
    time_t from = gnutls_x509_crl_get_this_update(crl);
    time_t to = gnutls_x509_crl_get_next_update(crl);
    unsigned status = 0;

    if (!x509_may_sign_crl(ark)) {
        return "the ARK's keyUsage does not let it sign one";
    }
    if (gnutls_x509_crl_get_signature_algorithm(crl) !=
        GNUTLS_SIGN_RSA_PSS_SHA384) {
        return "it is not signed with RSA-PSS-SHA384";
    }
    if (gnutls_x509_crl_verify(crl, &ark, 1, flags, &status) || status) {
        return "it is not signed by this ARK";
    }
    if (from == (time_t)-1 || at < from) {
        return "it is not in force yet";
    }
    return to == (time_t)-1 || at > to ? "it has expired" : NULL;
}

static bool has_serial(gnutls_x509_crl_t crl, const uint8_t *serial,
                       size_t size)
{
    int n = gnutls_x509_crl_get_crt_count(crl);

    for (int i = 0; i < n; i++) {
        uint8_t found[SERIAL_MAX_SIZE];
        size_t found_size = sizeof(found);
        time_t when;

        if (gnutls_x509_crl_get_crt_serial(crl, i, found, &found_size,
                                           &when) == 0 &&
            found_size == size && memcmp(found, serial, size) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_revoked(gnutls_x509_crl_t crl, gnutls_x509_crt_t cert)
{
    uint8_t serial[SERIAL_MAX_SIZE];
    size_t size = sizeof(serial);

    return gnutls_x509_crt_get_serial(cert, serial, &size) ||
           has_serial(crl, serial, size);
}

/*
 * The ARK's list is of what the ARK has signed: itself and authorities. Keys
 * of chips all have the serial number 0.
 */
void judge_crl(Judge *judge, gnutls_x509_crt_t ark,
               gnutls_x509_crt_t authority)
{
    GBytes *der = judge->certs->der[CERT_CRL];
    const char *flaw = NULL;
    gnutls_x509_crl_t crl = der ? open_crl(der, &flaw) : NULL;

    if (!der) {
        verdicts_add(judge->verdicts, VERDICT_TOLD, "crl",
                     "there is none: nobody has looked for revoked keys");
        return;
    }
    if (crl) {
        flaw = crl_flaw(crl, ark, judge->policy->at);
    }
    verdicts_judge(judge->verdicts, "crl", flaw);
    if (!flaw && is_revoked(crl, ark)) {
        flaw = "the ARK is in the list";
    } else if (!flaw && authority && is_revoked(crl, authority)) {
        flaw = "the key below it is in the list";
    }
    verdicts_judge(judge->verdicts, "revocation", flaw);
    if (crl) {
        gnutls_x509_crl_deinit(crl);
    }
}
