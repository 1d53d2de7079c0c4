/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds, makes and wipes guest contexts (55766 section 6.1, Guest Context). */

#ifndef ASP_CONTEXT_H
#define ASP_CONTEXT_H

#include "asp/state.h"

/* The guest with @handle, or NULL */
AspGuest *asp_guest_find(Asp *asp, uint32_t handle);

/*
 * A guest that may have @asid gets it: *@own, its own so far, becomes that.
 * SEV_FW_ACTIVE if it has one; SEV_FW_ASID_OWNED if another guest has @asid,
 * be it of SEV or SEV-SNP.
 */
uint32_t asp_asid_take(Asp *asp, uint32_t *own, uint32_t asid);

/* A guest context to fill, with a new handle, or NULL when all are taken */
AspGuest *asp_guest_new(Asp *asp);

/* Wipes @guest and frees its slot. A handle is not given out again soon. */
void asp_guest_free(AspGuest *guest);

unsigned asp_guest_count(const Asp *asp);

#endif
