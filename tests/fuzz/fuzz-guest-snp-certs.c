/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/snp-certs.c: the table of certificates that a guest has from its
 * host.
 */

#include "fuzz.h"
#include "guest/snp-report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Of exactly its size, so that a sanitizer sees a read beyond it */
    g_autofree uint8_t *table = g_memdup2(data, size);
    size_t end = snp_certs_size(table, size);

    g_assert_cmpuint(end, <=, size);
    /* A shorter file is the same table */
    g_assert_cmpuint(end ? snp_certs_size(table, end) : 0, ==, end);
    return 0;
}
