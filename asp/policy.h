/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges the guest policy (55766 chapter 3, Guest Policy), as far as it
 * decides whether a guest may be launched at all.
 */

#ifndef ASP_POLICY_H
#define ASP_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "asp/version.h"

/*
 * May a guest with @policy run on a platform with firmware of @version, which
 * is initialized for SEV-ES if @es? SEV_FW_SUCCESS; SEV_FW_POLICY_FAILURE for
 * reserved bits, or for a newer API; SEV_FW_UNSUPPORTED for SEV-ES without
 * @es.
 */
uint32_t asp_policy_check_launch(uint32_t policy, const AspVersion *version,
                                 bool es);

/*
 * May a guest with @policy have the key of one with @owner_policy?
 * SEV_FW_SUCCESS or SEV_FW_POLICY_FAILURE.
 */
uint32_t asp_policy_check_sharing(uint32_t owner_policy, uint32_t policy);

#endif
