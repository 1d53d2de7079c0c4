/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what a key server is asked for. See kds-request.h. */

#include "vendor/kds/kds-request.h"

#include <string.h>

#include "vendor/product-table.h"

#define OK          200
#define BAD_REQUEST 400
#define NOT_FOUND   404

/* "", "vcek", "v1", the product, and what is wanted of it */
enum { PART_KIND = 1, PART_VERSION, PART_PRODUCT, PART_WHAT, PARTS };

G_GNUC_PRINTF(3, 4)
static unsigned set_why(char **why, unsigned status, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    *why = g_strdup_vprintf(format, list);
    va_end(list);
    return status;
}

bool kds_request_chip_id(const VendorProduct *product, const char *text,
                         uint8_t chip_id[VENDOR_CHIP_ID_SIZE])
{
    size_t digits = 2 * vendor_product_chip_id_size(product);

    memset(chip_id, 0, VENDOR_CHIP_ID_SIZE);
    if (strlen(text) != digits) {
        return false;
    }
    for (size_t i = 0; i < digits; i++) {
        int digit = g_ascii_xdigit_value(text[i]);

        if (digit < 0) {
            return false;
        }
        chip_id[i / 2] = chip_id[i / 2] << 4 | digit;
    }
    return true;
}

static unsigned parse_chip(KdsRequest *request, const char *text, char **why)
{
    size_t digits = 2 * vendor_product_chip_id_size(request->product);

    if (strlen(text) != digits) {
        return set_why(why, NOT_FOUND, "a chip of %s has an id of %zu "
                       "hexadecimal digits, not %zu",
                       vendor_product_name(request->product), digits,
                       strlen(text));
    }
    request->what = KDS_WHAT_CERT;
    return kds_request_chip_id(request->product, text, request->chip_id)
           ? OK : set_why(why, BAD_REQUEST,
                          "the chip's id is not hexadecimal");
}

static unsigned parse_what(KdsRequest *request, const char *text, char **why)
{
    static const struct {
        const char *name;
        KdsWhat what;
        bool vlek_only;
    } names[] = {
        { "cert_chain", KDS_WHAT_CHAIN }, { "crl", KDS_WHAT_CRL },
        { "cert", KDS_WHAT_CERT, true },
        { "hash_sticks", KDS_WHAT_HASH_STICKS, true },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(text, names[i].name) == 0 &&
            (request->vlek || !names[i].vlek_only)) {
            request->what = names[i].what;
            return OK;
        }
    }
    return request->vlek ? set_why(why, NOT_FOUND, "there is no such page")
                         : parse_chip(request, text, why);
}

static unsigned parse_path(KdsRequest *request, const char *path, char **why)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", PARTS + 1);

    if (g_strv_length(parts) != PARTS || *parts[0] ||
        (strcmp(parts[PART_KIND], "vcek") != 0 &&
         strcmp(parts[PART_KIND], "vlek") != 0) ||
        strcmp(parts[PART_VERSION], "v1") != 0) {
        return set_why(why, NOT_FOUND, "there is no such page");
    }
    request->vlek = strcmp(parts[PART_KIND], "vlek") == 0;
    request->product = vendor_product(parts[PART_PRODUCT]);
    if (!request->product) {
        return set_why(why, NOT_FOUND, "there is no such product");
    }
    return parse_what(request, parts[PART_WHAT], why);
}

/* Digits of a number up to 255 */
static bool parse_number(const char *text, uint8_t *number)
{
    size_t len = strlen(text);
    unsigned value = 0;

    if (len < 1 || len > 3) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (!g_ascii_isdigit(text[i])) {
            return false;
        }
        value = 10 * value + (text[i] - '0');
    }
    *number = value;
    return value <= 0xff;
}

static unsigned parse_parameter(KdsRequest *request, const char *name,
                                const char *value, unsigned *seen, char **why)
{
    const VendorParameter *list = request->product->parameters;

    for (unsigned i = 0; list[i].name; i++) {
        if (strcmp(name, list[i].name) != 0) {
            continue;
        }
        if (*seen & 1u << i) {
            return set_why(why, BAD_REQUEST, "%s is there twice", name);
        }
        *seen |= 1u << i;
        return parse_number(value, &request->tcb.byte[list[i].byte])
               ? OK : set_why(why, BAD_REQUEST,
                              "%s is no number from 0 to 255", name);
    }
    return set_why(why, BAD_REQUEST, "there is a parameter that %s has not",
                   vendor_product_name(request->product));
}

static unsigned parse_query(KdsRequest *request, const char *query,
                            unsigned *seen, char **why)
{
    unsigned status = OK;
    GUriParamsIter iter;
    char *name, *value;
    GError *error = NULL;

    g_uri_params_iter_init(&iter, query, -1, "&", G_URI_PARAMS_NONE);
    while (status == OK &&
           g_uri_params_iter_next(&iter, &name, &value, &error)) {
        status = parse_parameter(request, name, value, seen, why);
        g_free(name);
        g_free(value);
    }
    if (error) {
        g_error_free(error);
        status = set_why(why, BAD_REQUEST, "the parameters can't be read");
    }
    return status;
}

/* Certificates are for all of a product's parameters, the rest for none. */
static unsigned parse_parameters(KdsRequest *request, const char *query,
                                 char **why)
{
    const VendorParameter *list = request->product->parameters;
    bool wanted = request->what == KDS_WHAT_CERT ||
                  request->what == KDS_WHAT_HASH_STICKS;
    unsigned seen = 0, status = OK;

    if (!wanted) {
        return !query || !*query ? OK : set_why(
            why, BAD_REQUEST, "there are parameters where none are expected");
    }
    if (query) {
        status = parse_query(request, query, &seen, why);
    }
    for (unsigned i = 0; status == OK && list[i].name; i++) {
        if (!(seen & 1u << i)) {
            status = set_why(why, BAD_REQUEST, "%s is missing", list[i].name);
        }
    }
    return status;
}

unsigned kds_request_parse(KdsRequest *request, const char *uri, char **why)
{
    g_autofree char *path = NULL;
    g_autofree char *query = NULL;
    unsigned status;

    /* Padding too: who compares two of them compares all bytes. */
    memset(request, 0, sizeof(*request));
    *why = NULL;
    if (!g_uri_split(uri, G_URI_FLAGS_ENCODED_QUERY, NULL, NULL, NULL, NULL,
                     &path, &query, NULL, NULL)) {
        return set_why(why, BAD_REQUEST, "the address can't be read");
    }
    status = parse_path(request, path, why);
    return status == OK ? parse_parameters(request, query, why) : status;
}

void kds_request_raise_snp(KdsRequest *request)
{
    const VendorParameter *list = request->product->parameters;

    while (strcmp(list->name, "snpSPL") != 0) {
        list++;                         /* All have it. */
    }
    request->tcb.byte[list->byte]++;
}
