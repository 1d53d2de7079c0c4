/*
 * Declares the ends of guests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SEV_END_H
#define HYPERVISOR_SEV_END_H

#include "hypervisor/run/sev-vcpu.h"

/* GhcbOps; @opaque is the SevVcpu that asks */
void sev_end(void *opaque, const GhcbEnd *end);

/** sev_end_for: the hypervisor's own; @message is one sentence, no full stop */
void sev_end_for(SevVcpu *vcpu, const char *message);

#endif
