/*
 * Declares the launch of an IGVM file: what KVM's QEMU does with igvm-cfg
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_IGVM_LAUNCH_H
#define HYPERVISOR_IGVM_LAUNCH_H

#include "qemu/bitmap.h"
#include "abi/snp.h"
#include "abi/vmsa.h"
#include "hypervisor/run/snp-host.h"
#include "igvm/igvm.h"
#include "sev-guest.h"

/**
 * IgvmLaunch: a file that an SEV-SNP guest is launched from
 *
 * @path: its name
 * @data: its bytes
 * @file: that, read
 * @features: VMSA_SEV_FEATURE_* of the boot CPU's save area
 * @with_vmsa: vCPUs that it has save areas for
 * @parameters: content of the parameter areas by index, GByteArrays
 * @cpuid: content of the CPUID page, while it is launched
 * @board_built: when it is known where there is memory
 */
typedef struct IgvmLaunch {
    char *path;
    char *data;
    IgvmFile file;
    uint64_t features;
    DECLARE_BITMAP(with_vmsa, SNP_MAX_VCPUS);
    GHashTable *parameters;
    uint8_t cpuid[SNP_PAGE_SIZE];
    Notifier board_built;
} IgvmLaunch;

/**
 * igvm_launch_check: refuse options of @snp that are the file's
 * @features: VMSA_SEV_FEATURE_* that the user has switched on
 */
bool igvm_launch_check(const SevSnpGuestState *snp, uint64_t features,
                       Error **errp);

/**
 * igvm_launch_new: read a file
 * @snp: the guest, which gets policy and ID block of the file
 * @path: its name
 *
 * Returns NULL and sets @errp if it cannot be launched as it is.
 */
IgvmLaunch *igvm_launch_new(SevSnpGuestState *snp, const char *path,
                            Error **errp);

/**
 * igvm_launch_register: have memory made where the machine has none
 *
 * To be called after what else looks at the board when it is built: who is
 * registered last comes first.
 */
void igvm_launch_register(IgvmLaunch *launch);

/** igvm_launch_add: hand all pages to the launch, in the file's order */
void igvm_launch_add(IgvmLaunch *launch);

/** igvm_launch_require: assign memory of which the file has no content */
bool igvm_launch_require(IgvmLaunch *launch);

/**
 * igvm_launch_next_vmsa: the save areas, in the file's order
 * @cursor: igvm_launch_headers() at first
 * @cpu_index: which vCPU's it is
 *
 * Returns NULL after the last.
 */
const SevVmsa *igvm_launch_next_vmsa(IgvmCursor *cursor, unsigned *cpu_index);

/** igvm_launch_headers: what of the file is for SEV-SNP */
IgvmCursor igvm_launch_headers(const IgvmLaunch *launch);

/** igvm_launch_error: set @errp to a line about one header of the file */
void igvm_launch_error(const IgvmLaunch *launch, const IgvmHeader *header,
                       Error **errp, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

#endif
