/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and writes the chip's flash, in its format.
 */

#include "asp/flash.h"

#include <stddef.h>
#include <string.h>

#include "asp/crypto.h"
#include "asp/state.h"

_Static_assert(offsetof(AspFlash, scalar) == 0x20 &&
               offsetof(AspFlash, cert) == 0xb0 &&
               offsetof(AspFlash, mac) == 0x191c &&
               sizeof(AspFlash) == 0x193c, "AspFlash has a wrong layout");
_Static_assert(sizeof(AspFlash) <= ASP_FLASH_MAX_SIZE, "flash is too large");

/* Two keys that only this chip can derive */
typedef struct SealKeys {
    uint8_t encryption[SEV_KEY_SIZE];
    uint8_t integrity[SEV_KEY_SIZE];
} SealKeys;

static int derive_keys(const AspFuses *fuses, SealKeys *keys)
{
    const AspBytes secret = { fuses->cek_scalar, sizeof(fuses->cek_scalar) };
    const AspBytes chip = { fuses->chip_id, sizeof(fuses->chip_id) };

    return asp_kdf(secret, "flash-encryption", chip, keys->encryption) ||
           asp_kdf(secret, "flash-integrity", chip, keys->integrity) ? -1 : 0;
}

static int make_mac(const SealKeys *keys, const AspFlash *flash,
                    uint8_t mac[SEV_MAC_SIZE])
{
    const AspBytes key = { keys->integrity, sizeof(keys->integrity) };
    const AspBytes piece = { flash, offsetof(AspFlash, mac) };

    return asp_hmac(key, &piece, 1, mac);
}

/* Encrypts or decrypts the private keys */
static int crypt_scalars(const SealKeys *keys, AspFlash *flash)
{
    return asp_aes_ctr(keys->encryption, flash->iv, flash->scalar,
                       sizeof(flash->scalar));
}

int asp_flash_seal(const AspFuses *fuses, const AspIdentity *identity,
                   AspFlash *flash)
{
    const AspKeyPair *const pairs[] = {
        &identity->oca, &identity->pek, &identity->pdh,
    };
    SealKeys keys;
    int ret = -1;

    memcpy(flash->magic, ASP_FLASH_MAGIC, sizeof(flash->magic));
    flash->version = le32_of(ASP_FLASH_VERSION);
    flash->len = le32_of(sizeof(*flash));
    for (unsigned i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        flash->scalar[i] = pairs[i]->scalar;
        flash->cert[i] = pairs[i]->cert;
    }
    if (!derive_keys(fuses, &keys) && !crypt_scalars(&keys, flash) &&
        !make_mac(&keys, flash, flash->mac)) {
        ret = 0;
    }
    asp_wipe(&keys, sizeof(keys));
    return ret;
}

static bool head_valid(const AspFlash *flash)
{
    return !memcmp(flash->magic, ASP_FLASH_MAGIC, sizeof(flash->magic)) &&
           le32_get(flash->version) == ASP_FLASH_VERSION &&
           le32_get(flash->len) == sizeof(*flash);
}

/* What the chip has sealed is right, unless another firmware was wrong */
static bool get_pair(const AspFlash *flash, unsigned index, uint32_t usage,
                     AspKeyPair *pair)
{
    AspEcPoint derived, certified;

    pair->scalar = flash->scalar[index];
    pair->cert = flash->cert[index];
    return !asp_ec_public(&pair->scalar, &derived) &&
           !asp_cert_check(&pair->cert, usage, &certified) &&
           !memcmp(&derived, &certified, sizeof(derived));
}

static uint32_t unseal(const SealKeys *keys, AspFlash *flash,
                       AspIdentity *identity)
{
    uint8_t mac[SEV_MAC_SIZE];

    if (make_mac(keys, flash, mac)) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    if (!asp_equal(mac, flash->mac, sizeof(mac))) {
        return SEV_FW_SECURE_DATA_INVALID;
    }
    if (crypt_scalars(keys, flash)) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    if (!get_pair(flash, 0, SEV_USAGE_OCA, &identity->oca) ||
        !get_pair(flash, 1, SEV_USAGE_PEK, &identity->pek) ||
        !get_pair(flash, 2, SEV_USAGE_PDH, &identity->pdh)) {
        return SEV_FW_SECURE_DATA_INVALID;
    }
    return SEV_FW_SUCCESS;
}

uint32_t asp_flash_open(const AspFuses *fuses, AspFlash *flash,
                        AspIdentity *identity)
{
    SealKeys keys;
    uint32_t status;

    if (!head_valid(flash)) {
        return SEV_FW_SECURE_DATA_INVALID;
    }
    if (derive_keys(fuses, &keys)) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    status = unseal(&keys, flash, identity);
    asp_wipe(&keys, sizeof(keys));
    asp_wipe(flash->scalar, sizeof(flash->scalar));
    return status;
}

uint32_t asp_flash_load(Asp *asp, AspIdentity *identity, bool *found)
{
    AspFlash flash;
    size_t len = 0;

    if (asp->ops.flash_read(asp->opaque, &flash, sizeof(flash), &len)) {
        return SEV_FW_HWERROR_PLATFORM;
    }
    *found = len != 0;
    if (len == 0) {
        return SEV_FW_SUCCESS;
    }
    if (len != sizeof(flash)) {
        return SEV_FW_SECURE_DATA_INVALID;
    }
    return asp_flash_open(&asp->fuses, &flash, identity);
}

uint32_t asp_flash_store(Asp *asp, const AspIdentity *identity)
{
    AspFlash flash;
    uint32_t status = asp_random(asp, flash.iv, sizeof(flash.iv));

    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    if (asp_flash_seal(&asp->fuses, identity, &flash)) {
        status = SEV_FW_RESOURCE_LIMIT;
    } else if (asp->ops.flash_write(asp->opaque, &flash, sizeof(flash))) {
        status = SEV_FW_HWERROR_PLATFORM;
    }
    asp_wipe(&flash, sizeof(flash));
    return status;
}

uint32_t asp_flash_erase(Asp *asp)
{
    static const uint8_t nothing[1];

    return asp->ops.flash_write(asp->opaque, nothing, 0)
           ? SEV_FW_HWERROR_PLATFORM : SEV_FW_SUCCESS;
}
