/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the certificates of a case, and its list of revoked ones. */

#ifndef VENDOR_CORPUS_CERT_H
#define VENDOR_CORPUS_CERT_H

#include "vendor/corpus/case.h"

bool case_make_certs(Case *c, GError **errp);

#endif
