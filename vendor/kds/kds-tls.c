/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes what a server needs for HTTPS. See kds-tls.h. */

#include "vendor/kds/kds-tls.h"

#include <gio/gio.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <string.h>

#include "vendor/vendor.h"

#define DAY (24 * 60 * 60)

/* The most that some clients take from a server */
#define DAYS 397

/* A key and its certificate; @error is the first of GnuTLS'. */
typedef struct Pair {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t cert;
    int error;
} Pair;

static void note(Pair *pair, int ret)
{
    if (ret < 0 && pair->error == 0) {
        pair->error = ret;
    }
}

static void set_name(Pair *pair, const char *name)
{
    note(pair, gnutls_x509_crt_set_dn_by_oid(
                   pair->cert, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                   strlen(name)));
}

static void set_ids(Pair *pair, const Pair *issuer)
{
    uint8_t serial[16], id[64];
    size_t size = sizeof(id);

    note(pair, gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof(serial)));
    serial[0] = (serial[0] & 0x7f) | 1; /* positive, and of 16 bytes */
    note(pair, gnutls_x509_crt_set_serial(pair->cert, serial,
                                          sizeof(serial)));
    note(pair, gnutls_x509_crt_get_key_id(pair->cert, 0, id, &size));
    note(pair, gnutls_x509_crt_set_subject_key_id(pair->cert, id, size));
    size = sizeof(id);
    note(pair, gnutls_x509_crt_get_key_id(issuer->cert, 0, id, &size));
    note(pair, gnutls_x509_crt_set_authority_key_id(pair->cert, id, size));
}

/* What both have; a clock that is a little behind finds them good too. */
static void begin(Pair *pair, const char *name)
{
    time_t now = time(NULL);

    memset(pair, 0, sizeof(*pair));
    note(pair, gnutls_x509_privkey_init(&pair->key));
    note(pair, gnutls_x509_crt_init(&pair->cert));
    if (pair->error) {
        return;
    }
    note(pair, gnutls_x509_privkey_generate(
                   pair->key, GNUTLS_PK_ECDSA,
                   GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
    note(pair, gnutls_x509_crt_set_key(pair->cert, pair->key));
    note(pair, gnutls_x509_crt_set_version(pair->cert, 3));
    note(pair, gnutls_x509_crt_set_activation_time(pair->cert, now - DAY));
    note(pair, gnutls_x509_crt_set_expiration_time(
                   pair->cert, now - DAY + DAYS * (time_t)DAY));
    set_name(pair, name);
}

static void finish(Pair *pair, const Pair *issuer)
{
    if (!pair->error) {
        set_ids(pair, issuer);
        note(pair, gnutls_x509_crt_sign2(pair->cert, issuer->cert,
                                         issuer->key, GNUTLS_DIG_SHA256, 0));
    }
}

static void end(Pair *pair)
{
    gnutls_x509_crt_deinit(pair->cert);
    gnutls_x509_privkey_deinit(pair->key);
}

static void make_ca(Pair *ca)
{
    begin(ca, "sevemu kds, a CA of one run");
    if (!ca->error) {
        note(ca, gnutls_x509_crt_set_ca_status(ca->cert, 1));
        note(ca, gnutls_x509_crt_set_key_usage(ca->cert,
                                               GNUTLS_KEY_KEY_CERT_SIGN));
    }
    finish(ca, ca);
}

static void add_host(Pair *pair, const char *name)
{
    note(pair, gnutls_x509_crt_set_subject_alt_name(
                   pair->cert, GNUTLS_SAN_DNSNAME, name, strlen(name),
                   GNUTLS_FSAN_APPEND));
}

static void add_address(Pair *pair, const char *text)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);

    note(pair, gnutls_x509_crt_set_subject_alt_name(
                   pair->cert, GNUTLS_SAN_IPADDRESS,
                   g_inet_address_to_bytes(address),
                   g_inet_address_get_native_size(address),
                   GNUTLS_FSAN_APPEND));
}

static void make_server(Pair *server, const Pair *ca, const char *address)
{
    begin(server, "kdsintf.amd.com");
    if (!server->error) {
        add_host(server, "kdsintf.amd.com");
        add_host(server, "localhost");
        add_address(server, "127.0.0.1");
        add_address(server, "::1");
        if (address) {
            add_address(server, address);
        }
        note(server, gnutls_x509_crt_set_key_purpose_oid(
                         server->cert, GNUTLS_KP_TLS_WWW_SERVER, 0));
        note(server, gnutls_x509_crt_set_key_usage(
                         server->cert, GNUTLS_KEY_DIGITAL_SIGNATURE));
    }
    finish(server, ca);
}

static char *take(gnutls_datum_t *pem)
{
    char *text = g_strndup((char *)pem->data, pem->size);

    gnutls_free(pem->data);
    return text;
}

static void print(KdsTls *tls, Pair *ca, Pair *server)
{
    gnutls_datum_t pem[3] = { { NULL, 0 } };

    note(ca, gnutls_x509_crt_export2(ca->cert, GNUTLS_X509_FMT_PEM, &pem[0]));
    note(server, gnutls_x509_crt_export2(server->cert, GNUTLS_X509_FMT_PEM,
                                         &pem[1]));
    note(server, gnutls_x509_privkey_export2(server->key, GNUTLS_X509_FMT_PEM,
                                             &pem[2]));
    tls->ca = take(&pem[0]);
    tls->cert = take(&pem[1]);
    tls->key = take(&pem[2]);
}

bool kds_tls_make(KdsTls *tls, const char *address, GError **errp)
{
    Pair ca, server;
    int error;

    memset(tls, 0, sizeof(*tls));
    make_ca(&ca);
    make_server(&server, &ca, address);
    if (!ca.error && !server.error) {
        print(tls, &ca, &server);
    }
    error = ca.error ? ca.error : server.error;
    end(&server);
    end(&ca);
    if (error) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_CRYPTO,
                    "GnuTLS could not make a certificate for HTTPS: %s",
                    gnutls_strerror(error));
        kds_tls_clear(tls);
    }
    return error == 0;
}

void kds_tls_clear(KdsTls *tls)
{
    g_clear_pointer(&tls->ca, g_free);
    g_clear_pointer(&tls->cert, g_free);
    if (tls->key) {
        vendor_wipe(tls->key, strlen(tls->key));
    }
    g_clear_pointer(&tls->key, g_free);
}
