/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest owner's reckoning of SEV-SNP launches, against Python's; and
 * firmware with each field of its metadata wrong once.
 */

#include <string.h>
#include "guest-owner/base/owner.h"
#include "guest-owner/measure/snp-launch.h"
#include "snp-vectors.h"

#define SIZE        VECTOR_SNP_FIRMWARE_SIZE
#define METADATA_AT (SIZE - 0x800)

typedef struct Image {
    uint8_t byte[SIZE];
} Image;

static void make_image(Image *image, bool amdsev)
{
    const uint8_t *metadata = amdsev ? vector_metadata_amdsev
                                     : vector_metadata_ordinary;
    size_t metadata_len = amdsev ? sizeof(vector_metadata_amdsev)
                                 : sizeof(vector_metadata_ordinary);
    const uint8_t *table = amdsev ? vector_table_amdsev
                                  : vector_table_ordinary;
    size_t table_len = amdsev ? sizeof(vector_table_amdsev)
                              : sizeof(vector_table_ordinary);

    for (size_t i = 0; i < SIZE; i++) {
        image->byte[i] = (uint8_t)(7 * i + (i >> 8));
    }
    memcpy(image->byte + METADATA_AT, metadata, metadata_len);
    memcpy(image->byte + SIZE - 32 - table_len, table, table_len);
}

static bool reckon(const Image *image, bool with_kernel, uint32_t cpus,
                   uint64_t features, uint8_t digest[SNP_DIGEST_SIZE],
                   GError **errp)
{
    /* Of exactly this size, so that the sanitizer sees overruns */
    g_autoptr(GBytes) firmware = g_bytes_new(image, sizeof(*image));
    g_autoptr(GBytes) kernel = g_bytes_new_static(
        VECTOR_SNP_KERNEL, strlen(VECTOR_SNP_KERNEL));
    g_autoptr(GBytes) initrd = g_bytes_new_static(
        VECTOR_SNP_INITRD, strlen(VECTOR_SNP_INITRD));
    KernelFiles files = { kernel, initrd, VECTOR_SNP_CMDLINE };
    SnpLaunch launch = {
        .firmware = firmware, .name = "fw",
        .kernel = with_kernel ? &files : NULL,
        .cpus = { .nr = cpus, .signature = VECTOR_SNP_SIGNATURE },
        .sev_features = features,
    };

    return snp_launch_digest(&launch, digest, errp);
}

static void test_digests(void)
{
    static const struct {
        bool amdsev, kernel;
        uint32_t cpus;
        uint64_t features;
        const uint8_t *digest;
    } cases[] = {
        { false, false, 1, 0, vector_snp_ordinary_1_0 },
        { false, false, 1, 1, vector_snp_ordinary_1_1 },
        { false, false, 4, 0, vector_snp_ordinary_4_0 },
        { false, false, 4, 1, vector_snp_ordinary_4_1 },
        { true, false, 1, 0, vector_snp_amdsev_1_0 },
        { true, false, 1, 1, vector_snp_amdsev_1_1 },
        { true, false, 4, 0, vector_snp_amdsev_4_0 },
        { true, false, 4, 1, vector_snp_amdsev_4_1 },
        { true, true, 1, 0, vector_snp_amdsev_kernel_1_0 },
        { true, true, 1, 1, vector_snp_amdsev_kernel_1_1 },
        { true, true, 4, 0, vector_snp_amdsev_kernel_4_0 },
        { true, true, 4, 1, vector_snp_amdsev_kernel_4_1 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint8_t digest[SNP_DIGEST_SIZE];
        GError *error = NULL;
        Image image;

        make_image(&image, cases[i].amdsev);
        g_assert_true(reckon(&image, cases[i].kernel, cases[i].cpus,
                             cases[i].features, digest, &error));
        g_assert_no_error(error);
        g_assert_cmpmem(digest, sizeof(digest), cases[i].digest,
                        SNP_DIGEST_SIZE);
    }
}

static void assert_refused(const Image *image, bool with_kernel,
                           const char *words)
{
    g_autoptr(GError) error = NULL;
    uint8_t digest[SNP_DIGEST_SIZE];

    g_assert_false(reckon(image, with_kernel, 1, 1, digest, &error));
    g_assert_nonnull(strstr(error->message, words));
}

static void put32(uint8_t *p, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        p[i] = value >> 8 * i;
    }
}

/* Offsets are those of OvmfSevMetadata and its sections, written out. */
static void test_metadata(void)
{
    static const struct {
        unsigned offset;
        uint32_t value;
        const char *words;
    } cases[] = {
        { 0, 0x56455342, "do not begin with ASEV" },
        { 4, 15, "wrong length" },
        { 4, 16 + 12 * 6 - 1, "wrong length" },
        { 4, 0x801, "wrong length" },
        { 4, 0xffffffff, "wrong length" },
        { 8, 2, "unknown version" },
        { 12, 7, "wrong length" },
        { 12, 0xffffffff, "wrong length" },
        { 16, 0x800001, "not of pages" },
        { 20, 0x9001, "not of pages" },
        { 20, 0, "not of pages" },
        { 20, 0xff801000, "beyond 4 GiB" },
        { 16, 0xffff8000, "beyond 4 GiB" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        Image image;

        make_image(&image, false);
        put32(image.byte + METADATA_AT + cases[i].offset, cases[i].value);
        assert_refused(&image, false, cases[i].words);
    }
}

/* Six sections of almost 4 GiB each would take a while. */
static void test_huge(void)
{
    Image image;

    make_image(&image, false);
    for (unsigned i = 0; i < 6; i++) {
        put32(image.byte + METADATA_AT + 16 + 12 * i, 0);
        put32(image.byte + METADATA_AT + 20 + 12 * i, 0xfffff000);
    }
    assert_refused(&image, false, "more than 4 GiB");
}

/* The first entry of the table is the metadata's offset. */
static void test_offset(void)
{
    static const uint32_t bad[] = { 0, 15, SIZE + 1, 0xffffffff };
    size_t at = SIZE - 32 - sizeof(vector_table_ordinary);

    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        Image image;

        make_image(&image, false);
        put32(image.byte + at, bad[i]);
        assert_refused(&image, false, "are not in the image");
    }
}

static void test_without(void)
{
    size_t at = SIZE - 32 - sizeof(vector_table_ordinary);
    Image image;

    make_image(&image, false);
    image.byte[at + 6] ^= 1;            /* its GUID */
    assert_refused(&image, false, "not made for SEV-SNP");
    make_image(&image, false);
    assert_refused(&image, true, "no place for kernel hashes");
    make_image(&image, true);
    put32(image.byte + METADATA_AT + 16 + 12 * 6 + 8, 1);
    assert_refused(&image, true, "no place for kernel hashes");
}

typedef struct Seen {
    unsigned nr;
    uint64_t first, last;
    uint8_t digest[SNP_DIGEST_SIZE];
    unsigned of_type[8];
} Seen;

static void see(uint64_t gpa, unsigned type,
                const uint8_t digest[SNP_DIGEST_SIZE], gpointer opaque)
{
    Seen *seen = opaque;

    seen->first = seen->nr++ ? seen->first : gpa;
    seen->last = gpa;
    seen->of_type[type]++;
    memcpy(seen->digest, digest, sizeof(seen->digest));
}

static void test_seen(void)
{
    Image image;
    g_autoptr(GBytes) firmware = NULL;
    uint8_t digest[SNP_DIGEST_SIZE];
    Seen seen = { 0 };
    SnpLaunch launch = {
        .name = "fw", .seen = see, .opaque = &seen,
        .cpus = { .nr = 4, .signature = VECTOR_SNP_SIGNATURE },
    };

    make_image(&image, true);
    firmware = g_bytes_new(&image, sizeof(image));
    launch.firmware = firmware;
    g_assert_true(snp_launch_digest(&launch, digest, NULL));
    g_assert_cmphex(seen.first, ==, 0xffffc000);
    g_assert_cmphex(seen.last, ==, 0xfffffffff000);
    g_assert_cmpuint(seen.of_type[SNP_PAGE_TYPE_NORMAL], ==, 4);
    g_assert_cmpuint(seen.of_type[SNP_PAGE_TYPE_VMSA], ==, 4);
    g_assert_cmpuint(seen.of_type[SNP_PAGE_TYPE_SECRETS], ==, 1);
    g_assert_cmpuint(seen.of_type[SNP_PAGE_TYPE_CPUID], ==, 1);
    g_assert_cmpuint(seen.of_type[SNP_PAGE_TYPE_ZERO], ==,
                     9 + 3 + 1 + 0x1f + 1);
    g_assert_cmpmem(seen.digest, SNP_DIGEST_SIZE, digest, SNP_DIGEST_SIZE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func("/owner/snp/" name, func)
    ADD("digests-are-as-computed-in-Python", test_digests);
    ADD("each-wrong-field-of-the-metadata-is-told", test_metadata);
    ADD("sections-have-a-limit", test_huge);
    ADD("metadata-outside-of-the-image", test_offset);
    ADD("what-the-firmware-lacks-is-told", test_without);
    ADD("each-page-is-told-of", test_seen);
    return g_test_run();
}
