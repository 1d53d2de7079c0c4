/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks at X.509 certificates by GnuTLS, which takes any bytes for one. */

#include "guest-owner/report/x509.h"

#include <string.h>
#include "guest-owner/base/json-text.h"
#include "guest-owner/measure/digest.h"

#define NAME_MAX_SIZE     128
#define SHORT_FINGERPRINT 8

/* What all names of AMD's have; the common name is besides them. */
static const struct {
    const char *oid, *title, *value;
} parts[] = {
    { GNUTLS_OID_X520_ORGANIZATIONAL_UNIT_NAME, "OU", "Engineering" },
    { GNUTLS_OID_X520_COUNTRY_NAME, "C", "US" },
    { GNUTLS_OID_X520_LOCALITY_NAME, "L", "Santa Clara" },
    { GNUTLS_OID_X520_STATE_OR_PROVINCE_NAME, "ST", "CA" },
    { GNUTLS_OID_X520_ORGANIZATION_NAME, "O", "Advanced Micro Devices" },
};

static const char *const known_extensions[] = {
    "2.5.29.14",                /* subject key identifier */
    "2.5.29.15",                /* key usage */
    "2.5.29.19",                /* basic constraints */
    "2.5.29.31",                /* CRL distribution points */
    "2.5.29.35",                /* authority key identifier */
};

gnutls_x509_crt_t x509_open(GBytes *der, const char **flaw)
{
    gsize size;
    const void *data = g_bytes_get_data(der, &size);
    gnutls_datum_t datum = { (void *)data, size };
    gnutls_x509_crt_t cert;
    int error = gnutls_x509_crt_init(&cert);

    g_assert(!error);
    error = gnutls_x509_crt_import(cert, &datum, GNUTLS_X509_FMT_DER);
    if (error) {
        *flaw = gnutls_strerror(error);
        gnutls_x509_crt_deinit(cert);
        return NULL;
    }
    return cert;
}

/* Number @index of an attribute; NULL if it is not there, or is no text */
static char *attribute(gnutls_x509_crt_t cert, const char *oid,
                       unsigned index)
{
    char value[NAME_MAX_SIZE];
    size_t size = sizeof(value);

    if (gnutls_x509_crt_get_dn_by_oid(cert, oid, index, 0, value, &size) ||
        strlen(value) != size || !g_utf8_validate(value, size, NULL)) {
        return NULL;
    }
    for (size_t i = 0; i < size; i++) {
        if (g_ascii_iscntrl(value[i])) {
            return NULL;
        }
    }
    return g_strdup(value);
}

char *x509_common_name(gnutls_x509_crt_t cert)
{
    return attribute(cert, GNUTLS_OID_X520_COMMON_NAME, 0);
}

static char *attribute_flaw(gnutls_x509_crt_t cert, const char *oid,
                            const char *title, const char *expected)
{
    g_autofree char *found = attribute(cert, oid, 0);

    return g_strcmp0(found, expected) == 0
           ? NULL
           : g_strdup_printf("%s: expected %s, found %s", title, expected,
                             found ? found : "none that is text");
}

char *x509_name_flaw(gnutls_x509_crt_t cert, const char *name)
{
    char oid[NAME_MAX_SIZE];
    size_t size = sizeof(oid);
    char *flaw = attribute_flaw(cert, GNUTLS_OID_X520_COMMON_NAME, "CN",
                                name);

    for (size_t i = 0; !flaw && i < G_N_ELEMENTS(parts); i++) {
        flaw = attribute_flaw(cert, parts[i].oid, parts[i].title,
                              parts[i].value);
    }
    /* With each there, one more is one twice, or one of something else */
    if (!flaw && gnutls_x509_crt_get_dn_oid(cert, G_N_ELEMENTS(parts) + 1,
                                            oid, &size) !=
                 GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) {
        flaw = g_strdup("the name has more parts than AMD's");
    }
    return flaw;
}

static char *day_of(time_t seconds)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);

    return time && seconds != (time_t)-1 ? g_date_time_format(time, "%F")
                                         : g_strdup("(no date)");
}

char *x509_validity_text(gnutls_x509_crt_t cert)
{
    g_autofree char *from = day_of(gnutls_x509_crt_get_activation_time(cert));
    g_autofree char *to = day_of(gnutls_x509_crt_get_expiration_time(cert));

    return g_strdup_printf("%s to %s", from, to);
}

char *x509_validity_flaw(gnutls_x509_crt_t cert, int64_t at)
{
    time_t from = gnutls_x509_crt_get_activation_time(cert);
    time_t to = gnutls_x509_crt_get_expiration_time(cert);
    g_autofree char *text = x509_validity_text(cert);

    if (from == (time_t)-1 || to == (time_t)-1) {
        return g_strdup_printf("it has no dates: %s", text);
    }
    if (at < from || at > to) {
        return g_strdup_printf("%s: it is good from %s",
                               at < from ? "not yet" : "expired", text);
    }
    return NULL;
}

/*
 * GnuTLS is asked for the signature alone: what the issuer may do, dates and
 * extensions are looked at one by one.
 */
char *x509_signature_flaw(gnutls_x509_crt_t cert, gnutls_x509_crt_t issuer)
{
    const unsigned flags = GNUTLS_VERIFY_DISABLE_CA_SIGN |
                           GNUTLS_VERIFY_DISABLE_TIME_CHECKS |
                           GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS |
                           GNUTLS_VERIFY_DISABLE_CRL_CHECKS |
                           GNUTLS_VERIFY_DO_NOT_ALLOW_SAME |
                           GNUTLS_VERIFY_IGNORE_UNKNOWN_CRIT_EXTENSIONS;
    int algorithm = gnutls_x509_crt_get_signature_algorithm(cert);
    unsigned status = 0;

    if (algorithm != GNUTLS_SIGN_RSA_PSS_SHA384) {
        const char *name = algorithm < 0 ? NULL
                                         : gnutls_sign_get_name(algorithm);

        return g_strdup_printf("expected RSA-PSS-SHA384, found %s",
                               name ? name : "another algorithm");
    }
    if (gnutls_x509_crt_verify(cert, &issuer, 1, flags, &status)) {
        return g_strdup("it can't be verified");
    }
    if (status & GNUTLS_CERT_SIGNER_NOT_FOUND) {
        return g_strdup("it names another issuer");
    }
    return status ? g_strdup("it is not of this key") : NULL;
}

static bool is_known(const char *oid)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known_extensions); i++) {
        if (strcmp(oid, known_extensions[i]) == 0) {
            return true;
        }
    }
    return false;
}

char *x509_critical_flaw(gnutls_x509_crt_t cert)
{
    for (unsigned i = 0;; i++) {
        char oid[NAME_MAX_SIZE];
        size_t size = sizeof(oid);
        unsigned critical = 0;
        int error = gnutls_x509_crt_get_extension_info(cert, i, oid, &size,
                                                       &critical);

        if (error == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) {
            return NULL;
        }
        if (error) {
            return g_strdup("extensions that can't be read");
        }
        if (critical && !is_known(oid)) {
            return g_strdup_printf("%s is critical, and not known", oid);
        }
    }
}

static bool may(gnutls_x509_crt_t cert, unsigned what)
{
    unsigned usage = 0, critical;

    return gnutls_x509_crt_get_key_usage(cert, &usage, &critical) == 0 &&
           usage & what;
}

const char *x509_authority_flaw(gnutls_x509_crt_t cert, bool deep)
{
    unsigned critical, is_ca = 0;
    int path_len = -1;

    if (gnutls_x509_crt_get_basic_constraints(cert, &critical, &is_ca,
                                              &path_len) < 0 || !is_ca) {
        return "its basicConstraints don't make it an authority";
    }
    if (deep && path_len == 0) {
        return "its basicConstraints allow no authority below it";
    }
    return may(cert, GNUTLS_KEY_KEY_CERT_SIGN)
           ? NULL : "its keyUsage does not let it sign certificates";
}

bool x509_may_sign_crl(gnutls_x509_crt_t cert)
{
    return may(cert, GNUTLS_KEY_CRL_SIGN);
}

/* Big-endian, of @size bytes; false if it does not fit in them */
static bool take_number(const gnutls_datum_t *number, uint8_t *out,
                        size_t size)
{
    const uint8_t *data = number->data;
    size_t len = number->size;

    for (; len && *data == 0; len--) {
        data++;
    }
    if (len > size) {
        return false;
    }
    memset(out, 0, size);
    memcpy(out + size - len, data, len);
    return true;
}

const char *x509_rsa_key(gnutls_x509_crt_t cert, RsaKey *key)
{
    gnutls_datum_t modulus = { NULL, 0 }, exponent = { NULL, 0 };
    bool fits;

    memset(key, 0, sizeof(*key));
    if (gnutls_x509_crt_get_pk_rsa_raw(cert, &modulus, &exponent)) {
        return "expected a key of RSA";
    }
    key->size = SEV_RSA_MAX_SIZE;
    fits = take_number(&modulus, key->modulus, key->size) &&
           take_number(&exponent, key->exponent, key->size);
    gnutls_free(modulus.data);
    gnutls_free(exponent.data);
    return fits && rsa_key_sound(key) ? NULL
                                      : "expected a sound key of RSA-4096";
}

const char *x509_p384_key(gnutls_x509_crt_t cert, P384Point *point)
{
    gnutls_datum_t x = { NULL, 0 }, y = { NULL, 0 };
    gnutls_ecc_curve_t curve;
    bool fits;

    if (gnutls_x509_crt_get_pk_ecc_raw(cert, &curve, &x, &y)) {
        return "expected a key of P-384";
    }
    fits = curve == GNUTLS_ECC_CURVE_SECP384R1 &&
           take_number(&x, point->x, sizeof(point->x)) &&
           take_number(&y, point->y, sizeof(point->y));
    gnutls_free(x.data);
    gnutls_free(y.data);
    return fits && p384_on_curve(point) ? NULL : "expected a key of P-384";
}

char *x509_short_fingerprint(GBytes *der)
{
    Digest digest;

    digest_make(&digest, DIGEST_SHA256, g_bytes_get_data(der, NULL),
                g_bytes_get_size(der));
    return json_text_hex(digest.byte, SHORT_FINGERPRINT);
}
