/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LAUNCH_MEASURE (AMD publication 55766, section 6.5). Known answers are in
 * asp-vectors.h.
 */

#include "asp-fixture.h"

#include <string.h>

#include "asp/measure.h"
#include "asp-vectors.h"

#define RESULT_PADDR (MEM_BASE + 0x1000)

static SevCmdLaunchMeasure command_for(AspFixture *f)
{
    uint32_t handle = must_guest(f, SEV_GSTATE_LUPDATE);

    must_update_data(f, handle, MEM_BASE, 4112);
    return (SevCmdLaunchMeasure) {
        .handle = le32_of(handle), .paddr = le64_of(RESULT_PADDR),
        .len = le32_of(sizeof(SevMeasureBuffer)),
    };
}

/* Nothing was measured nor written: the next attempt gives what it should */
static void assert_still_launching(AspFixture *f, uint32_t handle)
{
    SevMeasureBuffer result;

    g_assert_cmpuint(guest_status(f, handle).state, ==, SEV_GSTATE_LUPDATE);
    result = must_measure(f, handle);
    g_assert_cmpmem(result.measure, SEV_MAC_SIZE,
                    vector_measure_4112, SEV_MAC_SIZE);
}

static void test_reserved(AspFixture *f)
{
    SevCmdLaunchMeasure cmd = command_for(f);

    cmd.reserved = le32_of(1);
    cmd.len = le32_of(0);
    assert_status(run_command(f, SEV_CMD_LAUNCH_MEASURE, &cmd), INVALID_PARAM);
    g_assert_cmpuint(le32_get(cmd.len), ==, 0);
    assert_still_launching(f, le32_get(cmd.handle));
}

static void test_short(AspFixture *f)
{
    SevCmdLaunchMeasure cmd = command_for(f);

    for (uint32_t len = 0; len < 48; len++) {
        cmd.len = le32_of(len);
        cmd.paddr = le64_of(len ? RESULT_PADDR : 0);
        assert_status(run_command(f, SEV_CMD_LAUNCH_MEASURE, &cmd),
                      INVALID_LEN);
        g_assert_cmpuint(le32_get(cmd.len), ==, 48);
    }
    g_assert_cmpuint(f->writes, ==, 0);
    assert_still_launching(f, le32_get(cmd.handle));
}

static void test_no_memory(AspFixture *f)
{
    SevCmdLaunchMeasure cmd = command_for(f);

    cmd.paddr = le64_of(0);
    assert_status(run_command(f, SEV_CMD_LAUNCH_MEASURE, &cmd),
                  INVALID_ADDRESS);
    cmd.paddr = le64_of(MEM_BASE + MEM_SIZE - 47);
    assert_status(run_command(f, SEV_CMD_LAUNCH_MEASURE, &cmd),
                  INVALID_ADDRESS);
    cmd.paddr = le64_of(UINT64_MAX - 46);
    f->writes = 0;
    assert_status(run_command(f, SEV_CMD_LAUNCH_MEASURE, &cmd),
                  INVALID_ADDRESS);
    g_assert_cmpuint(f->writes, ==, 0);
    cmd.paddr = le64_of(RESULT_PADDR);
    f->fail_write = true;
    assert_status(run_command(f, SEV_CMD_LAUNCH_MEASURE, &cmd),
                  INVALID_ADDRESS);
    f->fail_write = false;
    assert_still_launching(f, le32_get(cmd.handle));
}

static void test_random_fails(AspFixture *f)
{
    SevCmdLaunchMeasure cmd = command_for(f);

    f->fail_random = true;
    assert_status(run_command(f, SEV_CMD_LAUNCH_MEASURE, &cmd),
                  HWERROR_PLATFORM);
    g_assert_cmpuint(f->writes, ==, 0);
    f->fail_random = false;
    assert_still_launching(f, le32_get(cmd.handle));
}

static void test_known(AspFixture *f)
{
    SevCmdLaunchMeasure cmd = command_for(f);
    SevMeasureBuffer result;

    f->next_random = vector_mnonce[0];
    cmd.len = le32_of(4096);
    assert_status(run_command(f, SEV_CMD_LAUNCH_MEASURE, &cmd), SUCCESS);
    g_assert_cmpuint(le32_get(cmd.len), ==, 48);
    memcpy(&result, &f->memory[RESULT_PADDR - MEM_BASE], sizeof(result));
    g_assert_cmpmem(result.measure, SEV_MAC_SIZE,
                    vector_measure_4112, SEV_MAC_SIZE);
    g_assert_cmpmem(result.mnonce, SEV_NONCE_SIZE,
                    vector_mnonce, SEV_NONCE_SIZE);
    /* Not a byte more, though there is room */
    g_assert_cmphex(f->memory[RESULT_PADDR - MEM_BASE + 48], ==,
                    asp_fixture_pattern(RESULT_PADDR - MEM_BASE + 48));
    g_assert_cmpuint(guest_status(f, le32_get(cmd.handle)).state, ==,
                     SEV_GSTATE_LSECRET);
}

static void test_once(AspFixture *f)
{
    SevCmdLaunchMeasure cmd = command_for(f);

    assert_status(run_command(f, SEV_CMD_LAUNCH_MEASURE, &cmd), SUCCESS);
    assert_status(run_command(f, SEV_CMD_LAUNCH_MEASURE, &cmd),
                  INVALID_GUEST_STATE);
}

static void test_inactive(AspFixture *f)
{
    SevCmdLaunchMeasure cmd = command_for(f);
    SevCmdDeactivate deactivate = { .handle = cmd.handle };

    assert_status(run_command(f, SEV_CMD_DEACTIVATE, &deactivate), SUCCESS);
    assert_still_launching(f, le32_get(cmd.handle));
}

/* The function by itself: each input counts */
static void test_inputs(void)
{
    AspVersion version = FIXTURE_VERSION;
    uint8_t measure[SEV_MAC_SIZE];
    uint8_t tik[SEV_KEY_SIZE], mnonce[SEV_NONCE_SIZE];
    uint8_t digest[SEV_DIGEST_SIZE];

    memcpy(tik, vector_tik, sizeof(tik));
    memcpy(mnonce, vector_mnonce, sizeof(mnonce));
    memcpy(digest, vector_digest_4112, sizeof(digest));
#define MEASURE(policy) \
    g_assert_cmpint(asp_measure(tik, &version, policy, digest, mnonce, \
                                measure), ==, 0)
#define MATCHES(vector) (memcmp(measure, vector, sizeof(measure)) == 0)

    MEASURE(0);
    g_assert_true(MATCHES(vector_measure_policy_0));
    MEASURE(VECTOR_POLICY);
    g_assert_true(MATCHES(vector_measure_4112));
    tik[15] ^= 0x80;
    MEASURE(VECTOR_POLICY);
    g_assert_false(MATCHES(vector_measure_4112));
    tik[15] ^= 0x80;
    digest[31] ^= 1;
    MEASURE(VECTOR_POLICY);
    g_assert_false(MATCHES(vector_measure_4112));
    digest[31] ^= 1;
    mnonce[0] ^= 1;
    MEASURE(VECTOR_POLICY);
    g_assert_false(MATCHES(vector_measure_4112));
    mnonce[0] ^= 1;
    version.build++;
    MEASURE(VECTOR_POLICY);
    g_assert_false(MATCHES(vector_measure_4112));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/launch-measure/" name, func)
    ADD("a-reserved-field-is-INVALID_PARAM", test_reserved);
    ADD("too-little-room-is-INVALID_LENGTH-and-tells-48", test_short);
    ADD("a-bad-address-is-INVALID_ADDRESS", test_no_memory);
    ADD("no-random-numbers-are-HWERROR_PLATFORM", test_random_fails);
    ADD("a-guest-is-measured-only-once", test_once);
    ADD("a-guest-without-ASID-can-be-measured", test_inactive);
    ADD("gives-the-known-measurement-and-its-nonce", test_known);
    g_test_add_func("/asp/launch-measure/policy-digest-nonce-TIK-version-count",
                    test_inputs);
    return g_test_run();
}
