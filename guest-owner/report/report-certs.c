/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gathers certificates from tables, files and directories. */

#include "guest-owner/report/report-certs.h"

#include <string.h>
#include "guest-owner/base/input.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/report/cert-table.h"
#include "guest-owner/report/x509.h"

#define PEM_BEGIN "-----BEGIN"

/* Of certificates in one file: three or four are usual */
#define MAX_PEM_CERTS 16

static const struct {
    const char *name;           /* of the role */
    const char *file;           /* in a directory, without .pem or .der */
} roles[CERT_NR_ROLES] = {
    [CERT_ARK] = { "ARK", "ark" },
    [CERT_ASK] = { "ASK", "ask" },
    [CERT_ASVK] = { "ASVK", "asvk" },
    [CERT_VCEK] = { "VCEK", "vcek" },
    [CERT_VLEK] = { "VLEK", "vlek" },
    [CERT_CRL] = { "CRL", "crl" },
};

const char *cert_role_name(CertRole role)
{
    return roles[role].name;
}

/* Takes over @der, for @role. */
static void put(ReportCerts *certs, CertRole role, GBytes *der)
{
    g_clear_pointer(&certs->der[role], g_bytes_unref);
    certs->der[role] = der;
}

/* What a certificate is by its name; the longest beginnings come first. */
static CertRole role_of_name(const char *name)
{
    static const struct {
        const char *prefix;
        CertRole role;
    } names[] = {
        { "SEV-VCEK", CERT_VCEK }, { "SEV-VLEK-", CERT_ASVK },
        { "SEV-VLEK", CERT_VLEK }, { "SEV-", CERT_ASK },
        { "ARK-", CERT_ARK },
    };

    for (size_t i = 0; name && i < G_N_ELEMENTS(names); i++) {
        if (g_str_has_prefix(name, names[i].prefix)) {
            return names[i].role;
        }
    }
    return CERT_NR_ROLES;
}

/* Of @der; CERT_NR_ROLES: it is none of AMD's */
static CertRole role_of_cert(GBytes *der, char **name)
{
    const char *flaw;
    gnutls_x509_crt_t cert = x509_open(der, &flaw);
    CertRole role;

    *name = cert ? x509_common_name(cert) : NULL;
    role = role_of_name(*name);
    if (cert) {
        gnutls_x509_crt_deinit(cert);
    }
    return role;
}

/* Takes over @der, whose name says what it is. */
static bool put_by_name(ReportCerts *certs, GBytes *der, const char *name,
                        GError **errp)
{
    g_autofree char *found = NULL;
    CertRole role = role_of_cert(der, &found);

    if (role == CERT_NR_ROLES) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: expected a certificate named ARK-..., SEV-..., "
                    "SEV-VCEK or SEV-VLEK, found %s%s", name,
                    found ? "one named " : "something else",
                    found ? found : "");
        g_bytes_unref(der);
        return false;
    }
    put(certs, role, der);
    return true;
}

static bool is_pem(GBytes *file)
{
    gsize size;
    const char *data = g_bytes_get_data(file, &size);

    return size && g_strstr_len(data, size, PEM_BEGIN);
}

/* DER of what GnuTLS has read */
static GBytes *der_of(gnutls_x509_crt_t cert)
{
    gnutls_datum_t datum;
    int error = gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_DER, &datum);
    GBytes *der;

    g_assert(!error);
    der = g_bytes_new(datum.data, datum.size);
    gnutls_free(datum.data);
    return der;
}

/* Calls for each of a file in PEM; none is an error as well. */
static bool add_pem(ReportCerts *certs, GBytes *file, const char *name,
                    GError **errp)
{
    gsize size;
    const void *data = g_bytes_get_data(file, &size);
    gnutls_datum_t datum = { (void *)data, size };
    gnutls_x509_crt_t list[MAX_PEM_CERTS];
    unsigned n = MAX_PEM_CERTS;
    int error = gnutls_x509_crt_list_import(
        list, &n, &datum, GNUTLS_X509_FMT_PEM,
        GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED);
    bool ok = true;

    if (error < 0) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: expected certificates in PEM: %s", name,
                    gnutls_strerror(error));
        return false;
    }
    for (unsigned i = 0; i < n; i++) {
        ok = ok && put_by_name(certs, der_of(list[i]), name, errp);
        gnutls_x509_crt_deinit(list[i]);
    }
    return ok;
}

static void take_entry(const uint8_t *guid, GBytes *blob, gpointer opaque)
{
    static const struct {
        uint8_t guid[SNP_CERT_GUID_SIZE];
        CertRole role;
    } known[] = {
        { SNP_CERT_GUID_VCEK, CERT_VCEK }, { SNP_CERT_GUID_VLEK, CERT_VLEK },
        { SNP_CERT_GUID_ASK, CERT_ASK }, { SNP_CERT_GUID_ARK, CERT_ARK },
        { SNP_CERT_GUID_CRL, CERT_CRL },
    };
    g_autofree char *name = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        CertRole role = known[i].role;

        if (memcmp(guid, known[i].guid, SNP_CERT_GUID_SIZE) != 0) {
            continue;
        }
        /* The ASVK goes by the ASK's GUID. */
        if (role == CERT_ASK && role_of_cert(blob, &name) == CERT_ASVK) {
            role = CERT_ASVK;
        }
        put(opaque, role, g_bytes_ref(blob));
    }
}

/* DER of a certificate begins with a SEQUENCE, no GUID that is known does. */
static bool is_der(GBytes *file)
{
    const uint8_t *data = g_bytes_get_data(file, NULL);

    return g_bytes_get_size(file) && data[0] == 0x30;
}

bool report_certs_add(ReportCerts *certs, GBytes *file, const char *name,
                      GError **errp)
{
    if (is_pem(file)) {
        return add_pem(certs, file, name, errp);
    }
    if (is_der(file)) {
        return put_by_name(certs, g_bytes_ref(file), name, errp);
    }
    return cert_table_read(file, name, take_entry, certs, errp);
}

bool report_certs_add_crl(ReportCerts *certs, GBytes *file, const char *name,
                          GError **errp)
{
    gnutls_x509_crl_t crl;
    gsize size;
    const void *data = g_bytes_get_data(file, &size);
    gnutls_datum_t datum = { (void *)data, size }, der;
    int error = gnutls_x509_crl_init(&crl);

    g_assert(!error);
    error = gnutls_x509_crl_import(crl, &datum, is_pem(file)
                                                ? GNUTLS_X509_FMT_PEM
                                                : GNUTLS_X509_FMT_DER);
    if (!error) {
        error = gnutls_x509_crl_export2(crl, GNUTLS_X509_FMT_DER, &der);
    }
    gnutls_x509_crl_deinit(crl);
    if (error) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: expected a CRL in DER or PEM: %s", name,
                    gnutls_strerror(error));
        return false;
    }
    put(certs, CERT_CRL, g_bytes_new(der.data, der.size));
    gnutls_free(der.data);
    return true;
}

/* A file of a directory, if it is there; @role is by its name. */
static bool load_file(ReportCerts *certs, CertRole role, const char *option,
                      const char *path, GError **errp)
{
    g_autoptr(GBytes) file = NULL;
    g_autofree char *name = g_strdup_printf("%s %s", option, path);
    g_auto(ReportCerts) found = { .origin = ROOT_OF_CHAIN };

    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        return true;
    }
    file = input_file(option, path, REPORT_CERTS_MAX, errp);
    if (!file) {
        return false;
    }
    if (role == CERT_CRL) {
        return report_certs_add_crl(certs, file, name, errp);
    }
    if (role == CERT_NR_ROLES) {
        return report_certs_add(certs, file, name, errp);
    }
    if (!is_pem(file)) {
        put(certs, role, g_steal_pointer(&file));
        return true;
    }
    if (!add_pem(&found, file, name, errp)) {
        return false;
    }
    for (CertRole i = 0; i < CERT_NR_ROLES; i++) {
        if (found.der[i]) {
            put(certs, role, g_bytes_ref(found.der[i]));
        }
    }
    return true;
}

static bool load_directory(ReportCerts *certs, const char *option,
                           const char *dir, GError **errp)
{
    static const char *const suffixes[] = { "der", "pem" };
    g_autofree char *chain = g_build_filename(dir, "cert_chain.pem", NULL);
    bool any = false;

    if (!load_file(certs, CERT_NR_ROLES, option, chain, errp)) {
        return false;
    }
    for (CertRole i = 0; i < CERT_NR_ROLES; i++) {
        for (size_t j = 0; j < G_N_ELEMENTS(suffixes); j++) {
            g_autofree char *path = g_strdup_printf(
                "%s/%s.%s", dir, roles[i].file, suffixes[j]);

            if (!load_file(certs, i, option, path, errp)) {
                return false;
            }
        }
        any |= certs->der[i] != NULL;
    }
    if (!any) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s %s: expected ark, ask, asvk, vcek, vlek or crl, each "
                    ".pem or .der, or cert_chain.pem, found none of them",
                    option, dir);
    }
    return any;
}

bool report_certs_load(ReportCerts *certs, const char *option,
                       const char *path, GError **errp)
{
    g_autofree char *name = g_strdup_printf("%s %s", option, path);
    g_autoptr(GBytes) file = NULL;

    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        return load_directory(certs, option, path, errp);
    }
    file = input_file(option, path, REPORT_CERTS_MAX, errp);
    return file && report_certs_add(certs, file, name, errp);
}

bool report_certs_load_ca(ReportCerts *certs, const char *option,
                          const char *path, GError **errp)
{
    static const CertRole wanted[] = { CERT_ARK, CERT_ASK, CERT_ASVK };
    g_auto(ReportCerts) ca = { .origin = ROOT_GIVEN };

    if (!report_certs_load(&ca, option, path, errp)) {
        return false;
    }
    if (!ca.der[CERT_ARK]) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s %s: no certificate of an ARK", option, path);
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
        if (ca.der[wanted[i]]) {
            put(certs, wanted[i], g_bytes_ref(ca.der[wanted[i]]));
        }
    }
    certs->origin = ROOT_GIVEN;
    return true;
}

void report_certs_clear(ReportCerts *certs)
{
    for (CertRole i = 0; i < CERT_NR_ROLES; i++) {
        g_clear_pointer(&certs->der[i], g_bytes_unref);
    }
}
