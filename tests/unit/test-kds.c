/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers of the key server, by a stand-in for what knows its chips. */

#include <gnutls/x509.h>
#include <string.h>
#include "vendor/kds/kds.h"

#define ID8     "0011223344556677"
#define ID64    ID8 ID8 ID8 ID8 ID8 ID8 ID8 ID8
#define NO_CHIP "1011223344556677"
#define FROM    1700000000

/* The base point of P-384: it will do for every chip. */
static const uint8_t point[VENDOR_POINT_SIZE] = {
    0x04,
    0xaa, 0x87, 0xca, 0x22, 0xbe, 0x8b, 0x05, 0x37, 0x8e, 0xb1, 0xc7, 0x1e,
    0xf3, 0x20, 0xad, 0x74, 0x6e, 0x1d, 0x3b, 0x62, 0x8b, 0xa7, 0x9b, 0x98,
    0x59, 0xf7, 0x41, 0xe0, 0x82, 0x54, 0x2a, 0x38, 0x55, 0x02, 0xf2, 0x5d,
    0xbf, 0x55, 0x29, 0x6c, 0x3a, 0x54, 0x5e, 0x38, 0x72, 0x76, 0x0a, 0xb7,
    0x36, 0x17, 0xde, 0x4a, 0x96, 0x26, 0x2c, 0x6f, 0x5d, 0x9e, 0x98, 0xbf,
    0x92, 0x92, 0xdc, 0x29, 0xf8, 0xf4, 0x1d, 0xbd, 0x28, 0x9a, 0x14, 0x7c,
    0xe9, 0xda, 0x31, 0x13, 0xb5, 0xf0, 0xb8, 0xc0, 0x0a, 0x60, 0xb1, 0xce,
    0x1d, 0x7e, 0x81, 0x9d, 0x7a, 0x43, 0x1d, 0x7c, 0x90, 0xea, 0x0e, 0x5f,
};

#define STICKS \
    "/vlek/v1/Turin/hash_sticks?fmcSPL=0&blSPL=1&teeSPL=2&snpSPL=3&ucodeSPL=4"

typedef struct World {
    Vendor *vendors[3];
    unsigned asked;             /* for keys */
    KdsFound found;             /* of chips that it knows */
} World;

static const Vendor *find_vendor(void *opaque, const VendorProduct *product)
{
    World *world = opaque;
    size_t i = 0;

    while (vendor_product_at(i) != product) {
        i++;
    }
    return world->vendors[i];
}

static KdsFound find_key(void *opaque, const KdsRequest *request, KdsKey *key)
{
    World *world = opaque;

    world->asked++;
    if (!request->vlek && request->chip_id[0] != 0) {
        return KDS_NONE;
    }
    memcpy(key->point, point, sizeof(point));
    key->from = FROM;
    key->csp_id = request->vlek ? "A cloud of ours" : NULL;
    return world->found;
}

static KdsFound make_stick(void *opaque, const KdsRequest *request,
                           const uint8_t chip_id[VENDOR_CHIP_ID_SIZE],
                           uint8_t stick[KDS_STICK_SIZE])
{
    World *world = opaque;

    g_assert_cmpuint(request->tcb.turin.snp, ==, 3);
    memset(stick, 0x5a, KDS_STICK_SIZE);
    return chip_id[0] == 0 ? world->found : KDS_NONE;
}

static const KdsOps ops = {
    .vendor = find_vendor, .vcek = find_key, .vlek = find_key,
    .stick = make_stick,
};

static void setup(World *world, gconstpointer data)
{
    for (size_t i = 0; i < G_N_ELEMENTS(world->vendors); i++) {
        world->vendors[i] = vendor_builtin(vendor_product_at(i), NULL);
        g_assert_nonnull(world->vendors[i]);
    }
    world->found = KDS_FOUND;
}

static void teardown(World *world, gconstpointer data)
{
    for (size_t i = 0; i < G_N_ELEMENTS(world->vendors); i++) {
        vendor_free(world->vendors[i]);
    }
}

static GBytes *ask(Kds *kds, const char *uri, unsigned status)
{
    KdsAnswer answer;

    kds_answer(kds, uri, NULL, "127.0.0.1", &answer);
    g_test_message("%s: %u", uri, answer.status);
    g_assert_cmpuint(answer.status, ==, status);
    g_assert_nonnull(answer.body);
    g_assert_nonnull(answer.type);
    return answer.body;
}

static void refuse(Kds *kds, const char *uri, unsigned status)
{
    GBytes *body = ask(kds, uri, status);

    /* One line, for a person */
    g_assert_cmpint(g_bytes_get_size(body), <, 100);
    g_bytes_unref(body);
}

static gnutls_x509_crt_t read_cert(GBytes *der)
{
    gsize size;
    gnutls_datum_t datum = {
        (unsigned char *)g_bytes_get_data(der, &size), g_bytes_get_size(der)
    };
    gnutls_x509_crt_t cert;

    gnutls_x509_crt_init(&cert);
    g_assert_cmpint(gnutls_x509_crt_import(cert, &datum, GNUTLS_X509_FMT_DER),
                    ==, 0);
    return cert;
}

static void signed_by(GBytes *der, GBytes *issuer_der)
{
    gnutls_x509_crt_t cert = read_cert(der), issuer = read_cert(issuer_der);
    unsigned status;

    g_assert_cmpint(gnutls_x509_crt_verify(cert, &issuer, 1, 0, &status), ==,
                    0);
    g_assert_cmpuint(status, ==, 0);
    gnutls_x509_crt_deinit(cert);
    gnutls_x509_crt_deinit(issuer);
}

static const char *const certs[][2] = {
    { "/vcek/v1/Milan/" ID64 "?blSPL=3&teeSPL=0&snpSPL=8&ucodeSPL=115",
      "/vlek/v1/Milan/cert?blSPL=3&teeSPL=0&snpSPL=8&ucodeSPL=115" },
    { "/vcek/v1/Genoa/" ID64 "?blSPL=3&teeSPL=0&snpSPL=8&ucodeSPL=115",
      "/vlek/v1/Genoa/cert?blSPL=3&teeSPL=0&snpSPL=8&ucodeSPL=115" },
    { "/vcek/v1/Turin/" ID8 "?fmcSPL=1&blSPL=3&teeSPL=0&snpSPL=8&ucodeSPL=9",
      "/vlek/v1/Turin/cert?fmcSPL=1&blSPL=3&teeSPL=0&snpSPL=8&ucodeSPL=9" },
};

/* Signed by the right one, and the same each time, though signing is random */
static void test_certs(World *world, gconstpointer data)
{
    const KdsFaults none = { 0 };
    g_autoptr(Kds) kds = kds_new(&ops, &none, world);

    for (size_t i = 0; i < G_N_ELEMENTS(certs); i++) {
        const Vendor *vendor = world->vendors[i];
        GBytes *signers[] = { vendor_ask_der(vendor),
                              vendor_asvk_der(vendor) };

        for (size_t j = 0; j < 2; j++) {
            g_autoptr(GBytes) first = ask(kds, certs[i][j], 200);
            g_autoptr(GBytes) second = ask(kds, certs[i][j], 200);

            signed_by(first, signers[j]);
            g_assert_true(g_bytes_equal(first, second));
        }
    }
    g_assert_cmpuint(world->asked, ==, 6);
    refuse(kds, "/vcek/v1/Turin/" NO_CHIP
           "?fmcSPL=1&blSPL=3&teeSPL=0&snpSPL=8&ucodeSPL=9", 404);
    refuse(kds, STICKS, 405);
    refuse(kds, "/", 404);
}

/* ASK or ASVK first, then the ARK, and nothing after it */
static void test_chains(World *world, gconstpointer data)
{
    const KdsFaults none = { 0 };
    g_autoptr(Kds) kds = kds_new(&ops, &none, world);

    for (size_t i = 0; i < G_N_ELEMENTS(world->vendors); i++) {
        const char *name = vendor_product_name(vendor_product_at(i));
        const Vendor *vendor = world->vendors[i];
        GBytes *signers[] = { vendor_ask_der(vendor),
                              vendor_asvk_der(vendor) };

        for (size_t j = 0; j < 2; j++) {
            g_autofree char *uri = g_strdup_printf(
                "/%s/v1/%s/cert_chain", j ? "vlek" : "vcek", name);
            g_autoptr(GBytes) body = ask(kds, uri, 200);
            GBytes *ders[] = { signers[j], vendor_ark_der(vendor) };
            gsize size;
            gnutls_datum_t pem = {
                (unsigned char *)g_bytes_get_data(body, &size),
                g_bytes_get_size(body)
            };
            gnutls_x509_crt_t list[3];
            unsigned n = 3;

            g_assert_cmpint(gnutls_x509_crt_list_import(
                                list, &n, &pem, GNUTLS_X509_FMT_PEM, 0), ==,
                            2);
            g_assert_true(g_str_has_suffix((char *)pem.data + size - 26,
                                           "-----END CERTIFICATE-----\n"));
            for (unsigned k = 0; k < 2; k++) {
                gnutls_x509_crt_t cert = read_cert(ders[k]);

                g_assert_true(gnutls_x509_crt_equals(cert, list[k]));
                gnutls_x509_crt_deinit(cert);
                gnutls_x509_crt_deinit(list[k]);
            }
        }
    }
}

static unsigned count_revoked(GBytes *der)
{
    gsize size;
    gnutls_datum_t datum = {
        (unsigned char *)g_bytes_get_data(der, &size), g_bytes_get_size(der)
    };
    gnutls_x509_crl_t crl;
    unsigned n;

    gnutls_x509_crl_init(&crl);
    g_assert_cmpint(gnutls_x509_crl_import(crl, &datum, GNUTLS_X509_FMT_DER),
                    ==, 0);
    g_assert_cmpint(gnutls_x509_crl_get_this_update(crl), <=, time(NULL));
    g_assert_cmpint(gnutls_x509_crl_get_next_update(crl), >, time(NULL));
    n = gnutls_x509_crl_get_crt_count(crl);
    gnutls_x509_crl_deinit(crl);
    return n;
}

static void test_crl(World *world, gconstpointer data)
{
    for (unsigned revoked = 0; revoked < 2; revoked++) {
        const KdsFaults faults = { .revoked = revoked };
        g_autoptr(Kds) kds = kds_new(&ops, &faults, world);
        g_autoptr(GBytes) first = ask(kds, "/vcek/v1/Genoa/crl", 200);
        g_autoptr(GBytes) second = ask(kds, "/vcek/v1/Genoa/crl", 200);

        g_assert_true(g_bytes_equal(first, second));
        g_assert_cmpuint(count_revoked(first), ==, 2 * revoked);
    }
}

static void test_expired(World *world, gconstpointer data)
{
    for (unsigned expired = 0; expired < 2; expired++) {
        const KdsFaults faults = { .expired = expired };
        g_autoptr(Kds) kds = kds_new(&ops, &faults, world);
        g_autoptr(GBytes) der = ask(kds, certs[0][0], 200);
        gnutls_x509_crt_t cert = read_cert(der);
        time_t end = gnutls_x509_crt_get_expiration_time(cert);

        if (expired) {
            g_assert_cmpint(end, <, time(NULL) - 360 * 24 * 60 * 60);
        } else {
            g_assert_cmpint(gnutls_x509_crt_get_activation_time(cert), ==,
                            FROM);
        }
        gnutls_x509_crt_deinit(cert);
    }
}

static void test_refusals(World *world, gconstpointer data)
{
    const KdsFaults none = { 0 };
    const KdsFaults not_found = { .not_found = true };
    const KdsFaults outage = { .outage = true };
    const KdsOps no_vlek = { .vendor = find_vendor, .vcek = find_key };
    g_autoptr(Kds) good = kds_new(&no_vlek, &none, world);
    g_autoptr(Kds) empty = kds_new(&ops, &not_found, world);
    g_autoptr(Kds) down = kds_new(&ops, &outage, world);

    refuse(good, certs[0][1], 403);
    refuse(empty, certs[0][0], 404);
    refuse(empty, certs[0][1], 404);
    g_bytes_unref(ask(empty, "/vcek/v1/Milan/crl", 200));
    refuse(down, certs[0][0], 503);
    refuse(down, "/vcek/v1/Milan/crl", 503);
    refuse(down, "/", 503);
    world->found = KDS_FAILED;
    refuse(good, certs[0][0], 500);
}

/* Each address for itself, and VCEKs alone */
static void test_limit(World *world, gconstpointer data)
{
    const KdsFaults faults = { .limit = 3600 * 1000 };
    g_autoptr(Kds) kds = kds_new(&ops, &faults, world);
    KdsAnswer answer;

    g_bytes_unref(ask(kds, certs[0][0], 200));
    refuse(kds, certs[0][0], 429);
    refuse(kds, certs[1][0], 429);
    g_bytes_unref(ask(kds, "/vcek/v1/Milan/crl", 200));
    g_bytes_unref(ask(kds, "/vcek/v1/Milan/cert_chain", 200));
    kds_answer(kds, certs[0][0], NULL, "127.0.0.2", &answer);
    g_assert_cmpuint(answer.status, ==, 200);
    g_bytes_unref(answer.body);
}

static void test_limit_ends(World *world, gconstpointer data)
{
    const KdsFaults faults = { .limit = 1 };
    g_autoptr(Kds) kds = kds_new(&ops, &faults, world);

    g_bytes_unref(ask(kds, certs[0][0], 200));
    g_usleep(2000);
    g_bytes_unref(ask(kds, certs[0][0], 200));
}

static char *post(Kds *kds, const char *uri, const char *text,
                  unsigned status)
{
    g_autoptr(GBytes) body = g_bytes_new_static(text, strlen(text));
    g_autoptr(GBytes) said = NULL;
    KdsAnswer answer;

    kds_answer(kds, uri, body, "127.0.0.1", &answer);
    said = answer.body;
    g_test_message("%.60s: %u", text, answer.status);
    g_assert_cmpuint(answer.status, ==, status);
    return g_strndup(g_bytes_get_data(said, NULL), g_bytes_get_size(said));
}

static void test_sticks(World *world, gconstpointer data)
{
    static const char *const bad[] = {
        "", "x", "{}", "[]", "null", "{\"hwids\": []}", "{\"hwids\": 1}",
        "{\"hwids\": {}}", "{\"hwids\": [1]}", "{\"hwids\": [null]}",
        "{\"hwids\": [[\"" ID8 "\"]]}", "{\"hwids\": [\"" ID8 "\"",
        "[\"" ID8 "\"]", "{\"hwid\": [\"" ID8 "\"]}",
        "{\"hwids\": [\"" ID8 "\"], \"x\": []}",
    };
    const KdsFaults none = { 0 };
    const KdsOps no_vlek = { .vendor = find_vendor, .vcek = find_key };
    g_autoptr(Kds) kds = kds_new(&ops, &none, world);
    g_autoptr(Kds) without = kds_new(&no_vlek, &none, world);
    g_autoptr(GString) expected = g_string_new(
        "{\"results\":[{\"" ID8 "\":\"");
    g_autofree char *deep = g_strnfill(60000, '[');
    g_autofree char *said = post(
        kds, STICKS, "{\"hwids\": [\"" ID8 "\", \"" NO_CHIP "\", \"x\"]}", 200);

    for (unsigned i = 0; i < KDS_STICK_SIZE; i++) {
        g_string_append(expected, "5a");
    }
    g_string_append(expected, "\"},{\"" NO_CHIP "\":\"not found\"},"
                    "{\"x\":\"not found\"}]}");
    g_assert_cmpstr(said, ==, expected->str);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_free(post(kds, STICKS, bad[i], 400));
    }
    g_free(post(kds, STICKS, deep, 400));
    g_free(post(kds, "/vlek/v1/Turin/crl", "x", 405));
    g_free(post(without, STICKS, "x", 403));
}

static void test_faults(void)
{
    static const char *const good[] = {
        "429", "429=3", "404", "delay=0.5", "truncated", "wrong-tcb",
        "revoked", "expired", "outage",
    };
    static const char *const bad[] = {
        "", "=", "x", "404=1", "outage=", "delay", "delay=", "delay=x",
        "delay=0", "delay=-1", "delay=3601", "delay=nan", "delay=1s", "429=",
        "429=0", "Revoked",
    };
    KdsFaults faults = { 0 };
    g_autofree char *text = kds_faults_describe();

    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autofree char *line = g_strdup_printf(
            "\n  %.*s", (int)strcspn(good[i], "="), good[i]);

        g_assert_true(kds_faults_add(&faults, good[i], NULL));
        g_assert_nonnull(strstr(text, line + 1));
    }
    g_assert_cmpuint(faults.limit, ==, 3000);
    g_assert_cmpuint(faults.delay, ==, 500);
    g_assert_true(faults.not_found && faults.truncated && faults.wrong_tcb &&
                  faults.revoked && faults.expired && faults.outage);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        g_test_message("%s", bad[i]);
        g_assert_false(kds_faults_add(&faults, bad[i], &error));
        g_assert_true(g_str_has_prefix(error->message, "--fault"));
    }
}

#define ADD(name, func) \
    g_test_add("/kds/" name, World, NULL, setup, func, teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(vendor_init(NULL));
    ADD("certs", test_certs);
    ADD("chains", test_chains);
    ADD("crl", test_crl);
    ADD("expired", test_expired);
    ADD("refusals", test_refusals);
    ADD("limit", test_limit);
    ADD("limit-ends", test_limit_ends);
    ADD("sticks", test_sticks);
    g_test_add_func("/kds/faults", test_faults);
    return g_test_run();
}
