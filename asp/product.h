/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists the generations of EPYC processors, by what their secure processors
 * and firmware differ in.
 */

#ifndef ASP_PRODUCT_H
#define ASP_PRODUCT_H

#include <stdbool.h>

#include "asp/asp.h"

typedef enum AspTcbLayout {
    ASP_TCB_NONE,               /* no SEV-SNP: all bytes are zero */
    ASP_TCB_MILAN,              /* SnpTcbVersion.milan */
    ASP_TCB_TURIN,              /* SnpTcbVersion.turin */
} AspTcbLayout;

typedef struct AspProduct {
    const char *name;           /* as in certificates: "Milan" */
    bool es;                    /* has SEV-ES */
    bool snp;                   /* has SEV-SNP */
    AspTcbLayout tcb_layout;
    unsigned chip_id_size;      /* bytes of the id; zeros follow up to 64 */
    AspModel model;             /* one that is sold: the default */
} AspProduct;

/*
 * "Naples", "Rome", "Milan", "Genoa", "Turin", "Venice"; and the one that
 * has the model's CPUID. NULL if there is none.
 */
const AspProduct *asp_product_by_name(const char *name);
const AspProduct *asp_product_of(const AspModel *model);

/* What CPUID says; family and model are combined with their extensions. */
unsigned asp_model_family(const AspModel *model);
unsigned asp_model_number(const AspModel *model);
unsigned asp_model_stepping(const AspModel *model);

/*
 * Has @product such a TCB: nothing but zeros in the bytes that its layout
 * leaves out?
 */
bool asp_product_has_tcb(const AspProduct *product,
                         const uint8_t tcb[SNP_TCB_SIZE]);

#endif
