/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SNP_INIT, SNP_INIT_EX, SNP_SHUTDOWN, SNP_SHUTDOWN_EX, SNP_PLATFORM_STATUS,
 * SNP_DF_FLUSH (AMD publication 56860, chapter 8).
 */

#include "snp-fixture.h"

#include <string.h>

static uint32_t init_ex(AspFixture *f, uint32_t flags)
{
    SnpCmdInitEx cmd = { .flags = le32_of(flags) };

    return run_command(f, SNP_CMD_INIT_EX, &cmd);
}

static uint32_t shutdown_ex(AspFixture *f, uint32_t len, uint32_t flags)
{
    SnpCmdShutdownEx cmd = { .len = le32_of(len), .flags = le32_of(flags) };

    return run_command(f, SNP_CMD_SHUTDOWN_EX, &cmd);
}

static void test_status(AspFixture *f)
{
    SnpPlatformStatus status = snp_status(f);

    g_assert_cmpuint(status.api_major, ==, 1);
    g_assert_cmpuint(status.api_minor, ==, 55);
    g_assert_cmpuint(le32_get(status.build_id), ==, 1);
    g_assert_cmpuint(status.state, ==, SNP_PSTATE_UNINIT);
    g_assert_cmpuint(status.rmp, ==, 0);
    must_snp_guest(f, SNP_GSTATE_INIT);
    must_gctx(f, GCTX_PAGE + 8);
    status = snp_status(f);
    g_assert_cmpuint(status.state, ==, SNP_PSTATE_INIT);
    g_assert_cmpuint(status.rmp, ==, 1);
    g_assert_cmpuint(le32_get(status.guest_count), ==, 2);
    g_assert_cmphex(le32_get(status.flags), ==, SNP_STATUS_FEATURE_INFO);
    g_assert_cmpuint(status.current_tcb.milan.snp, ==, 8);
    g_assert_cmpmem(&status.current_tcb, 8, &status.reported_tcb, 8);
}

static void test_status_page(AspFixture *f)
{
    RmpEntry entry = { 0 };

    /* The hypervisor's will do, until the RMP is in use. */
    assert_status(snp_addr_command(f, SNP_CMD_PLATFORM_STATUS, PAGE(0)),
                  SUCCESS);
    assert_status(snp_addr_command(f, SNP_CMD_PLATFORM_STATUS, PAGE(1) - 31),
                  INVALID_ADDRESS);
    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    assert_status(snp_addr_command(f, SNP_CMD_PLATFORM_STATUS, PAGE(0)),
                  INVALID_PAGE_STATE);
    assert_status(snp_addr_command(f, SNP_CMD_PLATFORM_STATUS,
                                   PAGE(GCTX_PAGE)), INVALID_PAGE_STATE);
    entry.assigned = 1;
    f->rmp[0] = entry;
    assert_status(snp_addr_command(f, SNP_CMD_PLATFORM_STATUS, PAGE(0)),
                  INVALID_PAGE_STATE);
    f->rmp[0] = snp_firmware_page();
    assert_status(snp_addr_command(f, SNP_CMD_PLATFORM_STATUS, PAGE(1) - 32),
                  SUCCESS);
    /* What the RMP does not cover, and what is no memory at all */
    assert_status(snp_addr_command(f, SNP_CMD_PLATFORM_STATUS, 0x1000),
                  INVALID_ADDRESS);
}

static void test_init_ex(AspFixture *f)
{
    SnpCmdInitEx cmd = { .flags = le32_of(SNP_INIT_EX_RMP) };

    assert_status(init_ex(f, 0), RMP_INIT_REQUIRED);
    assert_status(init_ex(f, SNP_INIT_EX_RMP | 0x20), INVALID_PARAM);
    assert_status(init_ex(f, SNP_INIT_EX_RMP | 0x80000000), INVALID_PARAM);
    assert_status(init_ex(f, SNP_INIT_EX_RMP | SNP_INIT_EX_LIST_PADDR),
                  UNSUPPORTED);
    assert_status(init_ex(f, SNP_INIT_EX_RMP | SNP_INIT_EX_TIO), UNSUPPORTED);
    assert_status(init_ex(f, SNP_INIT_EX_RMP | SNP_INIT_EX_CIPHERTEXT_HIDING),
                  UNSUPPORTED);
    cmd.reserved = le32_of(1);
    assert_status(run_command(f, SNP_CMD_INIT_EX, &cmd), INVALID_PARAM);
    cmd.reserved = le32_of(0);
    cmd.max_snp_asid = le16_of(1);
    assert_status(run_command(f, SNP_CMD_INIT_EX, &cmd), INVALID_PARAM);
    cmd.max_snp_asid = le16_of(0);
    for (unsigned i = 0; i < sizeof(cmd.reserved2); i++) {
        cmd.reserved2[i] = 1;
        assert_status(run_command(f, SNP_CMD_INIT_EX, &cmd), INVALID_PARAM);
        cmd.reserved2[i] = 0;
    }
    g_assert_cmpuint(snp_status(f).state, ==, SNP_PSTATE_UNINIT);
    assert_status(init_ex(f, SNP_INIT_EX_RMP | SNP_INIT_EX_RAPL_DIS),
                  SUCCESS);
    g_assert_cmphex(le32_get(snp_status(f).flags), ==,
                    SNP_STATUS_FEATURE_INFO | SNP_STATUS_RAPL_DIS);
}

static void test_after_sev(AspFixture *f)
{
    must_init(f);
    assert_status(asp_command(f->asp, SNP_CMD_INIT, NULL, 0),
                  INVALID_PLATFORM_STATE);
    assert_status(init_ex(f, SNP_INIT_EX_RMP), INVALID_PLATFORM_STATE);
    must_shutdown(f);
    must_snp_init(f);
    must_init(f);
}

static void test_shutdown(AspFixture *f)
{
    must_snp_guest(f, SNP_GSTATE_RUNNING);
    assert_status(shutdown_ex(f, 4, 0), INVALID_LEN);
    assert_status(shutdown_ex(f, 8, 4), INVALID_PARAM);
    assert_status(shutdown_ex(f, 8, SNP_SHUTDOWN_EX_X86), UNSUPPORTED);
    g_assert_cmpuint(le32_get(snp_status(f).guest_count), ==, 1);
    assert_status(shutdown_ex(f, 8, SNP_SHUTDOWN_EX_IOMMU), SUCCESS);
    g_assert_cmpuint(le32_get(snp_status(f).guest_count), ==, 0);
    g_assert_cmpuint(snp_status(f).state, ==, SNP_PSTATE_UNINIT);
    g_assert_true(f->rmp[GCTX_PAGE].immutable);
    g_assert_false(f->rmp[GCTX_PAGE].vmsa);
    /* The RMP stays as it was. */
    g_assert_cmpuint(snp_status(f).rmp, ==, 1);
    assert_status(init_ex(f, 0), SUCCESS);
    assert_status(snp_addr_command(f, SNP_CMD_PAGE_RECLAIM, PAGE(GCTX_PAGE)),
                  SUCCESS);
    assert_status(asp_command(f->asp, SNP_CMD_DF_FLUSH, NULL, 0), SUCCESS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/snp-platform/" name, func)
    ADD("the-status-tells-of-the-platform", test_status);
    ADD("the-status-goes-to-a-page-of-firmware", test_status_page);
    ADD("SNP_INIT_EX-checks-each-field", test_init_ex);
    ADD("SEV-must-not-be-initialized-before", test_after_sev);
    ADD("a-shutdown-forgets-guests-and-frees-their-pages", test_shutdown);
    return g_test_run();
}
