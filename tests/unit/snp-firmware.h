/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Versions of firmware for tests, and the commands that change what runs.
 */

#ifndef TESTS_UNIT_SNP_FIRMWARE_H
#define TESTS_UNIT_SNP_FIRMWARE_H

#include "snp-fixture.h"

#include <string.h>

#include "asp/product.h"
#include "asp/state.h"

#define IMAGE_PAGE 22

static const AspVersion factory = FIXTURE_VERSION;

/* Later in each part; and with a byte of the TCB that is not */
static const AspVersion newer = {
    .major = 1, .minor = 58, .build = 2,
    .tcb = { .milan = { .boot_loader = 4, .snp = 24, .microcode = 220 } },
};
static const AspVersion other_tcb = {
    .major = 1, .minor = 58, .build = 3,
    .tcb = { .milan = { .boot_loader = 5, .snp = 23, .microcode = 220 } },
};

static inline AspModel model_of(const AspVersion *version)
{
    AspModel model = asp_product_by_name("Milan")->model;

    model.api_major = version->major;
    model.api_minor = version->minor;
    model.build = version->build;
    memcpy(model.tcb, version->tcb.byte, sizeof(model.tcb));
    return model;
}

/* Of the image that is in IMAGE_PAGE */
static inline SnpCmdDownloadFirmwareEx download_command(uint32_t flags)
{
    return (SnpCmdDownloadFirmwareEx) {
        .len = le32_of(24), .paddr = le64_of(PAGE(IMAGE_PAGE)),
        .image_len = le32_of(ASP_FIRMWARE_IMAGE_SIZE),
        .flags = le32_of(flags),
    };
}

static inline uint32_t download(AspFixture *f, const AspVersion *version,
                                uint32_t flags)
{
    SnpCmdDownloadFirmwareEx cmd = download_command(flags);
    AspModel model = model_of(version);

    asp_firmware_image(&model, &f->memory[IMAGE_PAGE * RMP_PAGE_SIZE]);
    return run_command(f, SNP_CMD_DOWNLOAD_FIRMWARE_EX, &cmd);
}

static inline void must_download(AspFixture *f, const AspVersion *version,
                                 uint32_t flags)
{
    assert_status(download(f, version, flags), SUCCESS);
}

static inline uint32_t commit(AspFixture *f)
{
    SnpCmdCommit cmd = { .len = le32_of(4) };

    return run_command(f, SNP_CMD_COMMIT, &cmd);
}

/* What the commands tell, and what reports would */
static inline void assert_versions(AspFixture *f, const AspVersion *current,
                                   const AspVersion *committed,
                                   const SnpTcbVersion *reported)
{
    SnpPlatformStatus status = snp_status(f);
    SevCmdPlatformStatus sev = platform_status(f);

    g_assert_cmpuint(status.api_major, ==, current->major);
    g_assert_cmpuint(status.api_minor, ==, current->minor);
    g_assert_cmpuint(le32_get(status.build_id), ==, current->build);
    g_assert_cmpuint(sev.api_major, ==, current->major);
    g_assert_cmpuint(sev.api_minor, ==, current->minor);
    g_assert_cmpuint(le32_get(sev.config) >> SEV_CONFIG_BUILD_SHIFT, ==,
                     current->build);
    g_assert_cmpmem(&status.current_tcb, 8, &current->tcb, 8);
    g_assert_cmpmem(&status.reported_tcb, 8, reported, 8);
    g_assert_true(asp_version_equal(&f->asp->snp.committed, committed));
}

#endif
