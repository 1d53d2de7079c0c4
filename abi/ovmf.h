/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines what SEV guest firmware (edk2's OVMF), QEMU and the guest owner
 * agree on: the GUIDed table at the end of the firmware image, the table of
 * kernel hashes, and the table of secrets. Defined by their users: edk2's
 * OvmfPkg/ResetVector/Ia16/ResetVectorVtf0.asm and OvmfPkg/AmdSev, and QEMU's
 * docs/specs/sev-guest-firmware.rst. Numbers are little-endian.
 */

#ifndef ABI_OVMF_H
#define ABI_OVMF_H

#include <stdint.h>

#include "abi/guid.h"
#include "abi/le.h"

/*
 * The table ends OVMF_TABLE_END_OFFSET bytes before the end of the image
 * and is read backwards: the last entry, of OVMF_GUID_FOOTER, has the
 * length of the whole table, itself included. Each entry is its data, then
 * an OvmfTableEntry.
 */
#define OVMF_TABLE_END_OFFSET 32

typedef struct OvmfTableEntry {
    le16 len;                   /* 0x00: of the data and of this */
    AbiGuid guid;               /* 0x02 */
} __attribute__((packed)) OvmfTableEntry;

/* 96b582de-1fb2-45f7-baea-a366c55a082d: footer of the table */
#define OVMF_GUID_FOOTER \
    ABI_GUID(0x96b582de, 0x1fb2, 0x45f7, \
             0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d)

/* 4c2eb361-7d9b-4cc3-8081-127c90d3d294: an OvmfArea, where secrets go */
#define OVMF_GUID_SECRET_AREA \
    ABI_GUID(0x4c2eb361, 0x7d9b, 0x4cc3, \
             0x80, 0x81, 0x12, 0x7c, 0x90, 0xd3, 0xd2, 0x94)

/* 7255371f-3a3b-4b04-927b-1da6efa8d454: an OvmfArea, for kernel hashes */
#define OVMF_GUID_HASH_TABLE_AREA \
    ABI_GUID(0x7255371f, 0x3a3b, 0x4b04, \
             0x92, 0x7b, 0x1d, 0xa6, 0xef, 0xa8, 0xd4, 0x54)

/* 00f771de-1a7e-4fcb-890e-68c77e2fb44e: an OvmfSevEsReset */
#define OVMF_GUID_SEV_ES_RESET \
    ABI_GUID(0x00f771de, 0x1a7e, 0x4fcb, \
             0x89, 0x0e, 0x68, 0xc7, 0x7e, 0x2f, 0xb4, 0x4e)

/* dc886566-984a-4798-a75e-5585a7bf67cc: an OvmfSevMetadataOffset */
#define OVMF_GUID_SEV_METADATA \
    ABI_GUID(0xdc886566, 0x984a, 0x4798, \
             0xa7, 0x5e, 0x55, 0x85, 0xa7, 0xbf, 0x67, 0xcc)

/* Where the SEV-SNP metadata are */
typedef struct OvmfSevMetadataOffset {
    le32 offset;                /* 0x00: bytes before the image's end */
} __attribute__((packed)) OvmfSevMetadataOffset;

/*
 * What firmware of SEV-SNP guests wants to find in memory, besides itself:
 * this, then its sections. edk2's OvmfPkg/ResetVector/X64/
 * OvmfSevMetadata.asm.
 */
typedef struct OvmfSevMetadata {
    uint8_t signature[4];       /* 0x00: OVMF_SEV_METADATA_SIGNATURE */
    le32 len;                   /* 0x04: of this and the sections, bytes */
    le32 version;               /* 0x08: 1 */
    le32 nr_sections;           /* 0x0c */
} __attribute__((packed)) OvmfSevMetadata;

#define OVMF_SEV_METADATA_SIGNATURE "ASEV"
#define OVMF_SEV_METADATA_VERSION   1

typedef struct OvmfSevSection {
    le32 base;                  /* 0x00: guest physical address */
    le32 size;                  /* 0x04: bytes */
    le32 type;                  /* 0x08: OVMF_SEV_SECTION_* */
} __attribute__((packed)) OvmfSevSection;

enum {
    OVMF_SEV_SECTION_MEMORY        = 1,     /* to be validated */
    OVMF_SEV_SECTION_SECRETS       = 2,
    OVMF_SEV_SECTION_CPUID         = 3,
    OVMF_SEV_SECTION_SVSM          = 4,     /* calling area of an SVSM */
    OVMF_SEV_SECTION_KERNEL_HASHES = 0x10,
};

/* An area of guest memory; 0 and 0 in firmware that has none */
typedef struct OvmfArea {
    le32 base;                  /* 0x00: guest physical address */
    le32 size;                  /* 0x04: bytes */
} __attribute__((packed)) OvmfArea;

/* Where the other CPUs of a SEV-ES guest begin */
typedef struct OvmfSevEsReset {
    le32 eip;                   /* 0x00 */
} __attribute__((packed)) OvmfSevEsReset;

/*
 * The table of kernel hashes, in the hash table area, padded with zeros
 * to OVMF_HASH_TABLE_PADDED_SIZE. The command line is hashed with its
 * final NUL; an absent one is a lone NUL, an absent initrd is nothing.
 */
#define OVMF_HASH_SIZE 32       /* SHA-256 */

typedef struct OvmfHashEntry {
    AbiGuid guid;               /* 0x00 */
    le16 len;                   /* 0x10: of this entry, 50 */
    uint8_t hash[OVMF_HASH_SIZE]; /* 0x12 */
} __attribute__((packed)) OvmfHashEntry;

typedef struct OvmfHashTable {
    AbiGuid guid;               /* 0x00: OVMF_GUID_HASH_TABLE */
    le16 len;                   /* 0x10: of the whole table, 168 */
    OvmfHashEntry cmdline;      /* 0x12: OVMF_GUID_HASH_CMDLINE */
    OvmfHashEntry initrd;       /* 0x44: OVMF_GUID_HASH_INITRD */
    OvmfHashEntry kernel;       /* 0x76: OVMF_GUID_HASH_KERNEL */
} __attribute__((packed)) OvmfHashTable;

#define OVMF_HASH_TABLE_PADDED_SIZE 176

/* 9438d606-4f22-4cc9-b479-a793d411fd21 */
#define OVMF_GUID_HASH_TABLE \
    ABI_GUID(0x9438d606, 0x4f22, 0x4cc9, \
             0xb4, 0x79, 0xa7, 0x93, 0xd4, 0x11, 0xfd, 0x21)

/* 97d02dd8-bd20-4c94-aa78-e7714d36ab2a */
#define OVMF_GUID_HASH_CMDLINE \
    ABI_GUID(0x97d02dd8, 0xbd20, 0x4c94, \
             0xaa, 0x78, 0xe7, 0x71, 0x4d, 0x36, 0xab, 0x2a)

/* 44baf731-3a2f-4bd7-9af1-41e29169781d */
#define OVMF_GUID_HASH_INITRD \
    ABI_GUID(0x44baf731, 0x3a2f, 0x4bd7, \
             0x9a, 0xf1, 0x41, 0xe2, 0x91, 0x69, 0x78, 0x1d)

/* 4de79437-abd2-427f-b835-d5b172d2045b */
#define OVMF_GUID_HASH_KERNEL \
    ABI_GUID(0x4de79437, 0xabd2, 0x427f, \
             0xb8, 0x35, 0xd5, 0xb1, 0x72, 0xd2, 0x04, 0x5b)

/*
 * The table of secrets, in the secret area: a header, then entries. Its
 * user in the guest finds the area by an EFI configuration table,
 * OVMF_GUID_EFI_SECRET_AREA.
 */
typedef struct OvmfSecretHeader {
    AbiGuid guid;               /* 0x00: OVMF_GUID_SECRET_TABLE */
    le32 len;                   /* 0x10: of the whole table */
} __attribute__((packed)) OvmfSecretHeader;

/* Followed by the secret's bytes */
typedef struct OvmfSecretEntry {
    AbiGuid guid;               /* 0x00: chosen by the guest owner */
    le32 len;                   /* 0x10: of the secret and of this */
} __attribute__((packed)) OvmfSecretEntry;

/* 1e74f542-71dd-4d66-963e-ef4287ff173b */
#define OVMF_GUID_SECRET_TABLE \
    ABI_GUID(0x1e74f542, 0x71dd, 0x4d66, \
             0x96, 0x3e, 0xef, 0x42, 0x87, 0xff, 0x17, 0x3b)

/* 736869e5-84f0-4973-92ec-06879ce3da0b: the passphrase of a LUKS disk */
#define OVMF_GUID_SECRET_LUKS \
    ABI_GUID(0x736869e5, 0x84f0, 0x4973, \
             0x92, 0xec, 0x06, 0x87, 0x9c, 0xe3, 0xda, 0x0b)

/* adf956ad-e98c-484c-ae11-b51c7d336447: EFI configuration table */
#define OVMF_GUID_EFI_SECRET_AREA \
    ABI_GUID(0xadf956ad, 0xe98c, 0x484c, \
             0xae, 0x11, 0xb5, 0x1c, 0x7d, 0x33, 0x64, 0x47)

#endif
