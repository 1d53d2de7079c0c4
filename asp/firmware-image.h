/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes and reads images of firmware. The format is our own: there is nothing
 * in one but which version and TCB a platform has when it runs it.
 */

#ifndef ASP_FIRMWARE_IMAGE_H
#define ASP_FIRMWARE_IMAGE_H

#include "abi/snp-data.h"
#include "asp/asp.h"
#include "asp/product.h"
#include "asp/version.h"

#define ASP_FIRMWARE_MAGIC  "SEVFIRMW"
#define ASP_FIRMWARE_FORMAT 1

/* Numbers are little-endian. */
typedef struct AspFirmwareImage {
    uint8_t magic[8];           /* 0x00: ASP_FIRMWARE_MAGIC without its NUL */
    le32 format;                /* 0x08: ASP_FIRMWARE_FORMAT */
    le32 len;                   /* 0x0c: of all this */
    AspModel model;             /* 0x10: any CPUID of the product */
    uint8_t digest[SNP_DIGEST_SIZE];    /* 0x20: SHA-384 of all before it */
} __attribute__((packed)) AspFirmwareImage;

/*
 * Is @image whole, and for @product? Then @version is set to what it has.
 */
bool asp_firmware_image_read(const AspFirmwareImage *image,
                             const AspProduct *product, AspVersion *version);

#endif
