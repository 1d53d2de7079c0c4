/*
 * Declares what tells one kind of SEV guest from another in its launch
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_LAUNCH_KIND_H
#define HYPERVISOR_LAUNCH_KIND_H

#include "sev-guest.h"
#include "hypervisor/launch/guest-commands.h"
#include "hypervisor/launch/relaunch.h"

/**
 * LaunchKind: a row for each kind of VM that KVM has
 *
 * @guest: what it is called, in words for the user
 * @init_command: KVM's, which makes a VM such a guest
 * @asid: the ASID of a QEMU's only guest
 * @ghcb_version: the highest of the GHCB's protocol; 0: it has no GHCB
 * @vmsa_has_fpu: the FPU's state is part of what is measured of a CPU
 * @takes_dimms: more memory can be plugged in later
 * @commands: which of KVM's it has after @init_command
 *
 * Of the functions, NULL is nothing to do.  Those with @errp return false and
 * set it on failure, those with @fw_error are as sev_host_guest_command().
 */
typedef struct LaunchKind {
    const char *guest;
    int init_command;
    uint32_t asid;
    unsigned ghcb_version;
    bool vmsa_has_fpu;
    bool takes_dimms;
    GuestCommand *const *commands;

    /** @check_options: refuse what cannot work; nothing is there yet */
    bool (*check_options)(SevCommonState *sev, Error **errp);

    /** @init: what it has of its own, once the platform is on */
    bool (*init)(SevCommonState *sev, Error **errp);

    /** @platform_init: what Linux' driver does before SEV's INIT */
    int (*platform_init)(SevHost *host, int *fw_error);

    /**
     * @start_error: why LAUNCH_START failed, in words
     * @start: KVM_SEV_LAUNCH_START's argument, if the guest has that
     * @status: the firmware's, SEV_FW_*
     */
    void (*start_error)(SevCommonState *sev,
                        const struct kvm_sev_launch_start *start, int status,
                        Error **errp);

    /**
     * @hint: what can be changed when a later command was refused, said
     * before QEMU reports the number and ends
     * @data: the command's argument, as it was left
     */
    void (*hint)(SevCommonState *sev, int cmd, const void *data, int status);

    /**
     * @end: what KVM does when a VM goes.  The firmware's context of the guest
     * goes with its keys, and its pages are the hypervisor's again.  What
     * comes next is a LAUNCH_START.
     */
    int (*end)(SevHost *host, int *fw_error);

    /**
     * @relaunch: start the launch once more and measure what was measured.
     * NULL: a reset leaves the guest as it is, since its CPUs can be set.
     */
    void (*relaunch)(SevRelaunch *relaunch);
} LaunchKind;

/** launch_kind: the kind of guest that @sev asks for */
const LaunchKind *launch_kind(const SevCommonState *sev);

#endif
