/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SNP_DOWNLOAD_FIRMWARE_EX (AMD publication 56860, chapter 8).
 */

#include "snp-firmware.h"
#include "snp-guest-fixture.h"

#include "asp/firmware-image.h"

/* Not reported until it is committed, and gone with the power */
static void test_runs(AspFixture *f)
{
    must_download(f, &newer, 0);
    assert_versions(f, &newer, &factory, &factory.tcb);
    must_snp_init(f);
    must_init(f);
    assert_versions(f, &newer, &factory, &factory.tcb);
    g_assert_cmpuint(f->flash_writes, ==, 0);
    asp_fixture_restart(f);
    assert_versions(f, &factory, &factory, &factory.tcb);
}

static void test_commit(AspFixture *f)
{
    must_download(f, &newer, SNP_DOWNLOAD_COMMIT);
    assert_versions(f, &newer, &newer, &newer.tcb);
    asp_fixture_restart(f);
    assert_versions(f, &newer, &newer, &newer.tcb);
    f->fail_flash_write = true;
    assert_status(download(f, &(AspVersion) {
        .major = 1, .minor = 59, .tcb = newer.tcb }, SNP_DOWNLOAD_COMMIT),
        HWERROR_PLATFORM);
    assert_versions(f, &newer, &newer, &newer.tcb);
}

/* Reports tell what runs, in the form that it has, with the guest's beside */
static void test_report(AspFixture *f)
{
    static const SnpMsgReportReq payload = { .vmpl = { { 0 } } };
    AspFuses fuses = asp_fixture_fuses();
    GuestRequest request;
    uint8_t x[48], y[48];
    SnpReport report;

    must_snp_guest(f, SNP_GSTATE_RUNNING);
    must_download(f, &newer, 0);
    request = guest_request(f, SNP_MSG_REPORT_REQ, &payload, sizeof(payload));
    report = guest_report(f, &request).report;
    g_assert_cmpuint(le32_get(report.version), ==, 5);
    g_assert_cmphex(report.cpuid_fam_id, ==, 0x19);
    g_assert_cmpmem(&report.current_tcb, 8, &newer.tcb, 8);
    g_assert_cmpmem(&report.committed_tcb, 8, &factory.tcb, 8);
    g_assert_cmpmem(&report.reported_tcb, 8, &factory.tcb, 8);
    g_assert_cmpmem(&report.launch_tcb, 8, &factory.tcb, 8);
    g_assert_cmpuint(report.current_minor, ==, 58);
    g_assert_cmpuint(report.current_build, ==, 2);
    g_assert_cmpuint(report.committed_minor, ==, 55);
    g_assert_cmpuint(report.committed_build, ==, 1);

    assert_status(commit(f), SUCCESS);
    report = guest_report(f, &request).report;
    g_assert_cmpmem(&report.committed_tcb, 8, &newer.tcb, 8);
    g_assert_cmpmem(&report.reported_tcb, 8, &newer.tcb, 8);
    g_assert_cmpmem(&report.launch_tcb, 8, &factory.tcb, 8);
    g_assert_cmpuint(report.committed_minor, ==, 58);
    g_assert_cmpint(asp_vcek_public(&fuses, newer.tcb.byte, x, y), ==, 0);
    g_assert_true(guest_verify(&report, x, y));
}

/* Back to what was committed, not below: in no part of version and TCB */
static void test_rollback(AspFixture *f)
{
    AspVersion version = newer;

    must_download(f, &newer, 0);
    must_download(f, &factory, 0);
    assert_versions(f, &factory, &factory, &factory.tcb);
    must_download(f, &newer, SNP_DOWNLOAD_COMMIT);
    version.build--;
    assert_status(download(f, &version, 0), BAD_VERSION);
    version.build = 255;
    version.minor--;
    assert_status(download(f, &version, 0), BAD_VERSION);
    version.minor = 255;
    version.major--;
    assert_status(download(f, &version, 0), BAD_VERSION);
    version.major = 2;
    for (unsigned i = 0; i < SNP_TCB_SIZE; i++) {
        if (newer.tcb.byte[i]) {
            version.tcb.byte[i]--;
            assert_status(download(f, &version, SNP_DOWNLOAD_COMMIT),
                          BAD_SVN);
            version.tcb.byte[i]++;
        }
    }
    assert_versions(f, &newer, &newer, &newer.tcb);
    must_download(f, &version, 0);
}

/* Firmware that has gone back has no key of what was reported. */
static void test_reported(AspFixture *f)
{
    SnpCmdConfig cmd = { .reported_tcb = newer.tcb };

    must_snp_init(f);
    must_download(f, &newer, 0);
    assert_status(run_command(f, SNP_CMD_CONFIG, &cmd), SUCCESS);
    assert_versions(f, &newer, &factory, &newer.tcb);
    must_download(f, &factory, 0);
    assert_versions(f, &factory, &factory, &factory.tcb);
}

static void test_fields(AspFixture *f)
{
    SnpCmdDownloadFirmwareEx cmd = download_command(0);

    g_assert_cmphex(download(f, &factory, 0), ==, 0);
    cmd.len = le32_of(23);
    assert_status(run_command(f, SNP_CMD_DOWNLOAD_FIRMWARE_EX, &cmd),
                  INVALID_LEN);
    cmd = download_command(0);
    cmd.reserved = le32_of(1);
    assert_status(run_command(f, SNP_CMD_DOWNLOAD_FIRMWARE_EX, &cmd),
                  INVALID_PARAM);
    for (unsigned bit = 1; bit < 32; bit++) {
        cmd = download_command(1u << bit);
        assert_status(run_command(f, SNP_CMD_DOWNLOAD_FIRMWARE_EX, &cmd),
                      INVALID_PARAM);
    }
    for (unsigned len = 0; len < 200; len++) {
        cmd = download_command(0);
        cmd.image_len = le32_of(len);
        g_assert_cmphex(run_command(f, SNP_CMD_DOWNLOAD_FIRMWARE_EX, &cmd),
                        ==, len == 80 ? SEV_FW_SUCCESS : SEV_FW_INVALID_LEN);
    }
    cmd = download_command(0);
    cmd.paddr = le64_of(MEM_BASE + MEM_SIZE - 79);
    assert_status(run_command(f, SNP_CMD_DOWNLOAD_FIRMWARE_EX, &cmd),
                  INVALID_ADDRESS);
    cmd.paddr = le64_of(UINT64_MAX - 78);
    assert_status(run_command(f, SNP_CMD_DOWNLOAD_FIRMWARE_EX, &cmd),
                  INVALID_ADDRESS);
}

static void test_image(AspFixture *f)
{
    uint8_t *image = &f->memory[IMAGE_PAGE * RMP_PAGE_SIZE];
    SnpCmdDownloadFirmwareEx cmd = download_command(0);

    must_download(f, &factory, 0);
    for (unsigned i = 0; i < ASP_FIRMWARE_IMAGE_SIZE; i++) {
        image[i] ^= 1u << i % 8;
        assert_status(run_command(f, SNP_CMD_DOWNLOAD_FIRMWARE_EX, &cmd),
                      BAD_SIGNATURE);
        image[i] ^= 1u << i % 8;
    }
    assert_versions(f, &factory, &factory, &factory.tcb);
    assert_status(run_command(f, SNP_CMD_DOWNLOAD_FIRMWARE_EX, &cmd), SUCCESS);
}

/* Whole, but for no such chip */
static void test_model(AspFixture *f)
{
    SnpCmdDownloadFirmwareEx cmd = download_command(0);
    uint8_t *image = &f->memory[IMAGE_PAGE * RMP_PAGE_SIZE];
    AspModel good = model_of(&newer), model;

    asp_firmware_image(&asp_product_by_name("Genoa")->model, image);
    assert_status(run_command(f, SNP_CMD_DOWNLOAD_FIRMWARE_EX, &cmd),
                  BAD_SIGNATURE);
    model = good;
    model.tcb[3] = 1;
    asp_firmware_image(&model, image);
    assert_status(run_command(f, SNP_CMD_DOWNLOAD_FIRMWARE_EX, &cmd),
                  BAD_SIGNATURE);
    model = good;
    model.reserved = 1;
    asp_firmware_image(&model, image);
    assert_status(run_command(f, SNP_CMD_DOWNLOAD_FIRMWARE_EX, &cmd),
                  BAD_SIGNATURE);
    model = good;
    model.cpuid = le32_of(0);
    asp_firmware_image(&model, image);
    assert_status(run_command(f, SNP_CMD_DOWNLOAD_FIRMWARE_EX, &cmd),
                  BAD_SIGNATURE);
    assert_versions(f, &factory, &factory, &factory.tcb);
    model = good;
    model.cpuid = le32_of(0x00a00f10);  /* another stepping of the product */
    asp_firmware_image(&model, image);
    assert_status(run_command(f, SNP_CMD_DOWNLOAD_FIRMWARE_EX, &cmd), SUCCESS);
}

static void test_states(AspFixture *f)
{
    must_snp_guest(f, SNP_GSTATE_RUNNING);
    must_init(f);
    assert_status(download(f, &newer, 0), INVALID_PLATFORM_STATE);
    must_launch_start(f, 0);
    assert_status(download(f, &newer, 0), INVALID_PLATFORM_STATE);
    must_shutdown(f);
    must_download(f, &newer, 0);
    g_assert_cmpuint(le32_get(snp_status(f).guest_count), ==, 1);
    f->flash[100] ^= 1;
    asp_fixture_restart(f);
    assert_status(download(f, &newer, 0), SECURE_DATA_INVALID);
}

/* An image of theirs is not made, but what runs is what policies ask for. */
static void test_policy(AspFixture *f)
{
    SnpCmdLaunchStart cmd = {
        .gctx_paddr = le64_of(PAGE(GCTX_PAGE)),
        .policy = le64_of(SNP_POLICY | 1 << 8 | 58),
    };

    must_snp_guest(f, SNP_GSTATE_INIT);
    assert_status(run_command(f, SNP_CMD_LAUNCH_START, &cmd), POLICY_FAILURE);
    must_download(f, &newer, 0);
    assert_status(run_command(f, SNP_CMD_LAUNCH_START, &cmd), SUCCESS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) \
    asp_test_add("/asp/snp-download-firmware-ex/" name, func)
    ADD("runs-until-the-power-is-off", test_runs);
    ADD("can-be-committed-at-once", test_commit);
    ADD("reports-tell-what-runs", test_report);
    ADD("below-what-is-committed-is-refused", test_rollback);
    ADD("what-it-has-no-key-of-is-not-reported", test_reported);
    ADD("each-field-wrong", test_fields);
    ADD("a-changed-image-is-BAD_SIGNATURE", test_image);
    ADD("another-product-s-image-is-BAD_SIGNATURE", test_model);
    ADD("SEV-must-not-be-initialized", test_states);
    ADD("a-policy-is-for-what-runs", test_policy);
    return g_test_run();
}
