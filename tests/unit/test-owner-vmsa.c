/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SEV-ES: models of CPUs, their first state and its digest. */

#include <string.h>
#include "guest-owner/base/crypto.h"
#include "guest-owner/measure/measurement.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/measure/vmsa.h"
#include "owner-vmsa-vectors.h"

static void expect_sha256(const void *data, size_t len, const char *want)
{
    g_autofree char *hex = g_compute_checksum_for_data(G_CHECKSUM_SHA256,
                                                       data, len);

    g_assert_cmpstr(hex, ==, want);
}

static void test_vector(gconstpointer data)
{
    const VmsaVector *v = data;
    GuestCpus cpus = {
        .nr = v->nr, .signature = v->signature, .legacy = v->legacy,
        .reset_eip = VMSA_RESET_EIP,
    };
    uint8_t pattern[8192], digest[SEV_DIGEST_SIZE];
    g_autoptr(GBytes) firmware = NULL;
    g_autoptr(GString) hex = g_string_new(NULL);
    SevVmsa vmsa;

    vmsa_build(&cpus, true, &vmsa);
    expect_sha256(&vmsa, sizeof(vmsa), v->first);
    vmsa_build(&cpus, false, &vmsa);
    expect_sha256(&vmsa, sizeof(vmsa), v->other);
    for (size_t i = 0; i < sizeof(pattern); i++) {
        pattern[i] = i * 7 + 1;
    }
    firmware = g_bytes_new(pattern, sizeof(pattern));
    launch_digest(firmware, NULL, &cpus, digest);
    for (size_t i = 0; i < sizeof(digest); i++) {
        g_string_append_printf(hex, "%02x", digest[i]);
    }
    g_assert_cmpstr(hex->str, ==, v->digest);
}

static void test_model(gconstpointer data)
{
    const VmsaVector *v = data;
    const CpuModel *model = cpu_model_find(v->model);

    g_assert_nonnull(model);
    g_assert_cmphex(cpu_model_signature(model), ==, v->signature);
}

/* Signatures that manuals and lscpu show */
static void test_signature(void)
{
    g_assert_cmphex(cpu_signature(6, 6, 3), ==, 0x663);
    g_assert_cmphex(cpu_signature(15, 107, 1), ==, 0x60fb1);
    g_assert_cmphex(cpu_signature(23, 1, 2), ==, 0x800f12);
    g_assert_cmphex(cpu_signature(23, 49, 0), ==, 0x830f10);
    g_assert_cmphex(cpu_signature(25, 1, 1), ==, 0xa00f11);
    g_assert_cmphex(cpu_signature(25, 17, 0), ==, 0xa10f10);
    g_assert_cmphex(cpu_signature(270, 255, 15), ==, 0x0fff0fff);
}

static void test_names(void)
{
    static const char *const good[] = {
        "EPYC", "EPYC-v4", "EPYC-v12", "EPYC,+avx", "EPYC-v3,avx=off",
        "EPYC-IBPB", "EPYC-Milan-v2", "EPYC-Genoa", "max", "max,la57=off",
        "qemu64",
    };
    static const char *const bad[] = {
        "", "epyc", "EPY", "EPYC-", "EPYC-v", "EPYC-vx", "EPYC-Turing",
        "EPYC v4", "EPYC4", "host", "Skylake-Server", ",EPYC", "max2",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        g_assert_nonnull(cpu_model_find(good[i]));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_assert_null(cpu_model_find(bad[i]));
    }
    g_assert_cmpstr(cpu_model_find("EPYC-Milan-v2")->name, ==, "EPYC-Milan");
}

/* Firmware without a place for them can do with one CPU. */
static void test_firmware(void)
{
    FirmwareInfo none = { 0 };
    FirmwareInfo some = { .has_es_reset = true, .es_reset_eip = 0x1234 };
    GuestCpus cpus = { .nr = 1 };
    g_autoptr(GError) error = NULL;

    g_assert_true(guest_cpus_take_firmware(&cpus, &none, "f", NULL));
    g_assert_true(guest_cpus_take_firmware(&cpus, &some, "f", NULL));
    g_assert_cmphex(cpus.reset_eip, ==, 0x1234);
    cpus.nr = 2;
    g_assert_true(guest_cpus_take_firmware(&cpus, &some, "f", NULL));
    g_assert_false(guest_cpus_take_firmware(&cpus, &none, "f", &error));
    g_assert_error(error, OWNER_ERROR, OWNER_EXIT_USAGE);
    g_assert_cmpstr(error->message, ==,
                    "firmware f does not say where CPUs but the first begin: "
                    "a SEV-ES guest can have only one with it");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(crypto_init(NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(vmsa_vectors); i++) {
        const VmsaVector *v = &vmsa_vectors[i];
        g_autofree char *name = g_strdup_printf("%s-%u%s", v->model, v->nr,
                                                v->legacy ? "-legacy" : "");
        g_autofree char *state = g_strconcat("/owner/vmsa/state/", name, NULL);
        g_autofree char *model = g_strconcat("/owner/vmsa/model/", name, NULL);

        g_test_add_data_func(state, v, test_vector);
        g_test_add_data_func(model, v, test_model);
    }
    g_test_add_func("/owner/vmsa/signature", test_signature);
    g_test_add_func("/owner/vmsa/names-of-models", test_names);
    g_test_add_func("/owner/vmsa/firmware", test_firmware);
    return g_test_run();
}
