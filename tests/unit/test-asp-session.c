/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest owner's session (AMD publication 55766, sections 2.2.2 and 6.2,
 * LAUNCH_START), against Python's and OpenSSL's answers.
 */

#include "asp-session.h"

#include "asp-vectors.h"
#include "asp/context.h"
#include "asp/crypto.h"
#include "asp/session.h"
#include "asp/state.h"

static AspBytes bytes(const void *data, size_t len)
{
    return (AspBytes) { data, len };
}

static void test_kdf(void)
{
    uint8_t key[SEV_KEY_SIZE];

    g_assert_cmpint(asp_kdf(bytes(vector_z, sizeof(vector_z)),
                            "sev-master-secret",
                            bytes(vector_session_nonce, 16), key), ==, 0);
    g_assert_cmpmem(key, sizeof(key), vector_master, sizeof(vector_master));
    g_assert_cmpint(asp_kdf(bytes(vector_master, 16), "sev-kek",
                            bytes("", 0), key), ==, 0);
    g_assert_cmpmem(key, sizeof(key), vector_kek, sizeof(vector_kek));
    g_assert_cmpint(asp_kdf(bytes(vector_master, 16), "sev-kik",
                            bytes("", 0), key), ==, 0);
    g_assert_cmpmem(key, sizeof(key), vector_kik, sizeof(vector_kik));
}

static uint32_t open_session(const SevCert *cert, const SevSession *session,
                             uint32_t policy, AspTransportKeys *keys)
{
    AspEcScalar pdh;

    memcpy(pdh.byte, vector_pdh_scalar, sizeof(pdh.byte));
    return asp_session_open(&pdh, cert, session, policy, keys);
}

static void test_open(void)
{
    SevCert cert = owner_cert();
    SevSession session = owner_session();
    AspTransportKeys keys;

    assert_status(open_session(&cert, &session, VECTOR_POLICY, &keys),
                  SUCCESS);
    g_assert_cmpmem(keys.tek, sizeof(keys.tek), vector_tek, 16);
    g_assert_cmpmem(keys.tik, sizeof(keys.tik), vector_tik, 16);
}

/* Whatever bit of it is wrong, in transit or by intent; no key is left */
static void test_session_bits(void)
{
    SevCert cert = owner_cert();
    AspTransportKeys keys;
    static const AspTransportKeys none;

    for (unsigned bit = 0; bit < 8 * sizeof(SevSession); bit += 5) {
        SevSession session = owner_session();

        ((uint8_t *)&session)[bit / 8] ^= 1u << bit % 8;
        /* The IV is under no HMAC: TIK is then wrong, and the policy's */
        assert_status(open_session(&cert, &session, VECTOR_POLICY, &keys),
                      BAD_MEASUREMENT);
        g_assert_cmpmem(&keys, sizeof(keys), &none, sizeof(none));
    }
}

static void test_policy(void)
{
    SevCert cert = owner_cert();
    SevSession session = owner_session();
    AspTransportKeys keys;

    for (unsigned bit = 0; bit < 32; bit++) {
        assert_status(open_session(&cert, &session,
                                   VECTOR_POLICY ^ (1u << bit), &keys),
                      BAD_MEASUREMENT);
    }
}

/*
 * Every bit of what a certificate's form fixes is checked. Of the key, a
 * bit off is a point beside the curve. The API version and the signatures
 * are the guest owner's own affair.
 */
static bool is_free(size_t at)
{
    return at == offsetof(SevCert, api_major) ||
           at == offsetof(SevCert, api_minor) || at >= SEV_CERT_SIGNED_SIZE;
}

static void test_certificate_bits(void)
{
    SevSession session = owner_session();
    AspTransportKeys keys;

    for (size_t at = 0; at < sizeof(SevCert); at += at < 200 ? 1 : 13) {
        SevCert cert = owner_cert();

        ((uint8_t *)&cert)[at] ^= 1u << at % 8;
        if (is_free(at)) {
            assert_status(open_session(&cert, &session, VECTOR_POLICY, &keys),
                          SUCCESS);
        } else {
            assert_status(open_session(&cert, &session, VECTOR_POLICY, &keys),
                          INVALID_CERTIFICATE);
        }
    }
}

/* A key of another owner is as good as any, but the session isn't its */
static void test_other_owner(void)
{
    SevCert cert = owner_cert();
    SevSession session = owner_session();
    AspTransportKeys keys;

    put_little_endian(cert.key.x, vector_cek_x);
    put_little_endian(cert.key.y, vector_cek_y);
    assert_status(open_session(&cert, &session, VECTOR_POLICY, &keys),
                  BAD_MEASUREMENT);
}

static void assert_no_guest(AspFixture *f)
{
    g_assert_cmpuint(platform_status(f).state, ==, SEV_PSTATE_INIT);
    g_assert_cmpuint(le32_get(platform_status(f).guest_count), ==, 0);
}

/* The measurement shows that the guest has the session's TIK */
static void test_launch(AspFixture *f)
{
    SevCmdLaunchStart cmd = put_session(f, VECTOR_POLICY);
    SevMeasureBuffer measure;

    must_init(f);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), SUCCESS);
    g_assert_cmpuint(platform_status(f).state, ==, SEV_PSTATE_WORKING);
    measure = must_measure(f, le32_get(cmd.handle));
    g_assert_cmpmem(measure.measure, sizeof(measure.measure),
                    vector_measure_none, sizeof(vector_measure_none));
}

/* The guest has its own VEK, and both transport keys; none is in memory */
static void test_launch_keys(AspFixture *f)
{
    SevCmdLaunchStart cmd = put_session(f, VECTOR_POLICY);
    const AspGuest *guest;

    must_init(f);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), SUCCESS);
    guest = asp_guest_find(f->asp, le32_get(cmd.handle));
    g_assert_cmpmem(guest->keys.tek, 16, vector_tek, 16);
    g_assert_cmpmem(guest->keys.tik, 16, vector_tik, 16);
    g_assert_cmphex(guest->vek[0], ==, FIRST_RANDOM);
    g_assert_cmpuint(f->writes, ==, 0);
}

static void test_launch_lengths(AspFixture *f)
{
    const SevCmdLaunchStart good = put_session(f, VECTOR_POLICY);
    SevCmdLaunchStart cmd;

    must_init(f);
    for (int off = -1; off <= 1; off += 2) {
        cmd = good;
        cmd.dh_cert_len = le32_of(le32_get(cmd.dh_cert_len) + off);
        assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), INVALID_LEN);
        cmd = good;
        cmd.session_len = le32_of(le32_get(cmd.session_len) + off);
        assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), INVALID_LEN);
    }
    cmd = good;
    cmd.session_paddr = le64_of(0);
    cmd.session_len = le32_of(0);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), INVALID_LEN);
    g_assert_cmpuint(f->reads, ==, 0);
    assert_no_guest(f);
}

static void test_launch_addresses(AspFixture *f)
{
    static const uint64_t bad[] = {
        1, MEM_BASE - 1, MEM_BASE + MEM_SIZE - 1, UINT64_MAX,
        UINT64_MAX - 127,
    };
    const SevCmdLaunchStart good = put_session(f, VECTOR_POLICY);
    SevCmdLaunchStart cmd;

    must_init(f);
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        cmd = good;
        cmd.dh_cert_paddr = le64_of(bad[i]);
        assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd),
                      INVALID_ADDRESS);
        cmd = good;
        cmd.session_paddr = le64_of(bad[i]);
        assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd),
                      INVALID_ADDRESS);
    }
    assert_no_guest(f);
}

/* Everything is wrong at first, and put right step by step */
static void test_launch_precedence(AspFixture *f)
{
    SevCmdLaunchStart cmd = put_session(f, UINT32_MAX);
    uint8_t *cert = &f->memory[OWNER_CERT_PADDR - MEM_BASE];

    must_init(f);
    cert[0] ^= 1;
    cmd.reserved = le32_of(1);
    cmd.handle = le32_of(NO_GUEST);
    cmd.session_len = le32_of(le64_get(cmd.session_paddr = le64_of(1)));
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), INVALID_PARAM);
    cmd.reserved = le32_of(0);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), POLICY_FAILURE);
    cmd.policy = le32_of(0);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), INVALID_GUEST);
    cmd.handle = le32_of(0);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), INVALID_LEN);
    cmd.session_len = le32_of(sizeof(SevSession));
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), INVALID_ADDRESS);
    cmd.session_paddr = le64_of(SESSION_PADDR);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd),
                  INVALID_CERTIFICATE);
    cert[0] ^= 1;
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd),
                  BAD_MEASUREMENT);
    assert_no_guest(f);
    cmd.policy = le32_of(VECTOR_POLICY);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), SUCCESS);
}

/* A session is for one PDH: neither the next one's nor another chip's */
static void test_launch_other_pdh(AspFixture *f)
{
    SevCmdLaunchStart cmd = put_session(f, VECTOR_POLICY);

    must_init(f);
    assert_status(asp_command(f->asp, SEV_CMD_PDH_GEN, NULL, 0), SUCCESS);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd),
                  BAD_MEASUREMENT);
    assert_no_guest(f);
}

/* The PDH is the same after a restart: sessions are still good */
static void test_launch_restart(AspFixture *f)
{
    SevCmdLaunchStart cmd = put_session(f, VECTOR_POLICY);

    must_init(f);
    must_shutdown(f);
    must_init(f);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), SUCCESS);
}

/* A session has its own keys; those chosen wait for a guest without one */
static void test_launch_chosen_keys(AspFixture *f)
{
    SevCmdLaunchStart cmd = put_session(f, VECTOR_POLICY);
    const AspGuest *guest;

    must_init(f);
    asp_set_transport_keys(f->asp, vector_kek, vector_kik);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), SUCCESS);
    guest = asp_guest_find(f->asp, le32_get(cmd.handle));
    g_assert_cmpmem(guest->keys.tik, 16, vector_tik, 16);
    guest = asp_guest_find(f->asp, must_launch_start(f, 0));
    g_assert_cmpmem(guest->keys.tik, 16, vector_kik, 16);
}

static void test_launch_sharing(AspFixture *f)
{
    SevCmdLaunchStart cmd = put_session(f, VECTOR_POLICY);
    const AspGuest *owner, *guest;
    uint32_t handle;

    must_init(f);
    handle = must_launch_start(f, VECTOR_POLICY);
    cmd.handle = le32_of(handle);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), SUCCESS);
    owner = asp_guest_find(f->asp, handle);
    guest = asp_guest_find(f->asp, le32_get(cmd.handle));
    g_assert_cmpmem(guest->vek, 16, owner->vek, 16);
    g_assert_cmpmem(guest->keys.tik, 16, vector_tik, 16);
}

static void test_launch_no_random(AspFixture *f)
{
    SevCmdLaunchStart cmd = put_session(f, VECTOR_POLICY);

    must_init(f);
    f->fail_random = true;
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd),
                  HWERROR_PLATFORM);
    assert_no_guest(f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(asp_crypto_init(), ==, 0);
#define ADD(name, func) g_test_add_func("/asp/session/" name, func)
    ADD("keys-are-derived-as-Python-does", test_kdf);
    ADD("opens-with-the-PDH-it-was-made-for", test_open);
    ADD("one-wrong-bit-is-BAD_MEASUREMENT", test_session_bits);
    ADD("another-policy-is-BAD_MEASUREMENT", test_policy);
    ADD("one-wrong-bit-of-the-owner-is-INVALID_CERTIFICATE",
        test_certificate_bits);
    ADD("another-owner-is-BAD_MEASUREMENT", test_other_owner);
#undef ADD
#define ADD(name, func) asp_test_add("/asp/session/launch/" name, func)
    ADD("measures-with-the-session-s-TIK", test_launch);
    ADD("takes-keys-from-it-and-shows-none", test_launch_keys);
    ADD("other-lengths-are-INVALID_LENGTH", test_launch_lengths);
    ADD("no-memory-is-INVALID_ADDRESS", test_launch_addresses);
    ADD("checks-answer-in-their-order", test_launch_precedence);
    ADD("another-PDH-is-BAD_MEASUREMENT", test_launch_other_pdh);
    ADD("stays-valid-over-a-restart", test_launch_restart);
    ADD("leaves-chosen-keys-alone", test_launch_chosen_keys);
    ADD("may-share-a-key", test_launch_sharing);
    ADD("no-random-numbers-are-HWERROR_PLATFORM", test_launch_no_random);
    return g_test_run();
}
