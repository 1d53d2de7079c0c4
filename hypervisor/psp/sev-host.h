/*
 * The host half of SEV: what Linux' KVM and CCP driver are to a real guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SEV_HOST_H
#define HYPERVISOR_SEV_HOST_H

#include "abi/le.h"
#include "hypervisor/psp/host-memory.h"
#include "hypervisor/psp/psp-mailbox.h"
#include "platform/platform-dir.h"

/**
 * SevHost:
 *
 * @platform: the chip, its flash and its certificates
 * @mailbox: of the platform's secure processor
 * @mem: what it can reach
 * @handle: the firmware's handle of the guest, SEV_HANDLE_NONE before launch
 * @kind: which kind of guest the VM is for, hypervisor/launch/launch-kind.h;
 *        NULL for questions to a platform without a guest
 * @settings: what the host tells the secure processor at each boot
 * @refused: which of these commands was refused; 0 if none was
 * @sev_features: what the save areas of an SEV-SNP guest turn on
 * @tsc_khz: how fast such a guest's Secure TSC is; 0: as the processor's
 * @asid: the guest's ASID, SEV_ASID_NONE before KVM_SEV_INIT
 *
 * @mailbox and @mem are for any thread at any time; they stay the same.  The
 * rest is set by the launch, with the BQL held.
 */
typedef struct SevHost {
    PlatformDir *platform;
    PspMailbox *mailbox;
    HostMemory *mem;
    uint32_t handle;
    uint32_t asid;
    const struct LaunchKind *kind;
    uint64_t sev_features;
    uint32_t tsc_khz;
    PlatformSettings settings;
    uint32_t refused;
} SevHost;

/**
 * sev_host_new: switch a platform on
 * @path: its directory; NULL is the default one, made on first use
 *
 * Returns NULL and sets @errp when there is something wrong with the
 * directory, or the secure processor does not start.
 */
SevHost *sev_host_new(const char *path, Error **errp);

/**
 * sev_host_configure: tell an initialized platform of SEV-SNP its settings
 *
 * Returns 0, or -EIO with the firmware's status in @fw_error.
 */
int sev_host_configure(SevHost *host, int *fw_error);

/**
 * sev_host_enter: have a guest on the platform from now on
 *
 * Others then cannot reset it.  Returns false and sets @errp on failure.
 */
bool sev_host_enter(SevHost *host, Error **errp);

/**
 * sev_host_init_error: why the firmware's INIT failed, in words
 * @fw_error: its status
 *
 * Sets @errp to one line that names the file, if it was a file.
 */
void sev_host_init_error(SevHost *host, int fw_error, Error **errp);

/**
 * sev_host_api_version: the version that the platform's firmware has
 *
 * For messages: what a policy wants is compared with it by the firmware.
 */
void sev_host_api_version(SevHost *host, unsigned *major, unsigned *minor);

/**
 * sev_host_initialize: INIT, for questions to a platform without a guest
 *
 * The chain can be had from an initialized platform only: Linux' driver sees
 * to it.  Returns false and sets @errp, as sev_host_init_error(), on failure.
 */
bool sev_host_initialize(SevHost *host, Error **errp);

/** sev_host_free: switch it off; the guest's keys are gone. */
void sev_host_free(SevHost *host);

/**
 * sev_host_lend: lend what an argument of KVM's points to
 * @uaddr: as KVM has it; 0 is nothing
 *
 * Returns the address as a command buffer has it.
 */
static inline le64 sev_host_lend(HostLoan *loan, uint64_t uaddr, uint64_t len)
{
    return le64_of(host_loan_add(loan, (void *)(uintptr_t)uaddr, len));
}

/**
 * sev_host_command: one mailbox command to the secure processor, any thread's
 * @id: SEV_CMD_*
 * @buf: its command buffer, results are written back
 * @len: of @buf, in bytes
 * @fw_error: set to the firmware's status, SEV_FW_*
 *
 * Returns 0, or -EIO when the status is not SEV_FW_SUCCESS.
 */
int sev_host_command(SevHost *host, uint32_t id, void *buf, size_t len,
                     int *fw_error);

/**
 * sev_host_guest_command: one KVM_MEMORY_ENCRYPT_OP
 * @cmd: enum sev_cmd_id of <linux/kvm.h>
 * @data: its argument
 *
 * Returns 0 or -errno, as KVM does; -EIO with the status in @fw_error if it
 * was the firmware that refused, else @fw_error is SEV_FW_SUCCESS.
 */
int sev_host_guest_command(SevHost *host, int cmd, void *data, int *fw_error);

/**
 * sev_host_platform_command: one SEV_ISSUE_CMD of /dev/sev
 * @cmd: of <linux/psp-sev.h>
 *
 * Returns and sets @fw_error as sev_host_guest_command() does.
 */
int sev_host_platform_command(SevHost *host, int cmd, void *data,
                              int *fw_error);

#endif
