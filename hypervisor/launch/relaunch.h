/*
 * Repeating the launch of SEV-ES and SEV-SNP guests at a reset
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_RELAUNCH_H
#define HYPERVISOR_RELAUNCH_H

#include "sev-guest.h"
#include "hypervisor/ghcb/ghcb.h"
#include "hypervisor/psp/sev-host.h"

typedef struct SevRelaunch SevRelaunch;

/**
 * sev_relaunch_new: repeat the launch of this guest at each reset
 * @sev: the guest; what is returned becomes a child of it
 * @shared: what its vCPUs share
 *
 * To be called before the first LAUNCH_UPDATE.  The board's own first reset,
 * which comes after the launch has been measured, repeats nothing.
 */
SevRelaunch *sev_relaunch_new(SevCommonState *sev, SevHost *host,
                              GhcbGuest *shared);

/**
 * sev_relaunch_note: a command of the launch is about to be executed
 * @cmd, @data: as for sev_host_guest_command()
 *
 * Keeps what the command will measure, for the next time.
 */
void sev_relaunch_note(SevRelaunch *relaunch, int cmd, const void *data);

/**
 * sev_relaunch_measured: see LaunchKind.relaunch, of an SEV-ES guest
 *
 * Ends QEMU, in words, when it fails.
 */
void sev_relaunch_measured(SevRelaunch *relaunch);

/**
 * sev_relaunch_snp: see LaunchKind.relaunch, of an SEV-SNP guest
 *
 * QEMU measures such a guest when it finishes the launch.
 */
void sev_relaunch_snp(SevRelaunch *relaunch);

#endif
