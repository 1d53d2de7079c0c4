/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists reports that a verifier accepts, though not all of them look alike. */

#include <string.h>

#include "vendor/corpus/case.h"
#include "vendor/corpus/report.h"

static void lower_reported(Case *c)
{
    --*corpus_tcb_spl(c->keys->product, &c->report.reported_tcb,
                      CORPUS_SPL_SNP);
}

static void lower_subject(VendorSubject *subject, const CorpusKeys *keys)
{
    --*corpus_tcb_spl(keys->product, &subject->tcb, CORPUS_SPL_SNP);
}

static void mask_chip_id(Case *c)
{
    memset(c->report.chip_id, 0, sizeof(c->report.chip_id));
}

static void add_id_block(Case *c)
{
    c->report.guest_svn = le32_of(7);
    memset(c->report.family_id, 0x11, sizeof(c->report.family_id));
    memset(c->report.image_id, 0x22, sizeof(c->report.image_id));
    memset(c->report.id_key_digest, 0x33, sizeof(c->report.id_key_digest));
    memset(c->report.author_key_digest, 0x44,
           sizeof(c->report.author_key_digest));
    c->report.key_info = le32_of(SNP_REPORT_AUTHOR_KEY);
}

const CaseRow corpus_good_rows[] = {
    { "good-vcek", "ok", "nothing is wrong; a VCEK has signed" },
    { "good-vlek", "ok", "nothing is wrong; a VLEK has signed", .vlek = true },
    { "good-id-block", "ok", "the guest has an ID block, with an author key",
      .change = add_id_block },
    { "good-tcb-below-current", "ok",
      "the platform reports a lower TCB than it has (SNP_CONFIG), and the "
      "VCEK is that TCB's",
      .change = lower_reported,
      .leaf = &(const CertChange) { .whose = lower_subject } },
    { "good-chip-id-masked", "ok",
      "the chip's id is masked (SNP_CONFIG): the signature alone says whose "
      "the report is", .change = mask_chip_id },
    { "good-crl-vcek", "ok", "a CRL is there, and nothing is revoked",
      .crl = CASE_CRL_EMPTY },
    { "good-crl-vlek", "ok", "the same, where a VLEK has signed",
      .vlek = true, .crl = CASE_CRL_EMPTY },
    { NULL }
};
