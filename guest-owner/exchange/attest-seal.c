/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seals secrets for a guest, by libgcrypt. Its HKDF came with 1.11 only, so
 * that is made of HMAC, as RFC 5869 has it. Lengths and algorithms are those of
 * this file: after crypto_init() an error would be a bug here.
 */

#include <gcrypt.h>
#include <string.h>
#include "guest-owner/base/crypto.h"
#include "guest-owner/base/wipe.h"
#include "guest-owner/exchange/attest-seal.h"

/* What comes out of HKDF: one block of HMAC-SHA-512 */
typedef struct AttestKeys {
    uint8_t secret[ATTEST_SECRET_KEY_SIZE];
    uint8_t proof[ATTEST_PROOF_KEY_SIZE];
} AttestKeys;

G_STATIC_ASSERT(sizeof(AttestKeys) == ATTEST_HASH_SIZE);
G_STATIC_ASSERT(ATTEST_COORDINATE_SIZE == SEV_P384_SIZE);

/* SHA-512; with a key (which is not NULL) HMAC-SHA-512 */
static void hash(const void *key, size_t key_len, const CryptoPart *parts,
                 size_t nr_parts, uint8_t out[ATTEST_HASH_SIZE])
{
    gcry_md_hd_t md;
    gcry_error_t err = gcry_md_open(&md, GCRY_MD_SHA512,
                                    key ? GCRY_MD_FLAG_HMAC : 0);

    g_assert(!err);
    if (key) {
        err = gcry_md_setkey(md, key, key_len);
        g_assert(!err);
    }
    for (size_t i = 0; i < nr_parts; i++) {
        gcry_md_write(md, parts[i].data, parts[i].len);
    }
    memcpy(out, gcry_md_read(md, GCRY_MD_SHA512), ATTEST_HASH_SIZE);
    gcry_md_close(md);
}

void attest_report_data(const AttestTurn *turn,
                        uint8_t data[ATTEST_HASH_SIZE])
{
    CryptoPart parts[] = {
        { ATTEST_LABEL_REPORT, sizeof(ATTEST_LABEL_REPORT) },
        { turn->nonce, sizeof(turn->nonce) },
        { turn->guest_key, sizeof(turn->guest_key) },
    };

    hash(NULL, 0, parts, G_N_ELEMENTS(parts), data);
}

/* All that was said: whoever heard something else gets other keys. */
static void transcript(const AttestTurn *turn, const uint8_t *owner_key,
                       uint8_t digest[ATTEST_HASH_SIZE])
{
    CryptoPart parts[] = {
        { ATTEST_LABEL_TRANSCRIPT, sizeof(ATTEST_LABEL_TRANSCRIPT) },
        { turn->nonce, sizeof(turn->nonce) },
        { turn->guest_key, sizeof(turn->guest_key) },
        { owner_key, ATTEST_KEY_SIZE },
        { &turn->report, sizeof(turn->report) },
    };

    hash(NULL, 0, parts, G_N_ELEMENTS(parts), digest);
}

static void derive(const uint8_t *shared_x, const uint8_t *salt,
                   AttestKeys *keys)
{
    static const uint8_t one = 1;
    uint8_t prk[ATTEST_HASH_SIZE];
    CryptoPart input = { shared_x, ATTEST_COORDINATE_SIZE };
    CryptoPart info[] = {
        { ATTEST_LABEL_KEYS, sizeof(ATTEST_LABEL_KEYS) },
        { &one, sizeof(one) },
    };

    hash(salt, ATTEST_HASH_SIZE, &input, 1, prk);
    hash(prk, sizeof(prk), info, G_N_ELEMENTS(info), (uint8_t *)keys);
    wipe(prk, sizeof(prk));
}

/* Appends the tag to @data. */
static void encrypt(const uint8_t key[ATTEST_SECRET_KEY_SIZE],
                    const uint8_t aad[ATTEST_HASH_SIZE], GByteArray *data)
{
    static const uint8_t iv[ATTEST_IV_SIZE];
    uint8_t tag[ATTEST_TAG_SIZE];
    gcry_cipher_hd_t cipher;
    gcry_error_t err = gcry_cipher_open(&cipher, GCRY_CIPHER_AES256,
                                        GCRY_CIPHER_MODE_GCM, 0);

    g_assert(!err);
    err = gcry_cipher_setkey(cipher, key, ATTEST_SECRET_KEY_SIZE);
    g_assert(!err);
    err = gcry_cipher_setiv(cipher, iv, sizeof(iv));
    g_assert(!err);
    err = gcry_cipher_authenticate(cipher, aad, ATTEST_HASH_SIZE);
    g_assert(!err);
    gcry_cipher_final(cipher);
    err = gcry_cipher_encrypt(cipher, data->data, data->len, NULL, 0);
    g_assert(!err);
    err = gcry_cipher_gettag(cipher, tag, sizeof(tag));
    g_assert(!err);
    gcry_cipher_close(cipher);
    g_byte_array_append(data, tag, sizeof(tag));
}

static void write_key(const P384Point *point, uint8_t key[ATTEST_KEY_SIZE])
{
    key[0] = ATTEST_KEY_UNCOMPRESSED;
    memcpy(key + 1, point->x, ATTEST_COORDINATE_SIZE);
    memcpy(key + 1 + ATTEST_COORDINATE_SIZE, point->y,
           ATTEST_COORDINATE_SIZE);
}

static bool read_key(const uint8_t key[ATTEST_KEY_SIZE], P384Point *point)
{
    memcpy(point->x, key + 1, ATTEST_COORDINATE_SIZE);
    memcpy(point->y, key + 1 + ATTEST_COORDINATE_SIZE,
           ATTEST_COORDINATE_SIZE);
    return key[0] == ATTEST_KEY_UNCOMPRESSED;
}

bool attest_seal(const AttestTurn *turn, const P384Pair *pair,
                 const GByteArray *secrets, AttestSealed *sealed)
{
    CryptoPart proof[] = {
        { ATTEST_LABEL_PROOF, sizeof(ATTEST_LABEL_PROOF) },
        { secrets->data, secrets->len },
    };
    uint8_t shared_x[ATTEST_COORDINATE_SIZE], salt[ATTEST_HASH_SIZE];
    AttestKeys keys;
    P384Point guest;

    if (!read_key(turn->guest_key, &guest) ||
        !p384_shared_x(pair->scalar, &guest, shared_x)) {
        return false;
    }
    write_key(&pair->point, sealed->owner_key);
    transcript(turn, sealed->owner_key, salt);
    derive(shared_x, salt, &keys);
    /* With room for the tag: a secret must not stay in a smaller one */
    sealed->sealed = g_byte_array_sized_new(secrets->len + ATTEST_TAG_SIZE);
    g_byte_array_append(sealed->sealed, secrets->data, secrets->len);
    encrypt(keys.secret, salt, sealed->sealed);
    hash(keys.proof, sizeof(keys.proof), proof, G_N_ELEMENTS(proof),
         sealed->proof);
    wipe(shared_x, sizeof(shared_x));
    wipe(&keys, sizeof(keys));
    return true;
}

void attest_sealed_clear(AttestSealed *sealed)
{
    g_clear_pointer(&sealed->sealed, g_byte_array_unref);
    wipe(sealed->proof, sizeof(sealed->proof));
}

bool attest_proof_is(const AttestSealed *sealed, const void *proof,
                     size_t len)
{
    const uint8_t *byte = proof;
    uint8_t difference = 0;

    if (len != sizeof(sealed->proof)) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        difference |= byte[i] ^ sealed->proof[i];
    }
    return difference == 0;
}
