/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Turns numbers of certificates into libgcrypt's and back: little-endian,
 * padded with zeros at their end.
 */

#ifndef VENDOR_NUMBER_H
#define VENDOR_NUMBER_H

#include <gcrypt.h>
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

G_DEFINE_AUTO_CLEANUP_FREE_FUNC(gcry_mpi_t, gcry_mpi_release, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC(gcry_sexp_t, gcry_sexp_release, NULL)

/* NULL only without memory */
gcry_mpi_t vendor_number_read(const uint8_t *bytes, size_t size);

/* False when @number is negative or does not fit in @size bytes */
bool vendor_number_write(gcry_mpi_t number, uint8_t *bytes, size_t size);

#endif
