/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SNP_GCTX_CREATE, SNP_DECOMMISSION, SNP_ACTIVATE, SNP_GUEST_STATUS,
 * SNP_PAGE_RECLAIM (AMD publication 56860, chapter 8).
 */

#include "snp-fixture.h"

#include <string.h>

static uint32_t gctx_create(AspFixture *f, uint64_t paddr)
{
    return snp_addr_command(f, SNP_CMD_GCTX_CREATE, paddr);
}

/* Entries of all the states but Firmware */
static const RmpEntry other_states[] = {
    { 0 },
    { .assigned = 1 },
    { .assigned = 1, .immutable = 1, .vmsa = 1 },
    { .assigned = 1, .immutable = 1, .gpa = 0x1000 },
    { .assigned = 1, .asid = 5 },
    { .assigned = 1, .asid = 5, .validated = 1 },
    { .assigned = 1, .asid = 5, .immutable = 1 },
    { .assigned = 1, .asid = 5, .immutable = 1, .validated = 1 },
};

static void test_create(AspFixture *f)
{
    must_snp_init(f);
    f->rmp[0] = snp_firmware_page();
    assert_status(gctx_create(f, PAGE(0) + 1), INVALID_ADDRESS);
    assert_status(gctx_create(f, 0), INVALID_ADDRESS);
    for (unsigned i = 0; i < G_N_ELEMENTS(other_states); i++) {
        f->rmp[1] = other_states[i];
        assert_status(gctx_create(f, PAGE(1)), INVALID_PAGE_STATE);
    }
    f->rmp[1] = snp_firmware_page();
    f->rmp[1].page_size = RMP_PAGE_2M;
    assert_status(gctx_create(f, PAGE(1)), INVALID_PAGE_SIZE);
    f->fail_rmp_write = true;
    assert_status(gctx_create(f, PAGE(0)), INVALID_PAGE_STATE);
    g_assert_cmpuint(f->rmp_writes, ==, 0);
    f->fail_rmp_write = false;
    assert_status(gctx_create(f, PAGE(0)), SUCCESS);
    g_assert_true(f->rmp[0].vmsa && f->rmp[0].immutable &&
                  f->rmp[0].assigned);
    assert_status(gctx_create(f, PAGE(0)), INVALID_PAGE_STATE);
    g_assert_cmpuint(snp_guest_status(f, PAGE(0)).state, ==,
                     SNP_GSTATE_INIT);
}

static void test_many(AspFixture *f)
{
    must_snp_init(f);
    for (unsigned i = 0; i < 16; i++) {
        must_gctx(f, i);
    }
    f->rmp[16] = snp_firmware_page();
    assert_status(gctx_create(f, PAGE(16)), RESOURCE_LIMIT);
    assert_status(snp_addr_command(f, SNP_CMD_DECOMMISSION, PAGE(3)),
                  SUCCESS);
    assert_status(gctx_create(f, PAGE(16)), SUCCESS);
}

static void test_decommission(AspFixture *f)
{
    for (unsigned state = 0; state < 3; state++) {
        must_snp_guest(f, state);
        assert_status(snp_addr_command(f, SNP_CMD_DECOMMISSION,
                                       PAGE(GCTX_PAGE)), SUCCESS);
        assert_status(snp_addr_command(f, SNP_CMD_DECOMMISSION,
                                       PAGE(GCTX_PAGE)), INVALID_GUEST);
        g_assert_false(f->rmp[GCTX_PAGE].vmsa);
        g_assert_true(f->rmp[GCTX_PAGE].immutable);
        assert_status(asp_command(f->asp, SNP_CMD_SHUTDOWN, NULL, 0),
                      SUCCESS);
    }
}

static void test_activate(AspFixture *f)
{
    uint32_t sev;

    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    must_gctx(f, GCTX_PAGE + 8);
    must_snp_start(f, PAGE(GCTX_PAGE + 8), SNP_POLICY);
    g_assert_cmpuint(le32_get(snp_guest_status(f, PAGE(GCTX_PAGE + 8)).asid),
                     ==, 0);
    assert_status(snp_activate(f, PAGE(GCTX_PAGE + 8), 0), INVALID_ASID);
    assert_status(snp_activate(f, PAGE(GCTX_PAGE + 8), 100),
                  INVALID_ASID);
    assert_status(snp_activate(f, PAGE(GCTX_PAGE + 8), ES_GUEST_ASID),
                  ASID_OWNED);
    must_init_es(f);
    sev = must_launch_start(f, SEV_GPOLICY_ES);
    must_activate(f, sev, 9);
    assert_status(snp_activate(f, PAGE(GCTX_PAGE + 8), 9), ASID_OWNED);
    assert_status(snp_activate(f, PAGE(GCTX_PAGE + 8), 10), SUCCESS);
    assert_status(snp_activate(f, PAGE(GCTX_PAGE + 8), 11), ACTIVE);
    g_assert_cmpuint(le32_get(snp_guest_status(f, PAGE(GCTX_PAGE + 8)).asid),
                     ==, 10);
    assert_status(snp_addr_command(f, SNP_CMD_DECOMMISSION,
                                   PAGE(GCTX_PAGE)), SUCCESS);
    must_activate(f, must_launch_start(f, SEV_GPOLICY_ES), ES_GUEST_ASID);
}

/* Nor does SEV take what SNP's guest has */
static void test_asid_of_snp(AspFixture *f)
{
    SevCmdActivate cmd = { .asid = le32_of(ES_GUEST_ASID) };

    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    must_init_es(f);
    cmd.handle = le32_of(must_launch_start(f, SEV_GPOLICY_ES));
    assert_status(run_command(f, SEV_CMD_ACTIVATE, &cmd), ASID_OWNED);
}

static void test_status(AspFixture *f)
{
    SnpCmdGuestStatus cmd = { .gctx_paddr = le64_of(PAGE(GCTX_PAGE)) };
    SnpGuestStatus status;

    must_snp_guest(f, SNP_GSTATE_RUNNING);
    status = snp_guest_status(f, PAGE(GCTX_PAGE));
    g_assert_cmphex(le64_get(status.policy), ==, SNP_POLICY);
    g_assert_cmpuint(le32_get(status.asid), ==, ES_GUEST_ASID);
    g_assert_cmpuint(status.state, ==, SNP_GSTATE_RUNNING);
    cmd.paddr = le64_of(PAGE(0));
    assert_status(run_command(f, SNP_CMD_GUEST_STATUS, &cmd),
                  INVALID_PAGE_STATE);
    cmd.paddr = le64_of(PAGE(STATUS_PAGE + 1) - 15);
    assert_status(run_command(f, SNP_CMD_GUEST_STATUS, &cmd),
                  INVALID_ADDRESS);
}

static void test_reclaim(AspFixture *f)
{
    static const bool good[] = {
        false, false, false, true, false, false, true, true,
    };

    must_snp_init(f);
    assert_status(snp_addr_command(f, SNP_CMD_PAGE_RECLAIM, PAGE(0) + 2),
                  INVALID_ADDRESS);
    assert_status(snp_addr_command(f, SNP_CMD_PAGE_RECLAIM, 0),
                  INVALID_ADDRESS);
    for (unsigned i = 0; i < G_N_ELEMENTS(other_states); i++) {
        f->rmp[0] = other_states[i];
        if (!good[i]) {
            assert_status(snp_addr_command(f, SNP_CMD_PAGE_RECLAIM, PAGE(0)),
                          INVALID_PAGE_STATE);
            continue;
        }
        assert_status(snp_addr_command(f, SNP_CMD_PAGE_RECLAIM, PAGE(0)),
                      SUCCESS);
        g_assert_false(f->rmp[0].immutable);
        g_assert_true(f->rmp[0].assigned);
        g_assert_cmpuint(f->rmp[0].asid, ==, other_states[i].asid);
        g_assert_true(f->rmp[0].validated == other_states[i].validated);
        g_assert_true(f->rmp[0].asid || f->rmp[0].gpa == 0);
    }
    f->rmp[0] = snp_firmware_page();
    f->fail_rmp_write = true;
    assert_status(snp_addr_command(f, SNP_CMD_PAGE_RECLAIM, PAGE(0)),
                  INVALID_PAGE_STATE);
    f->fail_rmp_write = false;
    assert_status(snp_addr_command(f, SNP_CMD_PAGE_RECLAIM,
                                   MEM_BASE | SNP_ADDR_2M),
                  INVALID_PAGE_SIZE);
    assert_status(snp_addr_command(f, SNP_CMD_PAGE_RECLAIM,
                                   PAGE(1) | SNP_ADDR_2M), INVALID_ADDRESS);
    f->rmp[0].page_size = RMP_PAGE_2M;
    assert_status(snp_addr_command(f, SNP_CMD_PAGE_RECLAIM, PAGE(0)),
                  INVALID_PAGE_SIZE);
    assert_status(snp_addr_command(f, SNP_CMD_PAGE_RECLAIM,
                                   MEM_BASE | SNP_ADDR_2M), SUCCESS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/snp-guest/" name, func)
    ADD("a-context-is-made-of-a-page-of-firmware", test_create);
    ADD("contexts-are-limited", test_many);
    ADD("a-context-ends-in-any-state", test_decommission);
    ADD("an-ASID-is-had-once", test_activate);
    ADD("an-ASID-of-SNP-is-not-SEV's", test_asid_of_snp);
    ADD("the-status-tells-of-the-guest", test_status);
    ADD("firmware-gives-back-what-it-may", test_reclaim);
    return g_test_run();
}
