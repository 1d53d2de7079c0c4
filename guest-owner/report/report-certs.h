/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gathers the certificates that a report is verified with, from wherever they
 * come: the table that a guest has from its host (abi/snp-certs.h), files
 * in PEM or DER, a directory of these.
 *
 * Nothing is verified here. What is in a table is of its host's making: if
 * that is no certificate, report_verify() says so.
 */

#ifndef OWNER_REPORT_CERTS_H
#define OWNER_REPORT_CERTS_H

#include <glib.h>
#include <stdbool.h>
#include "guest-owner/chain/roots.h"

typedef enum CertRole {
    CERT_ARK,
    CERT_ASK,
    CERT_ASVK,
    CERT_VCEK,
    CERT_VLEK,
    CERT_CRL,                   /* no certificate, but goes with them */
    CERT_NR_ROLES
} CertRole;

typedef struct ReportCerts {
    GBytes *der[CERT_NR_ROLES]; /* NULL: there is none */
    RootOrigin origin;          /* what vouches for the ARK */
} ReportCerts;

/* "ARK", ... */
const char *cert_role_name(CertRole role);

/* No table, and no file of certificates, is larger. */
#define REPORT_CERTS_MAX 0x40000

/*
 * Adds what a file has: a table, certificates in PEM, or one in DER; what is
 * added stands in the place of one of the same role. @name stands for the
 * file in messages.
 */
bool report_certs_add(ReportCerts *certs, GBytes *file, const char *name,
                      GError **errp);

/* The same of a list of revoked certificates, in DER or PEM */
bool report_certs_add_crl(ReportCerts *certs, GBytes *file, const char *name,
                          GError **errp);

/*
 * The same of a file, or of a directory with any of these, each .pem or .der:
 * ark, ask, asvk, vcek, vlek, crl; and cert_chain.pem. @option: input.h
 */
bool report_certs_load(ReportCerts *certs, const char *option,
                       const char *path, GError **errp);

/*
 * ARK, and ASK and ASVK if they are there, of a manufacturer whom the user
 * trusts: they stand in the place of those of @certs.
 */
bool report_certs_load_ca(ReportCerts *certs, const char *option,
                          const char *path, GError **errp);

void report_certs_clear(ReportCerts *certs);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReportCerts, report_certs_clear)

#endif
