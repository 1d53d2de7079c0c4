/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes cases: report and certificates. See case.h. */

#include "vendor/corpus/case.h"

#include <string.h>

#include "vendor/corpus/cert.h"
#include "vendor/corpus/report.h"

bool case_exists(const CaseRow *row, unsigned version)
{
    return version >= row->since && (!row->only || row->only == version);
}

bool case_says_vlek(const Case *c)
{
    return (le32_get(c->report.key_info) >> SNP_REPORT_SIGNER_SHIFT & 7) ==
           SNP_SIGNER_VLEK;
}

/* A demand that a little older TCB would also meet */
static void expect(Case *c)
{
    SnpTcbVersion *min = &c->expected.min_tcb;

    memcpy(c->expected.report_data, c->report.report_data,
           sizeof(c->expected.report_data));
    memcpy(c->expected.measurement, c->report.measurement,
           sizeof(c->expected.measurement));
    memcpy(c->expected.host_data, c->report.host_data,
           sizeof(c->expected.host_data));
    *min = c->report.reported_tcb;
    for (size_t i = 0; i < sizeof(min->byte); i++) {
        min->byte[i] -= min->byte[i] ? 2 : 0;
    }
}

static void flip(SnpReport *report, const ReportFlip *flip)
{
    ((uint8_t *)report)[flip->offset] ^= flip->bits;
}

static bool sign_report(Case *c, GError **errp)
{
    const CaseRow *row = c->row;
    CorpusEc usual = row->vlek ? CORPUS_EC_VLEK : CORPUS_EC_VCEK;

    return corpus_ec_sign(c->keys->ec[row->signer ? row->signer : usual],
                          row->hash ? row->hash : GCRY_MD_SHA384, &c->report,
                          SNP_REPORT_SIGNED_SIZE, &c->report.signature, errp);
}

static bool make_report(Case *c, GError **errp)
{
    const CaseRow *row = c->row;

    corpus_report_fill(c->keys, c->version, &c->report);
    if (row->vlek) {
        c->report.key_info = le32_of(SNP_SIGNER_VLEK <<
                                     SNP_REPORT_SIGNER_SHIFT);
    }
    expect(c);
    flip(&c->report, &row->flip);
    if (row->change) {
        row->change(c);
    }
    if (!sign_report(c, errp)) {
        return false;
    }
    flip(&c->report, &row->spoil_flip);
    if (row->spoil) {
        row->spoil(c);
    }
    return true;
}

bool case_make(Case *c, const CorpusKeys *keys, const CaseRow *row,
               unsigned version, GError **errp)
{
    *c = (Case) { .keys = keys, .row = row, .version = version };
    return make_report(c, errp) && case_make_certs(c, errp);
}

void case_clear(Case *c)
{
    g_clear_pointer(&c->leaf, g_bytes_unref);
    g_clear_pointer(&c->signing, g_bytes_unref);
    g_clear_pointer(&c->root, g_bytes_unref);
    g_clear_pointer(&c->crl, g_bytes_unref);
}
