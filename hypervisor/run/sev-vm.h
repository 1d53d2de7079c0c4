/*
 * Declares what the hypervisor has of a VM
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SEV_VM_H
#define HYPERVISOR_SEV_VM_H

#include "qemu/notify.h"
#include "hw/qdev-core.h"
#include "abi/rmp.h"
#include "hypervisor/ghcb/ghcb.h"
#include "hypervisor/psp/sev-host.h"

/**
 * SevVm: hangs on the machine's sev-guest object (SevCommonState.vm)
 *
 * @host: the platform that it is launched on
 * @cbit_mask: the C-bit as a mask; stays as it was when the guest was made
 *             ready, whatever becomes of the object's property
 * @ghcb: what the vCPUs of an SEV-ES guest share; version 0 without SEV-ES
 * @launch: how it was launched, hypervisor/launch/sev-tcg.c
 * @igvm: the file that it is launched from, or NULL,
 *        hypervisor/launch/igvm-launch.h
 * @vmpl_features: SEV-SNP: VMSA_SEV_FEATURE_* that the save areas of a VMPL
 *                 have, 0 before there is one; VMPL 0 has those of the launch
 * @snp: its private memory and RMP, or NULL, hypervisor/run/snp-host.c
 * @takings: permissions that VMPLs have taken from others, or NULL,
 *           hypervisor/run/vmpl-takings.c
 * @messages: between its vCPUs and the firmware, or NULL,
 *            hypervisor/run/snp-messages.c
 * @dead_halt: who watches it, hypervisor/run/dead-halt.c
 * @board_check, @snp_check, @snp_devices: who looks at the board and at new
 *             devices, hypervisor/launch/board-check.c and snp-check.c
 */
typedef struct SevVm {
    SevHost *host;
    uint64_t cbit_mask;
    GhcbGuest ghcb;
    struct SevLaunch *launch;
    struct IgvmLaunch *igvm;
    uint64_t vmpl_features[RMP_VMPLS];
    struct SnpHost *snp;
    struct VmplTakings *takings;
    struct SnpMessages *messages;
    struct DeadHalt *dead_halt;
    Notifier board_check;
    Notifier snp_check;
    DeviceListener snp_devices;
} SevVm;

/** sev_vm: the machine's, or NULL without a SEV guest under TCG */
SevVm *sev_vm(void);

#endif
