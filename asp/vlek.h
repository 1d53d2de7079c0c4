/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Derives, wraps and unwraps the VLEK, a key that signs reports for a provider
 * of guests in place of the chip's own. How AMD does that is not published.
 * asp.h has what the manufacturer needs.
 */

#ifndef ASP_VLEK_H
#define ASP_VLEK_H

#include "abi/snp-data.h"
#include "asp/ec.h"
#include "asp/snp-state.h"

/* The private key of the provider's @seed for @tcb: 0, or -1 */
int asp_vlek(const uint8_t seed[ASP_VLEK_SEED_SIZE], const SnpTcbVersion *tcb,
             AspEcScalar *scalar);

/*
 * What asp_vlek_wrap() has made for the chip with @fuses; @stick is not kept.
 * Returns SEV_FW_SUCCESS; SEV_FW_INVALID_PARAM for reserved bytes that are
 * not zero, outside or inside; SEV_FW_BAD_MEASUREMENT if it was changed or is
 * another chip's; SEV_FW_RESOURCE_LIMIT when the cryptography fails.
 */
uint32_t asp_vlek_unwrap(const AspFuses *fuses, SnpVlekHashstick *stick,
                         uint8_t seed[ASP_VLEK_SEED_SIZE]);

/* There is none any more, if there was one. */
void asp_vlek_forget(AspSnp *snp);

#endif
