/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LAUNCH_UPDATE_VMSA (AMD publication 55766, section 6.4). What it does to
 * the launch digest shows in the measurement.
 */

#include "asp-fixture.h"

#include "asp-vectors.h"

static uint32_t update(AspFixture *f, uint32_t handle, uint64_t paddr,
                       uint32_t len)
{
    SevCmdLaunchUpdateVmsa cmd = {
        .handle = le32_of(handle), .paddr = le64_of(paddr), .len = le32_of(len),
    };

    return run_command(f, SEV_CMD_LAUNCH_UPDATE_VMSA, &cmd);
}

static void assert_measures(AspFixture *f, uint32_t handle,
                            const uint8_t measure[SEV_MAC_SIZE])
{
    SevMeasureBuffer result = must_measure(f, handle);

    g_assert_cmpmem(result.measure, SEV_MAC_SIZE, measure, SEV_MAC_SIZE);
}

/* A guest that has taken 4112 bytes, as each guest's firmware comes first */
static uint32_t guest_with_data(AspFixture *f)
{
    uint32_t handle = must_es_guest(f);

    must_update_data(f, handle, MEM_BASE, 4112);
    f->reads = 0;
    return handle;
}

static void test_reserved(AspFixture *f)
{
    SevCmdLaunchUpdateVmsa cmd = {
        .handle = le32_of(guest_with_data(f)), .reserved = le32_of(1),
        .paddr = le64_of(MEM_BASE), .len = le32_of(4096),
    };

    assert_status(run_command(f, SEV_CMD_LAUNCH_UPDATE_VMSA, &cmd),
                  INVALID_PARAM);
    g_assert_cmpuint(f->reads, ==, 0);
    assert_measures(f, le32_get(cmd.handle), vector_es_measure_0);
}

/* Even where the platform is initialized for SEV-ES */
static void test_without_es(AspFixture *f)
{
    uint32_t handle;

    must_init_es(f);
    handle = must_launch_start(f, 0);
    assert_status(update(f, handle, MEM_BASE, 4096), POLICY_FAILURE);
    must_activate(f, handle, GUEST_ASID);
    assert_status(update(f, handle, MEM_BASE, 4096), POLICY_FAILURE);
    g_assert_cmpuint(f->reads, ==, 0);
}

static void test_inactive(AspFixture *f)
{
    uint32_t handle;

    must_init_es(f);
    handle = must_launch_start(f, VECTOR_ES_POLICY);
    assert_status(update(f, handle, MEM_BASE, 4096), INACTIVE);
    must_activate(f, handle, ES_GUEST_ASID);
    assert_status(update(f, handle, MEM_BASE, 4096), SUCCESS);
}

static void test_length(AspFixture *f)
{
    static const uint32_t bad[] = {
        0, 1, 16, 4080, 4095, 4097, 4112, 8192, UINT32_MAX,
    };
    uint32_t handle = guest_with_data(f);

    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        assert_status(update(f, handle, MEM_BASE, bad[i]), INVALID_LEN);
    }
    g_assert_cmpuint(f->reads, ==, 0);
    assert_measures(f, handle, vector_es_measure_0);
}

static void test_address(AspFixture *f)
{
    static const uint64_t bad[] = {
        MEM_BASE + 1, MEM_BASE + 16, MEM_BASE + 2048, MEM_BASE + 4080,
        UINT64_MAX, UINT64_MAX - 15,
    };
    uint32_t handle = guest_with_data(f);

    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        assert_status(update(f, handle, bad[i], 4096), INVALID_ADDRESS);
    }
    g_assert_cmpuint(f->reads, ==, 0);
    /* Nothing wrong with these, but there is no memory */
    assert_status(update(f, handle, 0, 4096), INVALID_ADDRESS);
    assert_status(update(f, handle, MEM_BASE + MEM_SIZE, 4096),
                  INVALID_ADDRESS);
    assert_status(update(f, handle, UINT64_MAX - 4095, 4096),
                  INVALID_ADDRESS);
    g_assert_cmpuint(f->reads, ==, 3);
    assert_measures(f, handle, vector_es_measure_0);
}

/* Each mistake is answered before those after it. */
static void test_precedence(AspFixture *f)
{
    SevCmdLaunchUpdateVmsa cmd = {
        .reserved = le32_of(1),
        .paddr = le64_of(1),
        .len = le32_of(1),
    };
    uint32_t es;

    must_init_es(f);
    cmd.handle = le32_of(must_launch_start(f, 0));
    es = must_launch_start(f, VECTOR_ES_POLICY);
    assert_status(run_command(f, SEV_CMD_LAUNCH_UPDATE_VMSA, &cmd),
                  INVALID_PARAM);
    cmd.reserved = le32_of(0);
    assert_status(run_command(f, SEV_CMD_LAUNCH_UPDATE_VMSA, &cmd),
                  POLICY_FAILURE);
    cmd.handle = le32_of(es);
    assert_status(run_command(f, SEV_CMD_LAUNCH_UPDATE_VMSA, &cmd), INACTIVE);
    must_activate(f, es, ES_GUEST_ASID);
    assert_status(run_command(f, SEV_CMD_LAUNCH_UPDATE_VMSA, &cmd),
                  INVALID_LEN);
    cmd.len = le32_of(4096);
    assert_status(run_command(f, SEV_CMD_LAUNCH_UPDATE_VMSA, &cmd),
                  INVALID_ADDRESS);
    cmd.paddr = le64_of(MEM_BASE);
    assert_status(run_command(f, SEV_CMD_LAUNCH_UPDATE_VMSA, &cmd), SUCCESS);
}

static void test_states(AspFixture *f)
{
    uint32_t handle = guest_with_data(f);

    must_measure(f, handle);
    assert_status(update(f, handle, MEM_BASE, 4096), INVALID_GUEST_STATE);
    must_finish(f, handle);
    assert_status(update(f, handle, MEM_BASE, 4096), INVALID_GUEST_STATE);
}

static void test_digest(AspFixture *f)
{
    const uint8_t *measures[] = {
        vector_es_measure_0, vector_es_measure_1, vector_es_measure_2,
    };

    for (unsigned n = 0; n < G_N_ELEMENTS(measures); n++) {
        uint32_t handle = guest_with_data(f);

        for (unsigned i = 0; i < n; i++) {
            assert_status(update(f, handle, MEM_BASE + 4096 * i, 4096),
                          SUCCESS);
        }
        assert_measures(f, handle, measures[n]);
        must_shutdown(f);
    }
}

/* Order counts; that a VMSA comes last is the hypervisor's affair */
static void test_order(AspFixture *f)
{
    uint32_t handle = must_es_guest(f);

    assert_status(update(f, handle, MEM_BASE, 4096), SUCCESS);
    must_update_data(f, handle, MEM_BASE, 4112);
    assert_measures(f, handle, vector_es_measure_vmsa_first);
}

static void test_failed_read(AspFixture *f)
{
    uint32_t handle = guest_with_data(f);

    f->fail_read_call = 1;
    assert_status(update(f, handle, MEM_BASE, 4096), INVALID_ADDRESS);
    assert_status(update(f, handle, MEM_BASE, 4096), SUCCESS);
    assert_measures(f, handle, vector_es_measure_1);
    g_assert_cmpuint(f->writes, ==, 1);     /* the measurement */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/launch-update-vmsa/" name, func)
    ADD("a-reserved-field-is-INVALID_PARAM", test_reserved);
    ADD("a-guest-without-SEV-ES-is-POLICY_FAILURE", test_without_es);
    ADD("a-guest-without-ASID-is-INACTIVE", test_inactive);
    ADD("a-length-but-4096-is-INVALID_LENGTH", test_length);
    ADD("a-bad-address-is-INVALID_ADDRESS", test_address);
    ADD("checks-answer-in-their-order", test_precedence);
    ADD("is-allowed-in-LUPDATE-alone", test_states);
    ADD("each-page-goes-into-the-digest", test_digest);
    ADD("the-digest-is-of-all-pages-in-order", test_order);
    ADD("what-fails-is-not-in-the-digest", test_failed_read);
    return g_test_run();
}
