/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making a secure processor; INIT, SHUTDOWN, PLATFORM_STATUS, DF_FLUSH and
 * GET_ID (AMD publication 55766, chapter 5). INIT and PLATFORM_RESET with
 * the platform's identity are in test-asp-flash.c.
 */

#include "asp-fixture.h"

#include <string.h>

static void test_bad_ops(void)
{
    AspFuses fuses = asp_fixture_fuses();
    AspOps ops = asp_fixture_ops();

    ops.size--;
    g_assert_null(asp_new(&ops, &fuses, NULL));
    ops = asp_fixture_ops();
    ops.read = NULL;
    g_assert_null(asp_new(&ops, &fuses, NULL));
    ops = asp_fixture_ops();
    ops.write = NULL;
    g_assert_null(asp_new(&ops, &fuses, NULL));
    ops = asp_fixture_ops();
    ops.write_private = NULL;
    g_assert_null(asp_new(&ops, &fuses, NULL));
    ops = asp_fixture_ops();
    ops.random = NULL;
    g_assert_null(asp_new(&ops, &fuses, NULL));
    ops = asp_fixture_ops();
    ops.flash_read = NULL;
    g_assert_null(asp_new(&ops, &fuses, NULL));
    ops = asp_fixture_ops();
    ops.flash_write = NULL;
    g_assert_null(asp_new(&ops, &fuses, NULL));
}

/* 55766 has no word for it: such a chip can't have left the factory */
static void test_bad_fuses(void)
{
    AspOps ops = asp_fixture_ops();
    AspFuses fuses = asp_fixture_fuses();

    memset(fuses.cek_scalar, 0, sizeof(fuses.cek_scalar));
    g_assert_null(asp_new(&ops, &fuses, NULL));
    memset(fuses.cek_scalar, 0xff, sizeof(fuses.cek_scalar));
    g_assert_null(asp_new(&ops, &fuses, NULL));
}

static void test_no_trace(void)
{
    AspFuses fuses = asp_fixture_fuses();
    AspOps ops = asp_fixture_ops();
    Asp *asp;

    ops.trace = NULL;
    asp = asp_new(&ops, &fuses, NULL);
    g_assert_nonnull(asp);
    assert_status(asp_command(asp, SEV_CMD_SHUTDOWN, NULL, 0), SUCCESS);
    asp_free(asp);
    asp_free(NULL);
}

static void test_two(AspFixture *f)
{
    AspFixture *other = asp_fixture_new();

    must_guest(f, SEV_GSTATE_LUPDATE);
    g_assert_cmpuint(platform_status(other).state, ==, SEV_PSTATE_UNINIT);
    asp_fixture_free(other);
}

static void test_init_reserved(AspFixture *f)
{
    SevCmdInit cmd = { .reserved = le32_of(1) };

    assert_status(run_command(f, SEV_CMD_INIT, &cmd), INVALID_PARAM);
    for (unsigned bit = 1; bit < 32; bit++) {
        cmd = (SevCmdInit) { .options = le32_of(1u << bit | SEV_INIT_ES) };
        assert_status(run_command(f, SEV_CMD_INIT, &cmd), INVALID_PARAM);
    }
    g_assert_cmpuint(platform_status(f).state, ==, SEV_PSTATE_UNINIT);
}

/* Until SHUTDOWN; what it is initialized for next is another matter. */
static void test_init_es(AspFixture *f)
{
    must_init_es(f);
    g_assert_cmpuint(platform_status(f).state, ==, SEV_PSTATE_INIT);
    g_assert_cmphex(le32_get(platform_status(f).config), ==, 0x01000001);
    must_launch_start(f, SEV_GPOLICY_ES);
    g_assert_cmphex(le32_get(platform_status(f).config), ==, 0x01000001);
    must_shutdown(f);
    g_assert_cmphex(le32_get(platform_status(f).config), ==, 0x01000000);
    must_init(f);
    g_assert_cmphex(le32_get(platform_status(f).config), ==, 0x01000000);
}

static void test_init_es_tmr(AspFixture *f)
{
    static const struct {
        uint64_t paddr;
        uint32_t len;
        uint32_t status;
    } bad[] = {
        { MEM_BASE, 0, SEV_FW_INVALID_LEN },
        { MEM_BASE, 0xfffff, SEV_FW_INVALID_LEN },
        { MEM_BASE, 0x100001, SEV_FW_INVALID_LEN },
        { MEM_BASE, 0x200000, SEV_FW_INVALID_LEN },
        { MEM_BASE + 1, 0, SEV_FW_INVALID_LEN },
        { MEM_BASE + 1, 0x100000, SEV_FW_INVALID_ADDRESS },
        { MEM_BASE + 0x80000, 0x100000, SEV_FW_INVALID_ADDRESS },
        { UINT64_MAX, 0x100000, SEV_FW_INVALID_ADDRESS },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        SevCmdInit cmd = { .options = le32_of(SEV_INIT_ES),
                           .tmr_paddr = le64_of(bad[i].paddr),
                           .tmr_len = le32_of(bad[i].len) };

        g_assert_cmpuint(run_command(f, SEV_CMD_INIT, &cmd), ==,
                         bad[i].status);
        g_assert_cmpuint(platform_status(f).state, ==, SEV_PSTATE_UNINIT);
        g_assert_cmphex(le32_get(platform_status(f).config), ==, 0x01000000);
    }
}

/* INIT for SEV-ES that fails leaves nothing behind. */
static void test_init_es_fails(AspFixture *f)
{
    SevCmdInit cmd = { .options = le32_of(SEV_INIT_ES),
                       .tmr_paddr = le64_of(MEM_BASE),
                       .tmr_len = le32_of(0x100000) };

    f->fail_flash_read = true;
    assert_status(run_command(f, SEV_CMD_INIT, &cmd), HWERROR_PLATFORM);
    g_assert_cmphex(le32_get(platform_status(f).config), ==, 0x01000000);
}

static void test_init_tmr(AspFixture *f)
{
    SevCmdInit cmd = { .tmr_paddr = le64_of(1), .tmr_len = le32_of(1) };

    assert_status(run_command(f, SEV_CMD_INIT, &cmd), SUCCESS);
    g_assert_cmpuint(platform_status(f).state, ==, SEV_PSTATE_INIT);
}

static void test_shutdown(AspFixture *f)
{
    SevCmdGuestStatus cmd = {
        .handle = le32_of(must_guest(f, SEV_GSTATE_LSECRET)),
    };

    must_shutdown(f);
    g_assert_cmpuint(platform_status(f).state, ==, SEV_PSTATE_UNINIT);
    g_assert_cmpuint(le32_get(platform_status(f).guest_count), ==, 0);
    must_init(f);
    must_launch_start(f, 0);
    assert_status(run_command(f, SEV_CMD_GUEST_STATUS, &cmd), INVALID_GUEST);
}

static void test_status(AspFixture *f)
{
    SevCmdPlatformStatus status = platform_status(f);

    g_assert_cmpuint(status.api_major, ==, 1);
    g_assert_cmpuint(status.api_minor, ==, 55);
    g_assert_cmpuint(status.owner, ==, 0);
    /* Bits 31:24 are the build, bit 0 SEV-ES: 55766 PLATFORM_STATUS */
    g_assert_cmphex(le32_get(status.config), ==, 0x01000000);
    g_assert_cmpuint(status.state, ==, SEV_PSTATE_UNINIT);
    g_assert_cmpuint(le32_get(status.guest_count), ==, 0);
    must_guest(f, SEV_GSTATE_LUPDATE);
    must_launch_start(f, 0);
    g_assert_cmpuint(platform_status(f).state, ==, SEV_PSTATE_WORKING);
    g_assert_cmpuint(le32_get(platform_status(f).guest_count), ==, 2);
}

static void test_df_flush(AspFixture *f)
{
    uint32_t handle = must_guest(f, SEV_GSTATE_LUPDATE);
    SevCmdGuestStatus before = guest_status(f, handle), after;

    assert_status(asp_command(f->asp, SEV_CMD_DF_FLUSH, NULL, 0), SUCCESS);
    after = guest_status(f, handle);
    g_assert_cmpmem(&after, sizeof(after), &before, sizeof(before));
}

static void test_get_id(AspFixture *f)
{
    static const uint32_t lens[] = { 64, 65, 128, UINT32_MAX };
    AspFuses fuses = asp_fixture_fuses();

    for (unsigned i = 0; i < G_N_ELEMENTS(lens); i++) {
        SevCmdGetId cmd = {
            .paddr = le64_of(MEM_BASE),
            .len = le32_of(lens[i]),
        };

        f->memory[0] = 0;
        assert_status(run_command(f, SEV_CMD_GET_ID, &cmd), SUCCESS);
        g_assert_cmpuint(le32_get(cmd.len), ==, 64);
        g_assert_cmpmem(f->memory, 64, fuses.chip_id, 64);
        g_assert_cmphex(f->memory[64], ==, asp_fixture_pattern(64));
    }
}

static void test_get_id_lengths(AspFixture *f)
{
    static const uint32_t lens[] = { 0, 1, 63 };

    for (unsigned i = 0; i < G_N_ELEMENTS(lens); i++) {
        SevCmdGetId cmd = {
            .paddr = le64_of(MEM_BASE),
            .len = le32_of(lens[i]),
        };

        assert_status(run_command(f, SEV_CMD_GET_ID, &cmd), INVALID_LEN);
        g_assert_cmpuint(le32_get(cmd.len), ==, 64);
    }
    g_assert_cmpuint(f->writes, ==, 0);
}

static void test_get_id_address(AspFixture *f)
{
    SevCmdGetId cmd = {
        .paddr = le64_of(MEM_BASE + MEM_SIZE - 63),
        .len = le32_of(64),
    };

    assert_status(run_command(f, SEV_CMD_GET_ID, &cmd), INVALID_ADDRESS);
    cmd.paddr = le64_of(UINT64_MAX - 62);
    assert_status(run_command(f, SEV_CMD_GET_ID, &cmd), INVALID_ADDRESS);
    cmd.paddr = le64_of(MEM_BASE + MEM_SIZE - 64);
    assert_status(run_command(f, SEV_CMD_GET_ID, &cmd), SUCCESS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/asp/new/callbacks-missing-or-of-another-size-are-refused",
                    test_bad_ops);
    g_test_add_func("/asp/new/a-chip-without-a-key-is-refused",
                    test_bad_fuses);
    g_test_add_func("/asp/new/trace-may-be-missing", test_no_trace);
    asp_test_add("/asp/new/two-know-nothing-of-each-other", test_two);
    asp_test_add("/asp/init/reserved-bits-are-INVALID_PARAM",
                 test_init_reserved);
    asp_test_add("/asp/init/SEV-ES-is-there-until-SHUTDOWN", test_init_es);
    asp_test_add("/asp/init/SEV-ES-takes-a-region-of-1-MiB-aligned-to-that",
                 test_init_es_tmr);
    asp_test_add("/asp/init/what-fails-is-not-initialized-for-SEV-ES",
                 test_init_es_fails);
    asp_test_add("/asp/init/the-region-for-SEV-ES-is-ignored-without-it",
                 test_init_tmr);
    asp_test_add("/asp/shutdown/forgets-all-guests", test_shutdown);
    asp_test_add("/asp/platform-status/tells-version-state-and-guests",
                 test_status);
    asp_test_add("/asp/df-flush/changes-nothing", test_df_flush);
    asp_test_add("/asp/get-id/tells-the-chip-s-id", test_get_id);
    asp_test_add("/asp/get-id/too-little-room-is-told-the-length",
                 test_get_id_lengths);
    asp_test_add("/asp/get-id/no-memory-is-INVALID_ADDRESS",
                 test_get_id_address);
    return g_test_run();
}
