/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads, judges and makes PDH, PEK, OCA and CEK. */

#include <string.h>
#include "guest-owner/chain/cert.h"
#include "guest-owner/base/owner.h"

const char *cert_usage_name(uint32_t usage)
{
    switch (usage) {
    case SEV_USAGE_ARK:
        return "ARK";
    case SEV_USAGE_ASK:
        return "ASK";
    case SEV_USAGE_OCA:
        return "OCA";
    case SEV_USAGE_PEK:
        return "PEK";
    case SEV_USAGE_PDH:
        return "PDH";
    case SEV_USAGE_CEK:
        return "CEK";
    default:
        return "?";
    }
}

bool sev_cert_read(const uint8_t *data, size_t len, uint32_t usage,
                   const char *name, SevCert *cert, GError **errp)
{
    const char *what = cert_usage_name(usage);
    uint32_t version;

    if (len < sizeof(*cert)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: %zu bytes left for a certificate (%s), which has "
                    "%zu", name, len, what, sizeof(*cert));
        return false;
    }
    memcpy(cert, data, sizeof(*cert));
    version = le32_get(cert->version);
    if (version != SEV_CERT_VERSION) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: expected a certificate (%s) of version %u, found "
                    "0x%x", name, what, SEV_CERT_VERSION, version);
        return false;
    }
    if (le32_get(cert->usage) != usage) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: expected the certificate of a %s, found one of "
                    "usage 0x%x (%s)", name, what,
                    le32_get(cert->usage),
                    cert_usage_name(le32_get(cert->usage)));
        return false;
    }
    return true;
}

/* Little-endian @field to big-endian @number; false when it is too large */
static bool turn(const uint8_t field[SEV_EC_FIELD_SIZE],
                 uint8_t number[SEV_P384_SIZE])
{
    uint8_t rest = 0;

    for (size_t i = 0; i < SEV_P384_SIZE; i++) {
        number[SEV_P384_SIZE - 1 - i] = field[i];
    }
    for (size_t i = SEV_P384_SIZE; i < SEV_EC_FIELD_SIZE; i++) {
        rest |= field[i];
    }
    return rest == 0;
}

static void turn_back(const uint8_t number[SEV_P384_SIZE],
                      uint8_t field[SEV_EC_FIELD_SIZE])
{
    memset(field, 0, SEV_EC_FIELD_SIZE);
    for (size_t i = 0; i < SEV_P384_SIZE; i++) {
        field[i] = number[SEV_P384_SIZE - 1 - i];
    }
}

static bool take_point(const SevCert *cert, P384Point *point)
{
    return turn(cert->key.x, point->x) && turn(cert->key.y, point->y);
}

void sev_cert_point(const SevCert *cert, P384Point *point)
{
    take_point(cert, point);
}

const char *sev_cert_flaw(const SevCert *cert)
{
    bool agrees = le32_get(cert->usage) == SEV_USAGE_PDH;
    uint32_t algo = le32_get(cert->algo);
    P384Point point;

    if (algo != (agrees ? SEV_ALGO_ECDH_SHA256 : SEV_ALGO_ECDSA_SHA256) &&
        algo != (agrees ? SEV_ALGO_ECDH_SHA384 : SEV_ALGO_ECDSA_SHA384)) {
        return "its algorithm does not fit its usage";
    }
    if (le32_get(cert->key.curve) != SEV_CURVE_P384) {
        return "its curve is not P-384";
    }
    if (!take_point(cert, &point) || !p384_on_curve(&point)) {
        return "its key is not a point of the curve";
    }
    return NULL;
}

/* The signature that says it is by a key of @usage and one of @algos */
static const SevCertSignature *find_signature(const SevCert *cert,
                                              uint32_t usage,
                                              const uint32_t algos[2])
{
    for (size_t i = 0; i < G_N_ELEMENTS(cert->sig); i++) {
        const SevCertSignature *sig = &cert->sig[i];
        uint32_t algo = le32_get(sig->algo);

        if (le32_get(sig->usage) == usage &&
            (algo == algos[0] || algo == algos[1])) {
            return sig;
        }
    }
    return NULL;
}

/* The hash of the algorithms below 0x100 is SHA-256, above it SHA-384. */
static void digest_signed(const SevCert *cert, const SevCertSignature *sig,
                          Digest *digest)
{
    bool sha384 = le32_get(sig->algo) & 0x100;

    digest_make(digest, sha384 ? DIGEST_SHA384 : DIGEST_SHA256, cert,
                SEV_CERT_SIGNED_SIZE);
}

const char *sev_cert_link_flaw(const SevCert *signer, const SevCert *cert)
{
    static const uint32_t algos[] = { SEV_ALGO_ECDSA_SHA256,
                                      SEV_ALGO_ECDSA_SHA384 };
    const SevCertSignature *sig =
        find_signature(cert, le32_get(signer->usage), algos);
    const char *flaw = sev_cert_flaw(signer);
    P384Signature numbers;
    P384Point point;
    Digest digest;

    if (flaw) {
        return flaw;
    }
    if (!sig) {
        return "there is no such signature";
    }
    take_point(signer, &point);
    digest_signed(cert, sig, &digest);
    if (!turn(sig->ecdsa.r, numbers.r) || !turn(sig->ecdsa.s, numbers.s) ||
        !p384_verify(&point, &digest, &numbers)) {
        return "the signature is not of this key";
    }
    return NULL;
}

/* The manufacturer signs what it has of a chip, not what the chip has. */
static bool is_unsigned(const SevCert *cert)
{
    return le32_get(cert->sig[0].usage) == SEV_USAGE_NONE &&
           le32_get(cert->sig[1].usage) == SEV_USAGE_NONE;
}

const char *cek_link_flaw(const CaCert *signer, const SevCert *cert)
{
    static const uint32_t algos[] = { SEV_ALGO_RSA_SHA256,
                                      SEV_ALGO_RSA_SHA384 };
    const SevCertSignature *sig = find_signature(cert, signer->usage, algos);
    const char *flaw = ca_cert_flaw(signer);
    Digest digest;

    if (flaw) {
        return flaw;
    }
    if (!sig) {
        return is_unsigned(cert)
               ? "the CEK is as a chip gives it, not signed: export has it "
                 "signed" : "there is no such signature";
    }
    digest_signed(cert, sig, &digest);
    return ca_cert_verifies(signer, &digest, sig->rsa)
           ? NULL : "the signature is not of this key";
}

void sev_cert_make(SevCert *cert, uint32_t usage, uint32_t algo,
                   const P384Pair *pair)
{
    SevCertSignature *sig = &cert->sig[0];
    P384Signature numbers;
    Digest digest;

    memset(cert, 0, sizeof(*cert));
    cert->version = le32_of(SEV_CERT_VERSION);
    cert->usage = le32_of(usage);
    cert->algo = le32_of(algo);
    cert->key.curve = le32_of(SEV_CURVE_P384);
    turn_back(pair->point.x, cert->key.x);
    turn_back(pair->point.y, cert->key.y);

    sig->usage = cert->usage;
    sig->algo = le32_of(SEV_ALGO_ECDSA_SHA256);
    digest_signed(cert, sig, &digest);
    p384_sign(pair, &digest, &numbers);
    turn_back(numbers.r, sig->ecdsa.r);
    turn_back(numbers.s, sig->ecdsa.s);
    cert->sig[1].usage = le32_of(SEV_USAGE_NONE);
}

void sev_cert_fingerprint(const SevCert *cert,
                          uint8_t fingerprint[CERT_FINGERPRINT_SIZE])
{
    Digest digest;

    digest_make(&digest, DIGEST_SHA256, cert, SEV_CERT_SIGNED_SIZE);
    memcpy(fingerprint, digest.byte, CERT_FINGERPRINT_SIZE);
}
