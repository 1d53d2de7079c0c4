/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LAUNCH_SECRET (AMD publication 55766, section 6.6; LAUNCH_UPDATE_SECRET to
 * Linux). The packet is a known one, from asp-vectors.h.
 */

#include "asp-fixture.h"

#include <string.h>

#include "asp-vectors.h"

/* Offsets in the fixture's memory */
#define HDR   (SECRET_HDR_PADDR - MEM_BASE)
#define TRANS (SECRET_TRANS_PADDR - MEM_BASE)

static SevCmdLaunchUpdateSecret command_for(AspFixture *f)
{
    return put_secret_packet(f, must_guest(f, SEV_GSTATE_LSECRET));
}

static uint32_t inject(AspFixture *f, SevCmdLaunchUpdateSecret *cmd)
{
    return run_command(f, SEV_CMD_LAUNCH_UPDATE_SECRET, cmd);
}

static void assert_injected(AspFixture *f, SevCmdLaunchUpdateSecret *cmd)
{
    f->private_writes = 0;
    assert_status(inject(f, cmd), SUCCESS);
    g_assert_cmpuint(f->private_writes, ==, 1);
    g_assert_cmpmem(f->private_data, f->private_len,
                    vector_secret, sizeof(vector_secret));
}

static void test_reserved(AspFixture *f)
{
    SevCmdLaunchUpdateSecret cmd = command_for(f);

    cmd.reserved1 = le32_of(1);
    assert_status(inject(f, &cmd), INVALID_PARAM);
    cmd.reserved1 = le32_of(0);
    cmd.reserved2 = le32_of(1);
    assert_status(inject(f, &cmd), INVALID_PARAM);
    cmd.reserved2 = le32_of(0);
    cmd.reserved3 = le32_of(1);
    assert_status(inject(f, &cmd), INVALID_PARAM);
    cmd.reserved3 = le32_of(0);
    assert_injected(f, &cmd);
}

static void test_inactive(AspFixture *f)
{
    SevCmdLaunchUpdateSecret cmd = command_for(f);
    SevCmdDeactivate deactivate = { .handle = cmd.handle };

    assert_status(run_command(f, SEV_CMD_DEACTIVATE, &deactivate), SUCCESS);
    assert_status(inject(f, &cmd), INACTIVE);
    must_activate(f, le32_get(cmd.handle), GUEST_ASID + 1);
    assert_injected(f, &cmd);
    g_assert_cmpuint(f->private_asid, ==, GUEST_ASID + 1);
}

static void test_header_length(AspFixture *f)
{
    static const uint32_t bad[] = { 0, 4, 51, 53, 4096, UINT32_MAX };
    SevCmdLaunchUpdateSecret cmd = command_for(f);

    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        cmd.hdr_len = le32_of(bad[i]);
        assert_status(inject(f, &cmd), INVALID_LEN);
    }
    g_assert_cmpuint(f->private_writes, ==, 0);
}

static void test_length(AspFixture *f)
{
    static const uint32_t bad[] = {
        0, 1, 15, 17, 47, 0x4001, 0x4010, UINT32_MAX - 15, UINT32_MAX,
    };
    SevCmdLaunchUpdateSecret cmd = command_for(f);

    f->reads = 0;
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        cmd.guest_len = cmd.trans_len = le32_of(bad[i]);
        assert_status(inject(f, &cmd), INVALID_LEN);
    }
    cmd.guest_len = le32_of(48);
    cmd.trans_len = le32_of(64);
    assert_status(inject(f, &cmd), INVALID_LEN);
    cmd.trans_len = le32_of(32);
    assert_status(inject(f, &cmd), INVALID_LEN);
    g_assert_cmpuint(f->reads, ==, 0);
    cmd.trans_len = le32_of(48);
    assert_injected(f, &cmd);
}

/* 16 KiB is allowed, so that what answers is the HMAC, which is another's */
static void test_longest(AspFixture *f)
{
    SevCmdLaunchUpdateSecret cmd = command_for(f);

    cmd.guest_len = cmd.trans_len = le32_of(0x4000);
    assert_status(inject(f, &cmd), BAD_MEASUREMENT);
}

static void test_address(AspFixture *f)
{
    SevCmdLaunchUpdateSecret cmd = command_for(f);

    for (unsigned i = 1; i < 16; i++) {
        cmd.guest_paddr = le64_of(SECRET_GUEST_PADDR + i);
        assert_status(inject(f, &cmd), INVALID_ADDRESS);
    }
    cmd.guest_paddr = le64_of(UINT64_MAX - 31);
    assert_status(inject(f, &cmd), INVALID_ADDRESS);
    cmd.guest_paddr = le64_of(MEM_BASE + MEM_SIZE - 32);
    assert_status(inject(f, &cmd), INVALID_ADDRESS);
    cmd.guest_paddr = le64_of(SECRET_GUEST_PADDR);
    cmd.hdr_paddr = le64_of(MEM_BASE + MEM_SIZE - 51);
    assert_status(inject(f, &cmd), INVALID_ADDRESS);
    cmd.hdr_paddr = le64_of(UINT64_MAX);
    assert_status(inject(f, &cmd), INVALID_ADDRESS);
    cmd.hdr_paddr = le64_of(SECRET_HDR_PADDR);
    cmd.trans_paddr = le64_of(0);
    assert_status(inject(f, &cmd), INVALID_ADDRESS);
    cmd.trans_paddr = le64_of(SECRET_TRANS_PADDR);
    g_assert_cmpuint(f->private_writes, ==, 0);
    assert_injected(f, &cmd);
}

static void test_write_fails(AspFixture *f)
{
    SevCmdLaunchUpdateSecret cmd = command_for(f);

    f->fail_write_private = true;
    assert_status(inject(f, &cmd), INVALID_ADDRESS);
    f->fail_write_private = false;
    assert_injected(f, &cmd);
}

/* Each bit of header and payload, wrong once */
static void test_flipped(AspFixture *f)
{
    SevCmdLaunchUpdateSecret cmd = command_for(f);

    for (unsigned bit = 0; bit < 8 * (52 + 48); bit++) {
        size_t at = bit / 8 < 52 ? HDR + bit / 8 : TRANS + bit / 8 - 52;

        f->memory[at] ^= 1u << bit % 8;
        assert_status(inject(f, &cmd), BAD_MEASUREMENT);
        f->memory[at] ^= 1u << bit % 8;
    }
    g_assert_cmpuint(f->private_writes, ==, 0);
    assert_injected(f, &cmd);
}

/* The HMAC is right for 48 bytes, so not for the first 32 of them */
static void test_other_length(AspFixture *f)
{
    SevCmdLaunchUpdateSecret cmd = command_for(f);

    cmd.guest_len = cmd.trans_len = le32_of(32);
    assert_status(inject(f, &cmd), BAD_MEASUREMENT);
}

static void test_flags(AspFixture *f)
{
    SevCmdLaunchUpdateSecret cmd = command_for(f);

    f->memory[HDR] = 1;
    memcpy(&f->memory[HDR + 20], vector_packet_mac_compressed, SEV_MAC_SIZE);
    assert_status(inject(f, &cmd), UNSUPPORTED);
    f->memory[HDR] = 2;
    memcpy(&f->memory[HDR + 20], vector_packet_mac_flag_1, SEV_MAC_SIZE);
    assert_status(inject(f, &cmd), INVALID_PARAM);
    g_assert_cmpuint(f->private_writes, ==, 0);
}

/* A guest like must_guest()'s, with other keys, policy, nonce or memory */
static uint32_t other_guest(AspFixture *f, const uint8_t *tek,
                            const uint8_t *tik, uint32_t len)
{
    uint32_t handle;

    must_init(f);
    asp_set_transport_keys(f->asp, tek, tik);
    handle = must_launch_start(f, VECTOR_POLICY);
    must_activate(f, handle, GUEST_ASID);
    must_update_data(f, handle, MEM_BASE, len);
    must_measure(f, handle);
    return handle;
}

static void test_other_tik(AspFixture *f)
{
    uint32_t handle = other_guest(f, vector_tek, vector_tek, 4112);
    SevCmdLaunchUpdateSecret cmd = put_secret_packet(f, handle);

    assert_status(inject(f, &cmd), BAD_MEASUREMENT);
}

static void test_other_measurement(AspFixture *f)
{
    uint32_t handle = other_guest(f, vector_tek, vector_tik, 4096);
    SevCmdLaunchUpdateSecret cmd = put_secret_packet(f, handle);

    assert_status(inject(f, &cmd), BAD_MEASUREMENT);
}

/*
 * The TEK is no part of the HMAC (that is encrypt-then-MAC), so a packet
 * made with another TEK and the right TIK gives another plaintext: 55766
 * has no status for that. With another pair of keys it is test_other_tik's.
 */
static void test_other_tek(AspFixture *f)
{
    uint32_t handle = other_guest(f, vector_tik, vector_tik, 4112);
    SevCmdLaunchUpdateSecret cmd = put_secret_packet(f, handle);

    assert_status(inject(f, &cmd), SUCCESS);
    g_assert_cmpuint(f->private_len, ==, sizeof(vector_secret));
    g_assert_true(memcmp(f->private_data, vector_secret,
                         sizeof(vector_secret)));
}

static void scribble(AspFixture *f, unsigned call)
{
    /* Whatever has been read is changed behind the firmware's back */
    if (call == 2) {
        memset(&f->memory[HDR], 0, sizeof(SevPacketHeader));
    }
}

static void test_read_once(AspFixture *f)
{
    SevCmdLaunchUpdateSecret cmd = command_for(f);

    f->reads = 0;
    f->on_read = scribble;
    assert_injected(f, &cmd);
    g_assert_cmpuint(f->reads, ==, 2);
}

static void test_known(AspFixture *f)
{
    SevCmdLaunchUpdateSecret cmd = command_for(f);

    assert_injected(f, &cmd);
    g_assert_cmpuint(f->private_asid, ==, GUEST_ASID);
    g_assert_cmphex(f->private_paddr, ==, SECRET_GUEST_PADDR);
    g_assert_cmpuint(guest_status(f, le32_get(cmd.handle)).state, ==,
                     SEV_GSTATE_LSECRET);
    /* What other software sees keeps only ciphertext */
    g_assert_false(asp_fixture_find(f->memory, MEM_SIZE, vector_secret, 16));
}

static void test_several(AspFixture *f)
{
    SevCmdLaunchUpdateSecret cmd = command_for(f);

    assert_injected(f, &cmd);
    cmd.guest_paddr = le64_of(le64_get(cmd.guest_paddr) + 0x100);
    assert_injected(f, &cmd);
    g_assert_cmphex(f->private_paddr, ==, SECRET_GUEST_PADDR + 0x100);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/launch-update-secret/" name, func)
    ADD("a-reserved-field-is-INVALID_PARAM", test_reserved);
    ADD("a-guest-without-ASID-is-INACTIVE", test_inactive);
    ADD("a-header-of-no-52-bytes-is-INVALID_LENGTH", test_header_length);
    ADD("a-bad-length-is-INVALID_LENGTH", test_length);
    ADD("16-KiB-are-allowed", test_longest);
    ADD("a-bad-address-is-INVALID_ADDRESS", test_address);
    ADD("guest-memory-that-cannot-be-written-is-INVALID_ADDRESS",
        test_write_fails);
    ADD("any-bit-flipped-in-the-packet-is-BAD_MEASUREMENT", test_flipped);
    ADD("a-part-of-a-packet-is-BAD_MEASUREMENT", test_other_length);
    ADD("a-packet-for-another-TIK-is-BAD_MEASUREMENT", test_other_tik);
    ADD("a-packet-for-another-measurement-is-BAD_MEASUREMENT",
        test_other_measurement);
    ADD("unknown-flags-and-compression-are-refused", test_flags);
    ADD("a-packet-for-another-TEK-decrypts-to-garbage", test_other_tek);
    ADD("a-packet-is-read-only-once", test_read_once);
    ADD("a-known-packet-gives-the-known-secret", test_known);
    ADD("several-secrets-can-be-injected", test_several);
    return g_test_run();
}
