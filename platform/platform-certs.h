/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the table of certificates that the host hands to a guest with a
 * report: those of the chip's key for the TCB that it reports, and of the
 * manufacturer (abi/snp-certs.h). Conventions as in platform-dir.h.
 */

#ifndef PLATFORM_CERTS_H
#define PLATFORM_CERTS_H

#include "asp/asp.h"
#include "platform/platform-dir.h"
#include "vendor/vendor.h"

/*
 * The table of VCEK, ASK and ARK.
 * @vendor: the chip's manufacturer
 * @tcb: an SnpTcbVersion, what the chip reports
 */
GBytes *platform_certs_vcek(const AspFuses *fuses, const Vendor *vendor,
                            const uint8_t tcb[SNP_TCB_SIZE], GError **errp);

/* The table of VLEK, ASVK and ARK; likewise */
GBytes *platform_certs_vlek(const PlatformVlek *vlek, const Vendor *vendor,
                            const uint8_t tcb[SNP_TCB_SIZE], GError **errp);

#endif
