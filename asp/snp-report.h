/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fills attestation reports, and finds the keys that sign them.
 */

#ifndef ASP_SNP_REPORT_H
#define ASP_SNP_REPORT_H

#include "abi/snp-msg.h"
#include "asp/ec.h"
#include "asp/state.h"

/*
 * The chip's key that a guest has chosen by @sel (SNP_KEY_SEL_*): @signer is
 * set to SNP_SIGNER_*, @scalar to the key.
 *
 * Returns SEV_FW_SUCCESS; SEV_FW_INVALID_PARAM for a selection that there is
 * not; SEV_FW_INVALID_KEY if the guest may not use that key, or it is not
 * there; SEV_FW_RESOURCE_LIMIT when the cryptography fails.
 */
uint32_t asp_snp_select_key(const Asp *asp, const AspSnpGuest *guest,
                            unsigned sel, unsigned *signer,
                            AspEcScalar *scalar);

/*
 * All of a report but the request's part (REPORT_DATA, VMPL), which key signs
 * and the signature.
 */
void asp_snp_report_fill(const Asp *asp, const AspSnpGuest *guest,
                         SnpReport *report);

/* Signs @report; 0, or -1 when the cryptography fails. */
int asp_snp_report_sign(const AspEcScalar *scalar, SnpReport *report);

#endif
