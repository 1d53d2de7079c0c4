/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks a key server for the certificates of a report: AMD's (publication
 * 57230), or one with its addresses below another host's name.
 */

#ifndef OWNER_KDS_H
#define OWNER_KDS_H

#include "abi/snp-msg.h"
#include "guest-owner/report/report-certs.h"

/*
 * Adds what @certs lacks: the VCEK, the authorities above the key that has
 * signed @report, and their list of revoked keys. No key server hands out
 * VLEKs to everybody.
 * @url: of --kds, with no path of a key's
 * @product: of the report; NULL: it tells none
 *
 * While the server says that it is asked too often, it is asked again a few
 * times, which takes a while and is said on stderr.
 */
bool kds_fetch(const char *url, const SnpReport *report, const char *product,
               ReportCerts *certs, GError **errp);

#endif
