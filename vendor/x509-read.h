/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads X.509 certificates of the form that x509.c writes, as far as a
 * manufacturer's own have to be told from one another. Any bytes may be given.
 */

#ifndef VENDOR_X509_READ_H
#define VENDOR_X509_READ_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "abi/sev-cert.h"

/* The common name of whom the certificate is of; NULL: it has none. */
char *vendor_x509_subject(GBytes *der);

/* Has the certificate the RSA key with @modulus, as SEV's have it? */
bool vendor_x509_has_key(GBytes *der, const uint8_t modulus[SEV_RSA_MAX_SIZE]);

/* Is it signed with the RSA key with @modulus? */
bool vendor_x509_is_signed(GBytes *der,
                           const uint8_t modulus[SEV_RSA_MAX_SIZE]);

#endif
