/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LAUNCH_UPDATE_DATA (AMD publication 55766, section 6.3). What it does to
 * the launch digest shows in the measurement.
 */

#include "asp-fixture.h"

#include "asp-vectors.h"

static uint32_t update(AspFixture *f, uint32_t handle, uint64_t paddr,
                       uint32_t len)
{
    SevCmdLaunchUpdateData cmd = {
        .handle = le32_of(handle), .paddr = le64_of(paddr), .len = le32_of(len),
    };

    return run_command(f, SEV_CMD_LAUNCH_UPDATE_DATA, &cmd);
}

static void assert_measures(AspFixture *f, uint32_t handle,
                            const uint8_t measure[SEV_MAC_SIZE])
{
    SevMeasureBuffer result = must_measure(f, handle);

    g_assert_cmpmem(result.measure, SEV_MAC_SIZE, measure, SEV_MAC_SIZE);
}

static void test_reserved(AspFixture *f)
{
    SevCmdLaunchUpdateData cmd = {
        .handle = le32_of(must_guest(f, SEV_GSTATE_LUPDATE)),
        .reserved = le32_of(1),
        .paddr = le64_of(MEM_BASE), .len = le32_of(16),
    };

    assert_status(run_command(f, SEV_CMD_LAUNCH_UPDATE_DATA, &cmd),
                  INVALID_PARAM);
    assert_measures(f, le32_get(cmd.handle), vector_measure_none);
}

static void test_inactive(AspFixture *f)
{
    uint32_t handle;

    must_init(f);
    handle = must_launch_start(f, 0);
    assert_status(update(f, handle, MEM_BASE, 16), INACTIVE);
    must_activate(f, handle, GUEST_ASID);
    assert_status(update(f, handle, MEM_BASE, 16), SUCCESS);
}

static void test_length(AspFixture *f)
{
    static const uint32_t bad[] = { 0, 1, 8, 15, 17, 4095, UINT32_MAX };
    uint32_t handle = must_guest(f, SEV_GSTATE_LUPDATE);

    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        assert_status(update(f, handle, MEM_BASE, bad[i]), INVALID_LEN);
    }
    g_assert_cmpuint(f->reads, ==, 0);
    assert_measures(f, handle, vector_measure_none);
}

static void test_address(AspFixture *f)
{
    uint32_t handle = must_guest(f, SEV_GSTATE_LUPDATE);

    for (unsigned i = 1; i < 16; i++) {
        assert_status(update(f, handle, MEM_BASE + i, 16), INVALID_ADDRESS);
    }
    /* Around the end of the address space, where memory may be as well */
    assert_status(update(f, handle, UINT64_MAX - 15, 32), INVALID_ADDRESS);
    assert_status(update(f, handle, UINT64_MAX - 4095, 8192),
                  INVALID_ADDRESS);
    g_assert_cmpuint(f->reads, ==, 0);
    /* Up to the end is no such mistake: memory is asked for it */
    assert_status(update(f, handle, UINT64_MAX - 15, 16), INVALID_ADDRESS);
    g_assert_cmpuint(f->reads, ==, 1);
    assert_status(update(f, handle, 0, 16), INVALID_ADDRESS);
    assert_status(update(f, handle, MEM_BASE + MEM_SIZE, 16), INVALID_ADDRESS);
    assert_measures(f, handle, vector_measure_none);
}

/* The first chunks are memory, the last is not */
static void test_half(AspFixture *f)
{
    uint32_t handle = must_guest(f, SEV_GSTATE_LUPDATE);

    assert_status(update(f, handle, MEM_BASE, MEM_SIZE + 16),
                  INVALID_ADDRESS);
    g_assert_cmpuint(f->reads, >, 1);
    must_update_data(f, handle, MEM_BASE, 4112);
    f->fail_read_call = 2;
    assert_status(update(f, handle, MEM_BASE, 8192), INVALID_ADDRESS);
    assert_measures(f, handle, vector_measure_4112);
}

static void test_huge(AspFixture *f)
{
    uint32_t handle = must_guest(f, SEV_GSTATE_LUPDATE);

    assert_status(update(f, handle, MEM_BASE, 0xfffffff0), INVALID_ADDRESS);
    g_assert_cmpuint(f->longest_read, <=, 4096);
    g_assert_cmpuint(f->reads, <=, MEM_SIZE / 4096 + 1);
}

/* Split at every granule: the digest is of the bytes, not of the calls */
static void test_split(AspFixture *f)
{
    for (uint32_t at = 16; at < 4112; at += 16) {
        uint32_t handle = must_guest(f, SEV_GSTATE_LUPDATE);

        must_update_data(f, handle, MEM_BASE, at);
        must_update_data(f, handle, MEM_BASE + at, 4112 - at);
        assert_measures(f, handle, vector_measure_4112);
        must_shutdown(f);
    }
}

static void test_whole(AspFixture *f)
{
    static const struct {
        uint32_t len;
        const uint8_t *measure;
    } cases[] = {
        { 16, vector_measure_16 },
        { 4096, vector_measure_4096 },
        { 4112, vector_measure_4112 },
        { 65536, vector_measure_65536 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint32_t handle = must_guest(f, SEV_GSTATE_LUPDATE);

        must_update_data(f, handle, MEM_BASE, cases[i].len);
        assert_measures(f, handle, cases[i].measure);
        must_shutdown(f);
    }
}

static void test_twice(AspFixture *f)
{
    uint32_t handle = must_guest(f, SEV_GSTATE_LUPDATE);

    must_update_data(f, handle, MEM_BASE, 4112);
    must_update_data(f, handle, MEM_BASE, 16);
    assert_measures(f, handle, vector_measure_again);
}

static void test_two_guests(AspFixture *f)
{
    uint32_t first = must_guest(f, SEV_GSTATE_LUPDATE);
    uint32_t second = must_launch_start(f, 0);

    must_activate(f, second, GUEST_ASID + 1);
    must_update_data(f, first, MEM_BASE, 4096);
    must_update_data(f, second, MEM_BASE + 0x8000, 256);
    must_update_data(f, first, MEM_BASE + 4096, 16);
    assert_measures(f, first, vector_measure_4112);
}

static void test_memory_stays(AspFixture *f)
{
    uint32_t handle = must_guest(f, SEV_GSTATE_LUPDATE);

    must_update_data(f, handle, MEM_BASE, MEM_SIZE);
    for (size_t i = 0; i < MEM_SIZE; i++) {
        g_assert_cmphex(f->memory[i], ==, asp_fixture_pattern(i));
    }
    g_assert_cmpuint(f->writes, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/launch-update-data/" name, func)
    ADD("a-reserved-field-is-INVALID_PARAM", test_reserved);
    ADD("a-guest-without-ASID-is-INACTIVE", test_inactive);
    ADD("a-length-of-no-16-bytes-is-INVALID_LENGTH", test_length);
    ADD("a-bad-address-is-INVALID_ADDRESS", test_address);
    ADD("what-fails-half-way-is-not-in-the-digest", test_half);
    ADD("a-huge-length-is-read-in-pieces", test_huge);
    ADD("the-digest-is-of-all-bytes-in-order", test_whole);
    ADD("the-digest-is-the-same-however-it-is-split", test_split);
    ADD("memory-taken-twice-counts-twice", test_twice);
    ADD("guests-have-digests-of-their-own", test_two_guests);
    ADD("memory-stays-as-it-is", test_memory_stays);
    return g_test_run();
}
