/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds products by their names and by CPUID.
 *
 * What they can do is public, and so are family, model and stepping. The
 * versions and TCBs of the defaults are ours: such as this generation's
 * firmware had, of no release in particular.
 */

#include "asp/product.h"

#include <string.h>

/* CPUID Fn0000_0001 EAX; every one of these families is above 0xf. */
#define CPUID(family, model, stepping) \
    ((uint32_t)((family) - 0xf) << 20 | (uint32_t)((model) >> 4) << 16 | \
     0xfu << 8 | ((model) & 0xfu) << 4 | (stepping))
#define CPUID_RESERVED 0xf000f000u  /* and the processor's type, zero */

/* CPUID as it lies in memory */
#define LE32(v) \
    { .b = { (v) & 0xff, (v) >> 8 & 0xff, (v) >> 16 & 0xff, (v) >> 24 } }

#define MODEL(cpuid_, major, minor, build_, ...) \
    { .cpuid = LE32(cpuid_), .api_major = (major), .api_minor = (minor), \
      .build = (build_), .tcb = __VA_ARGS__ }

/* Positions in the table */
enum { NAPLES, ROME, MILAN, GENOA, TURIN, VENICE };

static const AspProduct products[] = {
    [NAPLES] = {
        .name = "Naples", .chip_id_size = 64,
        .model = MODEL(CPUID(0x17, 0x01, 2), 0, 17, 48, { 0 }),
    },
    [ROME] = {
        .name = "Rome", .es = true, .chip_id_size = 64,
        .model = MODEL(CPUID(0x17, 0x31, 0), 0, 24, 20, { 0 }),
    },
    [MILAN] = {
        .name = "Milan", .es = true, .snp = true,
        .tcb_layout = ASP_TCB_MILAN, .chip_id_size = 64,
        .model = MODEL(CPUID(0x19, 0x01, 1), 1, 55, 1,
                       { 3, 0, 0, 0, 0, 0, 8, 115 }),
    },
    [GENOA] = {
        .name = "Genoa", .es = true, .snp = true,
        .tcb_layout = ASP_TCB_MILAN, .chip_id_size = 64,
        .model = MODEL(CPUID(0x19, 0x11, 1), 1, 56, 1,
                       { 9, 0, 0, 0, 0, 0, 23, 72 }),
    },
    [TURIN] = {
        .name = "Turin", .es = true, .snp = true,
        .tcb_layout = ASP_TCB_TURIN, .chip_id_size = 8,
        .model = MODEL(CPUID(0x1a, 0x02, 1), 1, 58, 1,
                       { 1, 1, 1, 4, 0, 0, 0, 72 }),
    },
    [VENICE] = {
        .name = "Venice", .es = true, .snp = true,
        .tcb_layout = ASP_TCB_TURIN, .chip_id_size = 8,
        .model = MODEL(CPUID(0x1a, 0x50, 0), 1, 58, 1,
                       { 1, 1, 1, 1, 0, 0, 0, 1 }),
    },
};

/* Which models a product has, combined family and model as CPUID means */
static const struct {
    uint8_t family, first, last, product;
} ranges[] = {
    { 0x17, 0x00, 0x0f, NAPLES },
    { 0x17, 0x30, 0x3f, ROME },
    { 0x19, 0x00, 0x0f, MILAN },
    { 0x19, 0x10, 0x1f, GENOA },
    { 0x19, 0xa0, 0xaf, GENOA },        /* Bergamo, Siena */
    { 0x1a, 0x00, 0x11, TURIN },
    { 0x1a, 0x50, 0x57, VENICE },
    { 0x1a, 0x90, 0xaf, VENICE },
    { 0x1a, 0xc0, 0xc7, VENICE },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

unsigned asp_model_family(const AspModel *model)
{
    uint32_t eax = le32_get(model->cpuid);

    return (eax >> 8 & 0xf) + (eax >> 20 & 0xff);
}

unsigned asp_model_number(const AspModel *model)
{
    uint32_t eax = le32_get(model->cpuid);

    return (eax >> 12 & 0xf0) | (eax >> 4 & 0xf);
}

unsigned asp_model_stepping(const AspModel *model)
{
    return le32_get(model->cpuid) & 0xf;
}

const AspProduct *asp_product_by_name(const char *name)
{
    for (size_t i = 0; i < COUNT(products); i++) {
        if (strcmp(products[i].name, name) == 0) {
            return &products[i];
        }
    }
    return NULL;
}

const AspProduct *asp_product_of(const AspModel *model)
{
    uint32_t eax = le32_get(model->cpuid);
    unsigned family = asp_model_family(model);
    unsigned number = asp_model_number(model);

    if (eax & CPUID_RESERVED || (eax >> 8 & 0xf) != 0xf) {
        return NULL;
    }
    for (size_t i = 0; i < COUNT(ranges); i++) {
        if (ranges[i].family == family && ranges[i].first <= number &&
            number <= ranges[i].last) {
            return &products[ranges[i].product];
        }
    }
    return NULL;
}

bool asp_product_has_tcb(const AspProduct *product,
                         const uint8_t tcb[SNP_TCB_SIZE])
{
    /* Bytes that are something, one bit each */
    static const uint8_t used[] = {
        [ASP_TCB_NONE] = 0x00, [ASP_TCB_MILAN] = 0xc3, [ASP_TCB_TURIN] = 0x8f,
    };

    for (unsigned i = 0; i < SNP_TCB_SIZE; i++) {
        if (tcb[i] && !(used[product->tcb_layout] >> i & 1)) {
            return false;
        }
    }
    return true;
}
