/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads tables of certificates that hosts give guests (abi/snp-certs.h). */

#ifndef OWNER_CERT_TABLE_H
#define OWNER_CERT_TABLE_H

#include <glib.h>
#include <stdbool.h>
#include "abi/snp-certs.h"

typedef void CertTableSeen(const uint8_t *guid, GBytes *blob,
                           gpointer opaque);

/*
 * Calls @seen for each entry of @file, whose end may be padded with anything.
 * Fails if the table is not ended, or an entry lies in the entries, overlaps
 * another or reaches out of the file. @name stands for the file in messages.
 */
bool cert_table_read(GBytes *file, const char *name, CertTableSeen *seen,
                     gpointer opaque, GError **errp);

#endif
