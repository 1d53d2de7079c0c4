/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest owner's digest and measurement, against known answers. */

#include <string.h>
#include "guest-owner/base/crypto.h"
#include "guest-owner/measure/measurement.h"
#include "owner-vectors.h"

static GBytes *owner_pattern(size_t size, uint8_t seed)
{
    uint8_t *data = g_malloc(size);

    for (size_t i = 0; i < size; i++) {
        data[i] = i * 7 + seed;
    }
    return g_bytes_new_take(data, size);
}

typedef struct Files {
    GBytes *firmware, *kernel, *initrd;
} Files;

static void setup(Files *files, gconstpointer data)
{
    files->firmware = owner_pattern(OWNER_FIRMWARE_SIZE, OWNER_FIRMWARE_SEED);
    files->kernel = owner_pattern(OWNER_KERNEL_SIZE, OWNER_KERNEL_SEED);
    files->initrd = owner_pattern(OWNER_INITRD_SIZE, OWNER_INITRD_SEED);
}

static void teardown(Files *files, gconstpointer data)
{
    g_bytes_unref(files->firmware);
    g_bytes_unref(files->kernel);
    g_bytes_unref(files->initrd);
}

static void test_hash_table(Files *files, gconstpointer data)
{
    KernelFiles kernel = { files->kernel, files->initrd, OWNER_CMDLINE };
    KernelHashes hashes;

    kernel_hashes_build(&kernel, &hashes);
    g_assert_cmpmem(&hashes, sizeof(hashes), owner_table,
                    sizeof(owner_table));
}

static void test_digest_firmware(Files *files, gconstpointer data)
{
    uint8_t digest[SEV_DIGEST_SIZE];

    launch_digest(files->firmware, NULL, NULL, digest);
    g_assert_cmpmem(digest, sizeof(digest), owner_digest_firmware,
                    sizeof(owner_digest_firmware));
}

static void test_digest_all(Files *files, gconstpointer data)
{
    KernelFiles kernel = { files->kernel, files->initrd, OWNER_CMDLINE };
    uint8_t digest[SEV_DIGEST_SIZE];

    launch_digest(files->firmware, &kernel, NULL, digest);
    g_assert_cmpmem(digest, sizeof(digest), owner_digest_all,
                    sizeof(owner_digest_all));
}

/* No initrd is the hash of nothing, no command line that of a NUL. */
static void test_digest_kernel_alone(Files *files, gconstpointer data)
{
    KernelFiles kernel = { files->kernel, NULL, NULL };
    uint8_t digest[SEV_DIGEST_SIZE];

    launch_digest(files->firmware, &kernel, NULL, digest);
    g_assert_cmpmem(digest, sizeof(digest), owner_digest_kernel,
                    sizeof(owner_digest_kernel));
}

static const Platform vector_platform = { 1, 55, 42, OWNER_POLICY };

static void test_measure(void)
{
    SevMeasureBuffer out;

    measurement_compute(&vector_platform, owner_digest_all, owner_mnonce,
                        owner_tik, &out);
    g_assert_cmpmem(out.measure, sizeof(out.measure), owner_measure,
                    sizeof(owner_measure));
    g_assert_cmpmem(out.mnonce, sizeof(out.mnonce), owner_mnonce,
                    sizeof(owner_mnonce));
}

/* What goes into a measurement, and how each could be another */
typedef struct MeasureInputs {
    Platform platform;
    uint8_t digest[SEV_DIGEST_SIZE];
    uint8_t mnonce[SEV_NONCE_SIZE];
    uint8_t tik[SEV_KEY_SIZE];
} MeasureInputs;

/* Every single byte of the input counts. */
static void test_measure_covers_all(void)
{
    MeasureInputs good = { .platform = vector_platform };

    memcpy(good.digest, owner_digest_all, sizeof(good.digest));
    memcpy(good.mnonce, owner_mnonce, sizeof(good.mnonce));
    memcpy(good.tik, owner_tik, sizeof(good.tik));
    for (size_t i = 0; i < sizeof(good); i++) {
        MeasureInputs bad = good;
        SevMeasureBuffer out;

        if (i == offsetof(Platform, build) + 1) {
            continue;           /* padding */
        }
        ((uint8_t *)&bad)[i] ^= 0x80;
        measurement_compute(&bad.platform, bad.digest, bad.mnonce, bad.tik,
                            &out);
        g_assert_false(crypto_mac_equal(out.measure, owner_measure));
    }
}

static void test_mac_equal(void)
{
    uint8_t mac[SEV_MAC_SIZE];

    for (size_t i = 0; i < sizeof(mac); i++) {
        memcpy(mac, owner_measure, sizeof(mac));
        g_assert_true(crypto_mac_equal(mac, owner_measure));
        mac[i] ^= 1;
        g_assert_false(crypto_mac_equal(mac, owner_measure));
    }
}

static void add(const char *path,
                void (*test)(Files *files, gconstpointer data))
{
    g_test_add(path, Files, NULL, setup, test, teardown);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(crypto_init(NULL));
    add("/owner/measurement/hash-table", test_hash_table);
    add("/owner/measurement/digest-firmware", test_digest_firmware);
    add("/owner/measurement/digest-all", test_digest_all);
    add("/owner/measurement/digest-kernel-alone", test_digest_kernel_alone);
    g_test_add_func("/owner/measurement/known-answer", test_measure);
    g_test_add_func("/owner/measurement/covers-all", test_measure_covers_all);
    g_test_add_func("/owner/measurement/mac-equal", test_mac_equal);
    return g_test_run();
}
