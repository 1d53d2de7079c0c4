/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes reports that say what a good one would. */

#ifndef VENDOR_CORPUS_REPORT_H
#define VENDOR_CORPUS_REPORT_H

#include "vendor/corpus/keys.h"

/* The number that orders two TCBs: which one, and where it is */
typedef enum CorpusSpl {
    CORPUS_SPL_BOOT_LOADER,
    CORPUS_SPL_SNP,
    CORPUS_SPL_MICROCODE,
} CorpusSpl;

/* Is the product's TCB laid out as Turin's? */
bool corpus_has_fmc(const VendorProduct *product);

uint8_t *corpus_tcb_spl(const VendorProduct *product, SnpTcbVersion *tcb,
                        CorpusSpl spl);

/* The TCB that the corpus' chip has */
SnpTcbVersion corpus_tcb(const VendorProduct *product);

/* A report of @version by the chip of @keys, not yet signed */
void corpus_report_fill(const CorpusKeys *keys, unsigned version,
                        SnpReport *report);

#endif
