/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes and frees a secure processor, and calls out of it.
 */

#include "asp/asp.h"

#include <stdlib.h>
#include <string.h>

#include "asp/context.h"
#include "asp/crypto.h"
#include "asp/product.h"
#include "asp/state.h"

/* Platforms keep it in a file, and look at its beginning alone. */
_Static_assert(sizeof(AspModel) == 16 && sizeof(AspFuses) == 128 &&
               offsetof(AspFuses, cek_scalar) == 64,
               "AspFuses has a wrong layout");

static bool ops_usable(const AspOps *ops)
{
    return ops->size == sizeof(*ops) && ops->read && ops->write &&
           ops->write_private && ops->random && ops->flash_read &&
           ops->flash_write;
}

static bool model_usable(const AspFuses *fuses)
{
    const AspModel *model = &fuses->model;
    const AspProduct *product = asp_product_of(model);

    return product && !model->reserved &&
           asp_product_has_tcb(product, model->tcb) &&
           asp_all_zero(fuses->chip_id + product->chip_id_size,
                        sizeof(fuses->chip_id) - product->chip_id_size);
}

/* A chip whose private key is none has left the factory too early */
static bool fuses_usable(const AspFuses *fuses)
{
    AspEcScalar cek = asp_identity_cek(fuses);
    AspEcPoint point;
    int ret = asp_ec_public(&cek, &point);

    asp_wipe(&cek, sizeof(cek));
    return ret == 0 && model_usable(fuses);
}

static void install_firmware(AspSnp *snp, const AspModel *model)
{
    snp->current = asp_version_of(model);
    snp->committed = snp->current;
    snp->reported_tcb = snp->current.tcb;
}

Asp *asp_new(const AspOps *ops, const AspFuses *fuses, void *opaque)
{
    Asp *asp;

    if (!ops_usable(ops) || asp_crypto_init() || !fuses_usable(fuses)) {
        return NULL;
    }
    asp = calloc(1, sizeof(*asp));
    if (!asp) {
        return NULL;
    }
    asp->ops = *ops;
    asp->fuses = *fuses;
    asp->opaque = opaque;
    asp->state = SEV_PSTATE_UNINIT;
    asp->product = asp_product_of(&fuses->model);
    install_firmware(&asp->snp, &fuses->model);
    return asp;
}

void asp_free(Asp *asp)
{
    if (!asp) {
        return;
    }
    for (unsigned i = 0; i < ASP_MAX_GUESTS; i++) {
        asp_guest_free(&asp->guests[i]);
    }
    asp_wipe(asp, sizeof(*asp));
    free(asp);
}

void asp_set_transport_keys(Asp *asp, const uint8_t tek[16],
                            const uint8_t tik[16])
{
    memcpy(asp->chosen_keys.tek, tek, sizeof(asp->chosen_keys.tek));
    memcpy(asp->chosen_keys.tik, tik, sizeof(asp->chosen_keys.tik));
    asp->have_chosen_keys = true;
}

void asp_set_smt(Asp *asp, bool smt)
{
    asp->snp.smt = smt;
}

bool asp_range_valid(uint64_t paddr, size_t len)
{
    return len == 0 || paddr <= UINT64_MAX - (len - 1);
}

uint32_t asp_read(Asp *asp, uint64_t paddr, void *buf, size_t len)
{
    if (!asp_range_valid(paddr, len) ||
        asp->ops.read(asp->opaque, paddr, buf, len)) {
        return SEV_FW_INVALID_ADDRESS;
    }
    return SEV_FW_SUCCESS;
}

uint32_t asp_write(Asp *asp, uint64_t paddr, const void *buf, size_t len)
{
    if (!asp_range_valid(paddr, len) ||
        asp->ops.write(asp->opaque, paddr, buf, len)) {
        return SEV_FW_INVALID_ADDRESS;
    }
    return SEV_FW_SUCCESS;
}

uint32_t asp_write_private(Asp *asp, const AspGuest *guest, uint64_t paddr,
                           const void *buf, size_t len)
{
    if (!asp_range_valid(paddr, len) ||
        asp->ops.write_private(asp->opaque, guest->asid, paddr, buf, len)) {
        return SEV_FW_INVALID_ADDRESS;
    }
    return SEV_FW_SUCCESS;
}

uint32_t asp_guest_random(Asp *asp, void *buf, size_t len)
{
    if (!asp->ops.guest_random) {
        return asp_random(asp, buf, len);
    }
    return asp->ops.guest_random(asp->opaque, buf, len)
           ? SEV_FW_HWERROR_PLATFORM : SEV_FW_SUCCESS;
}

uint32_t asp_random(Asp *asp, void *buf, size_t len)
{
    if (asp->ops.random(asp->opaque, buf, len)) {
        return SEV_FW_HWERROR_PLATFORM;
    }
    return SEV_FW_SUCCESS;
}
