/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Generations of processors, and chips of each of them.
 */

#include "asp-fixture.h"

#include <string.h>

#include "asp/product.h"

static Asp *make(const AspFuses *fuses)
{
    AspOps ops = asp_fixture_ops();

    return asp_new(&ops, fuses, NULL);
}

static bool is_chip(const AspFuses *fuses)
{
    Asp *asp = make(fuses);
    bool made = asp != NULL;

    asp_free(asp);
    return made;
}

/* Numbers of CPUID as the tools that read reports have them */
static const struct {
    const char *name;
    uint32_t cpuid;
    unsigned family, model, stepping;
    uint8_t tcb_used;           /* bytes of a TCB, one bit each */
    unsigned id_size;
} known[] = {
    { "Naples", 0x00800f12, 0x17, 0x01, 2, 0x00, 64 },
    { "Rome",   0x00830f10, 0x17, 0x31, 0, 0x00, 64 },
    { "Milan",  0x00a00f11, 0x19, 0x01, 1, 0xc3, 64 },
    { "Genoa",  0x00a10f11, 0x19, 0x11, 1, 0xc3, 64 },
    { "Turin",  0x00b00f21, 0x1a, 0x02, 1, 0x8f, 8 },
    { "Venice", 0x00b50f00, 0x1a, 0x50, 0, 0x8f, 8 },
};

static void test_known(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(known); i++) {
        const AspProduct *product = asp_product_by_name(known[i].name);
        const AspModel *model = &product->model;

        g_assert_cmpstr(product->name, ==, known[i].name);
        g_assert_cmphex(le32_get(model->cpuid), ==, known[i].cpuid);
        g_assert_cmphex(asp_model_family(model), ==, known[i].family);
        g_assert_cmphex(asp_model_number(model), ==, known[i].model);
        g_assert_cmphex(asp_model_stepping(model), ==, known[i].stepping);
        g_assert_true(asp_product_of(model) == product);
    }
    g_assert_null(asp_product_by_name("milan"));
    g_assert_null(asp_product_by_name(""));
}

/* Chips that exist must stay what they were. */
static void test_milan(void)
{
    static const uint8_t expected[16] = {
        0x11, 0x0f, 0xa0, 0x00, 1, 55, 1, 0, 3, 0, 0, 0, 0, 0, 8, 115,
    };

    g_assert_cmpmem(&asp_product_by_name("Milan")->model, sizeof(AspModel),
                    expected, sizeof(expected));
    g_assert_cmpuint(G_STRUCT_OFFSET(AspFuses, chip_id), ==, 0);
    g_assert_cmpuint(G_STRUCT_OFFSET(AspFuses, cek_scalar), ==, 64);
    g_assert_cmpuint(G_STRUCT_OFFSET(AspFuses, model), ==, 112);
}

/* The first and the last model of each range, and their neighbours */
static void test_ranges(void)
{
    static const struct { uint32_t cpuid; const char *name; } rows[] = {
        { 0x00800f00, "Naples" }, { 0x00800ff0, "Naples" },
        { 0x00810f00, NULL }, { 0x00820ff0, NULL },
        { 0x00830f00, "Rome" }, { 0x00830ff0, "Rome" }, { 0x00840f00, NULL },
        { 0x00a00f00, "Milan" }, { 0x00a00fff, "Milan" },
        { 0x00a10f00, "Genoa" }, { 0x00a10ff0, "Genoa" },
        { 0x00a20f00, NULL }, { 0x00a90ff0, NULL },
        { 0x00aa0f00, "Genoa" }, { 0x00aa0ff2, "Genoa" },
        { 0x00ab0f00, NULL },
        { 0x00b00f00, "Turin" }, { 0x00b10f10, "Turin" },
        { 0x00b10f20, NULL }, { 0x00b40ff0, NULL },
        { 0x00b50f00, "Venice" }, { 0x00b50f70, "Venice" },
        { 0x00b50f80, NULL }, { 0x00b80ff0, NULL },
        { 0x00b90f00, "Venice" }, { 0x00ba0ff0, "Venice" },
        { 0x00bb0f00, NULL }, { 0x00bc0f00, "Venice" },
        { 0x00bc0f70, "Venice" }, { 0x00bc0f80, NULL },
        { 0, NULL }, { 0xffffffff, NULL },
        { 0x00a00e11, NULL },           /* the family's extension is not one */
        { 0x00a01f11, NULL }, { 0x10a00f11, NULL },     /* reserved bits */
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        AspModel model = { .cpuid = le32_of(rows[i].cpuid) };
        const AspProduct *product = asp_product_of(&model);

        g_assert_cmpstr(product ? product->name : NULL, ==, rows[i].name);
    }
}

static void test_chips(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(known); i++) {
        AspFuses fuses = asp_fixture_fuses_of(known[i].name);

        g_assert_true(is_chip(&fuses));
        fuses.chip_id[63] ^= 1;
        g_assert_cmpint(is_chip(&fuses), ==, known[i].id_size == 64);
        fuses.chip_id[63] ^= 1;
        fuses.model.reserved = 1;
        g_assert_false(is_chip(&fuses));
        fuses.model.reserved = 0;
        for (unsigned byte = 0; byte < SNP_TCB_SIZE; byte++) {
            memset(fuses.model.tcb, 0, sizeof(fuses.model.tcb));
            fuses.model.tcb[byte] = 1;
            g_assert_cmpint(is_chip(&fuses), ==,
                            known[i].tcb_used >> byte & 1);
        }
        memset(fuses.model.tcb, 0, sizeof(fuses.model.tcb));
        fuses.model.cpuid = le32_of(0);
        g_assert_false(is_chip(&fuses));
    }
}

/* As firmware answers that has never heard of SEV-SNP, whatever is given */
static void test_without_snp(AspFixture *f)
{
    static const char *const without[] = { "Naples", "Rome" };
    uint8_t buffer[64] = { 0 };

    for (unsigned i = 0; i < G_N_ELEMENTS(without); i++) {
        asp_fixture_become(f, without[i]);
        for (uint32_t id = SNP_CMD_INIT; id <= SNP_CMD_FEATURE_INFO; id++) {
            assert_status(asp_command(f->asp, id, NULL, 0), INVALID_COMMAND);
            assert_status(asp_command(f->asp, id, buffer, 8),
                          INVALID_COMMAND);
        }
        must_init(f);
        must_launch_start(f, 0);
    }
}

static void test_without_es(AspFixture *f)
{
    SevCmdInit cmd = {
        .options = le32_of(SEV_INIT_ES), .tmr_paddr = le64_of(MEM_BASE),
        .tmr_len = le32_of(0x100000),
    };

    asp_fixture_become(f, "Naples");
    assert_status(run_command(f, SEV_CMD_INIT, &cmd), UNSUPPORTED);
    g_assert_cmpuint(platform_status(f).state, ==, SEV_PSTATE_UNINIT);
    g_assert_cmpuint(f->flash_len, ==, 0);
    must_init(f);
    asp_fixture_become(f, "Rome");
    must_init_es(f);
}

/* ATTESTATION came with API 0.23, says Linux. */
static void test_old_api(AspFixture *f)
{
    SevCmdAttestation cmd = { 0 };

    asp_fixture_become(f, "Naples");
    assert_status(run_command(f, SEV_CMD_ATTESTATION_REPORT, &cmd),
                  INVALID_COMMAND);
    asp_fixture_become(f, "Rome");
    assert_status(run_command(f, SEV_CMD_ATTESTATION_REPORT, &cmd),
                  INVALID_PLATFORM_STATE);
}

static void test_version(AspFixture *f)
{
    static const struct { const char *name; uint8_t major, minor, build; }
    rows[] = {
        { "Naples", 0, 17, 48 }, { "Rome", 0, 24, 20 }, { "Milan", 1, 55, 1 },
        { "Genoa", 1, 56, 1 }, { "Turin", 1, 58, 1 }, { "Venice", 1, 58, 1 },
    };
    SevCmdPlatformStatus status;

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        asp_fixture_become(f, rows[i].name);
        must_init(f);
        status = platform_status(f);
        g_assert_cmpuint(status.api_major, ==, rows[i].major);
        g_assert_cmpuint(status.api_minor, ==, rows[i].minor);
        g_assert_cmpuint(le32_get(status.config) >> SEV_CONFIG_BUILD_SHIFT, ==,
                         rows[i].build);
    }
}

/* What a guest owner demands is held against the chip's version. */
static void test_least_version(AspFixture *f)
{
    SevCmdLaunchStart cmd = { .policy = le32_of(18u << 24) };

    asp_fixture_become(f, "Naples");
    must_init(f);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), POLICY_FAILURE);
    cmd.policy = le32_of(17u << 24);
    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), SUCCESS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func("/asp/product/" name, func)
    ADD("each-has-its-CPUID", test_known);
    ADD("the-default-Milan-is-what-chips-were", test_milan);
    ADD("models-belong-to-one-product-or-none", test_ranges);
    ADD("a-chip-has-a-TCB-of-its-product", test_chips);
    asp_test_add("/asp/product/SNP-is-INVALID_COMMAND-without-it",
                 test_without_snp);
    asp_test_add("/asp/product/SEV-ES-is-UNSUPPORTED-without-it",
                 test_without_es);
    asp_test_add("/asp/product/a-command-of-a-later-API-is-INVALID_COMMAND",
                 test_old_api);
    asp_test_add("/asp/product/each-tells-its-version", test_version);
    asp_test_add("/asp/product/a-policy-is-for-its-version",
                 test_least_version);
    return g_test_run();
}
