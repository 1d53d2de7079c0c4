/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes reports that say what a good one would. See report.h. */

#include "vendor/corpus/report.h"

#include <string.h>

#include "abi/snp.h"

/* CPUID of a product's processor, and the firmware for a report's version */
typedef struct Processor {
    const char *product;
    uint8_t family, model, stepping;
} Processor;

/* Certificates of Milan say B0, which is stepping 0. */
static const Processor processors[] = {
    { "Milan", 0x19, 0x01, 0 },
    { "Genoa", 0x19, 0x11, 0 },
    { "Turin", 0x1a, 0x02, 0 },
};

bool corpus_has_fmc(const VendorProduct *product)
{
    return strcmp(vendor_product_name(product), "Turin") == 0;
}

uint8_t *corpus_tcb_spl(const VendorProduct *product, SnpTcbVersion *tcb,
                        CorpusSpl spl)
{
    bool has_fmc = corpus_has_fmc(product);

    switch (spl) {
    case CORPUS_SPL_BOOT_LOADER:
        return has_fmc ? &tcb->turin.boot_loader : &tcb->milan.boot_loader;
    case CORPUS_SPL_SNP:
        return has_fmc ? &tcb->turin.snp : &tcb->milan.snp;
    default:
        return has_fmc ? &tcb->turin.microcode : &tcb->milan.microcode;
    }
}

/* The microcode's needs two bytes in a certificate. */
SnpTcbVersion corpus_tcb(const VendorProduct *product)
{
    SnpTcbVersion tcb = { .byte = { 0 } };

    if (corpus_has_fmc(product)) {
        tcb.turin.fmc = 2;
        tcb.turin.tee = 3;
    } else {
        tcb.milan.tee = 3;
    }
    *corpus_tcb_spl(product, &tcb, CORPUS_SPL_BOOT_LOADER) = 4;
    *corpus_tcb_spl(product, &tcb, CORPUS_SPL_SNP) = 24;
    *corpus_tcb_spl(product, &tcb, CORPUS_SPL_MICROCODE) = 0xd2;
    return tcb;
}

static void count_up(uint8_t *bytes, size_t size, uint8_t first)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = first + i;
    }
}

static void fill_guest(SnpReport *report)
{
    report->policy = le64_of(SNP_GPOLICY_ONE | SNP_GPOLICY_SMT |
                             1 << SNP_GPOLICY_API_MAJOR_SHIFT |
                             51 << SNP_GPOLICY_API_MINOR_SHIFT);
    count_up(report->report_data, sizeof(report->report_data), 0x10);
    count_up(report->measurement, sizeof(report->measurement), 0x60);
    count_up(report->host_data, sizeof(report->host_data), 0xa0);
    gcry_randomize(report->report_id, sizeof(report->report_id),
                   GCRY_STRONG_RANDOM);
    memset(report->report_id_ma, 0xff, sizeof(report->report_id_ma));
}

static void fill_firmware(unsigned version, SnpReport *report)
{
    report->current_major = report->committed_major = 1;
    report->current_minor = report->committed_minor =
        version >= 5 ? 58 : version >= 3 ? 56 : 55;
    report->current_build = report->committed_build = 20;
    if (version >= 5) {
        report->launch_mit_vector = le64_of(1);
        report->current_mit_vector = le64_of(1);
    }
}

static void fill_processor(const VendorProduct *product, SnpReport *report)
{
    const Processor *processor = processors;

    while (strcmp(processor->product, vendor_product_name(product)) != 0) {
        processor++;            /* all are there */
    }
    report->cpuid_fam_id = processor->family;
    report->cpuid_mod_id = processor->model;
    report->cpuid_step = processor->stepping;
}

void corpus_report_fill(const CorpusKeys *keys, unsigned version,
                        SnpReport *report)
{
    memset(report, 0, sizeof(*report));
    report->version = le32_of(version);
    report->sig_algo = le32_of(SNP_ALGO_ECDSA_P384_SHA384);
    report->platform_info = le64_of(SNP_PLATFORM_INFO_SMT);
    memcpy(report->chip_id, keys->chip_id, sizeof(report->chip_id));
    report->current_tcb = report->reported_tcb = report->committed_tcb =
        report->launch_tcb = corpus_tcb(keys->product);
    fill_guest(report);
    fill_firmware(version, report);
    if (version >= 3) {
        fill_processor(keys->product, report);
    }
}
