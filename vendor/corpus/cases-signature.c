/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists reports whose signature is not one, or is not of the VCEK. */

#include <string.h>

#include "vendor/corpus/case.h"
#include "vendor/number.h"

#define P384_SIZE 48
#define R offsetof(SnpReport, signature.r)
#define S offsetof(SnpReport, signature.s)
#define AFTER offsetof(SnpReport, signature.reserved)

static void r_zero(Case *c)
{
    memset(c->report.signature.r, 0, sizeof(c->report.signature.r));
}

static void s_zero(Case *c)
{
    memset(c->report.signature.s, 0, sizeof(c->report.signature.s));
}

/* Sets @field to the curve's order, or adds that to it */
static void put_order(uint8_t *field, bool add)
{
    gcry_ctx_t curve = NULL;
    g_auto(gcry_mpi_t) number = vendor_number_read(field, 72);
    g_auto(gcry_mpi_t) order = NULL;

    gcry_mpi_ec_new(&curve, NULL, "NIST P-384");
    order = gcry_mpi_ec_get_mpi("n", curve, 1);
    if (add) {
        gcry_mpi_add(number, number, order);
    } else {
        gcry_mpi_set(number, order);
    }
    vendor_number_write(number, field, 72);
    gcry_ctx_release(curve);
}

static void r_order(Case *c)
{
    put_order(c->report.signature.r, false);
}

static void s_order(Case *c)
{
    put_order(c->report.signature.s, false);
}

/* Modulo the order it is the right number */
static void r_plus_order(Case *c)
{
    put_order(c->report.signature.r, true);
}

static void s_plus_order(Case *c)
{
    put_order(c->report.signature.s, true);
}

static void turn(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size / 2; i++) {
        uint8_t byte = bytes[i];

        bytes[i] = bytes[size - 1 - i];
        bytes[size - 1 - i] = byte;
    }
}

static void big_endian(Case *c)
{
    turn(c->report.signature.r, P384_SIZE);
    turn(c->report.signature.s, P384_SIZE);
}

/* As numbers of 72 bytes: the zeros come first */
static void big_endian_72(Case *c)
{
    turn(c->report.signature.r, sizeof(c->report.signature.r));
    turn(c->report.signature.s, sizeof(c->report.signature.s));
}

static void swap(Case *c)
{
    SnpSignature was = c->report.signature;

    memcpy(c->report.signature.r, was.s, sizeof(was.s));
    memcpy(c->report.signature.s, was.r, sizeof(was.r));
}

static void packed(Case *c)
{
    uint8_t *r = c->report.signature.r;

    /* S lies behind R, without the zeros between them */
    memmove(r + P384_SIZE, c->report.signature.s, P384_SIZE);
    memset(r + 2 * P384_SIZE, 0, sizeof(SnpSignature) - 2 * P384_SIZE);
}

/* The measurement is the expected one, but was not when it was signed. */
static void other_measurement(Case *c)
{
    memcpy(c->report.measurement, c->expected.measurement,
           sizeof(c->report.measurement));
}

const CaseRow corpus_signature_rows[] = {
    { "signature-r-bit", "signature-invalid", "a bit of R is another",
      .spoil_flip = { R, 1 } },
    { "signature-s-bit", "signature-invalid", "a bit of S is another",
      .spoil_flip = { S + P384_SIZE - 1, 1 } },
    { "signature-body", "signature-invalid",
      "the measurement was written over after the report was signed",
      .flip = { offsetof(SnpReport, measurement), 1 },
      .spoil = other_measurement },
    { "signature-report-id", "signature-invalid",
      "a bit of the guest's id was changed after the report was signed",
      .spoil_flip = { offsetof(SnpReport, report_id), 1 } },
    { "signature-r-zero", "signature-invalid", "R is 0", .spoil = r_zero },
    { "signature-s-zero", "signature-invalid", "S is 0", .spoil = s_zero },
    { "signature-r-order", "signature-invalid", "R is the curve's order",
      .spoil = r_order },
    { "signature-s-order", "signature-invalid", "S is the curve's order",
      .spoil = s_order },
    { "signature-r-plus-order", "signature-format",
      "the curve's order was added to R, which then needs 49 bytes",
      .spoil = r_plus_order },
    { "signature-s-plus-order", "signature-format",
      "the curve's order was added to S, which then needs 49 bytes",
      .spoil = s_plus_order },
    { "signature-r-high", "signature-format",
      "the last of R's 72 bytes is set", .spoil_flip = { R + 71, 1 } },
    { "signature-s-high", "signature-format",
      "the 49th of S's 72 bytes is set", .spoil_flip = { S + 48, 1 } },
    { "signature-trailing", "signature-format",
      "a byte after R and S is set, which no signature covers",
      .spoil_flip = { AFTER, 1 } },
    { "signature-trailing-last", "signature-format",
      "the last byte of the report is set, which no signature covers",
      .spoil_flip = { sizeof(SnpReport) - 1, 1 } },
    { "signature-big-endian", "signature-invalid",
      "R and S are big-endian, in the first 48 bytes of their fields",
      .spoil = big_endian },
    { "signature-big-endian-72", "signature-format",
      "R and S are big-endian numbers of 72 bytes", .spoil = big_endian_72 },
    { "signature-packed", "signature-format",
      "R and S have 48 bytes each, one behind the other", .spoil = packed },
    { "signature-swapped", "signature-invalid", "R and S are exchanged",
      .spoil = swap },
    { "signature-other-key", "signature-invalid", "another key has signed",
      .signer = CORPUS_EC_STRANGER },
    { "signature-vlek-key", "signature-invalid",
      "the VLEK has signed; the report and the certificate are the VCEK's",
      .signer = CORPUS_EC_VLEK },
    { "signature-sha256", "signature-invalid",
      "signed was SHA-256 of the report, not SHA-384",
      .hash = GCRY_MD_SHA256 },
    { NULL }
};
