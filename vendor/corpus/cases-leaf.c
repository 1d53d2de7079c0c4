/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists certificates of VCEK and VLEK that a verifier must not accept, and
 * some odd ones that it must.
 */

#include <string.h>

#include "vendor/corpus/case.h"
#include "vendor/corpus/report.h"

#define AMD "1.3.6.1.4.1.3704.1"
#define SNP_SPL AMD ".3.3"      /* both layouts have these two */
#define UCODE_SPL AMD ".3.8"
#define HWID AMD ".4"
#define CSP_ID AMD ".5"

/* Of a number that is kept for documents (RFC 5612) */
#define UNKNOWN "1.3.6.1.4.1.32473.1"

#define LEAF(...) (&(const CertChange) { __VA_ARGS__ })

static void other_chip(VendorSubject *subject, const CorpusKeys *keys)
{
    subject->chip_id[0] ^= 1;
}

static void change_tcb(VendorSubject *subject, const CorpusKeys *keys,
                       CorpusSpl spl, int by)
{
    *corpus_tcb_spl(keys->product, &subject->tcb, spl) += by;
}

static void tcb_lower(VendorSubject *subject, const CorpusKeys *keys)
{
    change_tcb(subject, keys, CORPUS_SPL_SNP, -1);
}

static void tcb_higher(VendorSubject *subject, const CorpusKeys *keys)
{
    change_tcb(subject, keys, CORPUS_SPL_BOOT_LOADER, 1);
}

static void tcb_microcode(VendorSubject *subject, const CorpusKeys *keys)
{
    change_tcb(subject, keys, CORPUS_SPL_MICROCODE, 1);
}

static void tcb_reserved(VendorSubject *subject, const CorpusKeys *keys)
{
    subject->tcb.byte[4] = 1;
}

static GBytes *product_other(const Case *c)
{
    const char *name = vendor_product_name(c->keys->other);

    return vendor_x509_text(strcmp(name, "Milan") == 0 ? "Milan-B0" : name);
}

/* The chip's id as KDS once had it */
static GBytes *hwid_wrapped(const Case *c)
{
    size_t size = vendor_product_chip_id_size(c->keys->product);
    uint8_t value[2 + VENDOR_CHIP_ID_SIZE] = { 0x04, size };

    memcpy(value + 2, c->keys->chip_id, size);
    return g_bytes_new(value, 2 + size);
}

static GBytes *hwid_short(const Case *c)
{
    return g_bytes_new(c->keys->chip_id,
                       vendor_product_chip_id_size(c->keys->product) - 1);
}

static uint8_t usual_spl(const Case *c, CorpusSpl spl)
{
    SnpTcbVersion tcb = corpus_tcb(c->keys->product);

    return *corpus_tcb_spl(c->keys->product, &tcb, spl);
}

/* Who takes the last byte of the number finds the right one. */
static GBytes *spl_wide(const Case *c)
{
    return vendor_x509_number(0x100 | usual_spl(c, CORPUS_SPL_SNP));
}

/* The byte without the zero before it is a negative number. */
static GBytes *spl_negative(const Case *c)
{
    const uint8_t value[] = { 0x02, 1, usual_spl(c, CORPUS_SPL_MICROCODE) };

    return g_bytes_new(value, sizeof(value));
}

static GBytes *spl_text(const Case *c)
{
    const uint8_t value[] = { 0x04, 1, usual_spl(c, CORPUS_SPL_SNP) };

    return g_bytes_new(value, sizeof(value));
}

const CaseRow corpus_leaf_rows[] = {
    { "leaf-expired", "cert-expired", "the VCEK has expired",
      .leaf = LEAF(.years = -8) },
    { "leaf-not-yet-valid", "cert-not-yet-valid", "the VCEK is not yet valid",
      .leaf = LEAF(.years = 1) },
    { "leaf-signature", "cert-signature",
      "a bit of the VCEK's signature is another",
      .leaf = LEAF(.spoil = CERT_SPOIL_BIT) },
    { "leaf-other-signer", "cert-signature",
      "the VCEK names the ASK, but another key has signed it",
      .leaf = LEAF(.signer = CORPUS_RSA_STRANGER) },
    { "leaf-by-ark-key", "cert-signature",
      "the VCEK names the ASK, but the ARK has signed it",
      .leaf = LEAF(.signer = CORPUS_RSA_ARK) },
    { "leaf-by-ark", "cert-issuer", "the ARK has signed the VCEK",
      .leaf = LEAF(.signer = CORPUS_RSA_ARK, .issuer = "ARK-") },
    { "leaf-by-asvk", "cert-issuer", "the ASVK has signed the VCEK",
      .leaf = LEAF(.signer = CORPUS_RSA_ASVK, .issuer = "SEV-VLEK-"),
      .authority = CASE_AUTHORITY_ASVK },
    { "leaf-trailing", "cert-format", "a byte follows the VCEK's DER",
      .leaf = LEAF(.spoil = CERT_SPOIL_TAIL) },
    { "leaf-short", "cert-format", "the VCEK's last byte is missing",
      .leaf = LEAF(.spoil = CERT_SPOIL_CUT) },

    { "leaf-other-product", "product-mismatch",
      "the VCEK names another product", .leaf = LEAF(
          .replace = AMD ".2", .value = product_other) },
    { "leaf-no-product", "cert-extension", "the VCEK names no product",
      .leaf = LEAF(.drop = AMD ".2") },
    { "leaf-other-chip", "chip-mismatch", "the VCEK is another chip's",
      .leaf = LEAF(.whose = other_chip) },
    { "leaf-no-hwid", "cert-extension", "the VCEK names no chip",
      .leaf = LEAF(.drop = HWID) },
    { "leaf-hwid-short", "chip-mismatch",
      "the last byte of the chip's id is missing in the VCEK",
      .leaf = LEAF(.replace = HWID, .value = hwid_short) },
    { "leaf-hwid-wrapped", "ok",
      "the chip's id is an OCTET STRING in the extension's, as AMD's key "
      "server had it for a while",
      .leaf = LEAF(.replace = HWID, .value = hwid_wrapped) },

    { "leaf-tcb-lower", "tcb-mismatch", "the VCEK is one of a lower TCB",
      .leaf = LEAF(.whose = tcb_lower) },
    { "leaf-tcb-higher", "tcb-mismatch", "the VCEK is one of a higher TCB",
      .leaf = LEAF(.whose = tcb_higher) },
    { "leaf-tcb-microcode", "tcb-mismatch",
      "the VCEK is one of other microcode",
      .leaf = LEAF(.whose = tcb_microcode) },
    { "leaf-tcb-reserved", "tcb-mismatch",
      "the VCEK has a number for a byte that the reported TCB has as 0",
      .leaf = LEAF(.whose = tcb_reserved) },
    { "leaf-tcb-missing", "cert-extension",
      "the VCEK says nothing of the SNP firmware's version",
      .leaf = LEAF(.drop = SNP_SPL) },
    { "leaf-tcb-twice", "cert-extension",
      "the VCEK has the SNP firmware's version twice",
      .leaf = LEAF(.twice = SNP_SPL) },
    { "leaf-tcb-wide", "tcb-mismatch",
      "the SNP firmware's version in the VCEK is 256 more, a number that no "
      "byte holds", .leaf = LEAF(.replace = SNP_SPL, .value = spl_wide) },
    { "leaf-tcb-negative", "tcb-mismatch",
      "the microcode's version in the VCEK is a negative number with the "
      "right byte", .leaf = LEAF(.replace = UCODE_SPL,
                                 .value = spl_negative) },
    { "leaf-tcb-type", "cert-extension",
      "the SNP firmware's version in the VCEK is no INTEGER",
      .leaf = LEAF(.replace = SNP_SPL, .value = spl_text) },

    { "leaf-extension", "ok",
      "the VCEK has an extension that nobody knows, not critical",
      .leaf = LEAF(.add = UNKNOWN) },
    { "leaf-extension-amd", "cert-extension",
      "the same, with a number of AMD's own that is not in use",
      .allow = "unknown-amd-extension", .leaf = LEAF(.add = AMD ".99") },
    { "leaf-extension-critical", "cert-extension",
      "the VCEK has a critical extension that nobody knows",
      .leaf = LEAF(.add = UNKNOWN, .critical = true) },

    { "leaf-name", "cert-name", "the VCEK's common name is SEV-CEK",
      .leaf = LEAF(.subject = "SEV-CEK") },
    { "leaf-organization", "cert-name",
      "the organization in the VCEK's names is not AMD",
      .leaf = LEAF(.organization = "Advanced Micro Devises") },
    { "leaf-pss-sha256", "cert-algorithm",
      "the VCEK is signed by RSASSA-PSS with SHA-256",
      .leaf = LEAF(.form = VENDOR_RSA_PSS_SHA256) },
    { "leaf-pkcs1", "cert-algorithm",
      "the VCEK is signed by PKCS #1 version 1.5, with SHA-384",
      .leaf = LEAF(.form = VENDOR_RSA_PKCS1_SHA384) },
    { "leaf-p256", "cert-key",
      "the key is one of P-256, and has signed the report",
      .signer = CORPUS_EC_P256, .leaf = LEAF(.p256 = true) },

    { "vlek-expired", "cert-expired", "the VLEK has expired", .vlek = true,
      .leaf = LEAF(.years = -8) },
    { "vlek-by-ask", "cert-issuer", "the ASK has signed the VLEK",
      .vlek = true, .authority = CASE_AUTHORITY_ASK,
      .leaf = LEAF(.signer = CORPUS_RSA_ASK, .issuer = "SEV-") },
    { "vlek-tcb-lower", "tcb-mismatch", "the VLEK is one of a lower TCB",
      .vlek = true, .leaf = LEAF(.whose = tcb_lower) },
    { "vlek-no-csp", "cert-extension", "the VLEK names no provider",
      .vlek = true, .leaf = LEAF(.drop = CSP_ID) },
    { NULL }
};
