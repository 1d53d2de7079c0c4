/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chip's flash: INIT with whatever may be in it.
 */

#include "snp-fixture.h"

#include <string.h>

#include "asp-session-vectors.h"
#include "asp/crypto.h"
#include "asp/flash.h"
#include "asp/state.h"

static uint32_t init(AspFixture *f)
{
    SevCmdInit cmd = { 0 };

    return run_command(f, SEV_CMD_INIT, &cmd);
}

/* INIT refuses the flash, leaves it as it is, and nothing is known after */
static void assert_refused(AspFixture *f)
{
    static const AspIdentity none;
    unsigned writes = f->flash_writes;

    assert_status(init(f), SECURE_DATA_INVALID);
    g_assert_cmpuint(f->flash_writes, ==, writes);
    g_assert_cmpuint(platform_status(f).state, ==, SEV_PSTATE_UNINIT);
    g_assert_cmpmem(&f->asp->identity, sizeof(none), &none, sizeof(none));
}

static void test_blank(AspFixture *f)
{
    f->flash_len = 0;
    f->next_random = IDENTITY_FIRST_RANDOM;
    f->random_step = IDENTITY_RANDOM_STEP;
    must_init(f);
    g_assert_cmpuint(f->flash_writes, ==, 1);
    g_assert_cmpmem(&f->asp->identity.oca.scalar, 48, vector_oca_scalar, 48);
    g_assert_cmpmem(&f->asp->identity.pek.scalar, 48, vector_pek_scalar, 48);
    g_assert_cmpmem(&f->asp->identity.pdh.scalar, 48, vector_pdh_scalar, 48);
}

static void test_found(AspFixture *f)
{
    must_init(f);
    g_assert_cmpuint(f->flash_writes, ==, 0);
    g_assert_cmpuint(f->next_random, ==, FIRST_RANDOM);
    g_assert_cmpmem(&f->asp->identity.pdh.scalar, 48, vector_pdh_scalar, 48);
}

/* Flash is readable to whoever has its file, so no key is in it */
static void test_sealed(AspFixture *f)
{
    g_assert_cmpuint(f->flash_len, ==, sizeof(AspFlash));
    g_assert_false(asp_fixture_find(f->flash, f->flash_len,
                                    vector_oca_scalar, 8));
    g_assert_false(asp_fixture_find(f->flash, f->flash_len,
                                    vector_pek_scalar, 8));
    g_assert_false(asp_fixture_find(f->flash, f->flash_len,
                                    vector_pdh_scalar, 8));
    g_assert_true(asp_fixture_find(f->flash, f->flash_len, "SEVFLASH", 8));
}

/* No two contents are encrypted with the same key stream */
static void test_iv(AspFixture *f)
{
    uint8_t iv[SEV_IV_SIZE];

    memcpy(iv, f->flash + offsetof(AspFlash, iv), sizeof(iv));
    must_init(f);
    assert_status(asp_command(f->asp, SEV_CMD_PDH_GEN, NULL, 0), SUCCESS);
    g_assert_true(memcmp(f->flash + offsetof(AspFlash, iv), iv, sizeof(iv)));
}

static void test_truncated(AspFixture *f)
{
    size_t whole = f->flash_len;

    for (f->flash_len = 1; f->flash_len < whole; f->flash_len++) {
        assert_refused(f);
    }
    for (f->flash_len = whole + 1; f->flash_len < whole + 20; f->flash_len++) {
        assert_refused(f);
    }
    f->flash_len = whole;
    must_init(f);
}

static void test_flipped(AspFixture *f)
{
    for (size_t at = 0; at < f->flash_len; at++) {
        f->flash[at] ^= 1u << at % 8;
        assert_refused(f);
        f->flash[at] ^= 1u << at % 8;
    }
    must_init(f);
}

static void test_garbage(AspFixture *f)
{
    memset(f->flash, 0xff, sizeof(f->flash));
    assert_refused(f);
    memset(f->flash, 0, sizeof(f->flash));
    assert_refused(f);
    f->flash_len = sizeof(f->flash);
    assert_refused(f);
}

/* A flash moved to another chip, by its id or by its key */
static void test_other_chip(AspFixture *f)
{
    AspOps ops = asp_fixture_ops();
    AspFuses fuses = asp_fixture_fuses();

    fuses.chip_id[63] ^= 1;
    asp_free(f->asp);
    f->asp = asp_new(&ops, &fuses, f);
    assert_refused(f);
    fuses = asp_fixture_fuses();
    fuses.cek_scalar[47] ^= 1;
    asp_free(f->asp);
    f->asp = asp_new(&ops, &fuses, f);
    assert_refused(f);
}

static void seal_content(AspFixture *f, const AspFlashContent *content)
{
    AspFuses fuses = asp_fixture_fuses();
    AspFlash flash = { .iv = { 1 } };

    g_assert_cmpint(asp_flash_seal(&fuses, content, &flash), ==, 0);
    memcpy(f->flash, &flash, sizeof(flash));
    f->flash_len = sizeof(flash);
}

/* Sealed well, but what is in it does not belong together */
static void seal(AspFixture *f, const AspIdentity *identity)
{
    AspFlashContent content = {
        .has_identity = true, .identity = *identity,
        .committed = FIXTURE_VERSION,
    };

    seal_content(f, &content);
}

static void test_wrong_inside(AspFixture *f)
{
    AspIdentity good, bad;

    must_init(f);
    good = f->asp->identity;
    must_shutdown(f);
    bad = good;
    bad.pdh.scalar = good.pek.scalar;
    seal(f, &bad);
    assert_refused(f);
    bad = good;
    memset(&bad.oca.scalar, 0, sizeof(bad.oca.scalar));
    seal(f, &bad);
    assert_refused(f);
    bad = good;
    bad.pek.cert.usage = le32_of(SEV_USAGE_OCA);
    seal(f, &bad);
    assert_refused(f);
    bad = good;
    bad.oca.cert.key.x[0] ^= 1;
    seal(f, &bad);
    assert_refused(f);
    seal(f, &good);
    must_init(f);
}

/* As another version of this firmware would seal it */
static void seal_version(AspFixture *f, uint32_t version)
{
    AspFuses fuses = asp_fixture_fuses();
    const AspBytes secret = { fuses.cek_scalar, sizeof(fuses.cek_scalar) };
    const AspBytes chip = { fuses.chip_id, sizeof(fuses.chip_id) };
    const AspBytes content = { f->flash, offsetof(AspFlash, mac) };
    const le32 number = le32_of(version);
    uint8_t key[SEV_KEY_SIZE];

    memcpy(f->flash + offsetof(AspFlash, version), &number, sizeof(number));
    g_assert_cmpint(asp_kdf(secret, "flash-integrity", chip, key), ==, 0);
    g_assert_cmpint(asp_hmac((AspBytes) { key, sizeof(key) }, &content, 1,
                             f->flash + offsetof(AspFlash, mac)), ==, 0);
}

static void test_other_version(AspFixture *f)
{
    static const uint32_t others[] = { 0, 1, 3, 0x102, UINT32_MAX };

    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++) {
        seal_version(f, others[i]);
        assert_refused(f);
    }
    seal_version(f, 2);
    must_init(f);
}

/* Written by firmware that knew version 1 alone, for the same chip */
static void load_version_1(AspFixture *f)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "flash",
                                                  "version-1", NULL);
    g_autofree char *data = NULL;

    g_assert_true(g_file_get_contents(path, &data, &f->flash_len, NULL));
    g_assert_cmpuint(f->flash_len, ==, 6460);
    memcpy(f->flash, data, f->flash_len);
}

static const AspVersion factory = FIXTURE_VERSION;

static void test_version_1(AspFixture *f)
{
    load_version_1(f);
    must_init(f);
    g_assert_cmpuint(f->flash_writes, ==, 0);
    g_assert_cmpmem(&f->asp->identity.oca.scalar, 48, vector_oca_scalar, 48);
    g_assert_cmpmem(&f->asp->identity.pek.scalar, 48, vector_pek_scalar, 48);
    g_assert_cmpmem(&f->asp->identity.pdh.scalar, 48, vector_pdh_scalar, 48);
    g_assert_true(asp_version_equal(&f->asp->snp.committed, &factory));
    must_shutdown(f);
    test_truncated(f);
    must_shutdown(f);
    test_flipped(f);
}

/* The next write makes it what firmware of today writes. */
static void test_version_1_written(AspFixture *f)
{
    AspIdentity made;

    load_version_1(f);
    must_init(f);
    assert_status(asp_command(f->asp, SEV_CMD_PDH_GEN, NULL, 0), SUCCESS);
    made = f->asp->identity;
    g_assert_cmpuint(f->flash_len, ==, sizeof(AspFlash));
    g_assert_cmpuint(f->flash[8], ==, 2);
    must_shutdown(f);
    must_init(f);
    g_assert_cmpmem(&f->asp->identity, sizeof(made), &made, sizeof(made));
    g_assert_cmpmem(&made.pek.scalar, 48, vector_pek_scalar, 48);
    g_assert_true(asp_version_equal(&f->asp->snp.committed, &factory));
}

/* As if SNP_COMMIT had been given in a run before; with keys, or without */
static const AspVersion newer = {
    .major = 1, .minor = 58, .build = 2,
    .tcb = { .milan = { .boot_loader = 4, .snp = 24, .microcode = 220 } },
};

static void seal_committed(AspFixture *f, bool keys, AspVersion committed)
{
    AspFlashContent content = { .has_identity = keys, .committed = committed };

    if (keys) {
        must_init(f);
        content.identity = f->asp->identity;
        asp_fixture_restart(f);
    }
    seal_content(f, &content);
}

static void assert_running(AspFixture *f, const AspVersion *version)
{
    SevCmdPlatformStatus sev = platform_status(f);
    SnpPlatformStatus snp = snp_status(f);

    g_assert_cmpuint(sev.api_major, ==, version->major);
    g_assert_cmpuint(sev.api_minor, ==, version->minor);
    g_assert_cmpuint(le32_get(sev.config) >> SEV_CONFIG_BUILD_SHIFT, ==,
                     version->build);
    g_assert_cmpuint(snp.api_major, ==, version->major);
    g_assert_cmpuint(snp.api_minor, ==, version->minor);
    g_assert_cmpuint(le32_get(snp.build_id), ==, version->build);
    g_assert_cmpmem(&snp.current_tcb, 8, &version->tcb, 8);
    g_assert_cmpmem(&snp.reported_tcb, 8, &version->tcb, 8);
    g_assert_true(asp_version_equal(&f->asp->snp.committed, version));
}

static void test_committed(AspFixture *f)
{
    for (unsigned keys = 0; keys < 2; keys++) {
        seal_committed(f, keys, newer);
        assert_running(f, &newer);
        must_init(f);
        assert_running(f, &newer);
        g_assert_cmpuint(f->flash_writes, ==, keys ? 0 : 1);
        asp_fixture_restart(f);
        must_init(f);
        assert_running(f, &newer);
        asp_fixture_restart(f);
    }
}

/* SEV-SNP is initialized first, and alone if nobody wants SEV. */
static void test_committed_by_snp(AspFixture *f)
{
    SnpCmdInitEx cmd = { .flags = le32_of(SNP_INIT_EX_RMP) };

    seal_committed(f, true, newer);
    must_snp_init(f);
    g_assert_true(asp_version_equal(&f->asp->snp.current, &newer));
    asp_fixture_restart(f);
    assert_status(run_command(f, SNP_CMD_INIT_EX, &cmd), SUCCESS);
    g_assert_true(asp_version_equal(&f->asp->snp.current, &newer));
    g_assert_cmpuint(f->flash_writes, ==, 0);
}

static void test_snp_damaged(AspFixture *f)
{
    SnpCmdInitEx cmd = { .flags = le32_of(SNP_INIT_EX_RMP) };

    f->flash[100] ^= 1;
    assert_status(asp_command(f->asp, SNP_CMD_INIT, NULL, 0),
                  SECURE_DATA_INVALID);
    assert_status(run_command(f, SNP_CMD_INIT_EX, &cmd), SECURE_DATA_INVALID);
    assert_running(f, &factory);
    g_assert_cmpuint(snp_status(f).state, ==, SNP_PSTATE_UNINIT);
    g_assert_cmpuint(snp_status(f).rmp, ==, 0);
    f->flash[100] ^= 1;
    f->fail_flash_read = true;
    assert_status(asp_command(f->asp, SNP_CMD_INIT, NULL, 0),
                  HWERROR_PLATFORM);
    assert_running(f, &factory);
    f->fail_flash_read = false;
    must_snp_init(f);
    asp_fixture_restart(f);
    f->flash_len = 0;
    must_snp_init(f);
    assert_running(f, &factory);
    g_assert_cmpuint(f->flash_len, ==, 0);
}

static void test_committed_wrong(AspFixture *f)
{
    AspVersion bad = newer;

    bad.tcb.byte[2] = 1;
    seal_committed(f, true, bad);
    assert_refused(f);
    assert_status(asp_command(f->asp, SNP_CMD_INIT, NULL, 0),
                  SECURE_DATA_INVALID);
    f->flash_len = 0;
    seal_committed(f, true, newer);
    f->flash[offsetof(AspFlash, has_identity)] = 2;
    seal_version(f, 2);
    assert_refused(f);
    f->flash[offsetof(AspFlash, has_identity)] = 1;
    seal_version(f, 2);
    must_init(f);
}

static void test_unreadable(AspFixture *f)
{
    f->fail_flash_read = true;
    assert_status(init(f), HWERROR_PLATFORM);
    g_assert_cmpuint(platform_status(f).state, ==, SEV_PSTATE_UNINIT);
    g_assert_cmpuint(f->flash_writes, ==, 0);
}

/* A new identity counts only when it is stored */
static void test_unwritable(AspFixture *f)
{
    static const AspIdentity none;

    f->flash_len = 0;
    f->fail_flash_write = true;
    assert_status(init(f), HWERROR_PLATFORM);
    f->fail_flash_write = false;
    f->fail_random = true;
    for (unsigned call = 0; call < 4; call++) {
        f->fail_random_after = call;
        assert_status(init(f), HWERROR_PLATFORM);
    }
    g_assert_cmpuint(platform_status(f).state, ==, SEV_PSTATE_UNINIT);
    g_assert_cmpmem(&f->asp->identity, sizeof(none), &none, sizeof(none));
    g_assert_cmpuint(f->flash_len, ==, 0);
}

/* Nor does a way back to old firmware lead over new keys */
static void test_reset_keeps_committed(AspFixture *f)
{
    seal_committed(f, true, newer);
    assert_status(asp_command(f->asp, SEV_CMD_PLATFORM_RESET, NULL, 0),
                  SUCCESS);
    g_assert_cmpuint(f->flash_len, ==, sizeof(AspFlash));
    assert_running(f, &newer);
    asp_fixture_restart(f);
    assert_running(f, &newer);
    must_init(f);
    g_assert_true(memcmp(&f->asp->identity.pdh.scalar, vector_pdh_scalar, 48));
    g_assert_cmpuint(f->flash_writes, ==, 1);
    must_shutdown(f);

    /* Damaged while firmware runs that knows it still */
    f->flash[100] ^= 1;
    assert_refused(f);
    assert_status(asp_command(f->asp, SEV_CMD_PLATFORM_RESET, NULL, 0),
                  SUCCESS);
    asp_fixture_restart(f);
    assert_running(f, &newer);
}

/* Another user of the same platform has committed, or reset, meanwhile. */
static void test_shared(AspFixture *f)
{
    AspIdentity mine;

    must_init(f);
    mine = f->asp->identity;
    seal_content(f, &(AspFlashContent) { .committed = newer });
    assert_status(asp_command(f->asp, SEV_CMD_PDH_GEN, NULL, 0), SUCCESS);
    asp_fixture_restart(f);
    assert_running(f, &newer);
    must_init(f);
    g_assert_cmpmem(&f->asp->identity.pek, sizeof(mine.pek), &mine.pek,
                    sizeof(mine.pek));

    mine = f->asp->identity;
    f->flash[100] ^= 1;
    assert_status(asp_command(f->asp, SEV_CMD_PEK_GEN, NULL, 0),
                  SECURE_DATA_INVALID);
    g_assert_cmpmem(&f->asp->identity, sizeof(mine), &mine, sizeof(mine));
}

/* PLATFORM_RESET makes another platform of the chip, and mends a flash */
static void test_reset(AspFixture *f)
{
    f->flash[0] ^= 1;
    assert_refused(f);
    assert_status(asp_command(f->asp, SEV_CMD_PLATFORM_RESET, NULL, 0),
                  SUCCESS);
    g_assert_cmpuint(f->flash_len, ==, 0);
    must_init(f);
    g_assert_true(memcmp(&f->asp->identity.pdh.scalar, vector_pdh_scalar, 48));
    g_assert_true(memcmp(&f->asp->identity.pek.scalar, vector_pek_scalar, 48));
    g_assert_true(memcmp(&f->asp->identity.oca.scalar, vector_oca_scalar, 48));
}

static void test_reset_fails(AspFixture *f)
{
    f->fail_flash_write = true;
    assert_status(asp_command(f->asp, SEV_CMD_PLATFORM_RESET, NULL, 0),
                  HWERROR_PLATFORM);
    must_init(f);
    g_assert_cmpmem(&f->asp->identity.pdh.scalar, 48, vector_pdh_scalar, 48);
}

static void test_shutdown_forgets(AspFixture *f)
{
    static const AspIdentity none;

    must_init(f);
    must_shutdown(f);
    g_assert_cmpmem(&f->asp->identity, sizeof(none), &none, sizeof(none));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/flash/" name, func)
    ADD("blank-makes-an-identity-and-stores-it", test_blank);
    ADD("found-is-taken-as-it-is", test_found);
    ADD("is-sealed", test_sealed);
    ADD("is-sealed-anew-each-time", test_iv);
    ADD("truncated-or-longer-is-refused", test_truncated);
    ADD("with-a-wrong-bit-is-refused", test_flipped);
    ADD("garbage-is-refused", test_garbage);
    ADD("another-chip-s-is-refused", test_other_chip);
    ADD("what-does-not-belong-together-is-refused", test_wrong_inside);
    ADD("another-version-is-refused", test_other_version);
    ADD("of-version-1-is-read", test_version_1);
    ADD("of-version-1-is-written-as-version-2", test_version_1_written);
    ADD("what-was-committed-runs", test_committed);
    ADD("what-was-committed-runs-without-SEV", test_committed_by_snp);
    ADD("damaged-is-refused-by-SNP_INIT", test_snp_damaged);
    ADD("what-can't-be-committed-is-refused", test_committed_wrong);
    ADD("unreadable-is-HWERROR_PLATFORM", test_unreadable);
    ADD("unwritable-is-HWERROR_PLATFORM", test_unwritable);
    ADD("a-reset-makes-another-platform", test_reset);
    ADD("a-reset-keeps-what-was-committed", test_reset_keeps_committed);
    ADD("what-others-wrote-stays", test_shared);
    ADD("a-reset-that-fails-changes-nothing", test_reset_fails);
    ADD("a-shutdown-forgets-the-identity", test_shutdown_forgets);
    return g_test_run();
}
