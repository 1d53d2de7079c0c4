/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each likely mistake is found, and told by its name. */

#include <string.h>
#include "guest-owner/crypto.h"
#include "guest-owner/explain.h"

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
} Launched;

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
      "policy 0x7", .no_initrd = true, .policy = 6,
      .cmdline = CMDLINE "\n" },
    { "firmware", NULL, .odd_firmware = true },
    { "four", NULL, .no_initrd = true, .policy = 2, .zero_tik = true,
      .cmdline = CMDLINE "\n" },
};

static void measure(const Launched *l, const KernelFiles *given,
                    GBytes *firmware, SevMeasureBuffer *found)
{
    static const uint8_t zero_tik[SEV_KEY_SIZE];
    g_autoptr(GBytes) odd = g_bytes_new_static("odd", 3);
    KernelFiles files = *given;
    Platform platform = { 1, l->minor ? l->minor : 55, l->minor ? 3 : 1,
                          l->policy + 1 };
    uint8_t digest[SEV_DIGEST_SIZE];

    files.cmdline = l->cmdline ? l->cmdline : CMDLINE;
    files.initrd = l->no_initrd ? NULL : files.initrd;
    launch_digest(l->odd_firmware ? odd : firmware,
                  l->no_hashes ? NULL : &files, digest);
    measurement_compute(&platform, digest, mnonce,
                        l->zero_tik ? zero_tik : tik, found);
}

static void test_case(gconstpointer data)
{
    const Launched *l = data;
    static const Platform running = { 1, 51, 3, 0 };
    g_autoptr(GBytes) firmware = g_bytes_new_static("firmware", 8);
    g_autoptr(GBytes) kernel = g_bytes_new_static("kernel", 6);
    g_autoptr(GBytes) initrd = g_bytes_new_static("initrd", 6);
    KernelFiles files = { kernel, initrd, CMDLINE };
    ExplainInputs inputs = {
        .platform = { 1, 55, 1, 1 },
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
