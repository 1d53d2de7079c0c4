/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PEK_GEN, PDH_GEN and PDH_CERT_EXPORT (AMD publication 55766, chapter 5),
 * and the chain of certificates that they make.
 */

#include "asp-fixture.h"

#include "asp-session-vectors.h"
#include "asp-signed.h"

#define PDH_PADDR   (MEM_BASE + 0x10000)
#define CHAIN_PADDR (MEM_BASE + 0x12000)

typedef struct Exported {
    SevCert pdh;
    SevCertChain chain;
} Exported;

static SevCmdPdhCertExport export_command(void)
{
    return (SevCmdPdhCertExport) {
        .pdh_paddr = le64_of(PDH_PADDR), .pdh_len = le32_of(2084),
        .chain_paddr = le64_of(CHAIN_PADDR), .chain_len = le32_of(3 * 2084),
    };
}

static Exported must_export(AspFixture *f)
{
    SevCmdPdhCertExport cmd = export_command();
    Exported result;

    assert_status(run_command(f, SEV_CMD_PDH_CERT_EXPORT, &cmd), SUCCESS);
    memcpy(&result.pdh, &f->memory[PDH_PADDR - MEM_BASE], 2084);
    memcpy(&result.chain, &f->memory[CHAIN_PADDR - MEM_BASE], 3 * 2084);
    return result;
}

static void must_run(AspFixture *f, uint32_t id)
{
    assert_status(asp_command(f->asp, id, NULL, 0), SUCCESS);
}

static bool same(const SevCert *a, const SevCert *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

/* From the PDH up to the chip, each signed by the next */
static void assert_chain(const Exported *e)
{
    g_assert_cmphex(le32_get(e->pdh.usage), ==, 0x1003);
    g_assert_cmphex(le32_get(e->chain.pek.usage), ==, 0x1002);
    g_assert_cmphex(le32_get(e->chain.oca.usage), ==, 0x1001);
    g_assert_cmphex(le32_get(e->chain.cek.usage), ==, 0x1004);
    g_assert_true(cert_is_signed(&e->pdh, 0, &e->chain.pek));
    assert_not_signed(&e->pdh, 1);
    g_assert_true(cert_is_signed(&e->chain.pek, 0, &e->chain.oca));
    g_assert_true(cert_is_signed(&e->chain.pek, 1, &e->chain.cek));
    g_assert_true(cert_is_signed(&e->chain.oca, 0, &e->chain.oca));
    assert_not_signed(&e->chain.oca, 1);
    assert_not_signed(&e->chain.cek, 0);
    assert_not_signed(&e->chain.cek, 1);
}

static void assert_key(const SevCert *cert, const uint8_t x[SEV_P384_SIZE],
                       const uint8_t y[SEV_P384_SIZE])
{
    AspEcPoint key = cert_point(cert);

    g_assert_cmpmem(key.x, sizeof(key.x), x, SEV_P384_SIZE);
    g_assert_cmpmem(key.y, sizeof(key.y), y, SEV_P384_SIZE);
}

static void test_export(AspFixture *f)
{
    Exported e;

    must_init(f);
    e = must_export(f);
    assert_chain(&e);
    assert_key(&e.pdh, vector_pdh_x, vector_pdh_y);
    assert_key(&e.chain.pek, vector_pek_x, vector_pek_y);
    assert_key(&e.chain.oca, vector_oca_x, vector_oca_y);
    assert_key(&e.chain.cek, vector_cek_x, vector_cek_y);
}

/* Callers ask for lengths by offering none, or one byte too few */
static void test_export_lengths(AspFixture *f)
{
    static const uint32_t short_lens[][2] = {
        { 0, 0 }, { 2083, 6252 }, { 2084, 6251 }, { 2084, 0 }, { 0, 6252 },
    };

    must_init(f);
    for (unsigned i = 0; i < G_N_ELEMENTS(short_lens); i++) {
        SevCmdPdhCertExport cmd = export_command();

        cmd.pdh_len = le32_of(short_lens[i][0]);
        cmd.chain_len = le32_of(short_lens[i][1]);
        assert_status(run_command(f, SEV_CMD_PDH_CERT_EXPORT, &cmd),
                      INVALID_LEN);
        g_assert_cmpuint(le32_get(cmd.pdh_len), ==, 2084);
        g_assert_cmpuint(le32_get(cmd.chain_len), ==, 6252);
    }
    g_assert_cmpuint(f->writes, ==, 0);
}

static void test_export_more_room(AspFixture *f)
{
    SevCmdPdhCertExport cmd = export_command();

    must_init(f);
    cmd.pdh_len = cmd.chain_len = le32_of(UINT32_MAX);
    assert_status(run_command(f, SEV_CMD_PDH_CERT_EXPORT, &cmd), SUCCESS);
    g_assert_cmpuint(le32_get(cmd.pdh_len), ==, 2084);
    g_assert_cmpuint(le32_get(cmd.chain_len), ==, 6252);
    g_assert_cmphex(f->memory[PDH_PADDR - MEM_BASE + 2084], ==,
                    asp_fixture_pattern(PDH_PADDR - MEM_BASE + 2084));
}

/* Checks answer in this order */
static void test_export_fields(AspFixture *f)
{
    SevCmdPdhCertExport cmd = {
        .reserved = le32_of(1),
        .pdh_paddr = le64_of(1),
        .chain_paddr = le64_of(UINT64_MAX),
    };
    const SevCmdPdhCertExport before = cmd;

    must_init(f);
    assert_status(run_command(f, SEV_CMD_PDH_CERT_EXPORT, &cmd),
                  INVALID_PARAM);
    g_assert_cmpmem(&cmd, sizeof(cmd), &before, sizeof(before));
    cmd.reserved = le32_of(0);
    assert_status(run_command(f, SEV_CMD_PDH_CERT_EXPORT, &cmd), INVALID_LEN);
    assert_status(run_command(f, SEV_CMD_PDH_CERT_EXPORT, &cmd),
                  INVALID_ADDRESS);
    cmd.pdh_paddr = le64_of(PDH_PADDR);
    assert_status(run_command(f, SEV_CMD_PDH_CERT_EXPORT, &cmd),
                  INVALID_ADDRESS);
    cmd.chain_paddr = le64_of(CHAIN_PADDR);
    assert_status(run_command(f, SEV_CMD_PDH_CERT_EXPORT, &cmd), SUCCESS);
}

static void test_pdh_gen(AspFixture *f)
{
    Exported before, after;

    must_init(f);
    before = must_export(f);
    must_run(f, SEV_CMD_PDH_GEN);
    after = must_export(f);
    assert_chain(&after);
    g_assert_false(same(&before.pdh, &after.pdh));
    g_assert_cmpmem(&after.chain, sizeof(after.chain),
                    &before.chain, sizeof(before.chain));
}

static void test_pek_gen(AspFixture *f)
{
    Exported before, after;

    must_init(f);
    before = must_export(f);
    must_run(f, SEV_CMD_PEK_GEN);
    after = must_export(f);
    assert_chain(&after);
    g_assert_false(same(&before.pdh, &after.pdh));
    g_assert_false(same(&before.chain.pek, &after.chain.pek));
    g_assert_false(same(&before.chain.oca, &after.chain.oca));
    g_assert_true(same(&before.chain.cek, &after.chain.cek));
}

/* What was made is still there after a restart */
static void test_gen_lasts(AspFixture *f)
{
    static const uint32_t commands[] = { SEV_CMD_PDH_GEN, SEV_CMD_PEK_GEN };
    Exported made, found;

    must_init(f);
    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++) {
        must_run(f, commands[i]);
        made = must_export(f);
        must_shutdown(f);
        must_init(f);
        found = must_export(f);
        g_assert_cmpmem(&found, sizeof(found), &made, sizeof(made));
    }
}

/* Without flash or random numbers nothing changes, in memory or flash */
static void test_gen_fails(AspFixture *f)
{
    static const uint32_t commands[] = { SEV_CMD_PDH_GEN, SEV_CMD_PEK_GEN };
    Exported before, after;
    uint8_t flash[ASP_FLASH_MAX_SIZE];

    must_init(f);
    before = must_export(f);
    memcpy(flash, f->flash, sizeof(flash));
    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++) {
        f->fail_flash_write = true;
        assert_status(asp_command(f->asp, commands[i], NULL, 0),
                      HWERROR_PLATFORM);
        f->fail_flash_write = false;
        /* PEK_GEN draws OCA, PEK, PDH and the flash's IV */
        for (unsigned call = 0; call < (i ? 4 : 2); call++) {
            f->fail_random = true;
            f->fail_random_after = call;
            assert_status(asp_command(f->asp, commands[i], NULL, 0),
                          HWERROR_PLATFORM);
        }
        f->fail_random = false;
    }
    after = must_export(f);
    g_assert_cmpmem(&after, sizeof(after), &before, sizeof(before));
    g_assert_cmpmem(f->flash, sizeof(flash), flash, sizeof(flash));
}

/* Random numbers that never are a key: all ones are past the order */
static void test_gen_bad_random(AspFixture *f)
{
    must_init(f);
    f->next_random = 0xff;
    f->random_step = 0;
    assert_status(asp_command(f->asp, SEV_CMD_PDH_GEN, NULL, 0),
                  HWERROR_PLATFORM);
    f->next_random = 0;
    assert_status(asp_command(f->asp, SEV_CMD_PDH_GEN, NULL, 0),
                  HWERROR_PLATFORM);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/platform-keys/" name, func)
    ADD("the-chain-leads-to-the-chip", test_export);
    ADD("too-little-room-is-told-the-lengths", test_export_lengths);
    ADD("more-room-is-left-alone", test_export_more_room);
    ADD("checks-of-an-export-answer-in-their-order", test_export_fields);
    ADD("PDH_GEN-replaces-the-PDH-alone", test_pdh_gen);
    ADD("PEK_GEN-replaces-all-but-the-chip-s-key", test_pek_gen);
    ADD("new-keys-last", test_gen_lasts);
    ADD("no-flash-or-random-numbers-changes-nothing", test_gen_fails);
    ADD("numbers-that-are-no-keys-are-HWERROR_PLATFORM", test_gen_bad_random);
    return g_test_run();
}
