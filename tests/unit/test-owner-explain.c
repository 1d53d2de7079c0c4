/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each likely mistake is found, and told by its name. */

#include <string.h>
#include "guest-owner/base/crypto.h"
#include "guest-owner/run/explain.h"

#define CMDLINE "console=ttyS0"

static const uint8_t tik[SEV_KEY_SIZE] = { 7 };
static const uint8_t mnonce[SEV_NONCE_SIZE] = { 9 };

/* What was really launched */
typedef struct Launched {
    const char *name;           /* of the case, and what must be told */
    const char *explanation;    /* NULL: nothing is found */
    const char *cmdline;
    bool no_initrd;
    bool no_hashes;
    bool zero_tik;
    bool odd_firmware;
    int policy;                 /* less 1: zero stands for 1 */
    uint8_t minor;              /* zero stands for 55 */
    uint32_t vcpus;             /* zero stands for 2 */
    uint32_t cpu;               /* zero stands for EPYC */
    bool legacy;
    bool es_expected;           /* else policy 1 */
    bool guess;                 /* which CPUs there are */
} Launched;

#define ES_POLICY 4             /* as Launched has it: 5 */
#define EIP       0x80b004

static const Launched cases[] = {
    { "newline", "a command line with a newline at its end",
      .cmdline = CMDLINE "\n" },
    { "space", "a command line with a space at its end",
      .cmdline = CMDLINE " " },
    { "empty", "an empty command line", .cmdline = "" },
    { "no-initrd", "no initrd", .no_initrd = true },
    { "no-hashes", "no hashes of the kernel (kernel-hashes=off)",
      .no_hashes = true },
    { "zero-tik", "a TIK of zeros", .zero_tik = true },
    { "policy", "policy 0x3", .policy = 2 },
    { "platform", "API 1.51, build 3 (the platform's)", .minor = 51 },
    { "two", "no initrd; policy 0x0", .no_initrd = true, .policy = -1 },
    { "three", "no initrd; a command line with a newline at its end; "
      "policy 0x3", .no_initrd = true, .policy = 2,
      .cmdline = CMDLINE "\n" },
    { "firmware", NULL, .odd_firmware = true },
    { "four", NULL, .no_initrd = true, .policy = 2, .zero_tik = true,
      .cmdline = CMDLINE "\n" },
    { "es", "policy 0x5", .policy = ES_POLICY },
    { "no-es", "policy 0x1", .es_expected = true },
    { "es-guess", "policy 0x5; 1 vCPU; CPU model EPYC", .policy = ES_POLICY,
      .vcpus = 1, .guess = true },
    { "policy-guess", "policy 0x3", .policy = 2, .guess = true },
    { "es-1", "1 vCPU", .policy = ES_POLICY, .es_expected = true,
      .vcpus = 1 },
    { "es-7", "7 vCPUs", .policy = ES_POLICY, .es_expected = true,
      .vcpus = 7 },
    { "es-64", "64 vCPUs", .policy = ES_POLICY, .es_expected = true,
      .vcpus = 64 },
    { "es-9", NULL, .policy = ES_POLICY, .es_expected = true, .vcpus = 9 },
    { "es-milan", "CPU model EPYC-Milan", .policy = ES_POLICY,
      .es_expected = true, .cpu = 0xa00f11 },
    { "es-max", "CPU model max", .policy = ES_POLICY, .es_expected = true,
      .cpu = 0x663 },
    { "es-unknown", NULL, .policy = ES_POLICY, .es_expected = true,
      .cpu = 0x123 },
    { "es-legacy", "legacy-vm-type=on", .policy = ES_POLICY,
      .es_expected = true, .legacy = true },
    { "es-three", "4 vCPUs; CPU model EPYC-Rome; legacy-vm-type=on",
      .policy = ES_POLICY, .es_expected = true, .vcpus = 4, .cpu = 0x830f10,
      .legacy = true },
    { "es-cmdline", "an empty command line; 1 vCPU", .policy = ES_POLICY,
      .es_expected = true, .vcpus = 1, .cmdline = "" },
};

/* The smallest image that says where CPUs begin */
static GBytes *make_firmware(void)
{
    static const uint8_t tail[] = {
        0x04, 0xb0, 0x80, 0x00, 22, 0,
        0xde, 0x71, 0xf7, 0x00, 0x7e, 0x1a, 0xcb, 0x4f,
        0x89, 0x0e, 0x68, 0xc7, 0x7e, 0x2f, 0xb4, 0x4e,
        40, 0,
        0xde, 0x82, 0xb5, 0x96, 0xb2, 0x1f, 0xf7, 0x45,
        0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d,
    };
    uint8_t *image = g_malloc0(4096);

    memcpy(image + 4096 - 32 - sizeof(tail), tail, sizeof(tail));
    return g_bytes_new_take(image, 4096);
}

static GuestCpus cpus_of(const Launched *l)
{
    return (GuestCpus){
        .nr = l->vcpus ? l->vcpus : 2,
        .signature = l->cpu ? l->cpu : 0x800f12,
        .reset_eip = EIP,
        .legacy = l->legacy,
    };
}

static void measure(const Launched *l, const KernelFiles *given,
                    GBytes *firmware, SevMeasureBuffer *found)
{
    static const uint8_t zero_tik[SEV_KEY_SIZE];
    g_autoptr(GBytes) odd = g_bytes_new_static("odd", 3);
    KernelFiles files = *given;
    Platform platform = { 1, l->minor ? l->minor : 55, l->minor ? 3 : 1,
                          l->policy + 1 };
    GuestCpus cpus = cpus_of(l);
    bool es = l->policy == ES_POLICY;
    uint8_t digest[SEV_DIGEST_SIZE];

    files.cmdline = l->cmdline ? l->cmdline : CMDLINE;
    files.initrd = l->no_initrd ? NULL : files.initrd;
    launch_digest(l->odd_firmware ? odd : firmware,
                  l->no_hashes ? NULL : &files, es ? &cpus : NULL, digest);
    measurement_compute(&platform, digest, mnonce,
                        l->zero_tik ? zero_tik : tik, found);
}

static void test_case(gconstpointer data)
{
    const Launched *l = data;
    static const Platform running = { 1, 51, 3, 0 };
    g_autoptr(GBytes) firmware = make_firmware();
    GuestCpus cpus = l->guess ? (GuestCpus){ 1, 0x663, 0, false, true }
                              : (GuestCpus){ 2, 0x800f12, EIP, false, false };
    g_autoptr(GBytes) kernel = g_bytes_new_static("kernel", 6);
    g_autoptr(GBytes) initrd = g_bytes_new_static("initrd", 6);
    KernelFiles files = { kernel, initrd, CMDLINE };
    ExplainInputs inputs = {
        .platform = { 1, 55, 1, l->es_expected ? 5 : 1 },
        .cpus = &cpus,
        .running = &running,
        .tik = tik,
        .firmware = firmware,
        .kernel = &files,
    };
    g_autofree char *text = NULL;
    SevMeasureBuffer found;
    unsigned nr_tried;

    measure(l, &files, firmware, &found);
    text = explain_measurement(&inputs, &found, &nr_tried);
    g_assert_cmpstr(text, ==, l->explanation);
    g_assert_cmpuint(nr_tried, >, text ? 0 : 100);
}

/* Of a digest nothing is known but the numbers around it. */
static void test_digest(void)
{
    static const uint8_t digest[SEV_DIGEST_SIZE] = { 5 };
    ExplainInputs inputs = {
        .platform = { 1, 55, 1, 1 }, .tik = tik, .digest = digest,
    };
    Platform really = { 1, 55, 1, 5 };
    g_autofree char *text = NULL;
    SevMeasureBuffer found;
    unsigned nr_tried;

    measurement_compute(&really, digest, mnonce, tik, &found);
    text = explain_measurement(&inputs, &found, &nr_tried);
    g_assert_cmpstr(text, ==, "policy 0x5");
    found.measure[0] ^= 1;
    g_assert_null(explain_measurement(&inputs, &found, &nr_tried));
    /* 8 policies with each TIK, less what was given */
    g_assert_cmpuint(nr_tried, ==, 15);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(crypto_init(NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/owner/explain/", cases[i].name,
                                            NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/owner/explain/digest", test_digest);
    return g_test_run();
}
