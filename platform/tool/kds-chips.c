/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Knows the chips that a key server has certificates for. See kds-chips.h. */

#include "platform/tool/kds-chips.h"

#include <string.h>
#include <sys/stat.h>

#include "asp/product.h"
#include "platform/platform-dir.h"

#define MAX_PRODUCTS 8

/* Its secrets are wiped when it goes. */
typedef struct Chip {
    AspFuses fuses;
    const VendorProduct *product;
    int64_t made;               /* seconds since 1970 */
} Chip;

struct KdsChips {
    Vendor *vendors[MAX_PRODUCTS];      /* as vendor_product_at() counts */
    GPtrArray *chips;           /* of Chip */
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

static const Chip *find_chip(const KdsChips *chips, const KdsRequest *request)
{
    for (unsigned i = 0; i < chips->chips->len; i++) {
        const Chip *chip = chips->chips->pdata[i];

        if (chip->product == request->product &&
            memcmp(chip->fuses.chip_id, request->chip_id,
                   sizeof(request->chip_id)) == 0) {
            return chip;
        }
    }
    return NULL;
}

static KdsFound find_vcek(void *opaque, const KdsRequest *request,
                          KdsKey *key)
{
    const Chip *chip = find_chip(opaque, request);
    uint8_t *x = key->point + 1, *y = x + VENDOR_SCALAR_SIZE;

    if (!chip) {
        return KDS_NONE;
    }
    key->point[0] = 4;                  /* SEC 1, uncompressed */
    key->from = chip->made;
    return asp_vcek_public(&chip->fuses, request->tcb.byte, x, y) == 0
           ? KDS_FOUND : KDS_FAILED;
}

const KdsOps kds_chips_ops = {
    .vendor = find_vendor,
    .vcek = find_vcek,
};
