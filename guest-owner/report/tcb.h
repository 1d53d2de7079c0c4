/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes TCB versions apart: the security version numbers of what a processor
 * runs before the guest, which generations have in different places.
 */

#ifndef OWNER_TCB_H
#define OWNER_TCB_H

#include <glib.h>
#include <stdbool.h>
#include "abi/snp-data.h"

typedef enum TcbPart {
    TCB_FMC,                    /* of Turin and later */
    TCB_BOOT_LOADER,
    TCB_TEE,
    TCB_SNP,
    TCB_MICROCODE,
    TCB_NR_PARTS
} TcbPart;

typedef struct TcbParts {
    uint8_t part[TCB_NR_PARTS];
} TcbParts;

/* @has_fmc: it is laid out as Turin's */
void tcb_take_apart(const SnpTcbVersion *tcb, bool has_fmc, TcbParts *parts);

/* Is all of it zero that no part has? */
bool tcb_reserved_zero(const SnpTcbVersion *tcb, bool has_fmc);

/* "boot-loader 3, tee 0, snp 8, microcode 115" */
char *tcb_text(const TcbParts *parts, bool has_fmc);

/* The first part of @tcb that is below @least, or NULL */
const char *tcb_part_below(const TcbParts *tcb, const TcbParts *least);

/*
 * Reads "boot-loader=3,snp=8": each part at most once; those that are not
 * named are 0. @option: input.h
 */
bool tcb_parse(const char *option, const char *text, TcbParts *parts,
               GError **errp);

#endif
