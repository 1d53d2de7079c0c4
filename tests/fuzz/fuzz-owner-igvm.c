/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest-owner/measure/igvm.c: the launch digest of an IGVM file. Input: the
 * file. Where the loader's reader (igvm/) takes a file that is for SEV-SNP,
 * the owner's must be able to tell what it measures to.
 */

#include "fuzz.h"
#include "guest-owner/measure/igvm.h"
#include "igvm-seal.h"
#include "igvm/igvm.h"

/* A page type that SEV-SNP has not; it is the launch that refuses that. */
static bool is_launched(const IgvmFile *file)
{
    IgvmCursor cursor = igvm_headers(file, IGVM_PLATFORM_SEV_SNP);
    IgvmHeader header;
    bool ok = igvm_platform_mask(file, IGVM_PLATFORM_SEV_SNP);

    while (igvm_next(&cursor, &header)) {
        ok &= header.type != IGVM_VHT_PAGE_DATA ||
              le16_get(header.page->data_type) != IGVM_PAGE_TYPE_CPUID_XF;
        ok &= header.type != IGVM_VHT_VP_CONTEXT || header.content;
    }
    return ok;
}

static void try(const uint8_t *data, size_t size)
{
    const SnpLaunch launch = { .seen = NULL };
    g_autoptr(GBytes) bytes = g_bytes_new(data, size);
    g_autoptr(GError) error = NULL;
    IgvmMeasured measured;
    IgvmError igvm_error;
    IgvmFile file;

    if (!igvm_measure(&launch, bytes, "input", &measured, &error)) {
        g_assert_nonnull(error);
        g_assert_false(igvm_open(&file, data, size, &igvm_error) &&
                       is_launched(&file));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return igvm_try(data, size, try);
}
