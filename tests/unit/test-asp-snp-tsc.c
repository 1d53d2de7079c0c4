/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Secure TSC: which scale and offset a guest is launched with, where it finds
 * them, and MSG_TSC_INFO_REQ.
 */

#include "snp-guest-fixture.h"

#include <string.h>

#include "abi/vmsa.h"
#include "asp/snp-context.h"
#include "asp/state.h"

#define GPA    0xfffffffff000ull
#define OFFSET 0x83828180ull        /* the fixture's first random bytes */

/* Counted in Python: -(-(khz << 32) // 10**6) */
static const struct {
    uint32_t khz;
    uint64_t scale;
} frequencies[] = {
    { 1, 0x10c7 },
    { 1000, 0x418938 },
    { 999500, 0xffdf3b65 },
    { 1000000, 0x100000000 },
    { 2333000, 0x2553f7cee },
    { 2333001, 0x2553f8db5 },
    { 2500000, 0x280000000 },
    { 3999999, 0x3ffffef3a },
    { 4294967, 0x44b82f513 },
    { 255999999, 0xffffffef3a },
};

static uint32_t start(AspFixture *f, uint32_t khz)
{
    SnpCmdLaunchStart cmd = {
        .gctx_paddr = le64_of(PAGE(GCTX_PAGE)),
        .policy = le64_of(SNP_POLICY),
        .desired_tsc_khz = le32_of(khz),
    };

    f->next_random = FIRST_RANDOM;
    f->random_step = 1;
    return run_command(f, SNP_CMD_LAUNCH_START, &cmd);
}

/* In GSTATE.LAUNCH, with this frequency */
static void must_start(AspFixture *f, uint32_t khz)
{
    assert_status(start(f, khz), SUCCESS);
    assert_status(snp_activate(f, PAGE(GCTX_PAGE), ES_GUEST_ASID), SUCCESS);
}

static void finish(AspFixture *f)
{
    SnpCmdLaunchFinish cmd = { .gctx_paddr = le64_of(PAGE(GCTX_PAGE)) };

    assert_status(run_command(f, SNP_CMD_LAUNCH_FINISH, &cmd), SUCCESS);
}

static void must_launch(AspFixture *f, uint32_t khz)
{
    must_snp_guest(f, SNP_GSTATE_INIT);
    must_start(f, khz);
    finish(f);
}

static SnpMsgTscInfoRsp ask(AspFixture *f, const SnpMsgTscInfoReq *payload)
{
    const AspSnpGuest *guest = asp_snp_find(f->asp, PAGE(GCTX_PAGE));
    GuestRequest request = guest_request(f, SNP_MSG_TSC_INFO_REQ, payload,
                                         sizeof(*payload));
    SnpMsgTscInfoRsp response;

    request.header.seqno = le64_of(guest->msg_count[0] + 1);
    assert_status(guest_send(f, &request), SUCCESS);
    guest_open(f, &request, SNP_MSG_TSC_INFO_RSP, &response,
               sizeof(response));
    return response;
}

static void assert_info(AspFixture *f, uint64_t scale, uint64_t offset)
{
    const SnpMsgTscInfoReq none = { 0 };
    const SnpMsgTscInfoRsp expected = {
        .guest_tsc_scale = le64_of(scale),
        .guest_tsc_offset = le64_of(offset),
    };
    SnpMsgTscInfoRsp response = ask(f, &none);

    g_assert_cmpmem(&response, sizeof(response), &expected,
                    sizeof(expected));
}

static void test_frequencies(AspFixture *f)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(frequencies); i++) {
        g_test_message("%u kHz", frequencies[i].khz);
        must_launch(f, frequencies[i].khz);
        assert_info(f, frequencies[i].scale, OFFSET);
        asp_fixture_restart(f);
        memset(f->rmp, 0, sizeof(f->rmp));
    }
}

/* No counter, also after a launch with one that came to nothing */
static void test_none(AspFixture *f)
{
    must_snp_guest(f, SNP_GSTATE_INIT);
    f->fail_random = true;
    f->fail_random_after = 1;
    assert_status(start(f, 2500000), HWERROR_PLATFORM);
    f->fail_random = false;
    must_start(f, 0);
    finish(f);
    assert_info(f, 0, 0);
}

static void test_too_fast(AspFixture *f)
{
    must_snp_guest(f, SNP_GSTATE_INIT);
    assert_status(start(f, 256000000), INVALID_PARAM);
    assert_status(start(f, UINT32_MAX), INVALID_PARAM);
    g_assert_cmpuint(snp_guest_status(f, PAGE(GCTX_PAGE)).state, ==,
                     SNP_GSTATE_INIT);
    must_start(f, 255999999);
}

static void test_random(AspFixture *f)
{
    must_snp_guest(f, SNP_GSTATE_INIT);
    f->fail_random = true;
    f->fail_random_after = 0;
    assert_status(start(f, 2500000), HWERROR_PLATFORM);
    g_assert_cmpuint(snp_guest_status(f, PAGE(GCTX_PAGE)).state, ==,
                     SNP_GSTATE_INIT);
    f->fail_random = false;
    must_start(f, 2500000);
}

static void test_reserved(AspFixture *f)
{
    must_launch(f, 2500000);
    for (unsigned i = 0; i < sizeof(SnpMsgTscInfoReq); i++) {
        SnpMsgTscInfoReq payload = { 0 };
        SnpMsgTscInfoRsp expected = {
            .status = le32_of(SEV_FW_INVALID_PARAM),
        }, response;

        payload.reserved[i] = 1;
        response = ask(f, &payload);
        g_assert_cmpmem(&response, sizeof(response), &expected,
                        sizeof(expected));
    }
    assert_info(f, 0x280000000, OFFSET);
}

static void test_short(AspFixture *f)
{
    const SnpMsgTscInfoReq none = { 0 };
    GuestRequest request;

    must_launch(f, 2500000);
    request = guest_request(f, SNP_MSG_TSC_INFO_REQ, &none,
                            sizeof(none) - 1);
    assert_status(guest_send(f, &request), INVALID_PARAM);
    assert_info(f, 0x280000000, OFFSET);
}

/* Page 0, launched as a page of @type with these features, at @khz */
static void launch_page(AspFixture *f, unsigned type, uint64_t features,
                        uint32_t khz, SevVmsa *given,
                        uint8_t digest[SNP_DIGEST_SIZE])
{
    must_snp_guest(f, SNP_GSTATE_INIT);
    must_start(f, khz);
    memcpy(given, f->memory, sizeof(*given));
    given->sev_features = le64_of(features);
    memcpy(f->memory, given, sizeof(*given));
    snp_give(f, 0, GPA);
    assert_status(snp_update(f, type, PAGE(0)), SUCCESS);
    memcpy(digest, snp_digest(f), SNP_DIGEST_SIZE);
}

/* With the feature a save area gets both; neither is measured. */
static void test_save_area(AspFixture *f)
{
    uint8_t one[SNP_DIGEST_SIZE], other[SNP_DIGEST_SIZE];
    SevVmsa vmsa;

    launch_page(f, SNP_PAGE_TYPE_VMSA, 0x201, 2500000, &vmsa, one);
    vmsa.guest_tsc_scale = le64_of(0x280000000);
    vmsa.guest_tsc_offset = le64_of(OFFSET);
    g_assert_cmpmem(f->private_memory, sizeof(vmsa), &vmsa, sizeof(vmsa));

    asp_fixture_restart(f);
    memset(f->rmp, 0, sizeof(f->rmp));
    launch_page(f, SNP_PAGE_TYPE_VMSA, 0x201, 1000000, &vmsa, other);
    g_assert_cmpmem(one, sizeof(one), other, sizeof(other));
}

static void test_other_pages(AspFixture *f)
{
    uint8_t ignored[SNP_DIGEST_SIZE];
    SevVmsa page;

    launch_page(f, SNP_PAGE_TYPE_VMSA, 0x1, 2500000, &page, ignored);
    g_assert_cmpmem(f->private_memory, sizeof(page), &page, sizeof(page));

    asp_fixture_restart(f);
    memset(f->rmp, 0, sizeof(f->rmp));
    launch_page(f, SNP_PAGE_TYPE_NORMAL, 0x201, 2500000, &page, ignored);
    g_assert_cmpmem(f->private_memory, sizeof(page), &page, sizeof(page));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/snp-tsc/" name, func)
    ADD("scale-and-offset", test_frequencies);
    ADD("no-frequency-is-no-counter", test_none);
    ADD("too-fast-is-INVALID_PARAM", test_too_fast);
    ADD("no-random-numbers-is-HWERROR_PLATFORM", test_random);
    ADD("each-reserved-byte", test_reserved);
    ADD("a-request-that-is-too-short", test_short);
    ADD("a-save-area-gets-them-unmeasured", test_save_area);
    ADD("no-other-page-does", test_other_pages);
    return g_test_run();
}
