/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares two launches, page by page, by the digest after each. */

#include <string.h>
#include "guest-owner/base/input.h"
#include "guest-owner/measure/snp-pages.h"

#define FOUR_GIB 0x100000000ull

typedef struct Page {
    uint64_t gpa;
    unsigned type;
    uint8_t digest[SNP_DIGEST_SIZE];
} Page;

static void record(uint64_t gpa, unsigned type,
                   const uint8_t digest[SNP_DIGEST_SIZE], gpointer opaque)
{
    Page page = { .gpa = gpa, .type = type };

    memcpy(page.digest, digest, SNP_DIGEST_SIZE);
    g_array_append_val((GArray *)opaque, page);
}

static GArray *pages_of(SnpLaunch *launch, GError **errp)
{
    g_autoptr(GArray) pages = g_array_new(FALSE, FALSE, sizeof(Page));
    uint8_t digest[SNP_DIGEST_SIZE];

    launch->seen = record;
    launch->opaque = pages;
    return snp_launch_digest(launch, digest, errp) ? g_steal_pointer(&pages)
                                                   : NULL;
}

/* Digests of the two are the same up to the page that differs. */
static void find_difference(GArray *pages, GArray *others, size_t image_size,
                            SnpDifference *difference)
{
    uint64_t base = FOUR_GIB - image_size;
    guint i = 0;

    while (i < pages->len && i < others->len &&
           memcmp(g_array_index(pages, Page, i).digest,
                  g_array_index(others, Page, i).digest,
                  SNP_DIGEST_SIZE) == 0) {
        i++;
    }
    *difference = (SnpDifference){
        .any = i < pages->len || i < others->len,
        .ends = i >= pages->len || i >= others->len,
    };
    if (i < pages->len) {
        const Page *page = &g_array_index(pages, Page, i);

        difference->gpa = page->gpa;
        difference->type = snp_page_type_name(page->type);
        difference->in_image = page->type == SNP_PAGE_TYPE_NORMAL &&
                               page->gpa >= base && page->gpa < FOUR_GIB;
        difference->offset = page->gpa - base;
    }
}

bool snp_pages_compare(const SnpOptions *options, const char *option,
                       const char *other, SnpDifference *difference,
                       GError **errp)
{
    g_autoptr(GBytes) image = input_file(option, other, FIRMWARE_MAX_SIZE,
                                         errp);
    g_autoptr(GArray) pages = NULL;
    g_autoptr(GArray) others = NULL;
    SnpLaunch launch = { .seen = NULL };
    Images images = { 0 };
    bool ok = false;

    if (image && snp_options_launch(options, &images, &launch, errp)) {
        pages = pages_of(&launch, errp);
        launch.firmware = image;
        launch.name = other;
        others = pages ? pages_of(&launch, errp) : NULL;
        ok = others;
    }
    if (ok) {
        find_difference(pages, others, g_bytes_get_size(images.firmware),
                        difference);
    }
    images_clear(&images);
    return ok;
}
