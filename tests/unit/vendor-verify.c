/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks GnuTLS, for test_x509.py: is a certificate, or a list in DER, signed by
 * an issuer, and is a certificate on that list?
 *
 *     vendor-verify CERT ISSUER
 *     vendor-verify CRL ISSUER CERT
 */

#include <glib.h>
#include <gnutls/x509.h>
#include <stdbool.h>
#include <stdio.h>

static gnutls_datum_t read_file(const char *path)
{
    char *data;
    gsize size;

    g_assert_true(g_file_get_contents(path, &data, &size, NULL));
    return (gnutls_datum_t) { (unsigned char *)data, size };
}

static gnutls_x509_crt_t read_cert(const char *path)
{
    gnutls_datum_t pem = read_file(path);
    gnutls_x509_crt_t cert;

    g_assert_cmpint(gnutls_x509_crt_init(&cert), ==, 0);
    g_assert_cmpint(gnutls_x509_crt_import(cert, &pem, GNUTLS_X509_FMT_PEM),
                    ==, 0);
    g_free(pem.data);
    return cert;
}

/* That it is an old one, which no flag keeps from counting, does not matter. */
static bool list_is_good(gnutls_x509_crl_t crl, gnutls_x509_crt_t issuer)
{
    unsigned old = GNUTLS_CERT_INVALID | GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED;
    unsigned status = 0;

    return gnutls_x509_crl_verify(crl, &issuer, 1, 0, &status) == 0 &&
           (status == 0 || status == old);
}

static void show_list(const char *path, gnutls_x509_crt_t issuer,
                      gnutls_x509_crt_t cert)
{
    gnutls_datum_t der = read_file(path);
    gnutls_x509_crl_t crl;

    g_assert_cmpint(gnutls_x509_crl_init(&crl), ==, 0);
    g_assert_cmpint(gnutls_x509_crl_import(crl, &der, GNUTLS_X509_FMT_DER),
                    ==, 0);
    printf("%s%s\n", list_is_good(crl, issuer) ? "good" : "bad",
           gnutls_x509_crt_check_revocation(cert, &crl, 1) ? " revoked" : "");
    gnutls_x509_crl_deinit(crl);
    g_free(der.data);
}

static void show_cert(gnutls_x509_crt_t cert, gnutls_x509_crt_t issuer)
{
    unsigned status = 0;
    int ret = gnutls_x509_crt_verify(cert, &issuer, 1,
                                     GNUTLS_VERIFY_DISABLE_TIME_CHECKS,
                                     &status);

    puts(ret == 0 && status == 0 ? "good" : "bad");
}

int main(int argc, char **argv)
{
    gnutls_x509_crt_t issuer, cert;

    g_assert_true(argc == 3 || argc == 4);
    issuer = read_cert(argv[2]);
    cert = read_cert(argc == 4 ? argv[3] : argv[1]);
    if (argc == 4) {
        show_list(argv[1], issuer, cert);
    } else {
        show_cert(cert, issuer);
    }
    gnutls_x509_crt_deinit(cert);
    gnutls_x509_crt_deinit(issuer);
    return 0;
}
