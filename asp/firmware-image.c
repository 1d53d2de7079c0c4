/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes and reads images of firmware.
 */

#include "asp/firmware-image.h"

#include <stddef.h>
#include <string.h>

#include "asp/crypto.h"

_Static_assert(sizeof(AspFirmwareImage) == ASP_FIRMWARE_IMAGE_SIZE,
               "AspFirmwareImage has another size");

static void make_digest(const AspFirmwareImage *image,
                        uint8_t digest[SNP_DIGEST_SIZE])
{
    asp_sha384(image, offsetof(AspFirmwareImage, digest), digest);
}

void asp_firmware_image(const AspModel *model,
                        uint8_t buf[ASP_FIRMWARE_IMAGE_SIZE])
{
    AspFirmwareImage image = {
        .format = le32_of(ASP_FIRMWARE_FORMAT),
        .len = le32_of(sizeof(image)),
        .model = *model,
    };

    memcpy(image.magic, ASP_FIRMWARE_MAGIC, sizeof(image.magic));
    make_digest(&image, image.digest);
    memcpy(buf, &image, sizeof(image));
}

bool asp_firmware_image_read(const AspFirmwareImage *image,
                             const AspProduct *product, AspVersion *version)
{
    uint8_t digest[SNP_DIGEST_SIZE];

    make_digest(image, digest);
    if (memcmp(image->magic, ASP_FIRMWARE_MAGIC, sizeof(image->magic)) ||
        le32_get(image->format) != ASP_FIRMWARE_FORMAT ||
        le32_get(image->len) != sizeof(*image) || image->model.reserved ||
        asp_product_of(&image->model) != product ||
        !asp_product_has_tcb(product, image->model.tcb) ||
        memcmp(image->digest, digest, sizeof(digest))) {
        return false;
    }
    *version = asp_version_of(&image->model);
    return true;
}
