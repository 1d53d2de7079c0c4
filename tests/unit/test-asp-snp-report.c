/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MSG_REPORT_REQ: each field of a report true to what was launched, its
 * signature verified by GnuTLS, and each way in which a request can be wrong.
 */

#include "snp-guest-fixture.h"

#include <string.h>

#include "asp/snp-context.h"
#include "asp/state.h"
#include "snp-vectors.h"

static GuestRequest make(AspFixture *f, const SnpMsgReportReq *payload)
{
    return guest_request(f, SNP_MSG_REPORT_REQ, payload, sizeof(*payload));
}

/* A guest of one page, with the vectors' ID block, an author and host data */
static void must_launch(AspFixture *f, uint64_t more_flags)
{
    SnpCmdLaunchFinish cmd = {
        .gctx_paddr = le64_of(PAGE(GCTX_PAGE)),
        .id_block_paddr = le64_of(PAGE(ID_PAGE)),
        .id_auth_paddr = le64_of(PAGE(AUTH_PAGE)),
        .flags = le64_of(SNP_LAUNCH_FINISH_ID_BLOCK |
                         SNP_LAUNCH_FINISH_AUTH_KEY | more_flags),
    };

    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    snp_give(f, 0, 0x1000);
    assert_status(snp_update(f, SNP_PAGE_TYPE_NORMAL, PAGE(0)), SUCCESS);
    memcpy(&f->memory[ID_PAGE * RMP_PAGE_SIZE], vector_id_block,
           sizeof(vector_id_block));
    memcpy(&f->memory[AUTH_PAGE * RMP_PAGE_SIZE], vector_id_auth,
           sizeof(vector_id_auth));
    memset(cmd.host_data, 0x4d, sizeof(cmd.host_data));
    assert_status(run_command(f, SNP_CMD_LAUNCH_FINISH, &cmd), SUCCESS);
}

static bool is_signed(const SnpReport *report, const SnpTcbVersion *tcb)
{
    AspFuses fuses = asp_fixture_fuses();
    uint8_t x[48], y[48];

    g_assert_cmpint(asp_vcek_public(&fuses, tcb->byte, x, y), ==, 0);
    return guest_verify(report, x, y);
}

static void test_fields(AspFixture *f)
{
    SnpMsgReportReq payload = { .vmpl = le32_of(2) };
    const SnpIdBlock *block = (const void *)vector_id_block;
    const SnpTcbVersion tcb = FIXTURE_TCB;
    const AspFuses fuses = asp_fixture_fuses();
    SnpReport expected = { 0 };
    SnpMsgReportRsp response;
    GuestRequest request;
    const AspSnpGuest *guest;

    must_launch(f, 0);
    memset(payload.report_data, 0x77, sizeof(payload.report_data));
    request = make(f, &payload);
    response = guest_report(f, &request);
    g_assert_cmpuint(le32_get(response.status), ==, 0);
    g_assert_cmpuint(le32_get(response.report_size), ==, 0x4a0);

    guest = asp_snp_find(f->asp, PAGE(GCTX_PAGE));
    expected.version = le32_of(2);
    expected.guest_svn = block->guest_svn;
    expected.policy = le64_of(SNP_POLICY);
    memcpy(expected.family_id, block->family_id, 16);
    memcpy(expected.image_id, block->image_id, 16);
    expected.vmpl = le32_of(2);
    expected.sig_algo = le32_of(1);
    expected.current_tcb = tcb;
    expected.key_info = le32_of(1);     /* an author's key, the VCEK signs */
    memset(expected.report_data, 0x77, 64);
    memcpy(expected.measurement, block->launch_digest, 48);
    memset(expected.host_data, 0x4d, 32);
    memcpy(expected.id_key_digest, guest->identity.id_key_digest, 48);
    memcpy(expected.author_key_digest, guest->identity.author_key_digest, 48);
    memcpy(expected.report_id, guest->report_id, 32);
    memset(expected.report_id_ma, 0xff, 32);
    expected.reported_tcb = tcb;
    memcpy(expected.chip_id, fuses.chip_id, 64);
    expected.committed_tcb = tcb;
    expected.current_major = expected.committed_major = 1;
    expected.current_minor = expected.committed_minor = 55;
    expected.current_build = expected.committed_build = 1;
    expected.launch_tcb = tcb;
    g_assert_cmpmem(&response.report, 0x2a0, &expected, 0x2a0);
    g_assert_true(is_signed(&response.report, &tcb));
    response.report.report_data[0] ^= 1;
    g_assert_false(is_signed(&response.report, &tcb));
}

/* Versions come with the ABI's. */
static void test_versions(AspFixture *f)
{
    static const struct { uint8_t minor, version; bool cpuid; } rows[] = {
        { 51, 2, false }, { 55, 2, false }, { 56, 3, true }, { 57, 3, true },
        { 58, 5, true }, { 60, 5, true },
    };
    SnpMsgReportReq payload = { 0 };
    GuestRequest request;

    must_launch(f, 0);
    request = make(f, &payload);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        SnpReport report;

        f->asp->snp.current.minor = rows[i].minor;
        report = guest_report(f, &request).report;
        g_assert_cmpuint(le32_get(report.version), ==, rows[i].version);
        g_assert_cmpuint(report.current_minor, ==, rows[i].minor);
        g_assert_cmphex(report.cpuid_fam_id, ==, rows[i].cpuid ? 0x19 : 0);
        g_assert_cmphex(report.cpuid_mod_id, ==, rows[i].cpuid ? 0x01 : 0);
        g_assert_cmphex(report.cpuid_step, ==, rows[i].cpuid ? 1 : 0);
    }
}

/* The id of a later chip is shorter, and its TCB another. */
static void test_products(AspFixture *f)
{
    static const struct {
        const char *name;
        uint8_t version, cpuid[3], tcb[8];
        unsigned id_size;
    } rows[] = {
        { "Milan", 2, { 0 }, { 3, 0, 0, 0, 0, 0, 8, 115 }, 64 },
        { "Genoa", 3, { 0x19, 0x11, 1 }, { 9, 0, 0, 0, 0, 0, 23, 72 }, 64 },
        { "Turin", 5, { 0x1a, 0x02, 1 }, { 1, 1, 1, 4, 0, 0, 0, 72 }, 8 },
        { "Venice", 5, { 0x1a, 0x50, 0 }, { 1, 1, 1, 1, 0, 0, 0, 1 }, 8 },
    };
    SnpMsgReportReq payload = { 0 };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        AspFuses fuses = asp_fixture_fuses_of(rows[i].name);
        uint8_t id[64] = { 0 }, x[48], y[48];
        GuestRequest request;
        SnpReport report;

        g_test_message("%s", rows[i].name);
        asp_fixture_become(f, rows[i].name);
        must_snp_guest(f, SNP_GSTATE_RUNNING);
        request = make(f, &payload);
        report = guest_report(f, &request).report;
        g_assert_cmpuint(le32_get(report.version), ==, rows[i].version);
        g_assert_cmpmem(&report.cpuid_fam_id, 3, rows[i].cpuid, 3);
        memset(id, 0xc1, rows[i].id_size);
        g_assert_cmpmem(report.chip_id, 64, id, 64);
        g_assert_cmpmem(&report.current_tcb, 8, rows[i].tcb, 8);
        g_assert_cmpmem(&report.reported_tcb, 8, rows[i].tcb, 8);
        g_assert_cmpmem(&report.committed_tcb, 8, rows[i].tcb, 8);
        g_assert_cmpmem(&report.launch_tcb, 8, rows[i].tcb, 8);
        g_assert_cmpint(asp_vcek_public(&fuses, rows[i].tcb, x, y), ==, 0);
        g_assert_true(guest_verify(&report, x, y));
    }
}

static void test_reported_tcb(AspFixture *f)
{
    SnpMsgReportReq payload = { 0 };
    SnpTcbVersion older = FIXTURE_TCB, newer = FIXTURE_TCB;
    GuestRequest request;
    SnpReport report;

    older.milan.snp--;
    must_launch(f, 0);
    f->asp->snp.reported_tcb = older;
    request = make(f, &payload);
    report = guest_report(f, &request).report;
    g_assert_cmpmem(&report.reported_tcb, 8, &older, 8);
    g_assert_cmpmem(&report.current_tcb, 8, &newer, 8);
    g_assert_true(is_signed(&report, &older));
    g_assert_false(is_signed(&report, &newer));
}

static void test_masks(AspFixture *f)
{
    static const uint8_t zeros[512];
    SnpMsgReportReq payload = { 0 };
    GuestRequest request;
    SnpReport report;

    must_launch(f, 0);
    request = make(f, &payload);
    f->asp->snp.mask_chip_id = true;
    report = guest_report(f, &request).report;
    g_assert_cmpmem(report.chip_id, 64, zeros, 64);
    g_assert_true(is_signed(&report, &report.reported_tcb));

    f->asp->snp.mask_chip_key = true;
    report = guest_report(f, &request).report;
    g_assert_cmphex(le32_get(report.key_info), ==, 0x1 | 0x2 | 7 << 2);
    g_assert_cmpmem(&report.signature, 512, zeros, 512);
}

typedef struct Wrong {
    const char *name;
    unsigned vmpck;
    uint32_t vmpl, flags;
    uint8_t reserved;
    uint32_t status;
} Wrong;

static const Wrong wrong[] = {
    { "VMPL 4", 0, 4, 0, 0, SEV_FW_INVALID_PARAM },
    { "VMPL of the host", 0, UINT32_MAX, 0, 0, SEV_FW_INVALID_PARAM },
    { "VMPL above the caller's", 2, 1, 0, 0, SEV_FW_INVALID_PARAM },
    { "selection 3", 0, 0, 3, 0, SEV_FW_INVALID_PARAM },
    { "reserved flag", 0, 0, 4, 0, SEV_FW_INVALID_PARAM },
    { "reserved flag, last", 0, 0, 1u << 31, 0, SEV_FW_INVALID_PARAM },
    { "reserved byte", 0, 0, 0, 1, SEV_FW_INVALID_PARAM },
    { "VLEK that is not there", 0, 0, 2, 0, SEV_FW_INVALID_KEY },
};

/* They are answered: the sequence goes on. */
static void test_wrong(AspFixture *f)
{
    static const SnpReport none;

    must_snp_guest(f, SNP_GSTATE_RUNNING);
    for (unsigned i = 0; i < G_N_ELEMENTS(wrong); i++) {
        SnpMsgReportReq payload = {
            .vmpl = le32_of(wrong[i].vmpl), .flags = le32_of(wrong[i].flags),
        };
        GuestRequest request = make(f, &payload);
        SnpMsgReportRsp response;

        g_test_message("%s", wrong[i].name);
        payload.reserved[sizeof(payload.reserved) - 1] = wrong[i].reserved;
        guest_use_vmpck(f, &request, wrong[i].vmpck);
        request.header.seqno = le64_of(wrong[i].vmpck ? 1 : 2 * i + 1 -
                                       (i > 2 ? 2 : 0));
        response = guest_report(f, &request);
        g_assert_cmphex(le32_get(response.status), ==, wrong[i].status);
        g_assert_cmpuint(le32_get(response.report_size), ==, 0);
        g_assert_cmpmem(&response.report, sizeof(none), &none, sizeof(none));
    }
}

static void test_vcek_disabled(AspFixture *f)
{
    SnpMsgReportReq payload = { 0 };
    GuestRequest request;

    must_launch(f, SNP_LAUNCH_FINISH_VCEK_DIS);
    request = make(f, &payload);
    for (unsigned sel = 0; sel < 3; sel++) {
        payload.flags = le32_of(sel);
        g_assert_cmphex(le32_get(guest_report(f, &request).status), ==,
                        SEV_FW_INVALID_KEY);
    }
}

static void test_vlek(AspFixture *f)
{
    SnpMsgReportReq payload = { 0 };
    GuestRequest request;
    SnpReport report;

    must_launch(f, 0);
    f->asp->snp.vlek_loaded = true;
    memset(f->asp->snp.vlek.byte, 0x11, 48);
    request = make(f, &payload);
    for (unsigned sel = 0; sel < 3; sel++) {
        payload.flags = le32_of(sel);
        report = guest_report(f, &request).report;
        g_assert_cmpuint(le32_get(report.key_info) >> 2, ==,
                         sel == SNP_KEY_SEL_VCEK ? SNP_SIGNER_VCEK
                                                 : SNP_SIGNER_VLEK);
        g_assert_cmpint(is_signed(&report, &report.reported_tcb), ==,
                        sel == SNP_KEY_SEL_VCEK);
    }
}

/* A longer request than there is today is taken as today's. */
static void test_longer(AspFixture *f)
{
    struct { SnpMsgReportReq request; uint8_t more[100]; } payload = { 0 };
    GuestRequest request;

    must_launch(f, 0);
    memset(payload.more, 0xff, sizeof(payload.more));
    request = guest_request(f, SNP_MSG_REPORT_REQ, &payload, sizeof(payload));
    g_assert_cmpuint(le32_get(guest_report(f, &request).status), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    asp_test_add("/asp/snp-report/fields", test_fields);
    asp_test_add("/asp/snp-report/versions", test_versions);
    asp_test_add("/asp/snp-report/products", test_products);
    asp_test_add("/asp/snp-report/reported-tcb", test_reported_tcb);
    asp_test_add("/asp/snp-report/masks", test_masks);
    asp_test_add("/asp/snp-report/wrong", test_wrong);
    asp_test_add("/asp/snp-report/vcek-disabled", test_vcek_disabled);
    asp_test_add("/asp/snp-report/vlek", test_vlek);
    asp_test_add("/asp/snp-report/longer", test_longer);
    return g_test_run();
}
