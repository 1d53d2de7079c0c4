/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SNP_LAUNCH_FINISH (AMD publication 56860, section 8.18). The ID block and
 * its signatures are OpenSSL's.
 */

#include "snp-fixture.h"

#include <string.h>

#include "asp/snp-context.h"
#include "asp/state.h"
#include "snp-vectors.h"

#define BOTH (SNP_LAUNCH_FINISH_ID_BLOCK | SNP_LAUNCH_FINISH_AUTH_KEY)

static SnpIdBlock *block_of(AspFixture *f)
{
    return (void *)&f->memory[ID_PAGE * RMP_PAGE_SIZE];
}

static SnpIdAuth *auth_of(AspFixture *f)
{
    return (void *)&f->memory[AUTH_PAGE * RMP_PAGE_SIZE];
}

static void put_id_block(AspFixture *f)
{
    memcpy(block_of(f), vector_id_block, sizeof(vector_id_block));
    memcpy(auth_of(f), vector_id_auth, sizeof(vector_id_auth));
}

/* A guest of the one page that the ID block was made for */
static void must_launch(AspFixture *f)
{
    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    snp_give(f, 0, 0x1000);
    assert_status(snp_update(f, SNP_PAGE_TYPE_NORMAL, PAGE(0)), SUCCESS);
    put_id_block(f);
}

static uint32_t finish(AspFixture *f, uint64_t flags)
{
    SnpCmdLaunchFinish cmd = {
        .gctx_paddr = le64_of(PAGE(GCTX_PAGE)),
        .id_block_paddr = le64_of(PAGE(ID_PAGE)),
        .id_auth_paddr = le64_of(PAGE(AUTH_PAGE)), .flags = le64_of(flags),
    };

    memset(cmd.host_data, 0x4d, sizeof(cmd.host_data));
    return run_command(f, SNP_CMD_LAUNCH_FINISH, &cmd);
}

static const AspSnpGuest *guest_of(AspFixture *f)
{
    return asp_snp_find(f->asp, PAGE(GCTX_PAGE));
}

static void test_without(AspFixture *f)
{
    must_launch(f);
    memset(block_of(f), 0, sizeof(SnpIdBlock));
    assert_status(finish(f, SNP_LAUNCH_FINISH_VCEK_DIS), SUCCESS);
    g_assert_true(guest_of(f)->vcek_disabled);
    g_assert_false(guest_of(f)->identity.has_id_key);
    g_assert_cmpuint(guest_of(f)->host_data[31], ==, 0x4d);
    g_assert_cmpuint(snp_guest_status(f, PAGE(GCTX_PAGE)).state, ==,
                     SNP_GSTATE_RUNNING);
    assert_status(finish(f, 0), INVALID_GUEST_STATE);
}

static void test_flags(AspFixture *f)
{
    must_launch(f);
    for (unsigned bit = 3; bit < 64; bit++) {
        assert_status(finish(f, 1ull << bit), INVALID_PARAM);
    }
    assert_status(finish(f, SNP_LAUNCH_FINISH_AUTH_KEY), INVALID_PARAM);
}

static void test_id_key(AspFixture *f)
{
    static const uint8_t zeros[SNP_DIGEST_SIZE];
    const AspSnpIdentity *id;

    must_launch(f);
    /* What is of the author is not looked at. */
    auth_of(f)->author_key_algo = le32_of(0);
    auth_of(f)->author_key.curve = le32_of(0);
    assert_status(finish(f, SNP_LAUNCH_FINISH_ID_BLOCK), SUCCESS);
    id = &guest_of(f)->identity;
    g_assert_true(id->has_id_key && !id->has_author_key);
    g_assert_cmpuint(id->guest_svn, ==, 7);
    g_assert_cmpuint(id->family_id[0], ==, 'F');
    g_assert_cmpuint(id->image_id[15], ==, 'I');
    g_assert_cmpmem(id->id_key_digest, SNP_DIGEST_SIZE, vector_id_key_digest,
                    SNP_DIGEST_SIZE);
    g_assert_cmpmem(id->author_key_digest, SNP_DIGEST_SIZE, zeros,
                    sizeof(zeros));
    g_assert_false(guest_of(f)->vcek_disabled);
}

static void test_author_key(AspFixture *f)
{
    must_launch(f);
    assert_status(finish(f, BOTH), SUCCESS);
    g_assert_true(guest_of(f)->identity.has_author_key);
    g_assert_cmpmem(guest_of(f)->identity.author_key_digest, SNP_DIGEST_SIZE,
                    vector_author_key_digest, SNP_DIGEST_SIZE);
}

/* Each thing wrong once, in a block and a structure that are right else */
static void test_form(AspFixture *f)
{
    must_launch(f);
#define WRONG(change, STATUS) do { \
        put_id_block(f); \
        change; \
        assert_status(finish(f, BOTH), STATUS); \
    } while (0)
    WRONG(block_of(f)->version = le32_of(0), INVALID_PARAM);
    WRONG(block_of(f)->version = le32_of(2), INVALID_PARAM);
    WRONG(auth_of(f)->id_key_algo = le32_of(0), INVALID_PARAM);
    WRONG(auth_of(f)->id_key_algo = le32_of(2), INVALID_PARAM);
    WRONG(auth_of(f)->author_key_algo = le32_of(0), INVALID_PARAM);
    WRONG(auth_of(f)->id_key.curve = le32_of(1), INVALID_PARAM);
    WRONG(auth_of(f)->author_key.curve = le32_of(3), INVALID_PARAM);
    WRONG(auth_of(f)->id_key.reserved[0x36f] = 1, INVALID_PARAM);
    WRONG(auth_of(f)->author_key.reserved[0] = 1, INVALID_PARAM);
    WRONG(auth_of(f)->reserved1[0x37] = 1, INVALID_PARAM);
    WRONG(auth_of(f)->reserved2[0] = 1, INVALID_PARAM);
    WRONG(auth_of(f)->reserved3[0x37b] = 1, INVALID_PARAM);
    WRONG(auth_of(f)->id_key.x[0] ^= 1, BAD_SIGNATURE);
    WRONG(auth_of(f)->id_key.y[48] = 1, BAD_SIGNATURE);
    WRONG(auth_of(f)->author_key.y[0] ^= 1, BAD_SIGNATURE);
    WRONG(auth_of(f)->id_key_sig.r[5] ^= 1, BAD_SIGNATURE);
    WRONG(auth_of(f)->id_key_sig.s[71] = 1, BAD_SIGNATURE);
    WRONG(memset(&auth_of(f)->id_block_sig, 0, 144), BAD_SIGNATURE);
    WRONG(auth_of(f)->id_block_sig.s[0] ^= 1, BAD_SIGNATURE);
    WRONG(block_of(f)->guest_svn.b[0]++, BAD_SIGNATURE);
    WRONG(block_of(f)->policy.b[0] ^= 1, BAD_SIGNATURE);
    WRONG(block_of(f)->launch_digest[0] ^= 1, BAD_SIGNATURE);
    WRONG(auth_of(f)->author_key = auth_of(f)->id_key, BAD_SIGNATURE);
#undef WRONG
    put_id_block(f);
    g_assert_false(guest_of(f)->identity.has_id_key);
    assert_status(finish(f, BOTH), SUCCESS);
}

static void test_digest(AspFixture *f)
{
    must_launch(f);
    snp_give(f, 1, 0x2000);
    assert_status(snp_update(f, SNP_PAGE_TYPE_ZERO, PAGE(1)), SUCCESS);
    assert_status(finish(f, BOTH), BAD_MEASUREMENT);
    g_assert_cmpuint(guest_of(f)->state, ==, SNP_GSTATE_LAUNCH);
    assert_status(finish(f, 0), SUCCESS);
}

static void test_policy(AspFixture *f)
{
    must_snp_init(f);
    must_gctx(f, GCTX_PAGE);
    must_snp_start(f, PAGE(GCTX_PAGE), SNP_POLICY | SNP_GPOLICY_DEBUG);
    assert_status(snp_activate(f, PAGE(GCTX_PAGE), ES_GUEST_ASID), SUCCESS);
    snp_give(f, 0, 0x1000);
    assert_status(snp_update(f, SNP_PAGE_TYPE_NORMAL, PAGE(0)), SUCCESS);
    put_id_block(f);
    assert_status(finish(f, BOTH), POLICY_FAILURE);
}

static void test_address(AspFixture *f)
{
    SnpCmdLaunchFinish cmd = {
        .gctx_paddr = le64_of(PAGE(GCTX_PAGE)),
        .id_block_paddr = le64_of(PAGE(ID_PAGE)),
        .id_auth_paddr = le64_of(UINT64_MAX - 8), .flags = le64_of(BOTH),
    };

    must_launch(f);
    assert_status(run_command(f, SNP_CMD_LAUNCH_FINISH, &cmd),
                  INVALID_ADDRESS);
    cmd.id_block_paddr = le64_of(0);
    cmd.id_auth_paddr = le64_of(PAGE(AUTH_PAGE));
    assert_status(run_command(f, SNP_CMD_LAUNCH_FINISH, &cmd),
                  INVALID_ADDRESS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/snp-launch-finish/" name, func)
    ADD("a-guest-needs-no-ID-block", test_without);
    ADD("flags", test_flags);
    ADD("an-ID-key-signs", test_id_key);
    ADD("an-author-signs-the-ID-key", test_author_key);
    ADD("each-wrong-byte-is-refused", test_form);
    ADD("another-digest-is-BAD_MEASUREMENT", test_digest);
    ADD("another-policy-is-POLICY_FAILURE", test_policy);
    ADD("no-memory-is-INVALID_ADDRESS", test_address);
    return g_test_run();
}
