/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reckons on the elliptic curve: points and Diffie-Hellman. ecdsa.c has
 * signatures.
 */

#include "asp/ec.h"

#include <stdbool.h>
#include <string.h>

#include <gcrypt.h>

#include "asp/crypto.h"

/* The curve as libgcrypt has it, and a number and two points to work with */
typedef struct Curve {
    gcry_ctx_t ctx;
    gcry_mpi_t scalar, x, y;
    gcry_mpi_point_t from, to;
} Curve;

static int curve_open(Curve *curve)
{
    if (gcry_mpi_ec_new(&curve->ctx, NULL, "NIST P-384")) {
        return -1;
    }
    /* "Secure": multiplied with in constant time, and wiped when released */
    curve->scalar = gcry_mpi_snew(0);
    curve->x = gcry_mpi_snew(0);
    curve->y = gcry_mpi_snew(0);
    curve->from = gcry_mpi_point_new(0);
    curve->to = gcry_mpi_point_new(0);
    return 0;
}

static void curve_close(Curve *curve)
{
    gcry_mpi_point_release(curve->to);
    gcry_mpi_point_release(curve->from);
    gcry_mpi_release(curve->y);
    gcry_mpi_release(curve->x);
    gcry_mpi_release(curve->scalar);
    gcry_ctx_release(curve->ctx);
}

static int get_number(gcry_mpi_t number, const uint8_t from[SEV_P384_SIZE])
{
    gcry_mpi_t scanned;

    if (gcry_mpi_scan(&scanned, GCRYMPI_FMT_USG, from, SEV_P384_SIZE, NULL)) {
        return -1;
    }
    gcry_mpi_set(number, scanned);
    gcry_mpi_release(scanned);
    return 0;
}

static int put_number(uint8_t to[SEV_P384_SIZE], gcry_mpi_t number)
{
    uint8_t digits[SEV_P384_SIZE];
    size_t len;

    if (gcry_mpi_print(GCRYMPI_FMT_USG, digits, sizeof(digits), &len,
                       number)) {
        return -1;
    }
    /* Without leading zeros, so it is put where it belongs */
    for (size_t i = 0; i < SEV_P384_SIZE; i++) {
        size_t pad = SEV_P384_SIZE - len;

        to[i] = i < pad ? 0 : digits[i - pad];
    }
    return 0;
}

static int get_scalar(Curve *curve, const AspEcScalar *scalar)
{
    gcry_mpi_t order = gcry_mpi_ec_get_mpi("n", curve->ctx, 0);
    bool valid;

    if (!order || get_number(curve->scalar, scalar->byte)) {
        gcry_mpi_release(order);
        return -1;
    }
    valid = gcry_mpi_cmp_ui(curve->scalar, 0) > 0 &&
            gcry_mpi_cmp(curve->scalar, order) < 0;
    gcry_mpi_release(order);
    return valid ? 0 : -1;
}

/* libgcrypt looks that coordinates are below the field's prime, too */
static int get_point(Curve *curve, const AspEcPoint *point)
{
    if (get_number(curve->x, point->x) || get_number(curve->y, point->y)) {
        return -1;
    }
    gcry_mpi_point_set(curve->from, curve->x, curve->y, GCRYMPI_CONST_ONE);
    return gcry_mpi_ec_curve_point(curve->from, curve->ctx) ? 0 : -1;
}

static int get_base_point(Curve *curve)
{
    gcry_mpi_point_t base = gcry_mpi_ec_get_point("g", curve->ctx, 1);

    if (!base) {
        return -1;
    }
    gcry_mpi_point_release(curve->from);
    curve->from = base;
    return 0;
}

/* Multiplies; -1 also when the product is infinity, which has no X or Y */
static int multiply(Curve *curve)
{
    gcry_mpi_ec_mul(curve->to, curve->scalar, curve->from, curve->ctx);
    return gcry_mpi_ec_get_affine(curve->x, curve->y, curve->to,
                                  curve->ctx) ? -1 : 0;
}

void asp_ec_put_field(uint8_t field[SEV_EC_FIELD_SIZE],
                      const uint8_t number[SEV_P384_SIZE])
{
    memset(field, 0, SEV_EC_FIELD_SIZE);
    for (size_t i = 0; i < SEV_P384_SIZE; i++) {
        field[i] = number[SEV_P384_SIZE - 1 - i];
    }
}

int asp_ec_get_field(uint8_t number[SEV_P384_SIZE],
                     const uint8_t field[SEV_EC_FIELD_SIZE])
{
    for (size_t i = 0; i < SEV_P384_SIZE; i++) {
        number[i] = field[SEV_P384_SIZE - 1 - i];
    }
    return asp_all_zero(field + SEV_P384_SIZE,
                        SEV_EC_FIELD_SIZE - SEV_P384_SIZE) ? 0 : -1;
}

int asp_ec_public(const AspEcScalar *scalar, AspEcPoint *point)
{
    Curve curve;
    int ret = -1;

    if (curve_open(&curve)) {
        return -1;
    }
    if (!get_scalar(&curve, scalar) && !get_base_point(&curve) &&
        !multiply(&curve) && !put_number(point->x, curve.x) &&
        !put_number(point->y, curve.y)) {
        ret = 0;
    }
    curve_close(&curve);
    return ret;
}

int asp_ec_public_xy(const AspEcScalar *scalar, uint8_t x[SEV_P384_SIZE],
                     uint8_t y[SEV_P384_SIZE])
{
    AspEcPoint point;

    if (asp_ec_public(scalar, &point)) {
        return -1;
    }
    memcpy(x, point.x, sizeof(point.x));
    memcpy(y, point.y, sizeof(point.y));
    return 0;
}

/* seed mod (n - 1) + 1 */
static int reduce(Curve *curve, const uint8_t seed[ASP_EC_SEED_SIZE])
{
    gcry_mpi_t limit = gcry_mpi_ec_get_mpi("n", curve->ctx, 1);
    gcry_mpi_t number = NULL;

    if (!limit || gcry_mpi_scan(&number, GCRYMPI_FMT_USG, seed,
                                ASP_EC_SEED_SIZE, NULL)) {
        gcry_mpi_release(limit);
        return -1;
    }
    gcry_mpi_sub_ui(limit, limit, 1);
    gcry_mpi_mod(curve->scalar, number, limit);
    gcry_mpi_add_ui(curve->scalar, curve->scalar, 1);
    gcry_mpi_release(number);
    gcry_mpi_release(limit);
    return 0;
}

int asp_ec_from_seed(const uint8_t seed[ASP_EC_SEED_SIZE], AspEcScalar *scalar)
{
    Curve curve;
    int ret = -1;

    if (curve_open(&curve)) {
        return -1;
    }
    if (!reduce(&curve, seed) && !put_number(scalar->byte, curve.scalar)) {
        ret = 0;
    }
    curve_close(&curve);
    return ret;
}

int asp_ec_check(const AspEcPoint *point)
{
    Curve curve;
    int ret;

    if (curve_open(&curve)) {
        return -1;
    }
    ret = get_point(&curve, point);
    curve_close(&curve);
    return ret;
}

int asp_ec_dh(const AspEcScalar *scalar, const AspEcPoint *peer,
              uint8_t x[SEV_P384_SIZE])
{
    Curve curve;
    int ret = -1;

    if (curve_open(&curve)) {
        return -1;
    }
    /* get_point() uses X and Y for itself, so it comes before the product */
    if (!get_scalar(&curve, scalar) && !get_point(&curve, peer) &&
        !multiply(&curve) && !put_number(x, curve.x)) {
        ret = 0;
    }
    curve_close(&curve);
    return ret;
}
