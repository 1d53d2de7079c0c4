/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SNP_VLEK_LOAD (AMD publication 56860, section 8.30), and reports that a VLEK
 * signs. Hashstick and keys are those of vlek-vectors.h, which OpenSSL has
 * made; reports are verified by GnuTLS.
 */

#include "snp-firmware.h"
#include "snp-guest-fixture.h"

#include "vlek-vectors.h"

#define STICK_PAGE 23

static uint8_t *stick(AspFixture *f)
{
    return &f->memory[STICK_PAGE * RMP_PAGE_SIZE];
}

static SnpCmdVlekLoad command(void)
{
    return (SnpCmdVlekLoad) {
        .len = le32_of(16), .paddr = le64_of(PAGE(STICK_PAGE)),
    };
}

static uint32_t load(AspFixture *f)
{
    SnpCmdVlekLoad cmd = command();

    return run_command(f, SNP_CMD_VLEK_LOAD, &cmd);
}

static void put_stick(AspFixture *f, const uint8_t tcb[8])
{
    AspFuses fuses = asp_fixture_fuses();

    g_assert_cmpint(asp_vlek_wrap(&fuses, tcb, vector_vlek_seed,
                                  vector_vlek_iv, stick(f)), ==, 0);
}

static void must_load(AspFixture *f)
{
    memcpy(stick(f), vector_vlek_stick, sizeof(vector_vlek_stick));
    assert_status(load(f), SUCCESS);
}

static bool is_loaded(AspFixture *f)
{
    return le32_get(snp_status(f).flags) & SNP_STATUS_VLEK;
}

static SnpReport report(AspFixture *f, GuestRequest *request)
{
    SnpMsgReportRsp response = guest_report(f, request);

    g_assert_cmphex(le32_get(response.status), ==, 0);
    return response.report;
}

/* The manufacturer's half makes what was made elsewhere. */
static void test_vectors(AspFixture *f)
{
    uint8_t x[48], y[48];

    put_stick(f, vector_vlek_tcb);
    g_assert_cmpmem(stick(f), 432, vector_vlek_stick, 432);
    g_assert_cmpint(asp_vlek_public(vector_vlek_seed, vector_vlek_tcb, x, y),
                    ==, 0);
    g_assert_cmpmem(x, 48, vector_vlek_x, 48);
    g_assert_cmpmem(y, 48, vector_vlek_y, 48);
    g_assert_cmpint(asp_vlek_public(vector_vlek_seed, vector_vlek_older_tcb,
                                    x, y), ==, 0);
    g_assert_cmpmem(x, 48, vector_vlek_older_x, 48);
}

static void test_report(AspFixture *f)
{
    SnpMsgReportReq payload = { .flags = le32_of(SNP_KEY_SEL_ANY) };
    AspFuses fuses = asp_fixture_fuses();
    GuestRequest request;
    uint8_t x[48], y[48];
    SnpReport found;

    must_snp_guest(f, SNP_GSTATE_RUNNING);
    must_load(f);
    g_assert_true(is_loaded(f));
    request = guest_request(f, SNP_MSG_REPORT_REQ, &payload, sizeof(payload));
    for (unsigned sel = SNP_KEY_SEL_ANY; sel <= SNP_KEY_SEL_VLEK; sel += 2) {
        payload.flags = le32_of(sel);
        found = report(f, &request);
        g_assert_cmphex(le32_get(found.key_info), ==, SNP_SIGNER_VLEK << 2);
        g_assert_true(guest_verify(&found, vector_vlek_x, vector_vlek_y));
    }
    payload.flags = le32_of(SNP_KEY_SEL_VCEK);
    found = report(f, &request);
    g_assert_cmphex(le32_get(found.key_info), ==, 0);
    g_assert_false(guest_verify(&found, vector_vlek_x, vector_vlek_y));
    g_assert_cmpint(asp_vcek_public(&fuses, vector_vlek_tcb, x, y), ==, 0);
    g_assert_true(guest_verify(&found, x, y));
}

/* A masked chip key leaves it the VLEK. */
static void test_masked(AspFixture *f)
{
    SnpCmdConfig config = { .flags = le32_of(3) };
    SnpMsgReportReq payload = { .flags = le32_of(SNP_KEY_SEL_ANY) };
    static const uint8_t zeros[64];
    GuestRequest request;
    SnpReport found;

    must_snp_guest(f, SNP_GSTATE_RUNNING);
    must_load(f);
    assert_status(run_command(f, SNP_CMD_CONFIG, &config), SUCCESS);
    g_assert_true(is_loaded(f));
    request = guest_request(f, SNP_MSG_REPORT_REQ, &payload, sizeof(payload));
    found = report(f, &request);
    g_assert_cmphex(le32_get(found.key_info), ==, 0x2 | SNP_SIGNER_VLEK << 2);
    g_assert_cmpmem(found.chip_id, 64, zeros, 64);
    g_assert_true(guest_verify(&found, vector_vlek_x, vector_vlek_y));
}

/* For one TCB: another one that is reported makes it void. */
static void test_tcb(AspFixture *f)
{
    SnpCmdConfig config = { .flags = le32_of(0) };
    SnpMsgReportReq payload = { .flags = le32_of(SNP_KEY_SEL_VLEK) };
    GuestRequest request;
    SnpReport found;

    must_snp_guest(f, SNP_GSTATE_RUNNING);
    put_stick(f, vector_vlek_older_tcb);
    assert_status(load(f), INVALID_PARAM);
    g_assert_false(is_loaded(f));
    must_load(f);
    memcpy(&config.reported_tcb, vector_vlek_older_tcb, 8);
    assert_status(run_command(f, SNP_CMD_CONFIG, &config), SUCCESS);
    g_assert_false(is_loaded(f));
    memcpy(stick(f), vector_vlek_stick, sizeof(vector_vlek_stick));
    assert_status(load(f), INVALID_PARAM);
    put_stick(f, vector_vlek_older_tcb);
    assert_status(load(f), SUCCESS);
    request = guest_request(f, SNP_MSG_REPORT_REQ, &payload, sizeof(payload));
    found = report(f, &request);
    g_assert_true(guest_verify(&found, vector_vlek_older_x,
                               vector_vlek_older_y));
    assert_status(commit(f), SUCCESS);
    g_assert_false(is_loaded(f));
    must_load(f);
    assert_status(commit(f), SUCCESS);
    g_assert_true(is_loaded(f));
    must_download(f, &newer, 0);
    g_assert_true(is_loaded(f));
    assert_status(commit(f), SUCCESS);
    g_assert_false(is_loaded(f));
}

/* "On SNP_SHUTDOWN, the VLEK is deleted." */
static void test_shutdown(AspFixture *f)
{
    static const AspEcScalar none;

    assert_status(load(f), INVALID_PLATFORM_STATE);
    must_snp_init(f);
    must_load(f);
    assert_status(asp_command(f->asp, SNP_CMD_SHUTDOWN, NULL, 0), SUCCESS);
    g_assert_false(is_loaded(f));
    g_assert_cmpmem(&f->asp->snp.vlek, sizeof(none), &none, sizeof(none));
    must_snp_init(f);
    g_assert_false(is_loaded(f));
    must_load(f);
    asp_fixture_restart(f);
    g_assert_false(is_loaded(f));
}

static void test_fields(AspFixture *f)
{
    SnpCmdVlekLoad cmd = command();

    must_snp_init(f);
    memcpy(stick(f), vector_vlek_stick, sizeof(vector_vlek_stick));
    cmd.len = le32_of(15);
    assert_status(run_command(f, SNP_CMD_VLEK_LOAD, &cmd), INVALID_LEN);
    cmd = command();
    cmd.version = 1;
    assert_status(run_command(f, SNP_CMD_VLEK_LOAD, &cmd), INVALID_PARAM);
    for (unsigned i = 0; i < 3; i++) {
        cmd = command();
        cmd.reserved[i] = 1;
        assert_status(run_command(f, SNP_CMD_VLEK_LOAD, &cmd), INVALID_PARAM);
    }
    cmd = command();
    cmd.paddr = le64_of(MEM_BASE + MEM_SIZE - 431);
    assert_status(run_command(f, SNP_CMD_VLEK_LOAD, &cmd), INVALID_ADDRESS);
    cmd.paddr = le64_of(UINT64_MAX - 430);
    assert_status(run_command(f, SNP_CMD_VLEK_LOAD, &cmd), INVALID_ADDRESS);
    g_assert_false(is_loaded(f));
}

/* Each byte of it counts; one that was loaded before stays. */
static void test_changed(AspFixture *f)
{
    static const AspEcScalar none;
    AspEcScalar loaded;

    must_snp_init(f);
    for (unsigned round = 0; round < 2; round++) {
        loaded = round ? f->asp->snp.vlek : none;
        for (unsigned i = 0; i < 432; i++) {
            bool reserved = (i >= 12 && i < 16) || (i >= 0x198 && i < 0x1a0);

            memcpy(stick(f), vector_vlek_stick, 432);
            stick(f)[i] ^= 1u << i % 8;
            g_assert_cmphex(load(f), ==, reserved ? SEV_FW_INVALID_PARAM
                                                  : SEV_FW_BAD_MEASUREMENT);
            g_assert_cmpmem(&f->asp->snp.vlek, sizeof(loaded), &loaded,
                            sizeof(loaded));
            g_assert_cmpint(is_loaded(f), ==, round);
        }
        must_load(f);
    }
}

/* Sealed well, with something after the seed */
static void test_rest(AspFixture *f)
{
    must_snp_init(f);
    memcpy(stick(f), vector_vlek_stick_rest, sizeof(vector_vlek_stick_rest));
    assert_status(load(f), INVALID_PARAM);
    g_assert_false(is_loaded(f));
}

static void test_other_chip(AspFixture *f)
{
    AspFuses fuses = asp_fixture_fuses();

    must_snp_init(f);
    fuses.chip_id[0] ^= 1;
    g_assert_cmpint(asp_vlek_wrap(&fuses, vector_vlek_tcb, vector_vlek_seed,
                                  vector_vlek_iv, stick(f)), ==, 0);
    assert_status(load(f), BAD_MEASUREMENT);
    fuses = asp_fixture_fuses();
    fuses.cek_scalar[0] ^= 1;
    g_assert_cmpint(asp_vlek_wrap(&fuses, vector_vlek_tcb, vector_vlek_seed,
                                  vector_vlek_iv, stick(f)), ==, 0);
    assert_status(load(f), BAD_MEASUREMENT);
    g_assert_false(is_loaded(f));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/snp-vlek-load/" name, func)
    ADD("hashstick-and-key-are-the-known-ones", test_vectors);
    ADD("reports-are-signed-by-it", test_report);
    ADD("a-masked-chip-key-leaves-it", test_masked);
    ADD("is-for-one-TCB", test_tcb);
    ADD("is-deleted-by-SNP_SHUTDOWN", test_shutdown);
    ADD("each-field-wrong", test_fields);
    ADD("a-changed-hashstick-is-refused", test_changed);
    ADD("what-follows-the-seed-is-zero", test_rest);
    ADD("another-chip-s-is-BAD_MEASUREMENT", test_other_chip);
    return g_test_run();
}
