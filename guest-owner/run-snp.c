/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP tells nobody the launch digest of a SEV-SNP guest, and there is no
 * moment between launch and run to compare it in. The platform compares.
 */

#include "abi/vmsa.h"
#include "id-block.h"
#include "json-text.h"
#include "run-snp.h"
#include "snp-launch.h"
#include "wipe.h"

bool run_snp_prepare(RunConfig *config, GError **errp)
{
    SnpLaunch launch = {
        .firmware = config->images.firmware,
        .name = config->paths.firmware,
        .kernel = images_kernel(&config->images),
        .cpus = config->cpus,
        .sev_features = VMSA_SEV_FEATURE_SNP_ACTIVE,
    };
    uint8_t digest[SNP_DIGEST_SIZE];
    SnpIdBlock block;
    SnpIdAuth auth;
    P384Pair key;

    if (!snp_launch_digest(&launch, digest, errp)) {
        return false;
    }
    p384_generate(&key);
    id_block_make(&key, digest, config->policy, &block, &auth);
    wipe(&key, sizeof(key));
    config->snp_digest = json_text_hex(digest, sizeof(digest));
    config->id_block = g_base64_encode((void *)&block, sizeof(block));
    config->id_auth = g_base64_encode((void *)&auth, sizeof(auth));
    return true;
}
