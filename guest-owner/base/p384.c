/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reckons on P-384 by libgcrypt. Its ECDSA takes S-expressions; the arithmetic
 * of points is used for what it has no such interface for.
 */

#include <gcrypt.h>
#include <glib.h>
#include <string.h>
#include "guest-owner/base/crypto.h"
#include "guest-owner/base/p384.h"
#include "guest-owner/base/wipe.h"

#define CURVE "NIST P-384"

/* The field's prime and the group's order (SP 800-186 section 3.2.1.4) */
static const uint8_t prime[SEV_P384_SIZE] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff,
};

static const uint8_t order[SEV_P384_SIZE] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf, 0x58, 0x1a, 0x0d, 0xb2,
    0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73,
};

static const uint8_t zero[SEV_P384_SIZE];

static bool below(const uint8_t *number, const uint8_t *limit)
{
    return memcmp(number, limit, SEV_P384_SIZE) < 0;
}

static gcry_ctx_t open_curve(void)
{
    gcry_ctx_t curve;
    gcry_error_t err = gcry_mpi_ec_new(&curve, NULL, CURVE);

    g_assert(!err);
    return curve;
}

static gcry_mpi_t scan(const uint8_t *number)
{
    gcry_mpi_t mpi;
    gcry_error_t err = gcry_mpi_scan(&mpi, GCRYMPI_FMT_USG, number,
                                     SEV_P384_SIZE, NULL);

    g_assert(!err);
    return mpi;
}

/* @mpi has 384 bits at most. */
static void print(uint8_t *number, gcry_mpi_t mpi)
{
    size_t len = (gcry_mpi_get_nbits(mpi) + 7) / 8;
    gcry_error_t err;

    g_assert(len <= SEV_P384_SIZE);
    memset(number, 0, SEV_P384_SIZE);
    err = gcry_mpi_print(GCRYMPI_FMT_USG, number + SEV_P384_SIZE - len, len,
                         NULL, mpi);
    g_assert(!err);
}

static gcry_mpi_point_t scan_point(const P384Point *point)
{
    return gcry_mpi_point_snatch_set(NULL, scan(point->x), scan(point->y),
                                     gcry_mpi_set_ui(NULL, 1));
}

bool p384_on_curve(const P384Point *point)
{
    gcry_ctx_t curve;
    gcry_mpi_point_t p;
    bool on_curve;

    if (!below(point->x, prime) || !below(point->y, prime)) {
        return false;
    }
    curve = open_curve();
    p = scan_point(point);
    on_curve = gcry_mpi_ec_curve_point(p, curve);
    gcry_mpi_point_release(p);
    gcry_ctx_release(curve);
    return on_curve;
}

/* @scalar * @base, which must not be the point at infinity; y: or NULL */
static void multiply(gcry_ctx_t curve, const uint8_t *scalar,
                     gcry_mpi_point_t base, uint8_t *x, uint8_t *y)
{
    gcry_mpi_point_t product = gcry_mpi_point_new(0);
    gcry_mpi_t factor = scan(scalar);
    gcry_mpi_t mx = gcry_mpi_new(0), my = gcry_mpi_new(0);
    int infinite;

    gcry_mpi_ec_mul(product, factor, base, curve);
    infinite = gcry_mpi_ec_get_affine(mx, my, product, curve);
    /* The order is prime: only a multiple of it leads there */
    g_assert(!infinite);
    print(x, mx);
    if (y) {
        print(y, my);
    }
    gcry_mpi_release(mx);
    gcry_mpi_release(my);
    gcry_mpi_release(factor);
    gcry_mpi_point_release(product);
}

void p384_generate(P384Pair *pair)
{
    gcry_ctx_t curve = open_curve();
    gcry_mpi_point_t base = gcry_mpi_ec_get_point("g", curve, 1);

    /* Once, but for one time in 2^190 */
    do {
        crypto_random(pair->scalar, SEV_P384_SIZE);
    } while (!below(zero, pair->scalar) || !below(pair->scalar, order));
    multiply(curve, pair->scalar, base, pair->point.x, pair->point.y);
    gcry_mpi_point_release(base);
    gcry_ctx_release(curve);
}

bool p384_shared_x(const uint8_t scalar[SEV_P384_SIZE],
                   const P384Point *peer, uint8_t x[SEV_P384_SIZE])
{
    gcry_ctx_t curve;
    gcry_mpi_point_t base;

    if (!p384_on_curve(peer)) {
        return false;
    }
    curve = open_curve();
    base = scan_point(peer);
    multiply(curve, scalar, base, x, NULL);
    gcry_mpi_point_release(base);
    gcry_ctx_release(curve);
    return true;
}

/* An uncompressed point, as an S-expression's "q" has it */
typedef struct Encoded {
    uint8_t form;
    P384Point point;
} Encoded;

G_STATIC_ASSERT(sizeof(Encoded) == 1 + 2 * SEV_P384_SIZE);

static gcry_sexp_t data_sexp(const Digest *digest)
{
    gcry_sexp_t sexp;
    gcry_error_t err = gcry_sexp_build(
        &sexp, NULL, "(data (flags rfc6979) (hash %s %b))",
        digest_name(digest), (int)digest->size, digest->byte);

    g_assert(!err);
    return sexp;
}

static void take_number(gcry_sexp_t list, const char *name, uint8_t *number)
{
    gcry_sexp_t item = gcry_sexp_find_token(list, name, 0);
    gcry_mpi_t mpi = gcry_sexp_nth_mpi(item, 1, GCRYMPI_FMT_USG);

    print(number, mpi);
    gcry_mpi_release(mpi);
    gcry_sexp_release(item);
}

void p384_sign(const P384Pair *pair, const Digest *digest,
               P384Signature *signature)
{
    Encoded q = { 4, pair->point };
    gcry_sexp_t key, data = data_sexp(digest), result;
    gcry_error_t err = gcry_sexp_build(
        &key, NULL, "(private-key (ecc (curve \"" CURVE "\") (q %b) (d %b)))",
        (int)sizeof(q), &q, SEV_P384_SIZE, pair->scalar);

    g_assert(!err);
    err = gcry_pk_sign(&result, data, key);
    g_assert(!err);
    take_number(result, "r", signature->r);
    take_number(result, "s", signature->s);
    gcry_sexp_release(result);
    gcry_sexp_release(data);
    gcry_sexp_release(key);
}

bool p384_verify(const P384Point *point, const Digest *digest,
                 const P384Signature *signature)
{
    Encoded q = { 4, *point };
    gcry_sexp_t key, data, sig;
    gcry_error_t err;

    if (!p384_on_curve(point)) {
        return false;
    }
    data = data_sexp(digest);
    err = gcry_sexp_build(&key, NULL,
                          "(public-key (ecc (curve \"" CURVE "\") (q %b)))",
                          (int)sizeof(q), &q);
    g_assert(!err);
    err = gcry_sexp_build(&sig, NULL, "(sig-val (ecdsa (r %b) (s %b)))",
                          SEV_P384_SIZE, signature->r, SEV_P384_SIZE,
                          signature->s);
    g_assert(!err);
    err = gcry_pk_verify(sig, data, key);
    gcry_sexp_release(sig);
    gcry_sexp_release(data);
    gcry_sexp_release(key);
    return !err;
}
