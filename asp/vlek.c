/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Derives, wraps and unwraps the VLEK.
 */

#include "asp/vlek.h"

#include <string.h>

#include "abi/sev.h"
#include "asp/crypto.h"

#define LABEL      "sev-snp-vlek"
#define LABEL_WRAP "sev-snp-vlek-wrap"

_Static_assert(sizeof(SnpVlekHashstick) == ASP_VLEK_HASHSTICK_SIZE,
               "a hashstick has another size");

int asp_vlek(const uint8_t seed[ASP_VLEK_SEED_SIZE], const SnpTcbVersion *tcb,
             AspEcScalar *scalar)
{
    uint8_t derived[ASP_EC_SEED_SIZE];
    int ret = asp_kdf_len((AspBytes) { seed, ASP_VLEK_SEED_SIZE }, LABEL,
                          (AspBytes) { tcb->byte, sizeof(tcb->byte) },
                          derived, sizeof(derived));

    if (!ret) {
        ret = asp_ec_from_seed(derived, scalar);
    }
    asp_wipe(derived, sizeof(derived));
    return ret;
}

int asp_vlek_public(const uint8_t seed[ASP_VLEK_SEED_SIZE],
                    const uint8_t tcb[SNP_TCB_SIZE], uint8_t x[48],
                    uint8_t y[48])
{
    SnpTcbVersion version;
    AspEcScalar scalar;
    int ret;

    memcpy(version.byte, tcb, sizeof(version.byte));
    ret = asp_vlek(seed, &version, &scalar);
    if (!ret) {
        ret = asp_ec_public_xy(&scalar, x, y);
    }
    asp_wipe(&scalar, sizeof(scalar));
    return ret;
}

/* Only this chip and its manufacturer can derive it. */
static int wrapping_key(const AspFuses *fuses, uint8_t key[SNP_VMPCK_SIZE])
{
    const AspBytes secret = { fuses->cek_scalar, sizeof(fuses->cek_scalar) };
    const AspBytes chip = { fuses->chip_id, sizeof(fuses->chip_id) };

    return asp_kdf_len(secret, LABEL_WRAP, chip, key, SNP_VMPCK_SIZE);
}

static AspBytes authenticated(const SnpVlekHashstick *stick)
{
    return (AspBytes) { &stick->tcb, sizeof(stick->tcb) };
}

int asp_vlek_wrap(const AspFuses *fuses, const uint8_t tcb[SNP_TCB_SIZE],
                  const uint8_t seed[ASP_VLEK_SEED_SIZE],
                  const uint8_t iv[12],
                  uint8_t hashstick[ASP_VLEK_HASHSTICK_SIZE])
{
    SnpVlekHashstick *stick = (SnpVlekHashstick *)hashstick; /* packed */
    uint8_t key[SNP_VMPCK_SIZE];
    int ret = wrapping_key(fuses, key);

    memset(stick, 0, sizeof(*stick));
    memcpy(stick->iv, iv, sizeof(stick->iv));
    memcpy(stick->tcb.byte, tcb, sizeof(stick->tcb.byte));
    memcpy(stick->wrapped, seed, ASP_VLEK_SEED_SIZE);
    if (!ret) {
        ret = asp_gcm_seal(key, stick->iv, authenticated(stick),
                           stick->wrapped, sizeof(stick->wrapped), stick->tag);
    }
    asp_wipe(key, sizeof(key));
    if (ret) {
        asp_wipe(stick, sizeof(*stick));
    }
    return ret;
}

uint32_t asp_vlek_unwrap(const AspFuses *fuses, SnpVlekHashstick *stick,
                         uint8_t seed[ASP_VLEK_SEED_SIZE])
{
    const uint8_t *rest = stick->wrapped + ASP_VLEK_SEED_SIZE;
    uint32_t status = SEV_FW_SUCCESS;
    uint8_t key[SNP_VMPCK_SIZE];
    bool good;

    if (!asp_all_zero(stick->reserved1, sizeof(stick->reserved1)) ||
        !asp_all_zero(stick->reserved2, sizeof(stick->reserved2))) {
        return SEV_FW_INVALID_PARAM;
    }
    if (wrapping_key(fuses, key) ||
        asp_gcm_open(key, stick->iv, authenticated(stick), stick->wrapped,
                     sizeof(stick->wrapped), stick->tag, &good)) {
        status = SEV_FW_RESOURCE_LIMIT;
    } else if (!good) {
        status = SEV_FW_BAD_MEASUREMENT;
    } else if (!asp_all_zero(rest, SNP_VLEK_WRAPPED_SIZE -
                                   ASP_VLEK_SEED_SIZE)) {
        status = SEV_FW_INVALID_PARAM;
    } else {
        memcpy(seed, stick->wrapped, ASP_VLEK_SEED_SIZE);
    }
    asp_wipe(key, sizeof(key));
    asp_wipe(stick->wrapped, sizeof(stick->wrapped));
    return status;
}

void asp_vlek_forget(AspSnp *snp)
{
    snp->vlek_loaded = false;
    asp_wipe(&snp->vlek, sizeof(snp->vlek));
}
