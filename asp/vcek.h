/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Derives the chip's keys that sign attestation reports of SEV-SNP guests.
 */

#ifndef ASP_VCEK_H
#define ASP_VCEK_H

#include "abi/snp-data.h"
#include "asp/asp.h"
#include "asp/ec.h"

/*
 * The versioned chip endorsement key: for one chip and one TCB always the
 * same, for another of either another. AMD's way to it is not published; this
 * is ours, from the secret that the CEK is. 0, or -1 when the cryptography
 * fails.
 */
int asp_vcek(const AspFuses *fuses, const SnpTcbVersion *tcb,
             AspEcScalar *scalar);

#endif
