/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest owner and secure processor, which share no code, through a whole
 * launch: each takes what the other makes.
 */

#include <string.h>
#include "asp-fixture.h"
#include "guest-owner/chain/cert.h"
#include "guest-owner/base/crypto.h"
#include "guest-owner/measure/measurement.h"
#include "guest-owner/chain/secret.h"
#include "guest-owner/chain/session.h"

#define POLICY        0x37010009u       /* NODBG, NOSEND, API 1.55 */
#define CERT_PADDR    (MEM_BASE + 0x8000)
#define SESSION_PADDR (MEM_BASE + 0x9000)
#define EXPORT_PADDR  (MEM_BASE + 0x10000)
#define DATA_LEN      4096u

static uint8_t *memory(AspFixture *f, uint64_t paddr)
{
    return &f->memory[paddr - MEM_BASE];
}

static void get_certs(AspFixture *f, SevCert *pdh, SevCertChain *chain)
{
    SevCmdPdhCertExport cmd = {
        .pdh_paddr = le64_of(EXPORT_PADDR),
        .pdh_len = le32_of(sizeof(*pdh)),
        .chain_paddr = le64_of(EXPORT_PADDR + sizeof(*pdh)),
        .chain_len = le32_of(sizeof(*chain)),
    };

    assert_status(run_command(f, SEV_CMD_PDH_CERT_EXPORT, &cmd), SUCCESS);
    memcpy(pdh, memory(f, EXPORT_PADDR), sizeof(*pdh));
    memcpy(chain, memory(f, EXPORT_PADDR) + sizeof(*pdh), sizeof(*chain));
}

static void draw(Keys *keys)
{
    crypto_random(keys, sizeof(*keys));
}

static void make(AspFixture *f, uint32_t policy, const Keys *keys,
                 Session *session)
{
    SevCertChain chain;
    SevCert pdh;

    get_certs(f, &pdh, &chain);
    g_assert_null(sev_cert_flaw(&pdh));
    session_make(&pdh, policy, keys, session);
}

static uint32_t launch(AspFixture *f, const Session *session,
                       uint32_t policy, uint32_t *handle)
{
    SevCmdLaunchStart cmd = {
        .policy = le32_of(policy),
        .dh_cert_paddr = le64_of(CERT_PADDR),
        .dh_cert_len = le32_of(sizeof(session->godh)),
        .session_paddr = le64_of(SESSION_PADDR),
        .session_len = le32_of(sizeof(session->buffer)),
    };
    uint32_t status;

    memcpy(memory(f, CERT_PADDR), &session->godh, sizeof(session->godh));
    memcpy(memory(f, SESSION_PADDR), &session->buffer,
           sizeof(session->buffer));
    status = run_command(f, SEV_CMD_LAUNCH_START, &cmd);
    *handle = le32_get(cmd.handle);
    return status;
}

/* The links that a chip can make by itself */
static void test_chain(AspFixture *f)
{
    SevCertChain chain;
    SevCert pdh;

    must_init(f);
    get_certs(f, &pdh, &chain);
    g_assert_null(sev_cert_link_flaw(&chain.pek, &pdh));
    g_assert_null(sev_cert_link_flaw(&chain.oca, &chain.pek));
    g_assert_null(sev_cert_link_flaw(&chain.cek, &chain.pek));
    g_assert_null(sev_cert_link_flaw(&chain.oca, &chain.oca));
    g_assert_nonnull(sev_cert_link_flaw(&chain.oca, &pdh));
}

/* What the owner expects of a guest with DATA_LEN bytes of memory */
static void expect_measure(AspFixture *f, const Keys *keys,
                           const SevMeasureBuffer *found)
{
    Platform platform = { 1, 55, 1, POLICY };
    g_autoptr(GBytes) image = g_bytes_new(f->memory, DATA_LEN);
    uint8_t digest[SEV_DIGEST_SIZE];
    SevMeasureBuffer expected;

    launch_digest(image, NULL, NULL, digest);
    measurement_compute(&platform, digest, found->mnonce, keys->tik,
                        &expected);
    g_assert_cmpmem(&expected, sizeof(expected), found, sizeof(*found));
}

static void send_secret(AspFixture *f, uint32_t handle, const Keys *keys,
                        const SevMeasureBuffer *found)
{
    static const uint8_t iv[SEV_IV_SIZE] = { 1, 2, 3 };
    static const char secret[32] = "for nobody but the guest";
    GByteArray *table = g_byte_array_new();
    SevCmdLaunchUpdateSecret cmd = {
        .handle = le32_of(handle),
        .hdr_paddr = le64_of(SECRET_HDR_PADDR),
        .hdr_len = le32_of(sizeof(SevPacketHeader)),
        .guest_paddr = le64_of(SECRET_GUEST_PADDR),
        .guest_len = le32_of(sizeof(secret)),
        .trans_paddr = le64_of(SECRET_TRANS_PADDR),
        .trans_len = le32_of(sizeof(secret)),
    };
    SecretPacket packet;

    g_byte_array_append(table, (const guint8 *)secret, sizeof(secret));
    secret_packet_seal(&packet, table, keys->tik, keys->tek, iv,
                       found->measure);
    memcpy(memory(f, SECRET_HDR_PADDR), &packet.header,
           sizeof(packet.header));
    memcpy(memory(f, SECRET_TRANS_PADDR), packet.payload->data,
           packet.payload->len);
    assert_status(run_command(f, SEV_CMD_LAUNCH_UPDATE_SECRET, &cmd),
                  SUCCESS);
    g_assert_cmpmem(f->private_data, f->private_len, secret, sizeof(secret));
    secret_packet_clear(&packet);
}

static void test_launch(AspFixture *f)
{
    SevMeasureBuffer found;
    Session session;
    uint32_t handle;
    Keys keys;

    must_init(f);
    draw(&keys);
    make(f, POLICY, &keys, &session);
    assert_status(launch(f, &session, POLICY, &handle), SUCCESS);
    must_activate(f, handle, GUEST_ASID);
    must_update_data(f, handle, MEM_BASE, DATA_LEN);
    found = must_measure(f, handle);
    expect_measure(f, &keys, &found);
    send_secret(f, handle, &keys, &found);
    must_finish(f, handle);
}

/* The session is good for any number of launches, until there is a new PDH. */
static void test_new_pdh(AspFixture *f)
{
    Session session;
    uint32_t handle;
    Keys keys;

    must_init(f);
    draw(&keys);
    make(f, POLICY, &keys, &session);
    assert_status(launch(f, &session, POLICY, &handle), SUCCESS);
    assert_status(launch(f, &session, POLICY, &handle), SUCCESS);
    assert_status(asp_command(f->asp, SEV_CMD_PDH_GEN, NULL, 0), SUCCESS);
    assert_status(launch(f, &session, POLICY, &handle), BAD_MEASUREMENT);
}

static void test_other_policy(AspFixture *f)
{
    Session session;
    uint32_t handle;
    Keys keys;

    must_init(f);
    draw(&keys);
    make(f, POLICY, &keys, &session);
    /* NODBG taken away on the way */
    g_assert_cmpuint(launch(f, &session, POLICY & ~1u, &handle), !=,
                     SEV_FW_SUCCESS);
    assert_status(launch(f, &session, POLICY, &handle), SUCCESS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(crypto_init(NULL));
    asp_test_add("/owner/asp/chain", test_chain);
    asp_test_add("/owner/asp/launch", test_launch);
    asp_test_add("/owner/asp/new-pdh", test_new_pdh);
    asp_test_add("/owner/asp/other-policy", test_other_policy);
    return g_test_run();
}
