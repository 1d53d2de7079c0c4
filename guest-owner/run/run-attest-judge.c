/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges reports, by what the run's files and options give. */

#include "guest-owner/base/owner.h"
#include "guest-owner/report/report-verify.h"
#include "guest-owner/run/run-attest-judge.h"

/* In a platform's directory: what its guests get with a report */
#define PLATFORM_CERTS "certs"

/* Later ones stand in the place of earlier ones: the owner's come last. */
static bool gather(const RunConfig *config, GBytes *table, ReportCerts *certs,
                   GError **errp)
{
    g_autofree char *own = g_build_filename(config->platform, PLATFORM_CERTS,
                                            NULL);

    /* QEMU runs here, with our platform: our root is one to trust then. */
    certs->origin = ROOT_OF_PLATFORM;
    return (!g_file_test(own, G_FILE_TEST_EXISTS) ||
            report_certs_load(certs, "platform", own, errp)) &&
           (!table ||
            report_certs_add(certs, table, "the guest's certificates",
                             errp)) &&
           (!config->certs ||
            report_certs_load(certs, "--certs", config->certs, errp)) &&
           (!config->ca ||
            report_certs_load_ca(certs, "--ca", config->ca, errp));
}

bool run_attest_judge_check(const RunConfig *config, GError **errp)
{
    g_auto(ReportCerts) certs = { .origin = ROOT_OF_PLATFORM };

    return gather(config, NULL, &certs, errp);
}

static void clear_policy(ReportPolicy *policy)
{
    for (ReportField i = 0; i < REPORT_NR_FIELDS; i++) {
        g_clear_pointer(&policy->field[i], g_bytes_unref);
    }
}

static bool verify(const RunConfig *config, const SnpReport *report,
                   const uint8_t *data, const ReportCerts *certs,
                   GError **errp)
{
    static const uint32_t vmpl = 0;
    uint64_t guest_policy = config->policy;
    g_autoptr(GBytes) file = g_bytes_new(report, sizeof(*report));
    g_autoptr(Verdicts) verdicts = NULL;
    g_autofree char *complaint = NULL;
    ReportPolicy policy = {
        .at = g_get_real_time() / G_USEC_PER_SEC,
        .policy = &guest_policy,
        .vmpl = &vmpl,
    };

    policy.field[REPORT_MEASUREMENT] =
        g_bytes_new(config->snp_measurement, SNP_DIGEST_SIZE);
    policy.field[REPORT_DATA] =
        g_bytes_new(data, report_field_size(REPORT_DATA));
    policy.field[REPORT_ID_KEY_DIGEST] =
        g_bytes_new(config->id_key_digest, SNP_DIGEST_SIZE);
    verdicts = report_verify(&policy, file, certs);
    clear_policy(&policy);
    complaint = verdicts_complaint(verdicts);
    if (complaint) {
        g_set_error_literal(errp, OWNER_ERROR, OWNER_EXIT_DIFFERS, complaint);
        return false;
    }
    owner_say("the guest's report is good: measurement, policy and nonce are "
              "as they must be");
    return true;
}

bool run_attest_judge(const RunConfig *config, const SnpReport *report,
                      const uint8_t *data, GBytes *table, GError **errp)
{
    g_auto(ReportCerts) certs = { .origin = ROOT_OF_PLATFORM };

    return gather(config, table, &certs, errp) &&
           verify(config, report, data, &certs, errp);
}
