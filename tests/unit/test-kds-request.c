/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of AMD's key server: right ones, and each part wrong once */

#include <string.h>
#include "vendor/kds/kds-request.h"

#define ID8    "00112233445566Ff"
#define ID32   ID8 ID8 ID8 ID8
#define ID64   ID32 ID32
#define MILAN  "/vcek/v1/Milan/" ID64 \
    "?blSPL=03&teeSPL=0&snpSPL=08&ucodeSPL=255"
#define TURIN  "/vcek/v1/Turin/" ID8 \
    "?fmcSPL=1&blSPL=02&teeSPL=3&snpSPL=4&ucodeSPL=005"

static unsigned parse(const char *uri, KdsRequest *request)
{
    g_autofree char *why = NULL;
    unsigned status;

    /* All of it is set, whatever was there. */
    memset(request, 0xa5, sizeof(*request));
    status = kds_request_parse(request, uri, &why);
    g_test_message("%s: %u %s", uri, status, why ? why : "");
    g_assert_true((status == 200) == !why);
    return status;
}

static void test_milan(void)
{
    static const uint8_t tcb[] = { 3, 0, 0, 0, 0, 0, 8, 255 };
    static const uint8_t id[] = { 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66,
                                  0xff };
    KdsRequest request;

    g_assert_cmpuint(parse(MILAN, &request), ==, 200);
    g_assert_cmpuint(request.what, ==, KDS_WHAT_CERT);
    g_assert_false(request.vlek);
    g_assert_true(request.product == vendor_product("Milan"));
    g_assert_cmpmem(&request.tcb, 8, tcb, 8);
    for (size_t i = 0; i < 64; i += 8) {
        g_assert_cmpmem(request.chip_id + i, 8, id, 8);
    }
}

static void test_turin(void)
{
    static const uint8_t tcb[] = { 1, 2, 3, 4, 0, 0, 0, 5 };
    static const uint8_t zeros[56];
    KdsRequest request;

    g_assert_cmpuint(parse(TURIN, &request), ==, 200);
    g_assert_cmpmem(&request.tcb, 8, tcb, 8);
    g_assert_cmpuint(request.chip_id[7], ==, 0xff);
    g_assert_cmpmem(request.chip_id + 8, 56, zeros, 56);
}

/* The order does not matter, and nothing else tells two requests apart. */
static void test_order(void)
{
    KdsRequest first, second;

    parse(MILAN, &first);
    g_assert_cmpuint(parse("http://kdsintf.amd.com/vcek/v1/Milan/" ID64
                           "?ucodeSPL=255&snpSPL=8&blSPL=3&teeSPL=00",
                           &second), ==, 200);
    g_assert_cmpmem(&first, sizeof(first), &second, sizeof(second));
}

static void test_raise(void)
{
    KdsRequest request;

    parse(MILAN, &request);
    kds_request_raise_snp(&request);
    g_assert_cmpuint(request.tcb.milan.snp, ==, 9);
    parse(TURIN, &request);
    kds_request_raise_snp(&request);
    g_assert_cmpuint(request.tcb.turin.snp, ==, 5);
}

static const struct {
    const char *uri;
    unsigned status;
} others[] = {
    { "/vcek/v1/Genoa/" ID64 "?blSPL=1&teeSPL=2&snpSPL=3&ucodeSPL=4", 200 },
    { "/vcek/v1/Milan/cert_chain", 200 },
    { "/vlek/v1/Genoa/cert_chain", 200 },
    { "/vcek/v1/Turin/crl", 200 },
    { "/vlek/v1/Turin/crl", 200 },
    { "/vcek/v1/Turin/crl?", 200 },
    { "/vlek/v1/Milan/cert?blSPL=1&teeSPL=2&snpSPL=3&ucodeSPL=4", 200 },
    { "/vlek/v1/Milan/hash_sticks?blSPL=1&teeSPL=2&snpSPL=3&ucodeSPL=4",
      200 },

    /* no such page */
    { "", 404 }, { "/", 404 }, { "*", 404 }, { "//", 404 },
    { "/vcek", 404 }, { "/vcek/v1", 404 }, { "/vcek/v1/Milan", 404 },
    { "/vcek/v1/Milan/", 404 }, { "/vcek/v2/Milan/crl", 404 },
    { "/VCEK/v1/Milan/crl", 404 }, { "/scek/v1/Milan/crl", 404 },
    { "vcek/v1/Milan/crl", 404 }, { "x/vcek/v1/Milan/crl", 404 },
    { "/vcek/v1/Milan/crl/", 404 }, { "/vcek/v1/Milan/crl/x", 404 },
    { "/vcek/v1/milan/crl", 404 }, { "/vcek/v1/Rome/crl", 404 },
    { "/vcek/v1//crl", 404 }, { "/vcek/v1/Milan/cert", 404 },
    { "/vcek/v1/Milan/hash_sticks", 404 }, { "/vlek/v1/Milan/x", 404 },
    { "/vlek/v1/Milan/" ID64 "?blSPL=1&teeSPL=2&snpSPL=3&ucodeSPL=4", 404 },

    /* the chip's id: too short, too long, of another product, no number */
    { "/vcek/v1/Milan/" ID8 "?blSPL=1&teeSPL=2&snpSPL=3&ucodeSPL=4", 404 },
    { "/vcek/v1/Milan/" ID64 "0?blSPL=1&teeSPL=2&snpSPL=3&ucodeSPL=4", 404 },
    { "/vcek/v1/Turin/" ID64 "?fmcSPL=1&blSPL=2&teeSPL=3&snpSPL=4&ucodeSPL=5",
      404 },
    { "/vcek/v1/Turin/0011223344556677g"
      "?fmcSPL=1&blSPL=2&teeSPL=3&snpSPL=4&ucodeSPL=5", 404 },
    { "/vcek/v1/Turin/001122334455667g"
      "?fmcSPL=1&blSPL=2&teeSPL=3&snpSPL=4&ucodeSPL=5", 400 },
    { "/vcek/v1/Turin/%30%301122334455667"
      "?fmcSPL=1&blSPL=2&teeSPL=3&snpSPL=4&ucodeSPL=5", 404 },

    /* what can't be read */
    { "/vcek/v1/Milan/%", 400 }, { "/vcek/v1/Milan/%00", 400 },
    { "/vcek/v1/Milan/%zz", 400 }, { "/vcek/v1/%ff/crl", 400 },
    { "http://[/vcek/v1/Milan/crl", 400 },

    /* parameters where there are none */
    { "/vcek/v1/Milan/crl?x", 400 }, { "/vcek/v1/Milan/crl?blSPL=1", 400 },
    { "/vlek/v1/Milan/cert_chain?x=1", 400 },
};

static void test_others(void)
{
    KdsRequest request;

    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        g_assert_cmpuint(parse(others[i].uri, &request), ==,
                         others[i].status);
    }
}

/* In place of "blSPL=03" */
static const char *const bad_parameters[] = {
    "", "&", "blSPL", "blSPL=", "blSPL=256", "blSPL=0003", "blSPL=-1",
    "blSPL=+1", "blSPL=%201", "blSPL=1%20", "blSPL=0x1", "blSPL=a",
    "blSPL=%00", "blSPL=3%00", "blSPL=%", "blSPL=%g0", "blspl=3", "BLSPL=3",
    "blSPL=3=4", "blSPL=1&blSPL=1", "blSPL=1&fmcSPL=1", "blSPL=1&x=1",
    "blSPL=1&=", "blSPL=99999999999999999999999999999999999999",
    "blSPL=1;", "blSPL=\xff", "blSPL=\xd9\xa3",
};

static void test_bad_parameters(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(bad_parameters); i++) {
        g_autofree char *uri = g_strdup_printf(
            "/vcek/v1/Milan/" ID64 "?%s&teeSPL=0&snpSPL=8&ucodeSPL=1",
            bad_parameters[i]);
        KdsRequest request;

        g_assert_cmpuint(parse(uri, &request), ==, 400);
    }
}

/* Each left out, and each there twice */
static void test_each_parameter(void)
{
    static const char *const names[] = {
        "fmcSPL=1", "blSPL=1", "teeSPL=1", "snpSPL=1", "ucodeSPL=1",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GString) without = g_string_new("/vcek/v1/Turin/" ID8 "?");
        g_autoptr(GString) twice = g_string_new(TURIN "&");
        KdsRequest request;

        for (size_t j = 0; j < G_N_ELEMENTS(names); j++) {
            if (j != i) {
                g_string_append_printf(without, "%s%s", without->str[
                    without->len - 1] == '?' ? "" : "&", names[j]);
            }
        }
        g_string_append(twice, names[i]);
        g_assert_cmpuint(parse(without->str, &request), ==, 400);
        g_assert_cmpuint(parse(twice->str, &request), ==, 400);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kds/request/milan", test_milan);
    g_test_add_func("/kds/request/turin", test_turin);
    g_test_add_func("/kds/request/order", test_order);
    g_test_add_func("/kds/request/raise", test_raise);
    g_test_add_func("/kds/request/others", test_others);
    g_test_add_func("/kds/request/bad-parameters", test_bad_parameters);
    g_test_add_func("/kds/request/each-parameter", test_each_parameter);
    return g_test_run();
}
