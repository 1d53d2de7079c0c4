/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LAUNCH_FINISH (AMD publication 55766, section 6.7), and what of a guest's
 * secrets is left when. The secure processor's own memory is looked at.
 */

#include "asp-fixture.h"

#include "asp/state.h"
#include "asp-vectors.h"

static bool remembers(AspFixture *f, const void *secret, size_t len)
{
    return asp_fixture_find(f->asp, sizeof(*f->asp), secret, len);
}

static void test_state(AspFixture *f)
{
    uint32_t handle = must_guest(f, SEV_GSTATE_LSECRET);
    SevCmdLaunchFinish cmd = { .handle = le32_of(handle) };

    must_finish(f, handle);
    g_assert_cmpuint(guest_status(f, handle).state, ==, SEV_GSTATE_RUNNING);
    assert_status(run_command(f, SEV_CMD_LAUNCH_FINISH, &cmd),
                  INVALID_GUEST_STATE);
}

static void test_no_more_secrets(AspFixture *f)
{
    uint32_t handle = must_guest(f, SEV_GSTATE_RUNNING);
    SevCmdLaunchUpdateSecret cmd = put_secret_packet(f, handle);

    assert_status(run_command(f, SEV_CMD_LAUNCH_UPDATE_SECRET, &cmd),
                  INVALID_GUEST_STATE);
}

static void test_wipes_keys(AspFixture *f)
{
    uint32_t handle = must_guest(f, SEV_GSTATE_LSECRET);

    g_assert_true(remembers(f, vector_tek, SEV_KEY_SIZE));
    g_assert_true(remembers(f, vector_tik, SEV_KEY_SIZE));
    g_assert_true(remembers(f, vector_measure_4112, SEV_MAC_SIZE));
    must_finish(f, handle);
    g_assert_false(remembers(f, vector_tek, SEV_KEY_SIZE));
    g_assert_false(remembers(f, vector_tik, SEV_KEY_SIZE));
    g_assert_false(remembers(f, vector_measure_4112, SEV_MAC_SIZE));
}

/* The first random numbers of the fixture are the VEK */
static void test_vek(AspFixture *f)
{
    uint8_t vek[SEV_KEY_SIZE];
    uint32_t handle;
    SevCmdDeactivate deactivate;
    SevCmdDecommission decommission;

    for (unsigned i = 0; i < sizeof(vek); i++) {
        vek[i] = FIRST_RANDOM + i;
    }
    handle = must_guest(f, SEV_GSTATE_RUNNING);
    g_assert_true(remembers(f, vek, sizeof(vek)));
    deactivate.handle = decommission.handle = le32_of(handle);
    assert_status(run_command(f, SEV_CMD_DEACTIVATE, &deactivate), SUCCESS);
    assert_status(run_command(f, SEV_CMD_DECOMMISSION, &decommission),
                  SUCCESS);
    g_assert_false(remembers(f, vek, sizeof(vek)));
}

static void test_shutdown_wipes(AspFixture *f)
{
    must_guest(f, SEV_GSTATE_LSECRET);
    must_shutdown(f);
    g_assert_false(remembers(f, vector_tek, SEV_KEY_SIZE));
    g_assert_false(remembers(f, vector_tik, SEV_KEY_SIZE));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    asp_test_add("/asp/launch-finish/a-guest-is-finished-only-once",
                 test_state);
    asp_test_add("/asp/launch-finish/no-secret-comes-after-it",
                 test_no_more_secrets);
    asp_test_add("/asp/launch-finish/forgets-transport-keys-and-measurement",
                 test_wipes_keys);
    asp_test_add("/asp/decommission/forgets-the-memory-key", test_vek);
    asp_test_add("/asp/shutdown/forgets-transport-keys", test_shutdown_wipes);
    return g_test_run();
}
