/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gathers keys, and signs reports with them. See keys.h. */

#include "vendor/corpus/keys.h"

#include <string.h>

#include "vendor/corpus/report.h"
#include "vendor/number.h"
#include "vendor/rsa.h"
#include "vendor/state.h"

static bool set_crypto_error(const char *what, gcry_error_t err, GError **errp)
{
    g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_CRYPTO,
                "libgcrypt could not %s: %s", what, gcry_strerror(err));
    return false;
}

/* A pair of keys; @how: what libgcrypt is asked for */
static bool generate(const char *how, gcry_sexp_t *pair, GError **errp)
{
    g_auto(gcry_sexp_t) parameters = NULL;
    gcry_error_t err = gcry_sexp_new(&parameters, how, 0, 1);

    if (!err) {
        err = gcry_pk_genkey(pair, parameters);
    }
    return !err || set_crypto_error("make a key", err, errp);
}

static bool make_ec(CorpusKeys *keys, GError **errp)
{
    for (unsigned i = CORPUS_EC_VCEK; i < CORPUS_NR_EC; i++) {
        if (!generate(i == CORPUS_EC_P256
                      ? "(genkey (ecc (curve \"NIST P-256\")))"
                      : "(genkey (ecc (curve \"NIST P-384\")))",
                      &keys->ec[i], errp)) {
            return false;
        }
    }
    return true;
}

static bool make_small(CorpusKeys *keys, GError **errp)
{
    g_auto(gcry_sexp_t) pair = NULL;

    if (!generate("(genkey (rsa (nbits 4:2048) (rsa-use-e 5:65537)))", &pair,
                  errp)) {
        return false;
    }
    keys->rsa[CORPUS_RSA_SMALL] = gcry_sexp_find_token(pair, "private-key", 0);
    return true;
}

/* A reference of one's own to a key that is @vendor's */
static gcry_sexp_t copy(gcry_sexp_t key)
{
    gcry_sexp_t result = NULL;

    if (key) {
        gcry_sexp_build(&result, NULL, "%S", key);
    }
    return result;
}

/* Two more RSA keys of 4096 bits would take seconds; others have such. */
static bool take_stranger(CorpusKeys *keys, GError **errp)
{
    g_autoptr(Vendor) other = vendor_builtin(keys->other, errp);

    keys->rsa[CORPUS_RSA_STRANGER] = other ? copy(other->ark_key) : NULL;
    return other != NULL;
}

static bool take_vendor(CorpusKeys *keys, const char *dir, GError **errp)
{
    const Vendor *vendor;
    const char *product = vendor_product_name(keys->product);

    vendor = keys->vendor = dir ? vendor_load(dir, errp)
                                : vendor_builtin(keys->product, errp);
    if (!vendor) {
        return false;
    }
    if (vendor->product != keys->product) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE,
                    "%s: expected the manufacturer of %s, found %s's", dir,
                    product, vendor_product_name(vendor->product));
        return false;
    }
    if (!vendor->ark_key || !vendor->asvk_key || !vendor->ark_der) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_MISSING,
                    "%s: expected all of a manufacturer, found no %s", dir,
                    vendor->ark_key ? VENDOR_ASVK_KEY : VENDOR_ARK_KEY);
        return false;
    }
    keys->rsa[CORPUS_RSA_ARK] = copy(vendor->ark_key);
    keys->rsa[CORPUS_RSA_ASK] = copy(vendor->ask_key);
    keys->rsa[CORPUS_RSA_ASVK] = copy(vendor->asvk_key);
    return true;
}

void corpus_subject(const CorpusKeys *keys, bool vlek, VendorSubject *subject)
{
    g_autoptr(GBytes) point = corpus_ec_point(
        keys->ec[vlek ? CORPUS_EC_VLEK : CORPUS_EC_VCEK]);

    memset(subject, 0, sizeof(*subject));
    g_assert(g_bytes_get_size(point) == sizeof(subject->point));
    memcpy(subject->point, g_bytes_get_data(point, NULL),
           sizeof(subject->point));
    subject->tcb = corpus_tcb(keys->product);
    memcpy(subject->chip_id, keys->chip_id, sizeof(subject->chip_id));
    subject->csp_id = vlek ? "sevemu corpus" : NULL;
}

static bool make_leaves(CorpusKeys *keys, GError **errp)
{
    int64_t from = keys->now - CORPUS_DAY;
    VendorSubject subject;

    corpus_subject(keys, false, &subject);
    keys->leaf[0] = vendor_vcek_cert(keys->vendor, &subject, from, errp);
    if (!keys->leaf[0]) {
        return false;
    }
    corpus_subject(keys, true, &subject);
    keys->leaf[1] = vendor_vlek_cert(keys->vendor, &subject, from, errp);
    return keys->leaf[1] != NULL;
}

bool corpus_keys_open(CorpusKeys *keys, const VendorProduct *product,
                      const char *vendor, GError **errp)
{
    memset(keys, 0, sizeof(*keys));
    keys->product = product;
    keys->other = vendor_product(strcmp(vendor_product_name(product), "Genoa")
                                 ? "Genoa" : "Milan");
    keys->now = g_get_real_time() / G_USEC_PER_SEC;
    gcry_randomize(keys->chip_id, vendor_product_chip_id_size(product),
                   GCRY_STRONG_RANDOM);
    return take_vendor(keys, vendor, errp) && take_stranger(keys, errp) &&
           make_small(keys, errp) && make_ec(keys, errp) &&
           make_leaves(keys, errp);
}

void corpus_keys_clear(CorpusKeys *keys)
{
    for (unsigned i = 0; i < CORPUS_NR_RSA; i++) {
        gcry_sexp_release(keys->rsa[i]);
    }
    for (unsigned i = 0; i < CORPUS_NR_EC; i++) {
        gcry_sexp_release(keys->ec[i]);
    }
    g_clear_pointer(&keys->leaf[0], g_bytes_unref);
    g_clear_pointer(&keys->leaf[1], g_bytes_unref);
    vendor_free(keys->vendor);
}

GBytes *corpus_ec_point(gcry_sexp_t pair)
{
    gcry_buffer_t point = { 0 };
    GBytes *bytes;

    if (gcry_sexp_extract_param(pair, "public-key!ecc", "&'q'", &point,
                                NULL)) {
        return NULL;
    }
    bytes = g_bytes_new(point.data, point.len);
    gcry_free(point.data);
    return bytes;
}

static gcry_error_t take_numbers(gcry_sexp_t result, SnpSignature *signature)
{
    g_auto(gcry_mpi_t) r = NULL;
    g_auto(gcry_mpi_t) s = NULL;
    gcry_error_t err = gcry_sexp_extract_param(result, "sig-val!ecdsa", "rs",
                                               &r, &s, NULL);

    memset(signature, 0, sizeof(*signature));
    if (!err && (!vendor_number_write(r, signature->r, sizeof(signature->r)) ||
                 !vendor_number_write(s, signature->s,
                                      sizeof(signature->s)))) {
        err = gcry_error(GPG_ERR_TOO_LARGE);
    }
    return err;
}

bool corpus_ec_sign(gcry_sexp_t pair, int algo, const void *data, size_t len,
                    SnpSignature *signature, GError **errp)
{
    g_auto(gcry_sexp_t) message = NULL;
    g_auto(gcry_sexp_t) result = NULL;
    g_auto(gcry_sexp_t) key = gcry_sexp_find_token(pair, "private-key", 0);
    uint8_t digest[64];
    gcry_error_t err;

    gcry_md_hash_buffer(algo, digest, data, len);
    err = gcry_sexp_build(&message, NULL,
                          "(data (flags rfc6979) (hash %s %b))",
                          algo == GCRY_MD_SHA256 ? "sha256" : "sha384",
                          (int)gcry_md_get_algo_dlen(algo), digest);
    if (!err) {
        err = gcry_pk_sign(&result, message, key);
    }
    if (!err) {
        err = take_numbers(result, signature);
    }
    return !err || set_crypto_error("sign a report", err, errp);
}
