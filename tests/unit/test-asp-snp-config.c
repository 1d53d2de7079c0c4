/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SNP_CONFIG (AMD publication 56860, chapter 8): the reported TCB, and masks.
 */

#include "snp-guest-fixture.h"

#include <string.h>

#include "asp/state.h"

static const SnpTcbVersion current = FIXTURE_TCB;
static const SnpTcbVersion older = {
    .milan = { .boot_loader = 3, .snp = 7, .microcode = 100 },
};
static const SnpTcbVersion none;

static uint32_t config(AspFixture *f, SnpTcbVersion tcb, uint32_t flags)
{
    SnpCmdConfig cmd = { .reported_tcb = tcb, .flags = le32_of(flags) };

    return run_command(f, SNP_CMD_CONFIG, &cmd);
}

static void assert_config(AspFixture *f, const SnpTcbVersion *tcb,
                          uint32_t flags)
{
    SnpPlatformStatus status = snp_status(f);

    g_assert_cmpmem(&status.reported_tcb, 8, tcb, 8);
    g_assert_cmpmem(&status.current_tcb, 8, &current, 8);
    g_assert_cmphex(le32_get(status.flags) & ~SNP_STATUS_FEATURE_INFO, ==,
                    flags);
}

static SnpReport report(AspFixture *f, GuestRequest *request)
{
    SnpMsgReportRsp response = guest_report(f, request);

    g_assert_cmphex(le32_get(response.status), ==, 0);
    return response.report;
}

static bool vcek_signed(const SnpReport *report, const SnpTcbVersion *tcb)
{
    AspFuses fuses = asp_fixture_fuses();
    uint8_t x[48], y[48];

    g_assert_cmpint(asp_vcek_public(&fuses, tcb->byte, x, y), ==, 0);
    return guest_verify(report, x, y);
}

static void test_reported_tcb(AspFixture *f)
{
    static const SnpMsgReportReq payload = { .vmpl = { { 0 } } };
    GuestRequest request;
    SnpReport found;

    must_snp_guest(f, SNP_GSTATE_RUNNING);
    request = guest_request(f, SNP_MSG_REPORT_REQ, &payload, sizeof(payload));
    assert_status(config(f, older, 0), SUCCESS);
    assert_config(f, &older, 0);
    found = report(f, &request);
    g_assert_cmpmem(&found.reported_tcb, 8, &older, 8);
    g_assert_cmpmem(&found.current_tcb, 8, &current, 8);
    g_assert_cmpmem(&found.committed_tcb, 8, &current, 8);
    g_assert_cmpmem(&found.launch_tcb, 8, &current, 8);
    g_assert_true(vcek_signed(&found, &older));
    g_assert_false(vcek_signed(&found, &current));

    /* Zero is the current one, and what that is itself may be said as well. */
    assert_status(config(f, none, 0), SUCCESS);
    assert_config(f, &current, 0);
    assert_status(config(f, older, 0), SUCCESS);
    assert_status(config(f, current, 0), SUCCESS);
    found = report(f, &request);
    g_assert_cmpmem(&found.reported_tcb, 8, &current, 8);
    g_assert_true(vcek_signed(&found, &current));
}

static void test_masks(AspFixture *f)
{
    static const SnpMsgReportReq payload = { .vmpl = { { 0 } } };
    static const uint8_t zeros[512];
    AspFuses fuses = asp_fixture_fuses();
    GuestRequest request;
    SnpReport found;

    must_snp_guest(f, SNP_GSTATE_RUNNING);
    request = guest_request(f, SNP_MSG_REPORT_REQ, &payload, sizeof(payload));
    assert_status(config(f, none, SNP_CONFIG_MASK_CHIP_ID), SUCCESS);
    assert_config(f, &current, SNP_STATUS_MASK_CHIP_ID);
    found = report(f, &request);
    g_assert_cmpmem(found.chip_id, 64, zeros, 64);
    g_assert_cmphex(le32_get(found.key_info), ==, 0);
    g_assert_true(vcek_signed(&found, &current));

    assert_status(config(f, none, SNP_CONFIG_MASK_CHIP_KEY), SUCCESS);
    assert_config(f, &current, SNP_STATUS_MASK_CHIP_KEY);
    found = report(f, &request);
    g_assert_cmpmem(found.chip_id, 64, fuses.chip_id, 64);
    g_assert_cmphex(le32_get(found.key_info), ==, 0x2 | 7 << 2);
    g_assert_cmpmem(&found.signature, 512, zeros, 512);

    assert_status(config(f, none, 3), SUCCESS);
    assert_config(f, &current, 3);
    assert_status(config(f, none, 0), SUCCESS);
    assert_config(f, &current, 0);
    found = report(f, &request);
    g_assert_cmpmem(found.chip_id, 64, fuses.chip_id, 64);
    g_assert_true(vcek_signed(&found, &current));
}

static void test_wrong(AspFixture *f)
{
    SnpCmdConfig cmd = { .reported_tcb = older, .flags = le32_of(3) };

    must_snp_init(f);
    assert_status(run_command(f, SNP_CMD_CONFIG, &cmd), SUCCESS);
    for (unsigned bit = 2; bit < 32; bit++) {
        assert_status(config(f, none, 1u << bit), INVALID_PARAM);
    }
    for (unsigned i = 0; i < sizeof(cmd.reserved); i++) {
        cmd = (SnpCmdConfig) { .reserved = { [0] = 0 } };
        cmd.reserved[i] = 1;
        assert_status(run_command(f, SNP_CMD_CONFIG, &cmd), INVALID_PARAM);
    }
    for (unsigned i = 0; i < SNP_TCB_SIZE; i++) {
        SnpTcbVersion above = current;

        above.byte[i]++;
        assert_status(config(f, above, 0), INVALID_PARAM);
        above = none;
        above.byte[i] = current.byte[i] + 1;
        assert_status(config(f, above, 0), INVALID_PARAM);
    }
    assert_config(f, &older, 3);
}

/* Not before SNP_INIT; it outlives SNP_SHUTDOWN, but no reset. */
static void test_lasts(AspFixture *f)
{
    assert_status(config(f, older, 3), INVALID_PLATFORM_STATE);
    assert_config(f, &current, 0);
    must_snp_init(f);
    assert_status(config(f, older, 3), SUCCESS);
    assert_status(asp_command(f->asp, SNP_CMD_SHUTDOWN, NULL, 0), SUCCESS);
    assert_config(f, &older, 3);
    must_snp_init(f);
    assert_config(f, &older, 3);
    asp_fixture_restart(f);
    assert_config(f, &current, 0);
    g_assert_cmpuint(f->flash_writes, ==, 0);
}

/* The bytes of a later generation are others, and compared alike. */
static void test_turin(AspFixture *f)
{
    SnpTcbVersion tcb = { .turin = { .fmc = 1, .tee = 1, .snp = 3 } };
    SnpPlatformStatus status;

    asp_fixture_become(f, "Turin");
    must_snp_init(f);
    assert_status(config(f, tcb, 0), SUCCESS);
    status = snp_status(f);
    g_assert_cmpmem(&status.reported_tcb, 8, &tcb, 8);
    tcb.turin.fmc = 2;
    assert_status(config(f, tcb, 0), INVALID_PARAM);
    tcb.turin.fmc = 0;
    tcb.milan.snp = 1;
    assert_status(config(f, tcb, 0), INVALID_PARAM);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/snp-config/" name, func)
    ADD("the-reported-TCB-selects-the-VCEK", test_reported_tcb);
    ADD("masks-are-seen-in-reports", test_masks);
    ADD("each-field-wrong-is-INVALID_PARAM", test_wrong);
    ADD("lasts-until-the-power-is-off", test_lasts);
    ADD("Turin-has-another-layout", test_turin);
    return g_test_run();
}
