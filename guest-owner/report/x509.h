/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks at X.509 certificates as AMD's are (publication 57230), by GnuTLS. A
 * flaw is a constant text or one that the caller frees, as its type says;
 * NULL: there is none.
 */

#ifndef OWNER_X509_H
#define OWNER_X509_H

#include <glib.h>
#include <gnutls/x509.h>
#include <stdbool.h>
#include <stdint.h>
#include "guest-owner/base/p384.h"
#include "guest-owner/base/rsa.h"

/* NULL if @der is no certificate; *flaw is why, constant. */
gnutls_x509_crt_t x509_open(GBytes *der, const char **flaw);

/* The subject's common name; NULL: it has none, or one that is no name */
char *x509_common_name(gnutls_x509_crt_t cert);

/* Is the subject AMD's, with the common name @name, each part once? */
char *x509_name_flaw(gnutls_x509_crt_t cert, const char *name);

/* Is @cert good at the time @at? */
char *x509_validity_flaw(gnutls_x509_crt_t cert, int64_t at);

/* "2020-10-22 to 2045-10-22" */
char *x509_validity_text(gnutls_x509_crt_t cert);

/* Is it signed by @issuer, RSASSA-PSS with SHA-384, and names that? */
char *x509_signature_flaw(gnutls_x509_crt_t cert, gnutls_x509_crt_t issuer);

/* Does it have a critical extension that nobody here knows? */
char *x509_critical_flaw(gnutls_x509_crt_t cert);

/*
 * May it sign certificates, with others that may below it if @deep? *told:
 * what it says of that.
 */
const char *x509_authority_flaw(gnutls_x509_crt_t cert, bool deep);

/* May it sign lists of revoked certificates? */
bool x509_may_sign_crl(gnutls_x509_crt_t cert);

/* It must be one of RSA-4096, ... of P-384. */
const char *x509_rsa_key(gnutls_x509_crt_t cert, RsaKey *key);
const char *x509_p384_key(gnutls_x509_crt_t cert, P384Point *point);

/* The first bytes of SHA-256 over @der, in hexadecimal */
char *x509_short_fingerprint(GBytes *der);

#endif
