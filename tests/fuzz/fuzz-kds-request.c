/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vendor/kds/kds-request.c: what a key server is asked for. What is accepted,
 * said again in the usual form, comes to the same.
 */

#include "fuzz.h"
#include "vendor/kds/kds-request.h"
#include "vendor/product-table.h"

static const char *what_of(const KdsRequest *request, GString *chip)
{
    switch (request->what) {
    case KDS_WHAT_CHAIN:
        return "cert_chain";
    case KDS_WHAT_CRL:
        return "crl";
    case KDS_WHAT_HASH_STICKS:
        return "hash_sticks";
    case KDS_WHAT_CERT:
        break;
    }
    for (size_t i = 0;
         i < vendor_product_chip_id_size(request->product); i++) {
        g_string_append_printf(chip, "%02x", request->chip_id[i]);
    }
    return request->vlek ? "cert" : chip->str;
}

static void parse_again(const KdsRequest *request)
{
    const VendorParameter *list = request->product->parameters;
    g_autoptr(GString) chip = g_string_new(NULL);
    g_autoptr(GString) uri = g_string_new(NULL);
    g_autofree char *why = NULL;
    KdsRequest again;

    g_string_printf(uri, "/%s/v1/%s/%s", request->vlek ? "vlek" : "vcek",
                    vendor_product_name(request->product),
                    what_of(request, chip));
    if (request->what == KDS_WHAT_CERT ||
        request->what == KDS_WHAT_HASH_STICKS) {
        for (size_t i = 0; list[i].name; i++) {
            g_string_append_printf(uri, "%c%s=%02u", i ? '&' : '?',
                                   list[i].name,
                                   request->tcb.byte[list[i].byte]);
        }
    }
    g_assert_cmpuint(kds_request_parse(&again, uri->str, &why), ==, 200);
    g_assert_cmpmem(&again, sizeof(again), request, sizeof(*request));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *uri = g_strndup((const char *)data, size);
    g_autofree char *why = NULL;
    KdsRequest request;

    if (kds_request_parse(&request, uri, &why) == 200) {
        g_assert_null(why);
        parse_again(&request);
    } else {
        g_assert_nonnull(why);
    }
    return 0;
}
