/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines, as AMD's SEV API (publication 55766), appendices B and C,
 * certificates of a platform and what is made with their keys: the guest
 * owner's session and the attestation report. All numbers are little-endian,
 * also coordinates, moduli and signatures; those are padded with zeros at
 * their end.
 */

#ifndef ABI_SEV_CERT_H
#define ABI_SEV_CERT_H

#include <stdint.h>

#include "abi/le.h"

#include "abi/sev-data.h"

/* 55766 appendix C.1, USAGE: whose key it is. ARK and ASK are AMD's own. */
enum {
    SEV_USAGE_ARK  = 0x0000,    /* AMD root key */
    SEV_USAGE_ASK  = 0x0013,    /* AMD SEV signing key */
    SEV_USAGE_NONE = 0x1000,    /* of a signature: there is none */
    SEV_USAGE_OCA  = 0x1001,    /* owner certificate authority */
    SEV_USAGE_PEK  = 0x1002,    /* platform endorsement key */
    SEV_USAGE_PDH  = 0x1003,    /* platform, or guest owner, Diffie-Hellman */
    SEV_USAGE_CEK  = 0x1004,    /* chip endorsement key */
};

/* 55766 appendix C.1, ALGO: what the key is for, and the hash with it */
enum {
    SEV_ALGO_NONE         = 0x000,
    SEV_ALGO_RSA_SHA256   = 0x001,
    SEV_ALGO_ECDSA_SHA256 = 0x002,
    SEV_ALGO_ECDH_SHA256  = 0x003,
    SEV_ALGO_RSA_SHA384   = 0x101,      /* RSA-PSS */
    SEV_ALGO_ECDSA_SHA384 = 0x102,
    SEV_ALGO_ECDH_SHA384  = 0x103,
};

/* 55766 appendix C.3.2: curves */
enum {
    SEV_CURVE_NONE = 0,
    SEV_CURVE_P256 = 1,
    SEV_CURVE_P384 = 2,
};

#define SEV_EC_FIELD_SIZE 72    /* 576 bits: room for each curve */
#define SEV_P384_SIZE     48    /* of them, what P-384 uses */
#define SEV_RSA_MAX_SIZE  512   /* 4096 bits */

/* 55766 appendices C.3.2 and C.3.3: ECDSA and ECDH Public Key */
typedef struct SevEcPublicKey {
    le32 curve;                         /* 0x00: SEV_CURVE_* */
    uint8_t x[SEV_EC_FIELD_SIZE];       /* 0x04 */
    uint8_t y[SEV_EC_FIELD_SIZE];       /* 0x4c */
    uint8_t reserved[880];              /* 0x94: zero */
} __attribute__((packed)) SevEcPublicKey;

/* 55766 appendix C.4.2: ECDSA Signature, without what follows it */
typedef struct SevEcdsaSignature {
    uint8_t r[SEV_EC_FIELD_SIZE];       /* 0x00 */
    uint8_t s[SEV_EC_FIELD_SIZE];       /* 0x48 */
} __attribute__((packed)) SevEcdsaSignature;

/* One of a certificate's two signatures */
typedef struct SevCertSignature {
    le32 usage;                         /* 0x00: of the signing key */
    le32 algo;                          /* 0x04: SEV_ALGO_* of it */
    union {
        SevEcdsaSignature ecdsa;        /* 0x08; the rest is zero */
        uint8_t rsa[SEV_RSA_MAX_SIZE];  /* 0x08 */
    };
} __attribute__((packed)) SevCertSignature;

/*
 * 55766 appendix C.1: SEV Certificate. Signed is what comes before the
 * signatures, SEV_CERT_SIGNED_SIZE bytes. A signature that is not there has
 * SEV_USAGE_NONE, SEV_ALGO_NONE and zeros; a certificate with one signature
 * may have it in either place.
 */
typedef struct SevCert {
    le32 version;                       /* 0x000: SEV_CERT_VERSION */
    uint8_t api_major;                  /* 0x004: PEK: of the firmware that */
    uint8_t api_minor;                  /* 0x005: made it; else zero */
    uint8_t reserved[2];                /* 0x006: zero */
    le32 usage;                         /* 0x008: SEV_USAGE_* */
    le32 algo;                          /* 0x00c: SEV_ALGO_* */
    SevEcPublicKey key;                 /* 0x010 */
    SevCertSignature sig[2];            /* 0x414, 0x61c */
} __attribute__((packed)) SevCert;

#define SEV_CERT_VERSION     1
#define SEV_CERT_SIGNED_SIZE 0x414

/* 55766 PDH_CERT_EXPORT: the chain under the PDH's certificate */
typedef struct SevCertChain {
    SevCert pek;                        /* 0x0000: by OCA and CEK */
    SevCert oca;                        /* 0x0824: by itself */
    SevCert cek;                        /* 0x1048: by the ASK, or by none */
} __attribute__((packed)) SevCertChain;

/*
 * 55766 appendix B.1: AMD Signing Key Certificate, as far as its size does
 * not depend on the key. There follow the exponent (exponent_bits / 8
 * bytes), the modulus and the signature (modulus_bits / 8 bytes each).
 * Signed is all before the signature.
 */
typedef struct AmdCertHeader {
    le32 version;                       /* 0x00: AMD_CERT_VERSION */
    uint8_t key_id[16];                 /* 0x04 */
    uint8_t certifying_id[16];          /* 0x14: the signing key's key_id */
    le32 usage;                         /* 0x24: SEV_USAGE_ARK or _ASK */
    uint8_t reserved[16];               /* 0x28: zero */
    le32 exponent_bits;                 /* 0x38: 2048 or 4096 */
    le32 modulus_bits;                  /* 0x3c: the same */
} __attribute__((packed)) AmdCertHeader;

#define AMD_CERT_VERSION 1

/* A whole one, of an RSA-4096 key: Rome's, Milan's and later */
typedef struct AmdCert {
    AmdCertHeader header;                       /* 0x000 */
    uint8_t exponent[SEV_RSA_MAX_SIZE];         /* 0x040 */
    uint8_t modulus[SEV_RSA_MAX_SIZE];          /* 0x240 */
    uint8_t signature[SEV_RSA_MAX_SIZE];        /* 0x440 */
} __attribute__((packed)) AmdCert;

/*
 * 55766 section 6.2, LAUNCH_START, Session Data Buffer: how the guest owner
 * hands TEK and TIK to one platform's firmware. KEK and KIK are derived
 * from the Diffie-Hellman secret and the nonce (55766 section 2.2.2).
 */
typedef struct SevSession {
    uint8_t nonce[SEV_NONCE_SIZE];      /* 0x00 */
    uint8_t wrap_tk[2 * SEV_KEY_SIZE];  /* 0x10: TEK, TIK under KEK */
    uint8_t wrap_iv[SEV_IV_SIZE];       /* 0x30 */
    uint8_t wrap_mac[SEV_MAC_SIZE];     /* 0x40: of wrap_tk under KIK */
    uint8_t policy_mac[SEV_MAC_SIZE];   /* 0x60: of the policy under TIK */
} __attribute__((packed)) SevSession;

/* Labels of the key derivation (SP 800-108, HMAC-SHA-256, counter mode) */
#define SEV_KDF_MASTER "sev-master-secret"
#define SEV_KDF_KEK    "sev-kek"
#define SEV_KDF_KIK    "sev-kik"

/*
 * 55766 section 6.8, ATTESTATION, Attestation Report. Signed is what comes
 * before sig_usage, SEV_REPORT_SIGNED_SIZE bytes. (QEMU's QAPI has the name
 * SevAttestationReport for something else.)
 */
typedef struct SevReport {
    uint8_t mnonce[SEV_NONCE_SIZE];     /* 0x00: the caller's */
    uint8_t digest[SEV_DIGEST_SIZE];    /* 0x10: of the launched memory */
    le32 policy;                        /* 0x30: the guest's */
    le32 sig_usage;                     /* 0x34: SEV_USAGE_PEK */
    le32 sig_algo;                      /* 0x38: SEV_ALGO_ECDSA_SHA256 */
    le32 reserved;                      /* 0x3c: zero */
    SevEcdsaSignature sig;              /* 0x40 */
} __attribute__((packed)) SevReport;

#define SEV_REPORT_SIGNED_SIZE 0x34

#endif
