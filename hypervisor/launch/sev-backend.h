/*
 * Who executes the commands of QEMU's SEV code
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef I386_SEV_BACKEND_H
#define I386_SEV_BACKEND_H

#include "exec/hwaddr.h"

struct kvm_cpuid2;

/**
 * SevBackend:
 *
 * The host half of SEV as QEMU sees it: under KVM the kernel and, behind
 * /dev/sev, the AMD Secure Processor; under TCG an emulation of both.  The
 * arguments are those of the Linux ABI, so that QMP, state machine, traces
 * and error texts above this line are the same for every accelerator.
 */
typedef struct SevBackend {
    /**
     * @open_platform: reach the platform behind a device, for the commands
     * of @platform_command.  Returns a handle, or -1 and sets @errp.
     */
    int (*open_platform)(const char *device, Error **errp);

    /** @close_platform: give back what @open_platform returned. */
    void (*close_platform)(int fd);

    /** @cbitpos: where the platform has the C-bit (CPUID 0x8000001F). */
    uint32_t (*cbitpos)(void);

    /**
     * @guest_command: one KVM_MEMORY_ENCRYPT_OP of this guest.
     * @cmd is an enum sev_cmd_id of <linux/kvm.h>, @data its argument.
     * Returns 0, or -errno with the firmware's status in @fw_error.
     */
    int (*guest_command)(int fd, int cmd, void *data, int *fw_error);

    /**
     * @platform_command: one SEV_ISSUE_CMD of the platform.
     * @cmd is one of <linux/psp-sev.h>, @data its argument.
     * Returns 0, or -1 and sets errno, with the firmware's status in
     * @fw_error.
     */
    int (*platform_command)(int fd, int cmd, void *data, int *fw_error);

    /**
     * @register_region: memory that the guest may encrypt.
     * Called for each block of guest memory before the guest can use it.
     * Returns 0 or -errno.
     */
    int (*register_region)(void *host, size_t size);

    /** @unregister_region: the reverse. */
    int (*unregister_region)(void *host, size_t size);

    /**
     * @set_private: the guest's accesses to this range are private ones
     * from now on.  Returns 0 or -errno.
     */
    int (*set_private)(hwaddr start, uint64_t size);

    /**
     * @get_cpuid: what CPUID says on a CPU.
     * @cpuid has room for @nent entries; that becomes how many there are.
     * Returns 0, -E2BIG if there is too little room, or -errno.
     */
    int (*get_cpuid)(CPUState *cs, struct kvm_cpuid2 *cpuid);

    /**
     * @enable_hypercall: let the guest make these hypercalls, a mask of
     * KVM_HC_* bits.  Returns false if some cannot be had.
     */
    bool (*enable_hypercall)(uint64_t mask);
} SevBackend;

#endif
