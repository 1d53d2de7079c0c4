/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ACTIVATE, DEACTIVATE, DECOMMISSION and GUEST_STATUS (AMD publication
 * 55766, chapter 6).
 */

#include "asp-fixture.h"

#include "asp-vectors.h"

static uint32_t activate(AspFixture *f, uint32_t handle, uint32_t asid)
{
    SevCmdActivate cmd = { .handle = le32_of(handle), .asid = le32_of(asid) };

    return run_command(f, SEV_CMD_ACTIVATE, &cmd);
}

static uint32_t deactivate(AspFixture *f, uint32_t handle)
{
    SevCmdDeactivate cmd = { .handle = le32_of(handle) };

    return run_command(f, SEV_CMD_DEACTIVATE, &cmd);
}

static uint32_t decommission(AspFixture *f, uint32_t handle)
{
    SevCmdDecommission cmd = { .handle = le32_of(handle) };

    return run_command(f, SEV_CMD_DECOMMISSION, &cmd);
}

static void test_handle_0(AspFixture *f)
{
    /* An empty slot has handle 0 inside; it must not be found by that */
    must_guest(f, SEV_GSTATE_LUPDATE);
    assert_status(activate(f, SEV_HANDLE_NONE, 1), INVALID_GUEST);
    assert_status(deactivate(f, SEV_HANDLE_NONE), INVALID_GUEST);
    assert_status(decommission(f, SEV_HANDLE_NONE), INVALID_GUEST);
}

static void test_asid_range(AspFixture *f)
{
    uint32_t handle;

    must_init(f);
    handle = must_launch_start(f, 0);
    assert_status(activate(f, handle, 0), INVALID_ASID);
    assert_status(activate(f, handle, 1), INVALID_ASID);
    assert_status(activate(f, handle, 99), INVALID_ASID);
    assert_status(activate(f, handle, 510), INVALID_ASID);
    assert_status(activate(f, handle, UINT32_MAX), INVALID_ASID);
    assert_status(activate(f, handle, 509), SUCCESS);
    assert_status(deactivate(f, handle), SUCCESS);
    assert_status(activate(f, handle, 100), SUCCESS);
}

static void test_asid_range_es(AspFixture *f)
{
    uint32_t handle;

    must_init_es(f);
    handle = must_launch_start(f, SEV_GPOLICY_ES);
    assert_status(activate(f, handle, 0), INVALID_ASID);
    assert_status(activate(f, handle, 100), INVALID_ASID);
    assert_status(activate(f, handle, 509), INVALID_ASID);
    assert_status(activate(f, handle, UINT32_MAX), INVALID_ASID);
    assert_status(activate(f, handle, 99), SUCCESS);
    assert_status(deactivate(f, handle), SUCCESS);
    assert_status(activate(f, handle, 1), SUCCESS);
}

static void test_active(AspFixture *f)
{
    uint32_t handle = must_guest(f, SEV_GSTATE_LUPDATE);

    assert_status(activate(f, handle, 0), INVALID_ASID);
    assert_status(activate(f, handle, GUEST_ASID), ACTIVE);
    assert_status(activate(f, handle, GUEST_ASID + 1), ACTIVE);
    g_assert_cmpuint(le32_get(guest_status(f, handle).asid), ==, GUEST_ASID);
}

static void test_asid_owned(AspFixture *f)
{
    uint32_t first = must_guest(f, SEV_GSTATE_LUPDATE);
    uint32_t second = must_launch_start(f, 0);

    assert_status(activate(f, second, GUEST_ASID), ASID_OWNED);
    assert_status(deactivate(f, first), SUCCESS);
    assert_status(activate(f, second, GUEST_ASID), SUCCESS);
    assert_status(activate(f, first, GUEST_ASID), ASID_OWNED);
}

static void test_deactivate(AspFixture *f)
{
    uint32_t handle = must_guest(f, SEV_GSTATE_RUNNING);

    assert_status(deactivate(f, handle), SUCCESS);
    g_assert_cmpuint(le32_get(guest_status(f, handle).asid), ==, SEV_ASID_NONE);
    assert_status(deactivate(f, handle), INACTIVE);
}

static void test_decommission_active(AspFixture *f)
{
    uint32_t handle = must_guest(f, SEV_GSTATE_LSECRET);

    assert_status(decommission(f, handle), ACTIVE);
    g_assert_cmpuint(guest_status(f, handle).state, ==, SEV_GSTATE_LSECRET);
}

static void test_decommission(AspFixture *f)
{
    uint32_t first = must_guest(f, SEV_GSTATE_LUPDATE);
    uint32_t second = must_launch_start(f, 0);

    assert_status(decommission(f, second), SUCCESS);
    assert_status(decommission(f, second), INVALID_GUEST);
    g_assert_cmpuint(platform_status(f).state, ==, SEV_PSTATE_WORKING);
    assert_status(deactivate(f, first), SUCCESS);
    assert_status(decommission(f, first), SUCCESS);
    g_assert_cmpuint(platform_status(f).state, ==, SEV_PSTATE_INIT);
    g_assert_cmpuint(le32_get(platform_status(f).guest_count), ==, 0);
}

static void test_status(AspFixture *f)
{
    static const uint8_t states[] = {
        SEV_GSTATE_LUPDATE, SEV_GSTATE_LSECRET, SEV_GSTATE_RUNNING,
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(states); i++) {
        SevCmdGuestStatus status;

        status = guest_status(f, must_guest(f, states[i]));
        g_assert_cmpuint(status.state, ==, states[i]);
        g_assert_cmpuint(le32_get(status.asid), ==, GUEST_ASID);
        g_assert_cmphex(le32_get(status.policy), ==, VECTOR_POLICY);
        must_shutdown(f);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    asp_test_add("/asp/guest/handle-0-is-no-guest", test_handle_0);
    asp_test_add("/asp/activate/an-ASID-out-of-range-is-INVALID_ASID",
                 test_asid_range);
    asp_test_add("/asp/activate/SEV-ES-guests-have-the-low-ASIDs-to-themselves",
                 test_asid_range_es);
    asp_test_add("/asp/activate/an-active-guest-is-ACTIVE", test_active);
    asp_test_add("/asp/activate/another-guest-s-ASID-is-ASID_OWNED",
                 test_asid_owned);
    asp_test_add("/asp/deactivate/a-guest-without-ASID-is-INACTIVE",
                 test_deactivate);
    asp_test_add("/asp/decommission/an-active-guest-is-ACTIVE",
                 test_decommission_active);
    asp_test_add("/asp/decommission/the-last-guest-leaves-the-platform-in-INIT",
                 test_decommission);
    asp_test_add("/asp/guest-status/tells-policy-asid-and-state", test_status);
    return g_test_run();
}
