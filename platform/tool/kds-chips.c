/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Knows the chips that a key server has certificates for. See kds-chips.h. */

#include "platform/tool/kds-chips.h"

#include <gcrypt.h>
#include <string.h>
#include <sys/stat.h>

#include "asp/product.h"
#include "platform/platform-dir.h"

#define MAX_PRODUCTS 8

G_STATIC_ASSERT(KDS_STICK_SIZE == ASP_VLEK_HASHSTICK_SIZE);
G_STATIC_ASSERT(ASP_VLEK_SEED_SIZE == VENDOR_SEED_SIZE);

/* Its secrets are wiped when it goes. */
typedef struct Chip {
    AspFuses fuses;
    const VendorProduct *product;
    int64_t made;               /* seconds since 1970 */
} Chip;

struct KdsChips {
    Vendor *vendors[MAX_PRODUCTS];      /* as vendor_product_at() counts */
    GPtrArray *chips;           /* of Chip */
    char *csp_id;               /* of the provider, or NULL: there is none */
};

static void chip_free(gpointer chip)
{
    vendor_wipe(chip, sizeof(Chip));
    g_free(chip);
}

static bool open_vendors(KdsChips *chips, const char *dir, GError **errp)
{
    g_autoptr(Vendor) given = dir ? vendor_load(dir, errp) : NULL;
    const VendorProduct *product;

    if (dir && !given) {
        return false;
    }
    for (size_t i = 0; (product = vendor_product_at(i)); i++) {
        g_assert(i < MAX_PRODUCTS);
        chips->vendors[i] = given && vendor_get_product(given) == product
                            ? g_steal_pointer(&given)
                            : vendor_builtin(product, errp);
        if (!chips->vendors[i]) {
            return false;
        }
        if (!vendor_ark_der(chips->vendors[i])) {
            g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_MISSING,
                        "%s/ark.der: expected one, to certify keys of "
                        "SEV-SNP, found none", dir);
            return false;
        }
    }
    return true;
}

KdsChips *kds_chips_new(const char *vendor_dir, GError **errp)
{
    g_autoptr(KdsChips) chips = g_new0(KdsChips, 1);

    chips->chips = g_ptr_array_new_with_free_func(chip_free);
    return vendor_init(errp) && open_vendors(chips, vendor_dir, errp)
           ? g_steal_pointer(&chips) : NULL;
}

void kds_chips_free(KdsChips *chips)
{
    if (chips) {
        for (size_t i = 0; i < MAX_PRODUCTS; i++) {
            vendor_free(chips->vendors[i]);
        }
        g_ptr_array_unref(chips->chips);
        g_free(chips->csp_id);
        g_free(chips);
    }
}

static const Vendor *find_vendor(void *opaque, const VendorProduct *product)
{
    const KdsChips *chips = opaque;
    size_t i = 0;

    while (vendor_product_at(i) != product) {
        i++;
    }
    return chips->vendors[i];
}

/* A chip's certificates begin when it was made, or now if that is unclear. */
static int64_t time_of(const char *path)
{
    g_autofree char *fuses = g_build_filename(path, "fuses", NULL);
    int64_t now = g_get_real_time() / G_USEC_PER_SEC;
    struct stat st;

    return stat(fuses, &st) == 0 && st.st_mtime > 0 ? MIN(st.st_mtime, now)
                                                    : now;
}

static bool add_chip(KdsChips *chips, const PlatformDir *dir, GError **errp)
{
    const AspFuses *fuses = platform_dir_fuses(dir);
    const char *path = platform_dir_path(dir);
    const char *name = asp_product_of(&fuses->model)->name;
    const VendorProduct *product = vendor_product(name);
    Chip *chip;

    if (!product) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE,
                    "%s: expected a chip of Milan, Genoa or Turin, found one "
                    "of %s", path, name);
        return false;
    }
    if (memcmp(vendor_ark(find_vendor(chips, product)), platform_dir_ark(dir),
               sizeof(AmdCert)) != 0) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE,
                    "%s: its chip is of another manufacturer: give --vendor",
                    path);
        return false;
    }
    chip = g_new0(Chip, 1);
    chip->fuses = *fuses;
    chip->product = product;
    chip->made = time_of(path);
    g_ptr_array_add(chips->chips, chip);
    return true;
}

bool kds_chips_add(KdsChips *chips, const char *path, GError **errp)
{
    g_autoptr(PlatformDir) dir = platform_dir_open(path, NULL, errp);

    return dir && add_chip(chips, dir, errp);
}

static const Chip *find_chip(const KdsChips *chips,
                             const VendorProduct *product,
                             const uint8_t chip_id[VENDOR_CHIP_ID_SIZE])
{
    for (unsigned i = 0; i < chips->chips->len; i++) {
        const Chip *chip = chips->chips->pdata[i];

        if (chip->product == product &&
            memcmp(chip->fuses.chip_id, chip_id, VENDOR_CHIP_ID_SIZE) == 0) {
            return chip;
        }
    }
    return NULL;
}

static KdsFound find_vcek(void *opaque, const KdsRequest *request,
                          KdsKey *key)
{
    const Chip *chip = find_chip(opaque, request->product, request->chip_id);
    uint8_t *x = key->point + 1, *y = x + VENDOR_SCALAR_SIZE;

    if (!chip) {
        return KDS_NONE;
    }
    key->point[0] = 4;                  /* SEC 1, uncompressed */
    key->from = chip->made;
    return asp_vcek_public(&chip->fuses, request->tcb.byte, x, y) == 0
           ? KDS_FOUND : KDS_FAILED;
}

bool kds_chips_provide(KdsChips *chips, const char *csp_id, GError **errp)
{
    if (!vendor_csp_id_valid(csp_id)) {
        g_autofree char *shown = g_strescape(csp_id, NULL);

        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE,
                    "--vlek: expected a name of 1 to %d characters of ASCII, "
                    "found \"%.80s\"", VENDOR_CSP_ID_MAX, shown);
        return false;
    }
    chips->csp_id = g_strdup(csp_id);
    return true;
}

/* The same for all chips of the product, and for "sevemu platform vlek" */
static bool get_seed(const KdsChips *chips, const VendorProduct *product,
                     uint8_t seed[VENDOR_SEED_SIZE])
{
    return vendor_vlek_seed(find_vendor((void *)chips, product),
                            chips->csp_id, seed, NULL);
}

/* Certificates begin with the year. */
static KdsFound find_vlek(void *opaque, const KdsRequest *request,
                          KdsKey *key)
{
    const KdsChips *chips = opaque;
    uint8_t seed[VENDOR_SEED_SIZE];
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autoptr(GDateTime) from = g_date_time_new_utc(
        g_date_time_get_year(now), 1, 1, 0, 0, 0);
    uint8_t *x = key->point + 1, *y = x + VENDOR_SCALAR_SIZE;

    key->point[0] = 4;                  /* SEC 1, uncompressed */
    key->from = g_date_time_to_unix(from);
    key->csp_id = chips->csp_id;
    return get_seed(chips, request->product, seed) &&
           asp_vlek_public(seed, request->tcb.byte, x, y) == 0
           ? KDS_FOUND : KDS_FAILED;
}

static KdsFound make_stick(void *opaque, const KdsRequest *request,
                           const uint8_t chip_id[VENDOR_CHIP_ID_SIZE],
                           uint8_t stick[KDS_STICK_SIZE])
{
    const KdsChips *chips = opaque;
    const Chip *chip = find_chip(chips, request->product, chip_id);
    uint8_t seed[VENDOR_SEED_SIZE], iv[12];

    if (!chip) {
        return KDS_NONE;
    }
    gcry_create_nonce(iv, sizeof(iv));
    return get_seed(chips, request->product, seed) &&
           asp_vlek_wrap(&chip->fuses, request->tcb.byte, seed, iv,
                         stick) == 0 ? KDS_FOUND : KDS_FAILED;
}

KdsOps kds_chips_ops(const KdsChips *chips)
{
    return (KdsOps) {
        .vendor = find_vendor, .vcek = find_vcek,
        .vlek = chips->csp_id ? find_vlek : NULL,
        .stick = chips->csp_id ? make_stick : NULL,
    };
}
