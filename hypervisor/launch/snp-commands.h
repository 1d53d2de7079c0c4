/*
 * KVM_MEMORY_ENCRYPT_OP of SEV-SNP guests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SNP_COMMANDS_H
#define HYPERVISOR_SNP_COMMANDS_H

#include <linux/kvm.h>
#include "hypervisor/launch/guest-commands.h"

/** snp_platform_init: see LaunchKind.platform_init */
int snp_platform_init(SevHost *host, int *fw_error);

/* By enum sev_cmd_id: what a guest has after INIT, NULL where it has none */
extern GuestCommand *const snp_guest_commands[KVM_SEV_NR_MAX];

/** snp_guest_end: see LaunchKind.end */
int snp_guest_end(SevHost *host, int *fw_error);

/** snp_digest_text: @digest in hexadecimal, to be freed */
char *snp_digest_text(const uint8_t *digest);

/**
 * snp_launch_digest_text: what the guest measures to so far, for diagnosis
 *
 * To be freed; NULL if there is no guest.
 */
char *snp_launch_digest_text(SevHost *host);

/**
 * snp_get_cpuid: KVM_GET_CPUID2, with what the emulated CPU has
 *
 * Functions that are all zero are left out.  Returns 0, or -E2BIG if there
 * is too little room.
 */
int snp_get_cpuid(CPUState *cs, struct kvm_cpuid2 *cpuid);

/**
 * snp_host_cpuid: AspOps.cpuid, what the platform's cores can do
 */
int snp_host_cpuid(void *opaque, uint32_t leaf, uint32_t subleaf,
                   uint64_t xcr0, uint64_t xss, uint32_t out[4]);

#endif
