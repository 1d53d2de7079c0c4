/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells the platform what a SEV-SNP guest must measure to. QMP tells nobody
 * the launch digest of a SEV-SNP guest, and there is no moment between launch
 * and run to compare it in. The platform compares.
 */

#include <inttypes.h>
#include <string.h>
#include "abi/vmsa.h"
#include "guest-owner/measure/digest.h"
#include "guest-owner/measure/id-block.h"
#include "guest-owner/measure/igvm.h"
#include "guest-owner/base/input.h"
#include "guest-owner/base/json-text.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/run/run-snp.h"
#include "guest-owner/measure/snp-launch.h"
#include "guest-owner/base/wipe.h"

/* Names of QEMU's for what its sev-snp-emulated can switch on */
static const struct {
    uint32_t feature;
    const char *name;
} switches[] = {
    { VMSA_SEV_FEATURE_DEBUG_SWAP, "debug-swap" },
    { VMSA_SEV_FEATURE_PREVENT_HOST_IBS, "prevent-host-ibs" },
    { VMSA_SEV_FEATURE_BTB_ISOLATION, "btb-isolation" },
    { VMSA_SEV_FEATURE_SECURE_TSC, "secure-tsc" },
};

bool run_snp_set_features(RunConfig *config, const char *text, GError **errp)
{
    uint32_t known = VMSA_SEV_FEATURE_SNP_ACTIVE;

    config->sev_features = VMSA_SEV_FEATURE_SNP_ACTIVE;
    if (!text) {
        return true;
    }
    if (!config->snp) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--sev-features is for guests with --sev-snp");
        return false;
    }
    if (!input_number("--sev-features", text, 0, UINT32_MAX,
                      &config->sev_features, errp)) {
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(switches); i++) {
        known |= switches[i].feature;
    }
    if (config->sev_features & ~known ||
        !(config->sev_features & VMSA_SEV_FEATURE_SNP_ACTIVE)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--sev-features %s: expected bit 0 (SEV-SNP), and no "
                    "others than are emulated (0x%x)", text, known);
        return false;
    }
    return true;
}

char *run_snp_switches(const RunConfig *config)
{
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(switches); i++) {
        if (config->sev_features & switches[i].feature) {
            g_string_append_printf(text, ",%s=on", switches[i].name);
        }
    }
    return g_string_free(text, FALSE);
}

/* As reports have it: of the public key's whole structure */
static void note_id_key(RunConfig *config, const SnpPublicKey *key)
{
    Digest digest;

    digest_make(&digest, DIGEST_SHA384, key, sizeof(*key));
    memcpy(config->id_key_digest, digest.byte, SNP_DIGEST_SIZE);
}

bool run_snp_check_igvm(RunConfig *config, const char *policy,
                        const char *sev_features, GError **errp)
{
    const ImageOptions *paths = &config->paths;
    const char *option = paths->firmware ? "--firmware"
                         : paths->kernel ? "--kernel"
                         : paths->initrd ? "--initrd"
                         : paths->cmdline ? "--append"
                         : policy ? "--policy"
                         : sev_features ? "--sev-features" : NULL;

    if (config->igvm && option) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--igvm: the file says that itself: %s does not go with "
                    "it", option);
        return false;
    }
    config->snp |= config->igvm != NULL;
    return true;
}

static bool measure_firmware(RunConfig *config, GError **errp)
{
    SnpLaunch launch = {
        .firmware = config->images.firmware,
        .name = config->paths.firmware,
        .kernel = images_kernel(&config->images),
        .cpus = config->cpus,
        .sev_features = config->sev_features,
    };

    return snp_launch_digest(&launch, config->snp_measurement, errp);
}

/* A file with an ID block tells the platform what it measures to itself. */
static bool measure_igvm(RunConfig *config, GError **errp)
{
    const SnpLaunch launch = { .seen = NULL };
    g_autoptr(GBytes) file = input_file("--igvm", config->igvm, IGVM_MAX_SIZE,
                                        errp);
    IgvmMeasured measured;

    if (!file || !igvm_measure(&launch, file, config->igvm, &measured,
                               errp)) {
        return false;
    }
    memcpy(config->snp_measurement, measured.digest, SNP_DIGEST_SIZE);
    if (measured.policy > UINT32_MAX) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: its policy 0x%" PRIx64 " has bits that are reserved",
                    config->igvm, measured.policy);
        return false;
    }
    if (measured.has_policy) {
        config->policy = measured.policy;
    }
    if (measured.has_id_block) {
        config->no_id_block = TRUE;
        note_id_key(config, &measured.id_key);
    }
    return true;
}

bool run_snp_prepare(RunConfig *config, GError **errp)
{
    SnpIdBlock block;
    SnpIdAuth auth;
    P384Pair key;

    if (!(config->igvm ? measure_igvm(config, errp)
                       : measure_firmware(config, errp))) {
        return false;
    }
    config->snp_digest = json_text_hex(config->snp_measurement,
                                       SNP_DIGEST_SIZE);
    if (config->no_id_block) {
        return true;
    }
    p384_generate(&key);
    id_block_make(&key, config->snp_measurement, config->policy, &block,
                  &auth);
    wipe(&key, sizeof(key));
    note_id_key(config, &auth.id_key);
    config->id_block = g_base64_encode((void *)&block, sizeof(block));
    config->id_auth = g_base64_encode((void *)&auth, sizeof(auth));
    return true;
}
