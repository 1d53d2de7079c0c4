/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and judges ARK and ASK. After the header follow exponent, modulus and
 * signature, of number_size bytes each.
 */

#include <string.h>
#include "guest-owner/chain/ca-cert.h"
#include "guest-owner/chain/cert.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/base/rsa.h"

static bool header_fits(const AmdCertHeader *header, const char *name,
                        GError **errp)
{
    uint32_t version = le32_get(header->version);
    uint32_t usage = le32_get(header->usage);
    uint32_t bits = le32_get(header->modulus_bits);

    if (version != AMD_CERT_VERSION) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: expected a certificate (ASK or ARK) of version %u, "
                    "found 0x%x", name, AMD_CERT_VERSION, version);
        return false;
    }
    if (usage != SEV_USAGE_ARK && usage != SEV_USAGE_ASK) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: expected the certificate of an ASK or ARK, found "
                    "one of usage 0x%x", name, usage);
        return false;
    }
    if ((bits != 2048 && bits != 4096) ||
        le32_get(header->exponent_bits) != le32_get(header->modulus_bits)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: the %s has numbers of %u and %u bits, expected "
                    "twice 2048 or 4096", name, cert_usage_name(usage),
                    le32_get(header->exponent_bits), bits);
        return false;
    }
    return true;
}

bool ca_cert_read(const uint8_t *data, size_t len, const char *name,
                  CaCert *cert, GError **errp)
{
    AmdCertHeader header;

    if (len < sizeof(header)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: %zu bytes left for the certificate of an ASK or ARK",
                    name, len);
        return false;
    }
    memcpy(&header, data, sizeof(header));
    if (!header_fits(&header, name, errp)) {
        return false;
    }
    memset(cert, 0, sizeof(*cert));
    memcpy(cert->key_id, header.key_id, sizeof(cert->key_id));
    memcpy(cert->certifying_id, header.certifying_id,
           sizeof(cert->certifying_id));
    cert->usage = le32_get(header.usage);
    cert->number_size = le32_get(header.modulus_bits) / 8;
    cert->size = sizeof(header) + 3 * cert->number_size;
    if (len < cert->size) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: %zu bytes left for the %s, which has %zu", name, len,
                    cert_usage_name(cert->usage), cert->size);
        return false;
    }
    memcpy(cert->raw, data, cert->size);
    return true;
}

static size_t signed_size(const CaCert *cert)
{
    return cert->size - cert->number_size;
}

/* Number @index after the header, turned to big-endian */
static void turn_number(const CaCert *cert, size_t index, uint8_t *number)
{
    const uint8_t *field = cert->raw + sizeof(AmdCertHeader) +
                           index * cert->number_size;

    for (size_t i = 0; i < cert->number_size; i++) {
        number[cert->number_size - 1 - i] = field[i];
    }
}

void ca_cert_of_key(const RsaKey *key, const uint8_t key_id[16],
                    CaCert *cert)
{
    AmdCert raw = {
        .header = {
            .version = le32_of(AMD_CERT_VERSION),
            .usage = le32_of(SEV_USAGE_ARK),
            .exponent_bits = le32_of(8 * SEV_RSA_MAX_SIZE),
            .modulus_bits = le32_of(8 * SEV_RSA_MAX_SIZE),
        },
    };

    memcpy(raw.header.key_id, key_id, sizeof(raw.header.key_id));
    memcpy(raw.header.certifying_id, key_id, sizeof(raw.header.key_id));
    for (size_t i = 0; i < SEV_RSA_MAX_SIZE; i++) {
        raw.exponent[SEV_RSA_MAX_SIZE - 1 - i] = key->exponent[i];
        raw.modulus[SEV_RSA_MAX_SIZE - 1 - i] = key->modulus[i];
    }
    *cert = (CaCert){
        .usage = SEV_USAGE_ARK, .number_size = SEV_RSA_MAX_SIZE,
        .size = sizeof(raw),
    };
    memcpy(cert->key_id, key_id, sizeof(cert->key_id));
    memcpy(cert->certifying_id, key_id, sizeof(cert->certifying_id));
    memcpy(cert->raw, &raw, sizeof(raw));
}

static void take_key(const CaCert *cert, RsaKey *key)
{
    key->size = cert->number_size;
    turn_number(cert, 0, key->exponent);
    turn_number(cert, 1, key->modulus);
}

const char *ca_cert_flaw(const CaCert *cert)
{
    RsaKey key;

    take_key(cert, &key);
    return rsa_key_sound(&key) ? NULL : "its key is not a sound one";
}

bool ca_cert_verifies(const CaCert *signer, const Digest *digest,
                      const uint8_t signature[SEV_RSA_MAX_SIZE])
{
    uint8_t number[SEV_RSA_MAX_SIZE];
    RsaKey key;

    take_key(signer, &key);
    for (size_t i = 0; i < key.size; i++) {
        number[key.size - 1 - i] = signature[i];
    }
    return rsa_pss_verify(&key, digest, number);
}

const char *ca_cert_link_flaw(const CaCert *signer, const CaCert *cert)
{
    const char *flaw = ca_cert_flaw(signer);
    uint8_t signature[SEV_RSA_MAX_SIZE] = { 0 };
    Digest digest;

    if (flaw) {
        return flaw;
    }
    if (memcmp(signer->key_id, cert->certifying_id,
               sizeof(signer->key_id)) != 0) {
        return "the signature is of a key with another id";
    }
    if (signer->number_size != cert->number_size) {
        return "the signature is of a key of another size";
    }
    /* The hash goes with the size of the key */
    digest_make(&digest,
                signer->number_size == SEV_RSA_MAX_SIZE ? DIGEST_SHA384
                                                        : DIGEST_SHA256,
                cert->raw, signed_size(cert));
    memcpy(signature, cert->raw + signed_size(cert), cert->number_size);
    return ca_cert_verifies(signer, &digest, signature)
           ? NULL : "the signature is not of this key";
}

void ca_cert_fingerprint(const CaCert *cert,
                         uint8_t fingerprint[CERT_FINGERPRINT_SIZE])
{
    Digest digest;

    digest_make(&digest, DIGEST_SHA256, cert->raw, signed_size(cert));
    memcpy(fingerprint, digest.byte, CERT_FINGERPRINT_SIZE);
}
