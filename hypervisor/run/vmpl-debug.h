/*
 * Declares what gdb and the monitor are shown of VMPLs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_VMPL_DEBUG_H
#define HYPERVISOR_VMPL_DEBUG_H

#include "monitor/monitor.h"
#include "sev.h"     /* CONFIG_DEVICES */

#ifdef CONFIG_SEV_TCG

typedef struct SevVcpu SevVcpu;

/** vmpl_debug_init: gives gdb two registers of an SEV-SNP guest's vCPU */
void vmpl_debug_init(SevVcpu *vcpu);

/** vmpl_debug_info: for info sev, a line for each VMPL of each vCPU */
void vmpl_debug_info(Monitor *mon);

#else

static inline void vmpl_debug_info(Monitor *mon)
{
}

#endif

#endif
