/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and writes the chip's flash, which keeps the platform's identity, and
 * the version of firmware that has been committed, while it is off. The format
 * is this firmware's own, sealed so that only the chip that wrote it can read
 * it.
 */

#ifndef ASP_FLASH_H
#define ASP_FLASH_H

#include <stdbool.h>

#include "asp/identity.h"
#include "asp/version.h"

/* Makes it known, and tells later formats from this one */
#define ASP_FLASH_MAGIC   "SEVFLASH"
#define ASP_FLASH_VERSION 2

/*
 * The content of the flash. Numbers are little-endian. Version 1, which is
 * read still, ends with the HMAC at 0x191c.
 */
typedef struct AspFlash {
    uint8_t magic[8];           /* 0x0000: ASP_FLASH_MAGIC without its NUL */
    le32 version;               /* 0x0008: ASP_FLASH_VERSION */
    le32 len;                   /* 0x000c: of all this */
    uint8_t iv[SEV_IV_SIZE];    /* 0x0010 */
    AspEcScalar scalar[3];      /* 0x0020: OCA, PEK, PDH, encrypted */
    SevCert cert[3];            /* 0x00b0: OCA, PEK, PDH */
    uint8_t has_identity;       /* 0x191c: 1; 0: those are not there */
    uint8_t committed_major;    /* 0x191d */
    uint8_t committed_minor;    /* 0x191e */
    uint8_t committed_build;    /* 0x191f */
    SnpTcbVersion committed_tcb;    /* 0x1920 */
    uint8_t mac[SEV_MAC_SIZE];  /* 0x1928: HMAC of all before it */
} __attribute__((packed)) AspFlash;

/* What it says */
typedef struct AspFlashContent {
    bool has_identity;
    AspIdentity identity;       /* if so */
    AspVersion committed;
} AspFlashContent;

/*
 * Seals @content with the caller's @flash->iv: a pure function. Returns 0,
 * or -1 when the cryptography fails.
 */
int asp_flash_seal(const AspFuses *fuses, const AspFlashContent *content,
                   AspFlash *flash);

/*
 * Opens what the chip with @fuses has sealed, @len bytes. @flash may have any
 * content and is not kept. Returns SEV_FW_SUCCESS;
 * SEV_FW_SECURE_DATA_INVALID when it is damaged, another chip's or of another
 * version; SEV_FW_RESOURCE_LIMIT when the cryptography fails.
 */
uint32_t asp_flash_open(const AspFuses *fuses, AspFlash *flash, size_t len,
                        AspFlashContent *content);

/*
 * What is in this chip's flash. A blank one has no identity, and the factory's
 * firmware is committed; storing that leaves it blank. Statuses are as above;
 * SEV_FW_HWERROR_PLATFORM when the flash can't be read or written, or without
 * random numbers.
 */
uint32_t asp_flash_load(Asp *asp, AspFlashContent *content);
uint32_t asp_flash_store(Asp *asp, const AspFlashContent *content);

/* The same, of the committed version alone, which takes less time */
uint32_t asp_flash_load_committed(Asp *asp, AspVersion *committed);

#endif
