/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists models of CPUs, and reads what the firmware says of where they begin.
 */

#include <string.h>
#include "guest-owner/measure/cpus.h"
#include "guest-owner/base/owner.h"

/* Families up to this have no extended part in the signature */
#define MAX_BASE_FAMILY 15

/* QEMU's target/i386/cpu.c; "max" is what TCG makes of it */
const CpuModel cpu_models[] = {
    { "EPYC", 23, 1, 2 },
    { "EPYC-Rome", 23, 49, 0 },
    { "EPYC-Milan", 25, 1, 1 },
    { "EPYC-Genoa", 25, 17, 0 },
    { "max", 6, 6, 3 },
    { "qemu64", 15, 107, 1 },
    { NULL }
};

/* Of QEMU's, for an old version of a model */
static const CpuModel epyc_ibpb = { "EPYC-IBPB", 23, 1, 2 };

uint32_t cpu_signature(uint32_t family, uint32_t model, uint32_t stepping)
{
    uint32_t extended = family > MAX_BASE_FAMILY ? family - MAX_BASE_FAMILY
                                                 : 0;

    return extended << 20 | (model >> 4) << 16 | (family - extended) << 8 |
           (model & 0xf) << 4 | stepping;
}

uint32_t cpu_model_signature(const CpuModel *model)
{
    return cpu_signature(model->family, model->model, model->stepping);
}

/* @text is @name, maybe with a version or properties after it */
static bool names_model(const char *text, const char *name)
{
    size_t len = strlen(name);

    if (strncmp(text, name, len) != 0) {
        return false;
    }
    text += len;
    if (g_str_has_prefix(text, "-v")) {
        size_t digits = strspn(text + 2, G_CSET_DIGITS);

        text += digits ? 2 + digits : 0;
    }
    return *text == '\0' || *text == ',';
}

const CpuModel *cpu_model_find(const char *text)
{
    for (const CpuModel *model = cpu_models; model->name; model++) {
        if (names_model(text, model->name)) {
            return model;
        }
    }
    return names_model(text, epyc_ibpb.name) ? &epyc_ibpb : NULL;
}

bool guest_cpus_take_firmware(GuestCpus *cpus, const FirmwareInfo *info,
                              const char *name, GError **errp)
{
    if (cpus->nr > 1 && !info->has_es_reset) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "firmware %s does not say where CPUs but the first begin: "
                    "a SEV-ES guest can have only one with it", name);
        return false;
    }
    cpus->reset_eip = info->es_reset_eip;
    return true;
}
