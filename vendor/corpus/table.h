/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the table of certificates that a guest gets beside its report. */

#ifndef VENDOR_CORPUS_TABLE_H
#define VENDOR_CORPUS_TABLE_H

#include <glib.h>

#include "abi/snp-certs.h"

typedef struct CorpusBlob {
    uint8_t guid[SNP_CERT_GUID_SIZE];
    GBytes *bytes;
} CorpusBlob;

GBytes *corpus_table(const CorpusBlob *blobs, size_t n);

#endif
