/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Declares the grammar of pkix.asn, as asn1Parser has compiled it. */

#ifndef VENDOR_PKIX_H
#define VENDOR_PKIX_H

#include <libtasn1.h>

extern const asn1_static_node vendor_pkix[];

#endif
