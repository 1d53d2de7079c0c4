/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks the options for secrets. Those of SEV and SEV-ES guests go where the
 * firmware has room for them; a SEV-SNP guest asks for its own.
 */

#include "guest-owner/base/input.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/chain/secret-options.h"
#include "guest-owner/chain/secret.h"
#include "guest-owner/run/run-attest-judge.h"
#include "guest-owner/run/run-secrets.h"

#define MAX_TIMEOUT 86400

static bool fits_firmware(const RunConfig *config, GError **errp)
{
    if (firmware_holds_secret(&config->firmware, config->secret_table->len)) {
        return true;
    }
    g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                "firmware %s has an area of %u bytes for secrets, %u are "
                "needed%s", config->paths.firmware,
                config->firmware.secret.size, config->secret_table->len,
                config->firmware.secret.size ? ""
                : ": OVMF's AmdSev build has one");
    return false;
}

static bool check_attest(RunConfig *config, const char *timeout,
                         GError **errp)
{
    if (config->deterministic) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--deterministic: no run in which the guest attests "
                    "itself is the same twice");
        return false;
    }
    return input_number("--attest-timeout",
                        timeout ? timeout : RUN_ATTEST_TIMEOUT, 1,
                        MAX_TIMEOUT, &config->attest_timeout, errp) &&
           run_attest_judge_check(config, errp);
}

/* Options that mean nothing for the guest that is asked for */
static bool refuse_others(const RunConfig *config, const char *timeout,
                          GError **errp)
{
    const char *option = config->attest ? "--attest"
                         : timeout ? "--attest-timeout"
                         : config->certs ? "--certs"
                         : config->no_id_block ? "--no-id-block" : NULL;

    if (!config->snp && option) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s is for guests with --sev-snp", option);
        return false;
    }
    if (config->snp && !config->attest && !config->secrets &&
        (timeout || config->certs)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s is for guests with --attest", option);
        return false;
    }
    return true;
}

bool run_secrets_set(RunConfig *config, const char *timeout, GError **errp)
{
    g_autoptr(GPtrArray) secrets = NULL;

    if (!refuse_others(config, timeout, errp)) {
        return false;
    }
    config->attest = config->snp && (config->attest || config->secrets);
    if (config->attest && !check_attest(config, timeout, errp)) {
        return false;
    }
    if (!config->secrets && !config->attest) {
        return true;
    }
    /* Of none, for a guest that only has to attest itself */
    secrets = secret_options_load(config->secrets, errp);
    config->secret_table = secrets ? secret_table(secrets, errp) : NULL;
    return config->secret_table &&
           (config->snp || fits_firmware(config, errp));
}
