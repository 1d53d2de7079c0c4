/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists authorities whose certificates a verifier must not accept, and lists
 * of revoked ones.
 */

#include "vendor/corpus/case.h"

#define BASIC_CONSTRAINTS "2.5.29.19"
#define KEY_USAGE "2.5.29.15"
#define UNKNOWN "1.3.6.1.4.1.32473.1"   /* as in cases-leaf.c */
#define MISSPELT "Advanced Micro Devises"

#define CERT(...) (&(const CertChange) { __VA_ARGS__ })

/* An empty SEQUENCE: no authority */
static GBytes *ca_false(const Case *c)
{
    static const uint8_t value[] = { 0x30, 0x00 };

    return g_bytes_new_static(value, sizeof(value));
}

static GBytes *usage_crl(const Case *c)
{
    return vendor_x509_key_usage(VENDOR_USAGE_CRL_SIGN);
}

const CaseRow corpus_chain_rows[] = {
    { "ask-expired", "cert-expired", "the ASK has expired",
      .signing = CERT(.years = -25) },
    { "ask-not-yet-valid", "cert-not-yet-valid", "the ASK is not yet valid",
      .signing = CERT(.years = 2) },
    { "ask-signature", "cert-signature",
      "a bit of the ASK's signature is another",
      .signing = CERT(.spoil = CERT_SPOIL_BIT) },
    { "ask-self-signed", "cert-signature",
      "the ASK names the ARK, but has signed itself",
      .signing = CERT(.signer = CORPUS_RSA_ASK) },
    { "ask-issuer", "cert-issuer", "the ASK's issuer is an ASK",
      .signing = CERT(.issuer = "SEV-") },
    { "ask-name", "cert-name", "the ASK's common name is SEV-Intel",
      .signing = CERT(.subject = "SEV-Intel"),
      .leaf = CERT(.issuer_name = "SEV-Intel") },
    { "ask-organization", "cert-name",
      "the organization in the ASK's names is not AMD",
      .signing = CERT(.organization = MISSPELT),
      .leaf = CERT(.issuer_organization = MISSPELT) },
    { "ask-not-ca", "cert-constraints",
      "the ASK's basic constraints say that it is no authority",
      .signing = CERT(.replace = BASIC_CONSTRAINTS, .value = ca_false) },
    { "ask-no-constraints", "cert-constraints",
      "the ASK has no basic constraints",
      .signing = CERT(.drop = BASIC_CONSTRAINTS) },
    { "ask-usage", "cert-constraints",
      "the ASK's key is for CRLs, not for certificates",
      .signing = CERT(.replace = KEY_USAGE, .value = usage_crl) },
    { "ask-extension-critical", "cert-extension",
      "the ASK has a critical extension that nobody knows",
      .signing = CERT(.add = UNKNOWN, .critical = true) },
    { "ask-pss-sha256", "cert-algorithm",
      "the ASK is signed by RSASSA-PSS with SHA-256",
      .signing = CERT(.form = VENDOR_RSA_PSS_SHA256) },
    { "ask-pkcs1", "cert-algorithm",
      "the ASK is signed by PKCS #1 version 1.5, with SHA-384",
      .signing = CERT(.form = VENDOR_RSA_PKCS1_SHA384) },
    { "ask-small", "cert-key", "the ASK's key has 2048 bits",
      .signing = CERT(.key = CORPUS_RSA_SMALL),
      .leaf = CERT(.signer = CORPUS_RSA_SMALL) },
    { "ask-trailing", "cert-format", "a byte follows the ASK's DER",
      .signing = CERT(.spoil = CERT_SPOIL_TAIL) },

    { "root-other", "root-untrusted",
      "the chain is one of the same names that somebody else has made",
      .root = CERT(.key = CORPUS_RSA_STRANGER),
      .signing = CERT(.key = CORPUS_RSA_STRANGER),
      .leaf = CERT(.signer = CORPUS_RSA_STRANGER) },
    { "root-other-ask-ours", "root-untrusted",
      "the root is somebody else's; it has certified the right ASK",
      .root = CERT(.key = CORPUS_RSA_STRANGER) },
    { "root-other-product", "product-mismatch",
      "the chain is that of another product, whose root is trusted",
      .own_root = true, .root = CERT(.other = true),
      .signing = CERT(.other = true),
      .leaf = CERT(.other = true, .issuer = "SEV-") },
    { "root-expired", "cert-expired", "the ARK has expired",
      .own_root = true, .root = CERT(.years = -25) },
    { "root-not-yet-valid", "cert-not-yet-valid", "the ARK is not yet valid",
      .own_root = true, .root = CERT(.years = 2) },
    { "root-signature", "cert-signature",
      "the trusted ARK is not signed by itself: a bit of the signature is "
      "another",
      .own_root = true, .root = CERT(.spoil = CERT_SPOIL_BIT) },
    { "root-other-signer", "cert-signature",
      "the trusted ARK names itself as issuer, but another key has signed it",
      .own_root = true, .root = CERT(.signer = CORPUS_RSA_STRANGER) },
    { "root-small", "cert-key", "the trusted ARK's key has 2048 bits",
      .own_root = true, .root = CERT(.key = CORPUS_RSA_SMALL) },
    { "root-pss-sha256", "cert-algorithm",
      "the trusted ARK is signed by RSASSA-PSS with SHA-256",
      .own_root = true,
      .root = CERT(.form = VENDOR_RSA_PSS_SHA256) },

    { "asvk-expired", "cert-expired", "the ASVK has expired", .vlek = true,
      .signing = CERT(.years = -25) },
    { "crl-ask-revoked", "cert-revoked", "the CRL has the ASK in it",
      .crl = CASE_CRL_REVOKED },
    { "crl-asvk-revoked", "cert-revoked", "the CRL has the ASVK in it",
      .vlek = true, .crl = CASE_CRL_REVOKED },
    { "crl-other-signer", "crl-signature",
      "the CRL names the ARK, but another key has signed it",
      .crl = CASE_CRL_STRANGER },
    { "crl-expired", "crl-expired", "the CRL's next update was due long ago",
      .crl = CASE_CRL_OLD },
    { NULL }
};
