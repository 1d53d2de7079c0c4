/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns numbers of certificates into libgcrypt's and back. */

#include "vendor/number.h"

#include <string.h>

static void reverse(uint8_t *to, const uint8_t *from, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        to[i] = from[size - 1 - i];
    }
}

gcry_mpi_t vendor_number_read(const uint8_t *bytes, size_t size)
{
    g_autofree uint8_t *big = g_malloc(size);
    gcry_mpi_t number = NULL;

    reverse(big, bytes, size);
    if (gcry_mpi_scan(&number, GCRYMPI_FMT_USG, big, size, NULL)) {
        return NULL;
    }
    return number;
}

bool vendor_number_write(gcry_mpi_t number, uint8_t *bytes, size_t size)
{
    g_autofree uint8_t *big = g_malloc(size);
    size_t len;

    if (gcry_mpi_is_neg(number) ||
        gcry_mpi_print(GCRYMPI_FMT_USG, big, size, &len, number)) {
        return false;
    }
    memset(bytes, 0, size);
    reverse(bytes, big, len);
    return true;
}
