/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Describes the CPUs of a guest, as far as SEV-ES measures them: how many
 * there are, and which model.
 */

#ifndef OWNER_CPUS_H
#define OWNER_CPUS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "guest-owner/measure/firmware.h"

#define CPUS_MAX 4096           /* q35's */

typedef struct GuestCpus {
    uint32_t nr;
    uint32_t signature;         /* CPUID(1).EAX */
    uint32_t reset_eip;         /* where all but the first one begin */
    bool legacy;                /* legacy-vm-type=on, or KVM before 6.10 */
    bool guessed;               /* nobody said which they are */
} GuestCpus;

/* A model of QEMU's that can have SEV */
typedef struct CpuModel {
    const char *name;           /* as -cpu takes it */
    uint8_t family;
    uint8_t model;
    uint8_t stepping;
} CpuModel;

/* All of them; one without a name ends them */
extern const CpuModel cpu_models[];

/* CPUID(1).EAX; @model above 255 and @stepping above 15 don't fit in it */
uint32_t cpu_signature(uint32_t family, uint32_t model, uint32_t stepping);
uint32_t cpu_model_signature(const CpuModel *model);

/*
 * The model that -cpu @text means, or NULL: with or without a version
 * (EPYC-v4), and with properties (EPYC,+avx), of which none is looked at.
 */
const CpuModel *cpu_model_find(const char *text);

/*
 * Takes from @info where the CPUs of firmware @name begin. Fails when there
 * are several, and the firmware has no place for them.
 */
bool guest_cpus_take_firmware(GuestCpus *cpus, const FirmwareInfo *info,
                              const char *name, GError **errp);

#endif
