/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SNP_LAUNCH_START (AMD publication 56860, section 8.16), and the guest
 * policy (section 4.3).
 */

#include "snp-fixture.h"

#include "asp/snp-context.h"
#include "asp/state.h"

static uint32_t start(AspFixture *f, uint64_t policy, uint32_t flags)
{
    SnpCmdLaunchStart cmd = {
        .gctx_paddr = le64_of(PAGE(GCTX_PAGE)),
        .policy = le64_of(policy),
        .flags = le32_of(flags),
    };

    return run_command(f, SNP_CMD_LAUNCH_START, &cmd);
}

/* With another guest each time */
static uint32_t start_new(AspFixture *f, uint64_t policy)
{
    uint32_t status;

    must_gctx(f, GCTX_PAGE);
    status = start(f, policy, 0);
    assert_status(snp_addr_command(f, SNP_CMD_DECOMMISSION, PAGE(GCTX_PAGE)),
                  SUCCESS);
    return status;
}

static void test_flags(AspFixture *f)
{
    uint64_t agent = SNP_POLICY | SNP_GPOLICY_MIGRATE_MA;

    must_snp_guest(f, SNP_GSTATE_INIT);
    for (unsigned bit = 2; bit < 32; bit++) {
        assert_status(start(f, SNP_POLICY, 1u << bit), INVALID_PARAM);
    }
    assert_status(start(f, agent, SNP_LAUNCH_START_IMI), INVALID_PARAM);
    assert_status(start(f, 0, SNP_LAUNCH_START_MA), POLICY_FAILURE);
    assert_status(start(f, SNP_POLICY, SNP_LAUNCH_START_MA), POLICY_FAILURE);
    assert_status(start(f, agent, SNP_LAUNCH_START_MA), UNSUPPORTED);
    assert_status(start(f, agent, SNP_LAUNCH_START_MA | SNP_LAUNCH_START_IMI),
                  UNSUPPORTED);
    g_assert_cmpuint(snp_guest_status(f, PAGE(GCTX_PAGE)).state, ==,
                     SNP_GSTATE_INIT);
    assert_status(start(f, agent, 0), SUCCESS);
}

static void test_reserved(AspFixture *f)
{
    must_snp_init(f);
    for (unsigned bit = 26; bit < 64; bit++) {
        assert_status(start_new(f, SNP_POLICY | 1ull << bit), POLICY_FAILURE);
    }
    assert_status(start_new(f, SNP_POLICY & ~SNP_GPOLICY_ONE),
                  POLICY_FAILURE);
    assert_status(start_new(f, SNP_GPOLICY_ONE), SUCCESS);
}

static void test_api(AspFixture *f)
{
    must_snp_init(f);
    assert_status(start_new(f, SNP_POLICY | 0x0137), SUCCESS);
    assert_status(start_new(f, SNP_POLICY | 0x0138), POLICY_FAILURE);
    assert_status(start_new(f, SNP_POLICY | 0x00ff), SUCCESS);
    assert_status(start_new(f, SNP_POLICY | 0x0200), POLICY_FAILURE);
}

/* Bits by which a guest allows, or demands of the platform */
static void test_bits(AspFixture *f)
{
    static const uint64_t good[] = {
        SNP_GPOLICY_MIGRATE_MA, SNP_GPOLICY_DEBUG, SNP_GPOLICY_SINGLE_SOCKET,
        SNP_GPOLICY_CXL_ALLOW, SNP_GPOLICY_PAGE_SWAP_DISABLE,
    };
    static const uint64_t bad[] = {
        SNP_GPOLICY_MEM_AES_256_XTS, SNP_GPOLICY_RAPL_DIS,
        SNP_GPOLICY_CIPHERTEXT_HIDING,
    };

    must_snp_init(f);
    for (unsigned i = 0; i < G_N_ELEMENTS(good); i++) {
        assert_status(start_new(f, SNP_POLICY | good[i]), SUCCESS);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        assert_status(start_new(f, SNP_POLICY | bad[i]), POLICY_FAILURE);
    }
}

static void test_rapl(AspFixture *f)
{
    SnpCmdInitEx cmd = {
        .flags = le32_of(SNP_INIT_EX_RMP | SNP_INIT_EX_RAPL_DIS),
    };

    assert_status(run_command(f, SNP_CMD_INIT_EX, &cmd), SUCCESS);
    assert_status(start_new(f, SNP_POLICY | SNP_GPOLICY_RAPL_DIS), SUCCESS);
}

static void test_smt(AspFixture *f)
{
    must_snp_init(f);
    assert_status(start_new(f, SNP_GPOLICY_ONE), SUCCESS);
    asp_set_smt(f->asp, true);
    assert_status(start_new(f, SNP_GPOLICY_ONE), POLICY_FAILURE);
    assert_status(start_new(f, SNP_GPOLICY_ONE | SNP_GPOLICY_SMT), SUCCESS);
}

static void test_random(AspFixture *f)
{
    static const uint8_t zeros[ASP_SNP_KEY_SIZE];
    const AspSnpGuest *guest;

    must_snp_guest(f, SNP_GSTATE_INIT);
    f->fail_random = true;
    for (unsigned i = 0; i < 2; i++) {
        f->fail_random_after = i;
        assert_status(start(f, SNP_POLICY, 0), HWERROR_PLATFORM);
        guest = asp_snp_find(f->asp, PAGE(GCTX_PAGE));
        g_assert_cmpmem(guest->vek, sizeof(zeros), zeros, sizeof(zeros));
        g_assert_cmpuint(guest->state, ==, SNP_GSTATE_INIT);
    }
    f->fail_random = false;
    assert_status(start(f, SNP_POLICY, 0), SUCCESS);
    g_assert_cmpuint(asp_snp_find(f->asp, PAGE(GCTX_PAGE))->vmpck[0][0], !=,
                     asp_snp_find(f->asp, PAGE(GCTX_PAGE))->vmpck[1][0]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/snp-launch-start/" name, func)
    ADD("flags-and-the-migration-agent", test_flags);
    ADD("reserved-bits-are-POLICY_FAILURE", test_reserved);
    ADD("a-newer-API-is-POLICY_FAILURE", test_api);
    ADD("what-the-platform-lacks-is-POLICY_FAILURE", test_bits);
    ADD("RAPL-can-be-off", test_rapl);
    ADD("SMT-must-be-allowed-where-it-is-on", test_smt);
    ADD("no-random-numbers-is-HWERROR_PLATFORM", test_random);
    return g_test_run();
}
