/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines the table of certificates that a SEV-SNP guest gets from its host
 * with an extended guest request (56421 section 4.1.8): entries, the last of
 * them all zero, and after them the certificates in DER.
 */

#ifndef ABI_SNP_CERTS_H
#define ABI_SNP_CERTS_H

#include <stdint.h>

#include "abi/le.h"

#define SNP_CERT_GUID_SIZE 16

typedef struct SnpCertEntry {
    uint8_t guid[SNP_CERT_GUID_SIZE];   /* 0x00: SNP_CERT_GUID_* */
    le32 offset;                        /* 0x10: from the table's begin */
    le32 len;                           /* 0x14 */
} __attribute__((packed)) SnpCertEntry;

/*
 * Initializer of 16 bytes in the order in which a GUID is written (RFC
 * 4122): unlike those of abi/guid.h, no field is little-endian.
 */
#define SNP_CERT_GUID(a, b, c, d, e)                                    \
    { (a) >> 24, ((a) >> 16) & 0xff, ((a) >> 8) & 0xff, (a) & 0xff,     \
      (b) >> 8, (b) & 0xff, (c) >> 8, (c) & 0xff,                       \
      (d) >> 8, (d) & 0xff,                                             \
      (uint8_t)((e) >> 40), (uint8_t)((e) >> 32), (uint8_t)((e) >> 24), \
      (uint8_t)((e) >> 16), (uint8_t)((e) >> 8), (uint8_t)(e) }

#define SNP_CERT_GUID_VCEK \
    SNP_CERT_GUID(0x63da758d, 0xe664, 0x4564, 0xadc5, 0xf4b93be8accdull)
#define SNP_CERT_GUID_VLEK \
    SNP_CERT_GUID(0xa8074bc2, 0xa25a, 0x483e, 0xaae6, 0x39c045a0b8a1ull)
#define SNP_CERT_GUID_ASK   /* the ASVK's as well */ \
    SNP_CERT_GUID(0x4ab7b379, 0xbbac, 0x4fe4, 0xa02f, 0x05aef327c782ull)
#define SNP_CERT_GUID_ARK \
    SNP_CERT_GUID(0xc0b406a4, 0xa803, 0x4952, 0x9743, 0x3fb6014cd0aeull)
#define SNP_CERT_GUID_CRL \
    SNP_CERT_GUID(0x92f81bc3, 0x5811, 0x4d3d, 0x97ff, 0xd19f88dc67eaull)

#endif
