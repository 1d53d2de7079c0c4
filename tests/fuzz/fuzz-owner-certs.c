/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest-owner/report/: certificates of SEV-SNP from hosts. Input: a byte, then
 * a file of certificates, which is also taken for each of them. The byte: bit
 * 0, a VLEK has signed the report; bit 1, the report is Turin's; bit 2, a new
 * extension is allowed.
 */

#include "fuzz.h"
#include "abi/snp.h"
#include "guest-owner/base/crypto.h"
#include "guest-owner/report/report-verify.h"

static GBytes *make_report(uint8_t flags)
{
    SnpReport report = {
        .version = le32_of(3), .policy = le64_of(SNP_GPOLICY_ONE),
        .sig_algo = le32_of(SNP_ALGO_ECDSA_P384_SHA384),
        .key_info = le32_of(flags & 1 ? SNP_SIGNER_VLEK <<
                                        SNP_REPORT_SIGNER_SHIFT : 0),
        .cpuid_fam_id = flags & 2 ? 0x1a : 0x19, .cpuid_mod_id = 1,
    };

    return g_bytes_new(&report, sizeof(report));
}

/* Nothing has signed it, so no certificates make it good. */
static void verify(GBytes *report, const ReportCerts *certs, uint8_t flags)
{
    const ReportPolicy policy = {
        .at = 1700000000, .allow_extensions = flags & 4,
    };
    g_autoptr(Verdicts) verdicts = report_verify(&policy, report, certs);
    g_autoptr(JsonObject) object = verdicts_json(verdicts);

    g_assert_false(verdicts_good(verdicts));
    g_assert_false(json_object_get_boolean_member(object, "good"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput in = { data, size };
    uint8_t flags = fuzz_take_byte(&in);
    g_autoptr(GBytes) file = g_bytes_new(in.data, in.size);
    g_autoptr(GBytes) report = make_report(flags);
    g_auto(ReportCerts) table = { .origin = ROOT_GIVEN };
    g_auto(ReportCerts) raw = { .origin = ROOT_GIVEN };

    g_assert_true(crypto_init(NULL));
    if (report_certs_add(&table, file, "input", NULL)) {
        verify(report, &table, flags);
    }
    report_certs_add_crl(&table, file, "input", NULL);
    for (CertRole role = 0; role < CERT_NR_ROLES; role++) {
        raw.der[role] = g_bytes_ref(file);
    }
    verify(report, &raw, flags);
    return 0;
}
