/*
 * Declares the commands of KVM_MEMORY_ENCRYPT_OP that SEV and SEV-ES guests
 * have
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_GUEST_COMMANDS_H
#define HYPERVISOR_GUEST_COMMANDS_H

#include <linux/kvm.h>
#include "hypervisor/psp/sev-host.h"

/** GuestCommand: one command; see sev_host_guest_command() */
typedef int GuestCommand(SevHost *host, void *data, int *fw_error);

/* By enum sev_cmd_id: what a guest has after INIT, NULL where it has none */
extern GuestCommand *const sev_guest_commands[KVM_SEV_NR_MAX];
extern GuestCommand *const sev_es_guest_commands[KVM_SEV_NR_MAX];

/** sev_guest_end: see LaunchKind.end, of SEV-ES guests too */
int sev_guest_end(SevHost *host, int *fw_error);

#endif
