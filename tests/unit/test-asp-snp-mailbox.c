/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What SEV-SNP's commands have in common (AMD publication 56860, chapter 8):
 * each with each state, length and context, in the order of the checks.
 */

#include "snp-fixture.h"

#include <string.h>

#define UNINIT 0x1u
#define INIT   0x2u

#define G_INIT    0x1u
#define G_LAUNCH  0x2u
#define G_RUNNING 0x4u

static const struct {
    uint32_t id;
    size_t size;
    unsigned pstates;
    unsigned gstates;
    const char *name;
} commands[] = {
    { 0x81, 0, UNINIT, 0, "SNP_INIT" },
    { 0x82, 0, UNINIT | INIT, 0, "SNP_SHUTDOWN" },
    { 0x83, 8, UNINIT | INIT, 0, "SNP_PLATFORM_STATUS" },
    { 0x84, 0, INIT, 0, "SNP_DF_FLUSH" },
    { 0x85, 64, UNINIT, 0, "SNP_INIT_EX" },
    { 0x86, 8, UNINIT | INIT, 0, "SNP_SHUTDOWN_EX" },
    { 0x90, 8, INIT, G_INIT | G_LAUNCH | G_RUNNING, "SNP_DECOMMISSION" },
    { 0x91, 12, INIT, G_LAUNCH | G_RUNNING, "SNP_ACTIVATE" },
    { 0x92, 16, INIT, G_INIT | G_LAUNCH | G_RUNNING, "SNP_GUEST_STATUS" },
    { 0x93, 8, INIT, 0, "SNP_GCTX_CREATE" },
    { 0x94, 24, INIT, G_RUNNING, "SNP_GUEST_REQUEST" },
    { 0xa0, 48, INIT, G_INIT, "SNP_LAUNCH_START" },
    { 0xa1, 32, INIT, G_LAUNCH, "SNP_LAUNCH_UPDATE" },
    { 0xa2, 64, INIT, G_LAUNCH, "SNP_LAUNCH_FINISH" },
    { 0xc7, 8, INIT, 0, "SNP_PAGE_RECLAIM" },
    { 0xc9, 64, INIT, 0, "SNP_CONFIG" },
    { 0xca, 24, UNINIT | INIT, 0, "SNP_DOWNLOAD_FIRMWARE_EX" },
    { 0xcb, 4, UNINIT | INIT, 0, "SNP_COMMIT" },
    { 0xcd, 16, INIT, 0, "SNP_VLEK_LOAD" },
    { 0xce, 16, UNINIT | INIT, 0, "SNP_FEATURE_INFO" },
};

static const uint32_t absent[] = {
    0x95, 0xb0, 0xb1, 0xc0, 0xc1, 0xc2, 0xc3, 0xc6, 0xc8,
};

typedef union Buffer {
    le64 gctx;
    uint8_t byte[80];
} Buffer;

static uint32_t run(AspFixture *f, unsigned i, uint64_t gctx, size_t len)
{
    Buffer buffer = { .gctx = le64_of(gctx) };

    return asp_command(f->asp, commands[i].id, len ? &buffer : NULL, len);
}

static void test_names(AspFixture *f)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_assert_cmpstr(asp_command_name(commands[i].id), ==,
                        commands[i].name);
    }
    g_assert_cmpstr(asp_status_name(0x1e), ==, "unknown");
    g_assert_cmpstr(asp_status_name(0x27), ==, "INVALID_KEY");
    g_assert_cmpstr(asp_status_name(0x28), ==, "unknown");
}

static void test_absent(AspFixture *f)
{
    Buffer buffer = { 0 };

    must_snp_guest(f, SNP_GSTATE_RUNNING);
    buffer.gctx = le64_of(PAGE(GCTX_PAGE));
    for (unsigned i = 0; i < G_N_ELEMENTS(absent); i++) {
        assert_status(asp_command(f->asp, absent[i], &buffer, 8),
                      UNSUPPORTED);
        g_assert_true(g_str_has_prefix(asp_command_name(absent[i]), "SNP_"));
    }
}

/* Without what SNP needs, whatever else is wrong */
static void test_without_rmp(AspFixture *f)
{
    AspFuses fuses = asp_fixture_fuses();

    for (unsigned lack = 0; lack < 3; lack++) {
        AspOps ops = asp_fixture_ops();
        Asp *asp;

        ops.rmp_read = lack == 0 ? NULL : ops.rmp_read;
        ops.rmp_write = lack == 1 ? NULL : ops.rmp_write;
        ops.cpuid = lack == 2 ? NULL : ops.cpuid;
        asp = asp_new(&ops, &fuses, f);
        for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++) {
            Buffer buffer = { 0 };

            assert_status(asp_command(asp, commands[i].id, &buffer, 79),
                          UNSUPPORTED);
        }
        asp_free(asp);
    }
}

static void test_length(AspFixture *f)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++) {
        for (size_t len = 0; len <= sizeof(Buffer); len++) {
            if (len != commands[i].size) {
                assert_status(run(f, i, 0, len), INVALID_LEN);
            }
        }
    }
}

static void test_platform_state(AspFixture *f)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (!(commands[i].pstates & UNINIT)) {
            assert_status(run(f, i, 1, commands[i].size),
                          INVALID_PLATFORM_STATE);
        }
    }
    must_snp_init(f);
    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (!(commands[i].pstates & INIT)) {
            assert_status(run(f, i, 1, commands[i].size),
                          INVALID_PLATFORM_STATE);
        }
    }
}

static void test_context(AspFixture *f)
{
    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (!commands[i].gstates) {
            continue;
        }
        assert_status(run(f, i, PAGE(GCTX_PAGE) + 8, commands[i].size),
                      INVALID_ADDRESS);
        assert_status(run(f, i, PAGE(GCTX_PAGE + 1), commands[i].size),
                      INVALID_GUEST);
        assert_status(run(f, i, 0, commands[i].size), INVALID_GUEST);
    }
}

static void test_guest_state(AspFixture *f)
{
    for (unsigned state = 0; state < 3; state++) {
        must_snp_guest(f, state);
        for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++) {
            if (commands[i].gstates && !(commands[i].gstates & 1u << state)) {
                assert_status(run(f, i, PAGE(GCTX_PAGE), commands[i].size),
                              INVALID_GUEST_STATE);
            }
        }
        g_assert_cmpuint(snp_guest_status(f, PAGE(GCTX_PAGE)).state, ==,
                         state);
        assert_status(asp_command(f->asp, SNP_CMD_SHUTDOWN, NULL, 0),
                      SUCCESS);
    }
}

/* SEV's commands go on beside it, and know nothing of its guests */
static void test_beside_sev(AspFixture *f)
{
    uint32_t handle;

    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    must_init(f);
    g_assert_cmpuint(le32_get(platform_status(f).guest_count), ==, 0);
    handle = must_launch_start(f, 0);
    must_activate(f, handle, GUEST_ASID + 1);
    must_update_data(f, handle, MEM_BASE, 4096);
    g_assert_cmpuint(le32_get(snp_status(f).guest_count), ==, 1);
    must_shutdown(f);
    g_assert_cmpuint(le32_get(snp_status(f).guest_count), ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/snp-mailbox/" name, func)
    ADD("commands-and-statuses-have-names", test_names);
    ADD("what-is-not-there-is-UNSUPPORTED", test_absent);
    ADD("without-an-RMP-all-is-UNSUPPORTED", test_without_rmp);
    ADD("another-length-is-INVALID_LENGTH", test_length);
    ADD("a-wrong-state-is-INVALID_PLATFORM_STATE", test_platform_state);
    ADD("no-context-is-INVALID_GUEST", test_context);
    ADD("a-wrong-state-is-INVALID_GUEST_STATE", test_guest_state);
    ADD("SEV-goes-on-beside-it", test_beside_sev);
    return g_test_run();
}
