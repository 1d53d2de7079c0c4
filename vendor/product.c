/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists the products. See product.h. */

#include "vendor/product.h"

#include <glib.h>
#include <string.h>

#include "vendor/product-table.h"

#define MILAN_SPLS { \
    { ".3.1", 0 }, { ".3.2", 1 }, { ".3.4", 2 }, { ".3.5", 3 }, \
    { ".3.6", 4 }, { ".3.7", 5 }, { ".3.3", 6 }, { ".3.8", 7 }, \
}

#define MILAN_PARAMETERS { \
    { "blSPL", 0 }, { "teeSPL", 1 }, { "snpSPL", 6 }, { "ucodeSPL", 7 }, \
}

static const VendorProduct products[] = {
    {
        "Milan", "-B0", 1, 1, true, 0, 64, MILAN_SPLS,
        MILAN_PARAMETERS,
        .ark_id = { 0x94, 0xc3, 0x8e, 0x41, 0x77, 0xd0, 0x47, 0x92,
                    0x92, 0xa7, 0xae, 0x67, 0x1d, 0x08, 0x3f, 0xb6 },
        .ask_id = { 0x73, 0x47, 0x8c, 0x05, 0xcc, 0x17, 0x4b, 0xfe,
                    0xb0, 0x6e, 0x71, 0x8f, 0xa7, 0x5d, 0xc3, 0xc8 },
    },
    {
        "Genoa", "", 2, 2, true, 0, 64, MILAN_SPLS,
        MILAN_PARAMETERS,
        .ark_id = { 0x9f, 0x9d, 0x4a, 0x8f, 0xe7, 0x61, 0x45, 0x65,
                    0x99, 0xf6, 0x94, 0x6c, 0x4c, 0x01, 0x0f, 0x3a },
        .ask_id = { 0xac, 0xbb, 0x4a, 0xd2, 0x1a, 0xcc, 0x43, 0x6f,
                    0xb3, 0xe9, 0x32, 0xf8, 0x12, 0xcd, 0x01, 0xb0 },
    },
    {
        "Turin", "", 3, 1, false, 1, 8, {
            { ".3.9", 0 }, { ".3.1", 1 }, { ".3.2", 2 }, { ".3.3", 3 },
            { ".3.5", 4 }, { ".3.6", 5 }, { ".3.7", 6 }, { ".3.8", 7 } },
        { { "fmcSPL", 0 }, { "blSPL", 1 }, { "teeSPL", 2 }, { "snpSPL", 3 },
          { "ucodeSPL", 7 } },
        .ark_id = { 0xd0, 0x5c, 0x3a, 0x8b, 0xde, 0x48, 0x49, 0x04,
                    0xb4, 0x95, 0x52, 0x42, 0x2c, 0xeb, 0x39, 0x42 },
        .ask_id = { 0x15, 0x05, 0x16, 0x93, 0xf7, 0x30, 0x4d, 0x65,
                    0xa5, 0x27, 0xb4, 0xa7, 0xf3, 0xf7, 0xcb, 0x77 },
    },
};

const VendorProduct *vendor_product_at(size_t i)
{
    return i < G_N_ELEMENTS(products) ? &products[i] : NULL;
}

const VendorProduct *vendor_product(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(products); i++) {
        if (strcmp(products[i].name, name) == 0) {
            return &products[i];
        }
    }
    return NULL;
}

const char *vendor_product_name(const VendorProduct *product)
{
    return product->name;
}

size_t vendor_product_chip_id_size(const VendorProduct *product)
{
    return product->chip_id_size;
}

uint32_t vendor_authority_serial(const VendorProduct *product,
                                 VendorAuthority authority)
{
    const uint32_t low[] = {
        [VENDOR_ARK] = 0, [VENDOR_ASK] = product->ask_serial,
        [VENDOR_ASVK] = 0x101,
    };

    return product->serial << 16 | low[authority];
}
