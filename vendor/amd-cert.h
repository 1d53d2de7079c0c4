/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes certificates of AMD's own form: those of ARK and ASK.
 */

#ifndef VENDOR_AMD_CERT_H
#define VENDOR_AMD_CERT_H

#include <gcrypt.h>

#include "vendor/vendor.h"

/*
 * The certificate of @key of @product, for @usage (SEV_USAGE_ARK or
 * SEV_USAGE_ASK), with AMD's key id for that usage, signed with @ark, the
 * private key of the root; for the root itself that is @key.
 */
bool vendor_cert_make(AmdCert *cert, const VendorProduct *product,
                      uint32_t usage, gcry_sexp_t key, gcry_sexp_t ark,
                      GError **errp);

#endif
