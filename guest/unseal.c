/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens what was sealed for a guest's key, by libgcrypt. Its HKDF came with
 * 1.11 only, so that is made of HMAC, as RFC 5869 has it.
 */

#include "guest/unseal.h"

#include <gcrypt.h>
#include <stdlib.h>
#include <string.h>

#define CURVE "(curve \"NIST P-384\")"

typedef struct Part {
    const void *data;
    size_t size;
} Part;

struct UnsealKey {
    gcry_sexp_t private;
    uint8_t public[ATTEST_KEY_SIZE];
};

bool unseal_init(void)
{
    if (!gcry_check_version(GCRYPT_VERSION)) {
        return false;
    }
    /* Locked memory is for swap, of which an initramfs has none. */
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    return !gcry_md_test_algo(GCRY_MD_SHA512) &&
           !gcry_cipher_test_algo(GCRY_CIPHER_AES256);
}

void unseal_wipe(void *data, size_t size)
{
    /* A compiler may leave out what nobody reads, but not if volatile */
    volatile uint8_t *byte = data;

    while (size--) {
        *byte++ = 0;
    }
}

/* SHA-512; with a key (which is not NULL) HMAC-SHA-512 */
static bool hash(const void *key, size_t key_size, const Part *parts,
                 size_t nr_parts, uint8_t out[ATTEST_HASH_SIZE])
{
    gcry_md_hd_t md;

    if (gcry_md_open(&md, GCRY_MD_SHA512, key ? GCRY_MD_FLAG_HMAC : 0)) {
        return false;
    }
    if (key && gcry_md_setkey(md, key, key_size)) {
        gcry_md_close(md);
        return false;
    }
    for (size_t i = 0; i < nr_parts; i++) {
        gcry_md_write(md, parts[i].data, parts[i].size);
    }
    memcpy(out, gcry_md_read(md, GCRY_MD_SHA512), ATTEST_HASH_SIZE);
    gcry_md_close(md);
    return true;
}

/* The point named @name in @list; false when it is not of the right size. */
static bool take_point(gcry_sexp_t list, const char *name,
                       uint8_t point[ATTEST_KEY_SIZE])
{
    gcry_sexp_t item = gcry_sexp_find_token(list, name, 0);
    size_t size = 0;
    const char *data = item ? gcry_sexp_nth_data(item, 1, &size) : NULL;
    bool ok = data && size == ATTEST_KEY_SIZE &&
              data[0] == ATTEST_KEY_UNCOMPRESSED;

    if (ok) {
        memcpy(point, data, ATTEST_KEY_SIZE);
    }
    gcry_sexp_release(item);
    return ok;
}

UnsealKey *unseal_key_new(void)
{
    UnsealKey *key = calloc(1, sizeof(*key));
    gcry_sexp_t wish = NULL, pair = NULL;
    bool ok = key &&
              !gcry_sexp_build(&wish, NULL, "(genkey (ecc " CURVE "))") &&
              !gcry_pk_genkey(&pair, wish) &&
              take_point(pair, "q", key->public);

    if (ok) {
        key->private = gcry_sexp_find_token(pair, "private-key", 0);
    }
    gcry_sexp_release(wish);
    gcry_sexp_release(pair);
    if (!ok || !key->private) {
        unseal_key_free(key);
        return NULL;
    }
    return key;
}

UnsealKey *unseal_key_from(const uint8_t scalar[ATTEST_COORDINATE_SIZE],
                           const uint8_t public[ATTEST_KEY_SIZE])
{
    UnsealKey *key = calloc(1, sizeof(*key));

    if (!key ||
        gcry_sexp_build(&key->private, NULL,
                        "(private-key (ecc " CURVE " (q %b) (d %b)))",
                        ATTEST_KEY_SIZE, public, ATTEST_COORDINATE_SIZE,
                        scalar)) {
        unseal_key_free(key);
        return NULL;
    }
    memcpy(key->public, public, ATTEST_KEY_SIZE);
    return key;
}

void unseal_key_free(UnsealKey *key)
{
    if (key) {
        gcry_sexp_release(key->private);
        free(key);
    }
}

const uint8_t *unseal_public(const UnsealKey *key)
{
    return key->public;
}

void unseal_report_data(const UnsealKey *key,
                        const uint8_t nonce[ATTEST_NONCE_SIZE],
                        uint8_t data[ATTEST_HASH_SIZE])
{
    Part parts[] = {
        { ATTEST_LABEL_REPORT, sizeof(ATTEST_LABEL_REPORT) },
        { nonce, ATTEST_NONCE_SIZE },
        { key->public, ATTEST_KEY_SIZE },
    };

    /* Plain SHA-512 is there: unseal_init() has looked */
    hash(NULL, 0, parts, sizeof(parts) / sizeof(parts[0]), data);
}

/* ECDH; libgcrypt refuses a point that is not on the curve. */
static bool share(const UnsealKey *key, const uint8_t peer[ATTEST_KEY_SIZE],
                  uint8_t x[ATTEST_COORDINATE_SIZE])
{
    gcry_sexp_t sexp = NULL, shared = NULL;
    uint8_t point[ATTEST_KEY_SIZE];
    bool ok = peer[0] == ATTEST_KEY_UNCOMPRESSED &&
              !gcry_sexp_build(&sexp, NULL,
                               "(enc-val (flags raw) (ecdh (e %b)))",
                               ATTEST_KEY_SIZE, peer) &&
              !gcry_pk_decrypt(&shared, sexp, key->private) &&
              take_point(shared, "value", point);

    if (ok) {
        memcpy(x, point + 1, ATTEST_COORDINATE_SIZE);
    }
    unseal_wipe(point, sizeof(point));
    gcry_sexp_release(sexp);
    gcry_sexp_release(shared);
    return ok;
}

/* One block of HKDF: the key for the secrets, then the one for the proof */
static bool derive(const UnsealKey *key, const Sealed *sealed,
                   uint8_t salt[ATTEST_HASH_SIZE],
                   uint8_t keys[ATTEST_HASH_SIZE])
{
    static const uint8_t one = 1;
    uint8_t x[ATTEST_COORDINATE_SIZE], prk[ATTEST_HASH_SIZE];
    Part transcript[] = {
        { ATTEST_LABEL_TRANSCRIPT, sizeof(ATTEST_LABEL_TRANSCRIPT) },
        { sealed->nonce, sizeof(sealed->nonce) },
        { key->public, sizeof(key->public) },
        { sealed->owner_key, sizeof(sealed->owner_key) },
        { &sealed->report, sizeof(sealed->report) },
    };
    Part input = { x, sizeof(x) };
    Part info[] = {
        { ATTEST_LABEL_KEYS, sizeof(ATTEST_LABEL_KEYS) },
        { &one, sizeof(one) },
    };
    bool ok = share(key, sealed->owner_key, x) &&
              hash(NULL, 0, transcript,
                   sizeof(transcript) / sizeof(transcript[0]), salt) &&
              hash(salt, ATTEST_HASH_SIZE, &input, 1, prk) &&
              hash(prk, sizeof(prk), info, 2, keys);

    unseal_wipe(x, sizeof(x));
    unseal_wipe(prk, sizeof(prk));
    return ok;
}

/* In place; all zeros when it was not sealed under this key */
static bool decrypt(const uint8_t *key, const uint8_t *aad, uint8_t *data,
                    size_t size)
{
    static const uint8_t iv[ATTEST_IV_SIZE];
    gcry_cipher_hd_t cipher;
    bool ok;

    if (gcry_cipher_open(&cipher, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_GCM,
                         0)) {
        return false;
    }
    ok = !gcry_cipher_setkey(cipher, key, ATTEST_SECRET_KEY_SIZE) &&
         !gcry_cipher_setiv(cipher, iv, sizeof(iv)) &&
         !gcry_cipher_authenticate(cipher, aad, ATTEST_HASH_SIZE) &&
         !gcry_cipher_final(cipher) &&
         !gcry_cipher_decrypt(cipher, data, size, NULL, 0) &&
         !gcry_cipher_checktag(cipher, data + size, ATTEST_TAG_SIZE);
    gcry_cipher_close(cipher);
    if (!ok) {
        unseal_wipe(data, size);
    }
    return ok;
}

bool unseal(const UnsealKey *key, Sealed *sealed,
            uint8_t proof[ATTEST_HASH_SIZE])
{
    uint8_t salt[ATTEST_HASH_SIZE], keys[ATTEST_HASH_SIZE];
    Part parts[] = {
        { ATTEST_LABEL_PROOF, sizeof(ATTEST_LABEL_PROOF) },
        { sealed->data, 0 },
    };
    bool ok;

    if (sealed->size < ATTEST_TAG_SIZE) {
        return false;
    }
    parts[1].size = sealed->size - ATTEST_TAG_SIZE;
    ok = derive(key, sealed, salt, keys) &&
         decrypt(keys, salt, sealed->data, parts[1].size) &&
         hash(keys + ATTEST_SECRET_KEY_SIZE, ATTEST_PROOF_KEY_SIZE, parts, 2,
              proof);
    unseal_wipe(keys, sizeof(keys));
    return ok;
}
