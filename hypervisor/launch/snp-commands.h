/*
 * KVM_MEMORY_ENCRYPT_OP of SEV-SNP guests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SNP_COMMANDS_H
#define HYPERVISOR_SNP_COMMANDS_H

#include <linux/kvm.h>
#include "hypervisor/psp/sev-host.h"

/** snp_platform_init: what Linux' driver does before SEV's INIT */
int snp_platform_init(SevHost *host, int *fw_error);

/* Rows of guest-commands.c; arguments and errors as sev_host_guest_command() */
int snp_guest_launch_start(SevHost *host, void *data, int *fw_error);
int snp_guest_launch_update(SevHost *host, void *data, int *fw_error);
int snp_guest_launch_finish(SevHost *host, void *data, int *fw_error);

/** snp_guest_end: see sev_host_guest_end() */
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
