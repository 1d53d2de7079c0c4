/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LAUNCH_START (AMD publication 55766, section 6.2) and the guest policy
 * (chapter 3).
 */

#include "asp-fixture.h"

#include <string.h>

#include "asp/context.h"
#include "asp/state.h"
#include "asp-vectors.h"

static uint32_t launch_start(AspFixture *f, uint32_t handle, uint32_t policy)
{
    SevCmdLaunchStart cmd = {
        .handle = le32_of(handle),
        .policy = le32_of(policy),
    };

    return run_command(f, SEV_CMD_LAUNCH_START, &cmd);
}

static void assert_no_guest(AspFixture *f)
{
    g_assert_cmpuint(platform_status(f).state, ==, SEV_PSTATE_INIT);
    g_assert_cmpuint(le32_get(platform_status(f).guest_count), ==, 0);
}

static void test_reserved(AspFixture *f)
{
    SevCmdLaunchStart cmd = {
        .reserved = le32_of(1),
        .policy = le32_of(UINT32_MAX),
    };

    must_init(f);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), INVALID_PARAM);
    assert_no_guest(f);
}

static void test_policy_reserved(AspFixture *f)
{
    must_init(f);
    for (unsigned bit = 6; bit < 16; bit++) {
        assert_status(launch_start(f, 0, 1u << bit), POLICY_FAILURE);
    }
    assert_no_guest(f);
}

static void test_policy_api(AspFixture *f)
{
    must_init(f);
    /* Major in bits 23:16, minor in 31:24; ours is 1.55 */
    assert_status(launch_start(f, 0, 0x38010000), POLICY_FAILURE);
    assert_status(launch_start(f, 0, 0xff010000), POLICY_FAILURE);
    assert_status(launch_start(f, 0, 0x00020000), POLICY_FAILURE);
    assert_status(launch_start(f, 0, 0x00ff0000), POLICY_FAILURE);
    assert_no_guest(f);
    assert_status(launch_start(f, 0, 0x37010000), SUCCESS);
    assert_status(launch_start(f, 0, 0x36010000), SUCCESS);
    assert_status(launch_start(f, 0, 0xff000000), SUCCESS);
}

static void test_policy_es(AspFixture *f)
{
    must_init(f);
    assert_status(launch_start(f, 0, 0x5), UNSUPPORTED);
    /* What is wrong with the policy itself comes first */
    assert_status(launch_start(f, 0, 0x44), POLICY_FAILURE);
    assert_no_guest(f);
    /* Once it is initialized for SEV-ES, guests with and without are good */
    must_shutdown(f);
    must_init_es(f);
    assert_status(launch_start(f, 0, 0x5), SUCCESS);
    assert_status(launch_start(f, 0, 0x1), SUCCESS);
    assert_status(launch_start(f, 0, 0x44), POLICY_FAILURE);
}

static void test_policy_bits(AspFixture *f)
{
    const uint32_t bits = SEV_GPOLICY_NODBG | SEV_GPOLICY_NOKS |
                          SEV_GPOLICY_NOSEND | SEV_GPOLICY_DOMAIN |
                          SEV_GPOLICY_SEV;
    uint32_t handle;

    must_init(f);
    handle = must_launch_start(f, bits);
    g_assert_cmphex(bits, ==, 0x3b);
    g_assert_cmphex(le32_get(guest_status(f, handle).policy), ==, bits);
}

static void test_sharing_nobody(AspFixture *f)
{
    must_init(f);
    assert_status(launch_start(f, NO_GUEST, 0), INVALID_GUEST);
    assert_no_guest(f);
}

static void test_sharing_noks(AspFixture *f)
{
    uint32_t owner;

    must_init(f);
    owner = must_launch_start(f, SEV_GPOLICY_NOKS);
    assert_status(launch_start(f, owner, SEV_GPOLICY_NOKS), POLICY_FAILURE);
    assert_status(launch_start(f, owner, 0), POLICY_FAILURE);
    g_assert_cmpuint(le32_get(platform_status(f).guest_count), ==, 1);
}

static void test_sharing_policy(AspFixture *f)
{
    SevCmdLaunchStart cmd = { .policy = le32_of(SEV_GPOLICY_NODBG) };
    const AspGuest *owner, *guest;

    must_init(f);
    cmd.handle = le32_of(must_launch_start(f, SEV_GPOLICY_NODBG));
    owner = asp_guest_find(f->asp, le32_get(cmd.handle));
    assert_status(launch_start(f, le32_get(cmd.handle), 0), POLICY_FAILURE);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), SUCCESS);
    guest = asp_guest_find(f->asp, le32_get(cmd.handle));
    g_assert_true(guest != owner);
    g_assert_cmpmem(guest->vek, sizeof(guest->vek),
                    owner->vek, sizeof(owner->vek));
    g_assert_true(memcmp(&guest->keys, &owner->keys, sizeof(owner->keys)));
}

static void test_no_certificate(AspFixture *f)
{
    SevCmdLaunchStart cmd = {
        .dh_cert_len = le32_of(1),
        .session_paddr = le64_of(1),
        .session_len = le32_of(1),
    };

    must_init(f);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), SUCCESS);
    g_assert_cmpuint(f->reads, ==, 0);
}

static void test_limit(AspFixture *f)
{
    SevCmdDecommission decommission = { 0 };

    must_init(f);
    for (unsigned i = 0; i < ASP_MAX_GUESTS; i++) {
        decommission.handle = le32_of(must_launch_start(f, 0));
    }
    assert_status(launch_start(f, 0, 0), RESOURCE_LIMIT);
    assert_status(run_command(f, SEV_CMD_DECOMMISSION, &decommission),
                  SUCCESS);
    assert_status(launch_start(f, 0, 0), SUCCESS);
}

static void test_handles(AspFixture *f)
{
    uint32_t handles[ASP_MAX_GUESTS + 1];

    /* The last one follows a DECOMMISSION: a freed handle is not the next */
    must_init(f);
    for (unsigned i = 0; i < G_N_ELEMENTS(handles); i++) {
        if (i == ASP_MAX_GUESTS) {
            SevCmdDecommission cmd = { .handle = le32_of(handles[0]) };

            assert_status(run_command(f, SEV_CMD_DECOMMISSION, &cmd), SUCCESS);
        }
        handles[i] = must_launch_start(f, 0);
        g_assert_cmphex(handles[i], !=, SEV_HANDLE_NONE);
        for (unsigned j = 0; j < i; j++) {
            g_assert_cmphex(handles[i], !=, handles[j]);
        }
    }
}

static void test_random_fails(AspFixture *f)
{
    must_init(f);
    f->fail_random = true;
    for (unsigned call = 0; call < 2; call++) {
        f->fail_random_after = call;
        assert_status(launch_start(f, 0, 0), HWERROR_PLATFORM);
        assert_no_guest(f);
    }
    f->fail_random = false;
    assert_status(launch_start(f, 0, 0), SUCCESS);
}

/* The measurement of a guest with no memory shows which TIK it has */
static SevMeasureBuffer measure_new_guest(AspFixture *f, uint8_t random)
{
    f->next_random = random;
    return must_measure(f, must_launch_start(f, VECTOR_POLICY));
}

static bool same(const SevMeasureBuffer *a, const uint8_t b[SEV_MAC_SIZE])
{
    return memcmp(a->measure, b, SEV_MAC_SIZE) == 0;
}

static void test_chosen_keys(AspFixture *f)
{
    SevMeasureBuffer before, chosen, after, after2;

    must_init(f);
    before = measure_new_guest(f, 0x80);
    asp_set_transport_keys(f->asp, vector_tik, vector_tek);
    asp_set_transport_keys(f->asp, vector_tek, vector_tik);
    assert_status(launch_start(f, 0, UINT32_MAX), POLICY_FAILURE);
    chosen = measure_new_guest(f, 0x80);
    after = measure_new_guest(f, 0x80);
    after2 = measure_new_guest(f, 0x90);
    g_assert_true(same(&chosen, vector_measure_none));
    g_assert_false(same(&before, vector_measure_none));
    g_assert_true(same(&before, after.measure));
    g_assert_false(same(&after2, after.measure));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/launch-start/" name, func)
    ADD("a-reserved-field-is-INVALID_PARAM", test_reserved);
    ADD("a-reserved-policy-bit-is-POLICY_FAILURE", test_policy_reserved);
    ADD("a-newer-API-than-ours-is-POLICY_FAILURE", test_policy_api);
    ADD("SEV-ES-is-UNSUPPORTED-unless-initialized-for-it", test_policy_es);
    ADD("sharing-a-key-with-no-guest-is-INVALID_GUEST", test_sharing_nobody);
    ADD("sharing-a-key-against-NOKS-is-POLICY_FAILURE", test_sharing_noks);
    ADD("sharing-a-key-takes-equal-policies", test_sharing_policy);
    ADD("too-many-guests-are-RESOURCE_LIMIT", test_limit);
    ADD("no-random-numbers-are-HWERROR_PLATFORM", test_random_fails);
    ADD("without-a-certificate-the-session-is-ignored", test_no_certificate);
    ADD("other-policy-bits-are-taken-as-they-are", test_policy_bits);
    ADD("handles-are-not-reused-at-once", test_handles);
    ADD("chosen-keys-serve-the-next-guest-alone", test_chosen_keys);
    return g_test_run();
}
