/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a case of the corpus: a report with its certificates. All are made as
 * good ones, but for the one thing that the case's row of a table changes.
 */

#ifndef VENDOR_CORPUS_CASE_H
#define VENDOR_CORPUS_CASE_H

#include "vendor/corpus/keys.h"
#include "vendor/x509.h"

typedef struct Case Case;

/* Bits that are turned over in a byte of the report */
typedef struct ReportFlip {
    size_t offset;
    uint8_t bits;               /* 0: none */
} ReportFlip;

/* What happens to a certificate after it was made */
typedef enum CertSpoil {
    CERT_SPOIL_NOT,
    CERT_SPOIL_BIT,             /* a bit of the signature is turned over */
    CERT_SPOIL_TAIL,            /* a byte follows */
    CERT_SPOIL_CUT,             /* the last byte is missing */
} CertSpoil;

/* What is other than usual in a certificate; zero and NULL: nothing */
typedef struct CertChange {
    int years;                  /* so much later is it valid */
    CorpusRsa key, signer;
    bool p256;                  /* of a VCEK, VLEK: a key of that curve */
    bool other;                 /* names are those of another product */
    const char *issuer;         /* whose name begins so, before the product */
    const char *issuer_name, *subject;          /* common names */
    const char *issuer_organization, *organization;
    VendorRsaForm form;
    const char *drop;           /* an extension that is missing */
    const char *twice;          /* one that is there twice */
    const char *add;            /* one more, with DER's NULL in it */
    bool critical;              /* that one */
    const char *replace;        /* one with another value */
    GBytes *(*value)(const Case *c);        /* ... which is this */
    void (*whose)(VendorSubject *subject, const CorpusKeys *keys);
    CertSpoil spoil;
} CertChange;

typedef enum CaseCrl {
    CASE_CRL_NONE,
    CASE_CRL_EMPTY,             /* nothing is revoked */
    CASE_CRL_REVOKED,           /* the ASK, or ASVK, is */
    CASE_CRL_STRANGER,          /* another key has signed it */
    CASE_CRL_OLD,               /* there must be a newer one */
} CaseCrl;

/* Who has to sign keys of chips: the one that is in the case's files */
typedef enum CaseAuthority {
    CASE_AUTHORITY_USUAL,
    CASE_AUTHORITY_ASK,
    CASE_AUTHORITY_ASVK,
} CaseAuthority;

typedef struct CaseRow {
    const char *name;
    const char *code;           /* what a verifier says; "ok": it accepts */
    const char *about;          /* what is wrong */
    const char *allow;          /* what a verifier can be told to accept */
    unsigned since;             /* which version of reports; 0: all */
    unsigned only;              /* the only one; 0: all */
    bool vlek;                  /* a VLEK signs */
    ReportFlip flip;            /* before the report is signed */
    void (*change)(Case *c);    /* likewise */
    CorpusEc signer;
    int hash;                   /* of libgcrypt; 0: SHA-384 */
    ReportFlip spoil_flip;      /* after it was signed */
    void (*spoil)(Case *c);     /* likewise */
    int longer;                 /* so many bytes more has the file */
    const CertChange *leaf, *signing, *root;    /* NULL: no change */
    CaseAuthority authority;
    bool own_root;              /* trusted is the root of the case */
    CaseCrl crl;
} CaseRow;

/* Tables, which end with a row of no name */
extern const CaseRow corpus_good_rows[];
extern const CaseRow corpus_report_rows[];
extern const CaseRow corpus_signature_rows[];
extern const CaseRow corpus_leaf_rows[];
extern const CaseRow corpus_chain_rows[];

/* What the verifier is told to expect */
typedef struct Expected {
    uint8_t report_data[64];
    uint8_t measurement[SNP_DIGEST_SIZE];
    uint8_t host_data[32];
    SnpTcbVersion min_tcb;
} Expected;

struct Case {
    const CorpusKeys *keys;
    const CaseRow *row;
    unsigned version;           /* of the report */
    SnpReport report;
    Expected expected;
    GBytes *leaf, *signing, *root;      /* DER */
    GBytes *crl;                /* or NULL */
};

/* Is there such a case of reports of @version? */
bool case_exists(const CaseRow *row, unsigned version);

bool case_make(Case *c, const CorpusKeys *keys, const CaseRow *row,
               unsigned version, GError **errp);

void case_clear(Case *c);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

/* Does the report say that a VLEK has signed it? */
bool case_says_vlek(const Case *c);

#endif
