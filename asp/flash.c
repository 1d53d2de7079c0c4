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
               offsetof(AspFlash, has_identity) == 0x191c &&
               offsetof(AspFlash, committed_tcb) == 0x1920 &&
               offsetof(AspFlash, mac) == 0x1928 &&
               sizeof(AspFlash) == 0x1948, "AspFlash has a wrong layout");
_Static_assert(sizeof(AspFlash) <= ASP_FLASH_MAX_SIZE, "flash is too large");

/* Where each version's HMAC is, and with that how long it is */
static const struct {
    uint32_t version;
    size_t mac;
} formats[] = {
    { 1, offsetof(AspFlash, has_identity) },
    { ASP_FLASH_VERSION, offsetof(AspFlash, mac) },
};

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

static int make_mac(const SealKeys *keys, const AspFlash *flash, size_t len,
                    uint8_t mac[SEV_MAC_SIZE])
{
    const AspBytes key = { keys->integrity, sizeof(keys->integrity) };
    const AspBytes piece = { flash, len };

    return asp_hmac(key, &piece, 1, mac);
}

/* Encrypts or decrypts the private keys */
static int crypt_scalars(const SealKeys *keys, AspFlash *flash)
{
    return asp_aes_ctr(keys->encryption, flash->iv, flash->scalar,
                       sizeof(flash->scalar));
}

static void fill(const AspFlashContent *content, AspFlash *flash)
{
    const AspKeyPair *const pairs[] = {
        &content->identity.oca, &content->identity.pek, &content->identity.pdh,
    };

    memcpy(flash->magic, ASP_FLASH_MAGIC, sizeof(flash->magic));
    flash->version = le32_of(ASP_FLASH_VERSION);
    flash->len = le32_of(sizeof(*flash));
    memset(flash->scalar, 0, sizeof(flash->scalar));
    memset(flash->cert, 0, sizeof(flash->cert));
    flash->has_identity = content->has_identity;
    for (unsigned i = 0; content->has_identity && i < 3; i++) {
        flash->scalar[i] = pairs[i]->scalar;
        flash->cert[i] = pairs[i]->cert;
    }
    flash->committed_major = content->committed.major;
    flash->committed_minor = content->committed.minor;
    flash->committed_build = content->committed.build;
    flash->committed_tcb = content->committed.tcb;
}

int asp_flash_seal(const AspFuses *fuses, const AspFlashContent *content,
                   AspFlash *flash)
{
    SealKeys keys;
    int ret = -1;

    fill(content, flash);
    if (!derive_keys(fuses, &keys) && !crypt_scalars(&keys, flash) &&
        !make_mac(&keys, flash, offsetof(AspFlash, mac), flash->mac)) {
        ret = 0;
    }
    asp_wipe(&keys, sizeof(keys));
    return ret;
}

/* The length of what is authenticated, 0 if the head is of no format */
static size_t check_head(const AspFlash *flash, size_t len)
{
    for (unsigned i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (len == formats[i].mac + SEV_MAC_SIZE &&
            le32_get(flash->version) == formats[i].version) {
            return !memcmp(flash->magic, ASP_FLASH_MAGIC,
                           sizeof(flash->magic)) &&
                   le32_get(flash->len) == len ? formats[i].mac : 0;
        }
    }
    return 0;
}

static uint32_t authenticate(const SealKeys *keys, const AspFlash *flash,
                             size_t len)
{
    size_t mac_at = check_head(flash, len);
    uint8_t mac[SEV_MAC_SIZE];

    if (!mac_at) {
        return SEV_FW_SECURE_DATA_INVALID;
    }
    if (make_mac(keys, flash, mac_at, mac)) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    return asp_equal(mac, (const uint8_t *)flash + mac_at, sizeof(mac))
           ? SEV_FW_SUCCESS : SEV_FW_SECURE_DATA_INVALID;
}

/* What the chip has sealed is right, unless another firmware was wrong */
static uint32_t get_committed(const AspFuses *fuses, const AspFlash *flash,
                              AspVersion *committed)
{
    if (le32_get(flash->version) == 1) {
        *committed = asp_version_of(&fuses->model);
        return SEV_FW_SUCCESS;
    }
    *committed = (AspVersion) {
        .major = flash->committed_major,
        .minor = flash->committed_minor,
        .build = flash->committed_build,
        .tcb = flash->committed_tcb,
    };
    return asp_product_has_tcb(asp_product_of(&fuses->model),
                               committed->tcb.byte)
           ? SEV_FW_SUCCESS : SEV_FW_SECURE_DATA_INVALID;
}

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

static uint32_t get_identity(const SealKeys *keys, AspFlash *flash,
                             AspFlashContent *content)
{
    AspIdentity *identity = &content->identity;

    content->has_identity = le32_get(flash->version) == 1 ||
                            flash->has_identity == 1;
    if (!content->has_identity) {
        return flash->has_identity ? SEV_FW_SECURE_DATA_INVALID
                                   : SEV_FW_SUCCESS;
    }
    if (crypt_scalars(keys, flash)) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    return get_pair(flash, 0, SEV_USAGE_OCA, &identity->oca) &&
           get_pair(flash, 1, SEV_USAGE_PEK, &identity->pek) &&
           get_pair(flash, 2, SEV_USAGE_PDH, &identity->pdh)
           ? SEV_FW_SUCCESS : SEV_FW_SECURE_DATA_INVALID;
}

uint32_t asp_flash_open(const AspFuses *fuses, AspFlash *flash, size_t len,
                        AspFlashContent *content)
{
    SealKeys keys;
    uint32_t status;

    if (derive_keys(fuses, &keys)) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    status = authenticate(&keys, flash, len);
    if (status == SEV_FW_SUCCESS) {
        status = get_committed(fuses, flash, &content->committed);
    }
    if (status == SEV_FW_SUCCESS) {
        status = get_identity(&keys, flash, content);
    }
    asp_wipe(&keys, sizeof(keys));
    asp_wipe(flash->scalar, sizeof(flash->scalar));
    return status;
}

/* SEV_FW_SUCCESS with @len 0: it is blank. */
static uint32_t read_flash(Asp *asp, AspFlash *flash, size_t *len)
{
    memset(flash, 0, sizeof(*flash));
    *len = 0;
    return asp->ops.flash_read(asp->opaque, flash, sizeof(*flash), len)
           ? SEV_FW_HWERROR_PLATFORM : SEV_FW_SUCCESS;
}

uint32_t asp_flash_load(Asp *asp, AspFlashContent *content)
{
    AspFlash flash;
    size_t len;
    uint32_t status = read_flash(asp, &flash, &len);

    if (status == SEV_FW_SUCCESS && len == 0) {
        memset(content, 0, sizeof(*content));
        content->committed = asp_version_of(&asp->fuses.model);
    } else if (status == SEV_FW_SUCCESS) {
        status = asp_flash_open(&asp->fuses, &flash, len, content);
    }
    return status;
}

uint32_t asp_flash_load_committed(Asp *asp, AspVersion *committed)
{
    AspFlash flash;
    SealKeys keys;
    size_t len;
    uint32_t status = read_flash(asp, &flash, &len);

    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    if (len == 0) {
        *committed = asp_version_of(&asp->fuses.model);
        return SEV_FW_SUCCESS;
    }
    if (derive_keys(&asp->fuses, &keys)) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    status = authenticate(&keys, &flash, len);
    asp_wipe(&keys, sizeof(keys));
    return status == SEV_FW_SUCCESS
           ? get_committed(&asp->fuses, &flash, committed) : status;
}

static uint32_t write_sealed(Asp *asp, const AspFlashContent *content)
{
    AspFlash flash;
    uint32_t status = asp_random(asp, flash.iv, sizeof(flash.iv));

    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    if (asp_flash_seal(&asp->fuses, content, &flash)) {
        status = SEV_FW_RESOURCE_LIMIT;
    } else if (asp->ops.flash_write(asp->opaque, &flash, sizeof(flash))) {
        status = SEV_FW_HWERROR_PLATFORM;
    }
    asp_wipe(&flash, sizeof(flash));
    return status;
}

uint32_t asp_flash_store(Asp *asp, const AspFlashContent *content)
{
    static const uint8_t nothing[1];
    AspVersion factory = asp_version_of(&asp->fuses.model);

    if (content->has_identity ||
        !asp_version_equal(&content->committed, &factory)) {
        return write_sealed(asp, content);
    }
    return asp->ops.flash_write(asp->opaque, nothing, 0)
           ? SEV_FW_HWERROR_PLATFORM : SEV_FW_SUCCESS;
}
