/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Derives the VCEK.
 */

#include "asp/vcek.h"

#include <string.h>

#include "asp/crypto.h"

#define LABEL "sev-snp-vcek"

int asp_vcek(const AspFuses *fuses, const SnpTcbVersion *tcb,
             AspEcScalar *scalar)
{
    const AspBytes secret = { fuses->cek_scalar, sizeof(fuses->cek_scalar) };
    uint8_t context[sizeof(fuses->chip_id) + sizeof(tcb->byte)];
    uint8_t seed[ASP_EC_SEED_SIZE];
    int ret;

    memcpy(context, fuses->chip_id, sizeof(fuses->chip_id));
    memcpy(context + sizeof(fuses->chip_id), tcb->byte, sizeof(tcb->byte));
    ret = asp_kdf_len(secret, LABEL, (AspBytes) { context, sizeof(context) },
                      seed, sizeof(seed));
    if (!ret) {
        ret = asp_ec_from_seed(seed, scalar);
    }
    asp_wipe(seed, sizeof(seed));
    return ret;
}

int asp_vcek_public(const AspFuses *fuses, const uint8_t tcb[SNP_TCB_SIZE],
                    uint8_t x[48], uint8_t y[48])
{
    SnpTcbVersion version;
    AspEcScalar scalar;
    int ret;

    memcpy(version.byte, tcb, sizeof(version.byte));
    ret = asp_vcek(fuses, &version, &scalar);
    if (!ret) {
        ret = asp_ec_public_xy(&scalar, x, y);
    }
    asp_wipe(&scalar, sizeof(scalar));
    return ret;
}
