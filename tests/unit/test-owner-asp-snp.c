/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest owner and secure processor, which share no code, through whole
 * launches of SEV-SNP: as the guest owner lists the pages, the secure
 * processor is given them, and after each one both have the same digest.
 */

#include <string.h>
#include "asp/state.h"
#include "guest-owner/measure/snp-launch.h"
#include "guest-owner/measure/vmsa.h"
#include "snp-fixture.h"
#include "snp-vectors.h"

#define SIZE      VECTOR_SNP_FIRMWARE_SIZE
#define BASE      (0x100000000ull - SIZE)
#define RESET_EIP 0x80b004

typedef struct Launch {
    AspFixture *f;
    const uint8_t *image;
    const KernelFiles *kernel;
    GuestCpus cpus;
    uint64_t features;
    unsigned nr_vmsas;
} Launch;

/* What the hypervisor puts into the page; the rest is the firmware's. */
static void fill(Launch *launch, uint64_t gpa, unsigned type, uint8_t *page)
{
    SevVmsa vmsa;
    KernelHashes hashes;

    memset(page, type == SNP_PAGE_TYPE_ZERO ? 0x55 : 0, SNP_PAGE_SIZE);
    if (type == SNP_PAGE_TYPE_VMSA) {
        vmsa_build(&launch->cpus, launch->nr_vmsas++ == 0, &vmsa);
        vmsa.sev_features = le64_of(launch->features);
        memcpy(page, &vmsa, sizeof(vmsa));
    } else if (type == SNP_PAGE_TYPE_NORMAL && gpa >= BASE) {
        memcpy(page, launch->image + (gpa - BASE), SNP_PAGE_SIZE);
    } else if (type == SNP_PAGE_TYPE_NORMAL) {
        g_assert_cmphex(gpa, ==, 0x810000);
        kernel_hashes_build(launch->kernel, &hashes);
        memcpy(page + 0xc00, &hashes, sizeof(hashes));
    }
}

static void launch_page(uint64_t gpa, unsigned type,
                        const uint8_t digest[SNP_DIGEST_SIZE],
                        gpointer opaque)
{
    Launch *launch = opaque;
    AspFixture *f = launch->f;

    fill(launch, gpa, type, f->memory);
    snp_give(f, 0, gpa);
    assert_status(snp_update(f, type, PAGE(0)), SUCCESS);
    g_assert_cmpmem(snp_digest(f), SNP_DIGEST_SIZE, digest, SNP_DIGEST_SIZE);
}

static void make_image(uint8_t image[SIZE])
{
    for (size_t i = 0; i < SIZE; i++) {
        image[i] = asp_fixture_pattern(i);
    }
    memcpy(image + SIZE - 0x800, vector_metadata_amdsev,
           sizeof(vector_metadata_amdsev));
    memcpy(image + SIZE - 32 - sizeof(vector_table_amdsev),
           vector_table_amdsev, sizeof(vector_table_amdsev));
}

static void assert_launch(AspFixture *f, bool with_kernel, uint32_t cpus,
                          uint64_t features, const uint8_t *expected)
{
    uint8_t image[SIZE], digest[SNP_DIGEST_SIZE];
    g_autoptr(GBytes) firmware = NULL;
    g_autoptr(GBytes) kernel = g_bytes_new_static(
        VECTOR_SNP_KERNEL, strlen(VECTOR_SNP_KERNEL));
    g_autoptr(GBytes) initrd = g_bytes_new_static(
        VECTOR_SNP_INITRD, strlen(VECTOR_SNP_INITRD));
    KernelFiles files = { kernel, initrd, VECTOR_SNP_CMDLINE };
    Launch launch = {
        .f = f, .image = image, .kernel = &files, .features = features,
        .cpus = { .nr = cpus, .signature = VECTOR_SNP_SIGNATURE,
                  .reset_eip = RESET_EIP },
    };
    SnpLaunch reckoned = {
        .name = "fw", .kernel = with_kernel ? &files : NULL,
        .cpus = { .nr = cpus, .signature = VECTOR_SNP_SIGNATURE },
        .sev_features = features, .seen = launch_page, .opaque = &launch,
    };

    make_image(image);
    firmware = g_bytes_new(image, SIZE);
    reckoned.firmware = firmware;
    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    g_assert_true(snp_launch_digest(&reckoned, digest, NULL));
    g_assert_cmpmem(snp_digest(f), SNP_DIGEST_SIZE, expected,
                    SNP_DIGEST_SIZE);
    assert_status(asp_command(f->asp, SNP_CMD_SHUTDOWN, NULL, 0), SUCCESS);
}

static void test_launch(AspFixture *f)
{
    assert_launch(f, false, 1, 0, vector_snp_amdsev_1_0);
    assert_launch(f, false, 4, 1, vector_snp_amdsev_4_1);
    assert_launch(f, true, 1, 1, vector_snp_amdsev_kernel_1_1);
    assert_launch(f, true, 4, 0, vector_snp_amdsev_kernel_4_0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    asp_test_add("/owner-asp/snp/both-have-the-same-digest", test_launch);
    return g_test_run();
}
