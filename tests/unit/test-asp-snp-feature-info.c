/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SNP_FEATURE_INFO (AMD publication 56860, chapter 8), and that features are
 * what it says.
 */

#include "snp-firmware.h"

static SnpCmdFeatureInfo command(uint64_t paddr)
{
    return (SnpCmdFeatureInfo) {
        .len = le32_of(16), .paddr = le64_of(paddr),
    };
}

static SnpFeatureInfo feature_info(AspFixture *f)
{
    SnpCmdFeatureInfo cmd = command(PAGE(STATUS_PAGE));
    SnpFeatureInfo result;

    f->rmp[STATUS_PAGE] = snp_firmware_page();
    assert_status(run_command(f, SNP_CMD_FEATURE_INFO, &cmd), SUCCESS);
    memcpy(&result, &f->memory[STATUS_PAGE * RMP_PAGE_SIZE], sizeof(result));
    return result;
}

/* Linux asks before it initializes anything. */
static void test_info(AspFixture *f)
{
    for (unsigned round = 0; round < 2; round++) {
        SnpFeatureInfo info = feature_info(f);

        g_assert_cmphex(le32_get(info.eax), ==, 0);
        g_assert_cmphex(le32_get(info.ebx), ==, 0x1);
        g_assert_cmphex(le32_get(info.ecx), ==, 0x24);
        g_assert_cmphex(le32_get(info.edx), ==, 0);
        g_assert_cmphex(le32_get(snp_status(f).flags), ==,
                        SNP_STATUS_FEATURE_INFO);
        if (!round) {
            must_snp_init(f);
        }
    }
}

static void test_wrong(AspFixture *f)
{
    SnpCmdFeatureInfo cmd = command(PAGE(0));
    uint8_t before[RMP_PAGE_SIZE];

    memcpy(before, f->memory, sizeof(before));
    cmd.len = le32_of(15);
    assert_status(run_command(f, SNP_CMD_FEATURE_INFO, &cmd), INVALID_LEN);
    cmd = command(PAGE(0));
    for (unsigned bit = 0; bit < 32; bit++) {
        cmd.ecx_in = le32_of(1u << bit);
        assert_status(run_command(f, SNP_CMD_FEATURE_INFO, &cmd),
                      INVALID_PARAM);
    }
    cmd = command(PAGE(1) - 15);
    assert_status(run_command(f, SNP_CMD_FEATURE_INFO, &cmd),
                  INVALID_ADDRESS);
    cmd = command(0x1000);
    assert_status(run_command(f, SNP_CMD_FEATURE_INFO, &cmd),
                  INVALID_ADDRESS);
    must_snp_init(f);
    cmd = command(PAGE(0));
    assert_status(run_command(f, SNP_CMD_FEATURE_INFO, &cmd),
                  INVALID_PAGE_STATE);
    g_assert_cmpmem(f->memory, sizeof(before), before, sizeof(before));
}

/* Firmware before 1.55, of which there is an older chip */
static void become_old(AspFixture *f)
{
    AspFuses fuses = asp_fixture_fuses();
    AspOps ops = asp_fixture_ops();

    fuses.model.api_minor = 54;
    asp_free(f->asp);
    f->asp = asp_new(&ops, &fuses, f);
}

static uint32_t launch_start(AspFixture *f, uint64_t policy)
{
    SnpCmdLaunchStart cmd = {
        .gctx_paddr = le64_of(PAGE(GCTX_PAGE)),
        .policy = le64_of(SNP_POLICY | policy),
    };

    return run_command(f, SNP_CMD_LAUNCH_START, &cmd);
}

static void test_old(AspFixture *f)
{
    SnpCmdInitEx init = {
        .flags = le32_of(SNP_INIT_EX_RMP | SNP_INIT_EX_RAPL_DIS),
    };
    SnpCmdFeatureInfo cmd = command(PAGE(STATUS_PAGE));

    f->flash_len = 0;
    become_old(f);
    f->rmp[STATUS_PAGE] = snp_firmware_page();
    assert_status(run_command(f, SNP_CMD_FEATURE_INFO, &cmd),
                  INVALID_COMMAND);
    g_assert_cmphex(le32_get(snp_status(f).flags), ==, 0);
    assert_status(run_command(f, SNP_CMD_INIT_EX, &init), INVALID_PARAM);
    must_snp_guest(f, SNP_GSTATE_INIT);
    assert_status(launch_start(f, SNP_GPOLICY_CXL_ALLOW), POLICY_FAILURE);
    assert_status(launch_start(f, SNP_GPOLICY_RAPL_DIS), POLICY_FAILURE);
    assert_status(launch_start(f, 0), SUCCESS);
}

/* A later one brings them, and a chip that has committed it starts so. */
static void test_updated(AspFixture *f)
{
    f->flash_len = 0;
    become_old(f);
    must_download(f, &newer, SNP_DOWNLOAD_COMMIT);
    feature_info(f);
    become_old(f);
    feature_info(f);
    must_snp_guest(f, SNP_GSTATE_INIT);
    assert_status(launch_start(f, SNP_GPOLICY_CXL_ALLOW), SUCCESS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/snp-feature-info/" name, func)
    ADD("tells-features-in-each-state", test_info);
    ADD("each-field-wrong", test_wrong);
    ADD("old-firmware-has-none", test_old);
    ADD("an-update-brings-them", test_updated);
    return g_test_run();
}
