/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the platform's keys and certificates.
 */

#include "asp/identity.h"

#include <string.h>

#include "asp/crypto.h"
#include "asp/state.h"

/* Not one of so many random numbers is a scalar: the source is broken */
#define MAX_TRIES 8

AspEcScalar asp_identity_cek(const AspFuses *fuses)
{
    AspEcScalar scalar;

    memcpy(scalar.byte, fuses->cek_scalar, sizeof(scalar.byte));
    return scalar;
}

/*
 * FIPS 186-4, appendix B.4.2: a number of 384 bits is hardly ever too large
 * for a scalar of P-384, and is then drawn again.
 */
static uint32_t make_key(Asp *asp, uint32_t usage, AspKeyPair *pair)
{
    AspEcPoint point;

    for (unsigned i = 0; i < MAX_TRIES; i++) {
        uint32_t status = asp_random(asp, pair->scalar.byte,
                                     sizeof(pair->scalar.byte));

        if (status != SEV_FW_SUCCESS) {
            return status;
        }
        if (!asp_ec_public(&pair->scalar, &point)) {
            asp_cert_make(&pair->cert, usage, &asp->snp.current, &point);
            return SEV_FW_SUCCESS;
        }
    }
    return SEV_FW_HWERROR_PLATFORM;
}

static uint32_t make_oca(Asp *asp, AspIdentity *identity)
{
    AspKeyPair *oca = &identity->oca;
    uint32_t status = make_key(asp, SEV_USAGE_OCA, oca);

    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    return asp_cert_sign(&oca->cert, 0, SEV_USAGE_OCA, &oca->scalar)
           ? SEV_FW_RESOURCE_LIMIT : SEV_FW_SUCCESS;
}

static uint32_t make_pek(Asp *asp, AspIdentity *identity)
{
    AspKeyPair *pek = &identity->pek;
    AspEcScalar cek = asp_identity_cek(&asp->fuses);
    uint32_t status = make_key(asp, SEV_USAGE_PEK, pek);

    if (status == SEV_FW_SUCCESS &&
        (asp_cert_sign(&pek->cert, 0, SEV_USAGE_OCA, &identity->oca.scalar) ||
         asp_cert_sign(&pek->cert, 1, SEV_USAGE_CEK, &cek))) {
        status = SEV_FW_RESOURCE_LIMIT;
    }
    asp_wipe(&cek, sizeof(cek));
    return status;
}

uint32_t asp_identity_make_pdh(Asp *asp, AspIdentity *identity)
{
    AspKeyPair *pdh = &identity->pdh;
    uint32_t status = make_key(asp, SEV_USAGE_PDH, pdh);

    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    return asp_cert_sign(&pdh->cert, 0, SEV_USAGE_PEK, &identity->pek.scalar)
           ? SEV_FW_RESOURCE_LIMIT : SEV_FW_SUCCESS;
}

uint32_t asp_identity_make(Asp *asp, AspIdentity *identity)
{
    uint32_t status = make_oca(asp, identity);

    if (status == SEV_FW_SUCCESS) {
        status = make_pek(asp, identity);
    }
    if (status == SEV_FW_SUCCESS) {
        status = asp_identity_make_pdh(asp, identity);
    }
    return status;
}

int asp_identity_chain(const AspFuses *fuses, const AspIdentity *identity,
                       SevCertChain *chain)
{
    AspEcScalar cek = asp_identity_cek(fuses);
    AspEcPoint point;
    int ret = asp_ec_public(&cek, &point);

    asp_wipe(&cek, sizeof(cek));
    if (ret) {
        return -1;
    }
    chain->pek = identity->pek.cert;
    chain->oca = identity->oca.cert;
    asp_cert_make(&chain->cek, SEV_USAGE_CEK, NULL, &point);
    return 0;
}
