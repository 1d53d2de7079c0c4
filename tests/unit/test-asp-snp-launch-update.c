/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SNP_LAUNCH_UPDATE (AMD publication 56860, section 8.17).
 */

#include "snp-fixture.h"

#include <string.h>

#include "abi/vmsa.h"
#include "asp/snp-context.h"
#include "asp/state.h"
#include "snp-vectors.h"

#define GPA 0x1000ull

static const uint8_t no_digest[SNP_DIGEST_SIZE];

static void assert_digest(AspFixture *f, const uint8_t expected[48])
{
    uint8_t told[SNP_DIGEST_SIZE];

    g_assert_cmpmem(snp_digest(f), SNP_DIGEST_SIZE, expected,
                    SNP_DIGEST_SIZE);
    g_assert_true(asp_snp_launch_digest(f->asp, PAGE(GCTX_PAGE), told));
    g_assert_cmpmem(told, sizeof(told), expected, SNP_DIGEST_SIZE);
    g_assert_false(asp_snp_launch_digest(f->asp, PAGE(GCTX_PAGE + 1), told));
}

static SnpCmdLaunchUpdate normal_page(void)
{
    return (SnpCmdLaunchUpdate) {
        .gctx_paddr = le64_of(PAGE(GCTX_PAGE)),
        .flags = le32_of(SNP_PAGE_TYPE_NORMAL << SNP_LAUNCH_UPDATE_TYPE_SHIFT),
        .paddr = le64_of(PAGE(0)),
    };
}

/* Each field wrong once; the RMP would be wrong as well. */
static void test_fields(AspFixture *f)
{
    SnpCmdLaunchUpdate cmd;

    must_snp_guest(f, SNP_GSTATE_LAUNCH);
#define WRONG(change) do { \
        cmd = normal_page(); \
        cmd.change; \
        assert_status(run_command(f, SNP_CMD_LAUNCH_UPDATE, &cmd), \
                      INVALID_PARAM); \
    } while (0)
    for (unsigned bit = 4; bit < 32; bit++) {
        WRONG(flags = le32_of(le32_get(cmd.flags) | 1u << bit));
    }
    WRONG(flags = le32_of(0));
    WRONG(flags = le32_of(7 << SNP_LAUNCH_UPDATE_TYPE_SHIFT));
    WRONG(reserved1 = le32_of(1));
    WRONG(reserved2 = 1);
    WRONG(reserved3 = le32_of(1));
    for (unsigned bit = 4; bit < 8; bit++) {
        WRONG(vmpl1_perms = 1u << bit);
        WRONG(vmpl2_perms = 1u << bit);
        WRONG(vmpl3_perms = 1u << bit);
    }
#undef WRONG
    assert_digest(f, no_digest);
    g_assert_cmpuint(f->reads, ==, 0);
}

static void test_page(AspFixture *f)
{
    static const RmpEntry others[] = {
        { 0 },
        { .assigned = 1 },
        { .assigned = 1, .immutable = 1 },
        { .assigned = 1, .immutable = 1, .vmsa = 1 },
        { .assigned = 1, .asid = ES_GUEST_ASID },
        { .assigned = 1, .asid = ES_GUEST_ASID, .validated = 1 },
        { .assigned = 1, .asid = ES_GUEST_ASID, .validated = 1,
          .immutable = 1 },
    };

    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    assert_status(snp_update(f, 1, PAGE(0) + 8), INVALID_ADDRESS);
    assert_status(snp_update(f, 1, 0x1000), INVALID_ADDRESS);
    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++) {
        f->rmp[0] = others[i];
        assert_status(snp_update(f, 1, PAGE(0)), INVALID_PAGE_STATE);
    }
    f->rmp[0] = snp_pre_guest_page(ES_GUEST_ASID + 1, GPA);
    f->rmp[0].page_size = RMP_PAGE_2M;
    assert_status(snp_update(f, 1, PAGE(0)), INVALID_PAGE_SIZE);
    f->rmp[0].page_size = RMP_PAGE_4K;
    assert_status(snp_update(f, 1, PAGE(0)), INVALID_PAGE_OWNER);
    g_assert_cmpuint(f->reads, ==, 0);
    assert_digest(f, no_digest);
}

static void test_inactive(AspFixture *f)
{
    must_snp_init(f);
    must_gctx(f, GCTX_PAGE);
    must_snp_start(f, PAGE(GCTX_PAGE), SNP_POLICY);
    assert_status(snp_update(f, 1, PAGE(0) + 1), INACTIVE);
    assert_status(snp_update(f, 0, PAGE(0)), INVALID_PARAM);
}

/* Whatever fails: no digest, no page that counts as valid */
static void test_failures(AspFixture *f)
{
    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    snp_give(f, 0, GPA);
    f->rmp_writes = 0;
    f->fail_read_call = 1;
    assert_status(snp_update(f, 1, PAGE(0)), INVALID_ADDRESS);
    f->fail_write_private = true;
    assert_status(snp_update(f, 1, PAGE(0)), INVALID_ADDRESS);
    f->fail_write_private = false;
    f->fail_rmp_write = true;
    assert_status(snp_update(f, 1, PAGE(0)), INVALID_PAGE_STATE);
    f->fail_rmp_write = false;
    g_assert_cmpuint(f->rmp_writes, ==, 0);
    assert_digest(f, no_digest);
    assert_status(snp_update(f, 1, PAGE(0)), SUCCESS);
    assert_digest(f, vector_snp_one_page);
}

static void test_entry(AspFixture *f)
{
    SnpCmdLaunchUpdate cmd = normal_page();
    RmpEntry expected = {
        .assigned = 1, .validated = 1, .asid = ES_GUEST_ASID, .gpa = GPA,
        .perm10 = 0x1f, .perm32 = 0xf3,
    };

    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    snp_give(f, 0, GPA);
    cmd.vmpl1_perms = 0x1;
    cmd.vmpl2_perms = 0x3;
    cmd.vmpl3_perms = 0xf;
    assert_status(run_command(f, SNP_CMD_LAUNCH_UPDATE, &cmd), SUCCESS);
    g_assert_cmpmem(&f->rmp[0], sizeof(expected), &expected,
                    sizeof(expected));
    assert_digest(f, vector_snp_perms);
    /* It is the guest's now: not twice */
    assert_status(run_command(f, SNP_CMD_LAUNCH_UPDATE, &cmd),
                  INVALID_PAGE_STATE);
}

/*
 * What the guest finds: the pattern has Secure TSC among its features, and the
 * guest was launched without a frequency.
 */
static const uint8_t *launched_vmsa(const uint8_t *page)
{
    static SevVmsa vmsa;

    memcpy(&vmsa, page, sizeof(vmsa));
    vmsa.guest_tsc_scale = le64_of(0);
    vmsa.guest_tsc_offset = le64_of(0);
    return (const uint8_t *)&vmsa;
}

/* Pages 1 to 6, each of the type of that number */
static void test_types(AspFixture *f)
{
    static const uint8_t zeros[SNP_PAGE_SIZE];
    SnpCpuidPage *cpuid;

    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    cpuid = (void *)&f->memory[6 * SNP_PAGE_SIZE];
    memset(cpuid, 0, sizeof(*cpuid));
    for (unsigned type = 1; type <= 6; type++) {
        const uint8_t *page = &f->memory[type * SNP_PAGE_SIZE];
        const uint8_t *found = &f->private_memory[type * SNP_PAGE_SIZE];

        snp_give(f, type, 0x1000 * type);
        assert_status(snp_update(f, type, PAGE(type)), SUCCESS);
        g_assert_cmpuint(f->private_asid, ==, ES_GUEST_ASID);
        g_assert_cmpuint(f->rmp[type].vmsa, ==, type == SNP_PAGE_TYPE_VMSA);
        if (type == SNP_PAGE_TYPE_ZERO) {
            page = zeros;
        } else if (type == SNP_PAGE_TYPE_VMSA) {
            page = launched_vmsa(page);
        }
        if (type != SNP_PAGE_TYPE_SECRETS) {
            g_assert_cmpmem(found, SNP_PAGE_SIZE, page, SNP_PAGE_SIZE);
        }
    }
    assert_digest(f, vector_snp_every_type);
}

static void test_secrets(AspFixture *f)
{
    SnpSecretsPage expected = {
        .version = le32_of(3),
        .fms = le32_of(FIXTURE_FMS),
    };
    const AspSnpGuest *guest;

    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    guest = asp_snp_find(f->asp, PAGE(GCTX_PAGE));
    memset(expected.gosvw, 0x6f, sizeof(expected.gosvw));
    memcpy(expected.vmpck, guest->vmpck, sizeof(expected.vmpck));
    snp_give(f, 0, GPA);
    assert_status(snp_update(f, SNP_PAGE_TYPE_SECRETS, PAGE(0)), SUCCESS);
    g_assert_cmpmem(f->private_memory, SNP_PAGE_SIZE, &expected,
                    sizeof(expected));
    /* Nobody else sees the keys. */
    g_assert_false(asp_fixture_find(f->memory, MEM_SIZE, guest->vmpck[0],
                                    SNP_VMPCK_SIZE));
}

static void test_big(AspFixture *f)
{
    SnpCmdLaunchUpdate cmd = normal_page();

    f->big = g_malloc0(RMP_2M_PAGE_SIZE);
    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    f->big_rmp = snp_pre_guest_page(ES_GUEST_ASID, 0x40000000);
    cmd.paddr = le64_of(BIG_BASE);
    assert_status(run_command(f, SNP_CMD_LAUNCH_UPDATE, &cmd), SUCCESS);
    f->big_rmp = snp_pre_guest_page(ES_GUEST_ASID, 0x40000000);
    cmd.flags = le32_of(le32_get(cmd.flags) | SNP_LAUNCH_UPDATE_2M);
    assert_status(run_command(f, SNP_CMD_LAUNCH_UPDATE, &cmd),
                  INVALID_PAGE_SIZE);
    f->big_rmp.page_size = RMP_PAGE_2M;
    cmd.paddr = le64_of(BIG_BASE + RMP_PAGE_SIZE);
    assert_status(run_command(f, SNP_CMD_LAUNCH_UPDATE, &cmd),
                  INVALID_ADDRESS);
    for (unsigned type = 1; type <= 6; type++) {
        bool any_size = type == 1 || type == 3 || type == 4;

        cmd.paddr = le64_of(any_size ? BIG_BASE + 1 : BIG_BASE);
        cmd.flags = le32_of(type << SNP_LAUNCH_UPDATE_TYPE_SHIFT |
                    SNP_LAUNCH_UPDATE_2M);
        g_assert_cmphex(run_command(f, SNP_CMD_LAUNCH_UPDATE, &cmd), ==,
                        any_size ? SEV_FW_INVALID_ADDRESS
                                 : SEV_FW_INVALID_PAGE_SIZE);
    }
}

/* It counts as its 512 pages do, and half of it as nothing. */
static void test_big_digest(AspFixture *f)
{
    SnpCmdLaunchUpdate cmd = normal_page();

    f->big = g_malloc0(RMP_2M_PAGE_SIZE);
    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    f->big_rmp = snp_pre_guest_page(ES_GUEST_ASID, 0x40000000);
    f->big_rmp.page_size = RMP_PAGE_2M;
    cmd.paddr = le64_of(BIG_BASE);
    cmd.flags = le32_of(le32_get(cmd.flags) | SNP_LAUNCH_UPDATE_2M);
    f->fail_read_call = 300;
    assert_status(run_command(f, SNP_CMD_LAUNCH_UPDATE, &cmd),
                  INVALID_ADDRESS);
    assert_digest(f, no_digest);
    assert_status(run_command(f, SNP_CMD_LAUNCH_UPDATE, &cmd), SUCCESS);
    assert_digest(f, vector_snp_big_page);
    g_assert_true(f->big_rmp.validated && !f->big_rmp.immutable);
}

/* The page is read once: what is measured is what the guest gets. */
static void change_page(AspFixture *f, unsigned call)
{
    f->memory[0]++;
}

static void test_changing(AspFixture *f)
{
    uint8_t first = f->memory[0];

    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    snp_give(f, 0, GPA);
    f->memory[0]--;
    f->on_read = change_page;
    assert_status(snp_update(f, 1, PAGE(0)), SUCCESS);
    g_assert_cmpuint(f->private_memory[0], ==, first);
    assert_digest(f, vector_snp_one_page);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) asp_test_add("/asp/snp-launch-update/" name, func)
    ADD("a-wrong-field-is-INVALID_PARAM", test_fields);
    ADD("the-page-must-be-set-aside-for-the-guest", test_page);
    ADD("a-guest-without-ASID-is-INACTIVE", test_inactive);
    ADD("what-fails-changes-nothing", test_failures);
    ADD("the-page-becomes-the-guest's", test_entry);
    ADD("each-type-has-its-content-and-measure", test_types);
    ADD("the-secrets-page-has-keys", test_secrets);
    ADD("2M-is-for-some-types", test_big);
    ADD("2M-count-as-512-pages", test_big_digest);
    ADD("the-page-is-read-once", test_changing);
    return g_test_run();
}
