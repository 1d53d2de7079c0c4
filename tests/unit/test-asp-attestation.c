/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ATTESTATION (AMD publication 55766, section 6.8).
 */

#include "asp-fixture.h"

#include "asp-session-vectors.h"
#include "asp-signed.h"
#include "asp-vectors.h"

#define REPORT_PADDR (MEM_BASE + 0x18000)

static SevCmdAttestation attestation(uint32_t handle)
{
    SevCmdAttestation cmd = {
        .handle = le32_of(handle),
        .paddr = le64_of(REPORT_PADDR),
        .len = le32_of(208),
    };

    memset(cmd.mnonce, 0xab, sizeof(cmd.mnonce));
    return cmd;
}

static SevReport must_attest(AspFixture *f, uint32_t handle)
{
    SevCmdAttestation cmd = attestation(handle);
    SevReport report;

    assert_status(run_command(f, SEV_CMD_ATTESTATION_REPORT, &cmd), SUCCESS);
    g_assert_cmpuint(le32_get(cmd.len), ==, 208);
    memcpy(&report, &f->memory[REPORT_PADDR - MEM_BASE], sizeof(report));
    return report;
}

/* The vectors' PEK, as far as its signatures need it */
static SevCert pek(void)
{
    const AspVersion version = FIXTURE_VERSION;
    AspEcPoint point;
    SevCert cert;

    memcpy(point.x, vector_pek_x, sizeof(point.x));
    memcpy(point.y, vector_pek_y, sizeof(point.y));
    asp_cert_make(&cert, SEV_USAGE_PEK, &version, &point);
    return cert;
}

static void test_report(AspFixture *f)
{
    uint32_t handle = must_guest(f, SEV_GSTATE_LSECRET);
    SevReport report = must_attest(f, handle);
    SevCert signer = pek();
    static const uint8_t mnonce[16] = { [0 ... 15] = 0xab };

    g_assert_cmpmem(report.mnonce, 16, mnonce, 16);
    g_assert_cmpmem(report.digest, 32, vector_digest_4112, 32);
    g_assert_cmphex(le32_get(report.policy), ==, VECTOR_POLICY);
    g_assert_cmphex(le32_get(report.sig_usage), ==, 0x1002);
    g_assert_cmphex(le32_get(report.sig_algo), ==, 2);
    g_assert_cmphex(le32_get(report.reserved), ==, 0);
    g_assert_true(is_signed(&report, 52, &report.sig, &signer));
}

/* Nonce, digest and policy are signed */
static void test_signed_bytes(AspFixture *f)
{
    SevReport report = must_attest(f, must_guest(f, SEV_GSTATE_LSECRET));
    SevCert signer = pek();

    for (size_t at = 0; at < 52; at++) {
        SevReport bad = report;

        ((uint8_t *)&bad)[at] ^= 0x10;
        g_assert_false(is_signed(&bad, 52, &bad.sig, &signer));
    }
}

/* A guest that runs is still what was launched */
static void test_running(AspFixture *f)
{
    uint32_t handle = must_guest(f, SEV_GSTATE_LSECRET);
    SevReport before = must_attest(f, handle), after;

    must_finish(f, handle);
    after = must_attest(f, handle);
    g_assert_cmpmem(&after, sizeof(after), &before, sizeof(before));
}

static void test_lengths(AspFixture *f)
{
    static const uint32_t lens[] = { 0, 1, 207 };
    uint32_t handle = must_guest(f, SEV_GSTATE_RUNNING);
    unsigned writes = f->writes;
    SevCmdAttestation cmd;

    for (unsigned i = 0; i < G_N_ELEMENTS(lens); i++) {
        cmd = attestation(handle);
        cmd.len = le32_of(lens[i]);
        assert_status(run_command(f, SEV_CMD_ATTESTATION_REPORT, &cmd),
                      INVALID_LEN);
        g_assert_cmpuint(le32_get(cmd.len), ==, 208);
    }
    g_assert_cmpuint(f->writes, ==, writes);
    cmd.len = le32_of(UINT32_MAX);
    assert_status(run_command(f, SEV_CMD_ATTESTATION_REPORT, &cmd), SUCCESS);
    g_assert_cmpuint(le32_get(cmd.len), ==, 208);
    g_assert_cmphex(f->memory[REPORT_PADDR - MEM_BASE + 208], ==,
                    asp_fixture_pattern(REPORT_PADDR - MEM_BASE + 208));
}

static void test_fields(AspFixture *f)
{
    SevCmdAttestation cmd = {
        .handle = le32_of(must_guest(f, SEV_GSTATE_RUNNING)),
        .reserved = le32_of(1),
        .paddr = le64_of(1),
    };

    assert_status(run_command(f, SEV_CMD_ATTESTATION_REPORT, &cmd),
                  INVALID_PARAM);
    cmd.reserved = le32_of(0);
    assert_status(run_command(f, SEV_CMD_ATTESTATION_REPORT, &cmd),
                  INVALID_LEN);
    assert_status(run_command(f, SEV_CMD_ATTESTATION_REPORT, &cmd),
                  INVALID_ADDRESS);
    cmd.paddr = le64_of(UINT64_MAX - 206);
    assert_status(run_command(f, SEV_CMD_ATTESTATION_REPORT, &cmd),
                  INVALID_ADDRESS);
    cmd.paddr = le64_of(MEM_BASE + MEM_SIZE - 207);
    assert_status(run_command(f, SEV_CMD_ATTESTATION_REPORT, &cmd),
                  INVALID_ADDRESS);
    cmd.paddr = le64_of(le64_get(cmd.paddr) - 1);
    assert_status(run_command(f, SEV_CMD_ATTESTATION_REPORT, &cmd), SUCCESS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/attestation/" name, func)
    ADD("reports-what-was-launched-signed-by-the-PEK", test_report);
    ADD("what-it-reports-is-signed", test_signed_bytes);
    ADD("a-running-guest-has-the-same-report", test_running);
    ADD("too-little-room-is-told-the-length", test_lengths);
    ADD("checks-answer-in-their-order", test_fields);
    return g_test_run();
}
