/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SNP_COMMIT (AMD publication 56860, chapter 8).
 */

#include "snp-firmware.h"

#include "asp/flash.h"
#include "asp/state.h"

static void test_commits(AspFixture *f)
{
    must_download(f, &newer, 0);
    assert_versions(f, &newer, &factory, &factory.tcb);
    assert_status(commit(f), SUCCESS);
    assert_versions(f, &newer, &newer, &newer.tcb);
    g_assert_cmpuint(f->flash_writes, ==, 1);
    asp_fixture_restart(f);
    assert_versions(f, &newer, &newer, &newer.tcb);

    /* The keys that were there are still. */
    must_init(f);
    g_assert_cmpuint(f->flash_writes, ==, 0);
    assert_status(download(f, &factory, 0), INVALID_PLATFORM_STATE);
    must_shutdown(f);
    assert_status(download(f, &factory, 0), BAD_VERSION);
}

/* In each state, and over guests */
static void test_states(AspFixture *f)
{
    must_snp_guest(f, SNP_GSTATE_RUNNING);
    must_download(f, &newer, 0);
    assert_status(commit(f), SUCCESS);
    g_assert_cmpuint(snp_status(f).state, ==, SNP_PSTATE_INIT);
    g_assert_cmpuint(le32_get(snp_status(f).guest_count), ==, 1);
    assert_versions(f, &newer, &newer, &newer.tcb);
    must_init(f);
    assert_status(commit(f), SUCCESS);
}

static void test_nothing_new(AspFixture *f)
{
    assert_status(commit(f), SUCCESS);
    assert_versions(f, &factory, &factory, &factory.tcb);
    g_assert_cmpuint(f->flash_writes, ==, 0);
    f->flash_len = 0;
    assert_status(commit(f), SUCCESS);
    g_assert_cmpuint(f->flash_len, ==, 0);
}

/* A chip that nobody has initialized has no keys yet. */
static void test_blank(AspFixture *f)
{
    f->flash_len = 0;
    must_download(f, &newer, 0);
    assert_status(commit(f), SUCCESS);
    g_assert_cmpuint(f->flash_len, ==, sizeof(AspFlash));
    asp_fixture_restart(f);
    assert_versions(f, &newer, &newer, &newer.tcb);
    must_init(f);
    g_assert_cmpuint(f->flash_writes, ==, 1);
}

/* What was configured to be reported is not any more. */
static void test_reported(AspFixture *f)
{
    SnpCmdConfig cmd = { .flags = le32_of(SNP_CONFIG_MASK_CHIP_ID) };

    cmd.reported_tcb.milan.boot_loader = 1;
    must_snp_init(f);
    assert_status(run_command(f, SNP_CMD_CONFIG, &cmd), SUCCESS);
    assert_status(commit(f), SUCCESS);
    assert_versions(f, &factory, &factory, &factory.tcb);
    g_assert_cmphex(le32_get(snp_status(f).flags) & 3, ==, 1);
}

static void test_length(AspFixture *f)
{
    SnpCmdCommit cmd;

    must_download(f, &newer, 0);
    for (unsigned bit = 0; bit < 32; bit++) {
        cmd.len = le32_of(4 ^ 1u << bit);
        assert_status(run_command(f, SNP_CMD_COMMIT, &cmd), INVALID_LEN);
    }
    assert_versions(f, &newer, &factory, &factory.tcb);
}

/* It is committed when it is in the flash, and not before. */
static void test_flash(AspFixture *f)
{
    must_download(f, &newer, 0);
    f->fail_flash_write = true;
    assert_status(commit(f), HWERROR_PLATFORM);
    f->fail_flash_write = false;
    f->fail_flash_read = true;
    assert_status(commit(f), HWERROR_PLATFORM);
    f->fail_flash_read = false;
    f->fail_random = true;
    assert_status(commit(f), HWERROR_PLATFORM);
    f->fail_random = false;
    f->flash[100] ^= 1;
    assert_status(commit(f), SECURE_DATA_INVALID);
    f->flash[100] ^= 1;
    assert_versions(f, &newer, &factory, &factory.tcb);
    asp_fixture_restart(f);
    assert_versions(f, &factory, &factory, &factory.tcb);

    f->flash[100] ^= 1;
    asp_fixture_restart(f);
    assert_status(commit(f), SECURE_DATA_INVALID);
}

/* Another QEMU on the same platform has committed more. */
static void test_shared(AspFixture *f)
{
    AspFixture *other = asp_fixture_new();

    assert_versions(f, &factory, &factory, &factory.tcb);
    must_download(other, &newer, SNP_DOWNLOAD_COMMIT);
    f->flash_len = other->flash_len;
    memcpy(f->flash, other->flash, other->flash_len);
    assert_status(commit(f), BAD_VERSION);
    must_download(f, &other_tcb, 0);
    assert_status(commit(f), BAD_SVN);
    g_assert_cmpuint(f->flash_writes, ==, 0);
    must_download(f, &newer, 0);
    assert_status(commit(f), SUCCESS);
    asp_fixture_free(other);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/snp-commit/" name, func)
    ADD("there-is-no-way-back", test_commits);
    ADD("in-each-state-and-over-guests", test_states);
    ADD("of-nothing-new-writes-nothing", test_nothing_new);
    ADD("of-a-blank-flash-makes-no-keys", test_blank);
    ADD("the-current-TCB-is-reported", test_reported);
    ADD("a-wrong-length-is-INVALID_LENGTH", test_length);
    ADD("counts-when-it-is-in-flash", test_flash);
    ADD("does-not-undo-another-s", test_shared);
    return g_test_run();
}
