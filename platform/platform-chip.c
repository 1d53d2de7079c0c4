/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes and writes fuses and certificates, and checks them when it reads them.
 */

#include "platform/platform-chip.h"

#include <string.h>

#include "asp/product.h"
#include "platform/platform-certs.h"
#include "vendor/vendor.h"

/* First line of the manifest, with the format's number */
#define VERSION_LINE "sevemu platform "

/* A manifest's greatest length, with room to show one that is too long */
#define MANIFEST_MAX_SIZE 1024

#define DIGEST_LEN 64           /* hexadecimal digits of SHA-256 */

typedef struct Part {
    const char *name;
    size_t offset;
    size_t size;
    unsigned since;             /* the format that it came with */
} Part;

#define PART(NAME, FIELD) \
    { NAME, G_STRUCT_OFFSET(PlatformChip, FIELD), \
      sizeof(((PlatformChip *)NULL)->FIELD), 1 }

#define FUSES_SIZE G_STRUCT_OFFSET(AspFuses, model)

/* In the order of the manifest */
static const Part parts[] = {
    { "fuses", G_STRUCT_OFFSET(PlatformChip, fuses), FUSES_SIZE, 1 },
    { "model", G_STRUCT_OFFSET(PlatformChip, fuses.model), sizeof(AspModel),
      2 },
    PART("ark.cert", ark),
    PART("ask.cert", ask),
    PART("cek.cert", cek),
};

G_STATIC_ASSERT(FUSES_SIZE == SEV_CHIP_ID_SIZE + VENDOR_SCALAR_SIZE);
G_STATIC_ASSERT(sizeof(AspModel) == 16);
G_STATIC_ASSERT(sizeof(AspFuses) == FUSES_SIZE + sizeof(AspModel));

/* The first product with SEV-SNP; older ones get their keys from it too */
static const VendorProduct *product_of(const AspModel *model)
{
    const VendorProduct *product =
        vendor_product(asp_product_of(model)->name);

    return product ? product : vendor_product("Milan");
}

static Vendor *open_vendor(const AspModel *model, const char *dir,
                           GError **errp)
{
    const AspProduct *product = asp_product_of(model);
    const char *found;
    Vendor *vendor;

    if (!vendor_init(errp)) {
        return NULL;
    }
    vendor = dir ? vendor_load(dir, errp)
                 : vendor_builtin(product_of(model), errp);
    found = vendor ? vendor_product_name(vendor_get_product(vendor)) : NULL;
    if (vendor && product->snp && vendor_get_product(vendor) !=
                                  product_of(model)) {
        g_set_error(errp, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_FAILED,
                    "%s: expected a manufacturer of %s, found one of %s",
                    dir ? dir : "compiled in", product->name, found);
        vendor_free(vendor);
        return NULL;
    }
    return vendor;
}

/* Only processors that the manufacturer has X.509 certificates for */
static bool make_certs(const AspFuses *fuses, const Vendor *vendor,
                       const uint8_t tcb[SNP_TCB_SIZE],
                       const PlatformVlek *vlek, GBytes **certs,
                       GError **errp)
{
    *certs = NULL;
    if (!vendor_product(asp_product_of(&fuses->model)->name) ||
        !vendor_ark_der(vendor) || !vendor_ask_der(vendor)) {
        return true;
    }
    *certs = vlek ? platform_certs_vlek(vlek, vendor, tcb, errp)
                  : platform_certs_vcek(fuses, vendor, tcb, errp);
    return *certs;
}

static bool make_by(PlatformChip *chip, const Vendor *vendor, GError **errp)
{
    unsigned id_size = asp_product_of(&chip->fuses.model)->chip_id_size;
    VendorChip made;
    bool ok = vendor_make_chip(vendor, &made, errp);

    if (ok) {
        memset(chip->fuses.chip_id, 0, sizeof(chip->fuses.chip_id));
        memcpy(chip->fuses.chip_id, made.chip_id, id_size);
        memcpy(chip->fuses.cek_scalar, made.cek_scalar,
               sizeof(made.cek_scalar));
        chip->ark = *vendor_ark(vendor);
        chip->ask = *vendor_ask(vendor);
        chip->cek = made.cek;
    }
    vendor_wipe(&made, sizeof(made));
    return ok;
}

static const AspModel *default_model(void)
{
    return &asp_product_by_name("Milan")->model;
}

bool platform_chip_make(PlatformChip *chip, const PlatformMake *make,
                        GBytes **certs, GError **errp)
{
    const AspModel *model = make->model ? make->model : default_model();
    g_autoptr(Vendor) vendor = open_vendor(model, make->vendor, errp);

    chip->format = PLATFORM_FORMAT;
    chip->fuses.model = *model;
    return vendor && make_by(chip, vendor, errp) &&
           make_certs(&chip->fuses, vendor, model->tcb, NULL, certs, errp);
}

/* The chip's own manufacturer; another is refused */
static Vendor *open_own_vendor(const PlatformChip *chip, const char *dir,
                               GError **errp)
{
    Vendor *vendor = open_vendor(&chip->fuses.model, dir, errp);

    if (vendor &&
        memcmp(vendor_ark(vendor), &chip->ark, sizeof(chip->ark)) != 0) {
        g_set_error(errp, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_DAMAGED,
                    "%s: not the manufacturer of this chip",
                    dir ? dir : "the one compiled in");
        g_clear_pointer(&vendor, vendor_free);
    }
    return vendor;
}

bool platform_chip_vlek_seed(const PlatformChip *chip, const char *vendor_dir,
                             PlatformVlek *vlek, GError **errp)
{
    g_autoptr(Vendor) vendor = open_own_vendor(chip, vendor_dir, errp);

    G_STATIC_ASSERT(sizeof(vlek->seed) == VENDOR_SEED_SIZE);
    return vendor && vendor_vlek_seed(vendor, vlek->csp_id, vlek->seed, errp);
}

bool platform_chip_certs(const PlatformChip *chip, const char *vendor_dir,
                         const uint8_t tcb[SNP_TCB_SIZE],
                         const PlatformVlek *vlek, GBytes **certs,
                         GError **errp)
{
    g_autoptr(Vendor) vendor = open_own_vendor(chip, vendor_dir, errp);

    return vendor && make_certs(&chip->fuses, vendor, tcb, vlek, certs, errp);
}

static char *part_digest(const PlatformChip *chip, const Part *part)
{
    return g_compute_checksum_for_data(
        G_CHECKSUM_SHA256, (const uint8_t *)chip + part->offset, part->size);
}

bool platform_chip_write(const PlatformFolder *folder,
                         const PlatformChip *chip, GError **errp)
{
    g_autoptr(GString) manifest = g_string_new(NULL);

    g_string_printf(manifest, VERSION_LINE "%d\n", PLATFORM_FORMAT);

    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        const Part *part = &parts[i];
        g_autofree char *digest = part_digest(chip, part);

        if (!platform_file_replace(folder, part->name,
                                   (const uint8_t *)chip + part->offset,
                                   part->size, errp)) {
            return false;
        }
        g_string_append_printf(manifest, "%s  %s\n", digest, part->name);
    }
    return platform_file_sync(folder, errp) &&
           platform_file_replace(folder, PLATFORM_MANIFEST, manifest->str,
                                 manifest->len, errp) &&
           platform_file_sync(folder, errp);
}

/* "NAME: expected EXPECTED, found FOUND", that without control characters */
static bool set_damaged(const PlatformFolder *folder, const char *name,
                        const char *expected, const char *found,
                        GError **errp)
{
    g_autofree char *shown = g_strescape(found, "\"");

    g_set_error(errp, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_DAMAGED,
                "%s/%s: expected %s, found %.80s", folder->path, name,
                expected, shown);
    return false;
}

/* The number in the manifest's first line, or 0: none that is known */
static unsigned find_format(const char *line)
{
    for (unsigned format = 1; format <= PLATFORM_FORMAT; format++) {
        g_autofree char *known = g_strdup_printf(VERSION_LINE "%u", format);

        if (g_strcmp0(line, known) == 0) {
            return format;
        }
    }
    return 0;
}

static unsigned count_parts(unsigned format)
{
    unsigned count = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        count += parts[i].since <= format;
    }
    return count;
}

/* The manifest's lines, the first of which is right; sets @format */
static char **read_manifest(const PlatformFolder *folder, unsigned *format,
                            GError **errp)
{
    char text[MANIFEST_MAX_SIZE + 1];
    g_auto(GStrv) lines = NULL;
    unsigned count;
    size_t len;

    if (!platform_file_read(folder, PLATFORM_MANIFEST, text,
                            MANIFEST_MAX_SIZE, &len, errp)) {
        return NULL;
    }
    text[MIN(len, MANIFEST_MAX_SIZE)] = '\0';
    lines = g_strsplit(text, "\n", -1);
    *format = find_format(lines[0]);
    if (!*format) {
        g_autofree char *found = g_strdup_printf("\"%s\"",
                                                 lines[0] ? lines[0] : "");

        set_damaged(folder, PLATFORM_MANIFEST, "\"" VERSION_LINE "1\" or 2",
                    found, errp);
        return NULL;
    }
    /* The version, the parts, and nothing after the last line's end */
    count = count_parts(*format);
    if (len > MANIFEST_MAX_SIZE || len != strlen(text) ||
        g_strv_length(lines) != count + 2 || *lines[count + 1]) {
        set_damaged(folder, PLATFORM_MANIFEST,
                    *format == 1 ? "a line for each of 4 files"
                                 : "a line for each of 5 files",
                    "others", errp);
        return NULL;
    }
    return g_steal_pointer(&lines);
}

static bool read_part(const PlatformFolder *folder, const Part *part,
                      const char *line, PlatformChip *chip, GError **errp)
{
    g_autofree char *digest = NULL;
    size_t len;

    if (!platform_file_read(folder, part->name,
                            (uint8_t *)chip + part->offset, part->size, &len,
                            errp)) {
        return false;
    }
    if (len != part->size) {
        g_autofree char *expected = g_strdup_printf("%zu bytes", part->size);
        g_autofree char *found = g_strdup_printf("%zu", len);

        return set_damaged(folder, part->name, expected, found, errp);
    }
    if (strlen(line) != DIGEST_LEN + strlen("  ") + strlen(part->name) ||
        !g_str_has_suffix(line, part->name)) {
        return set_damaged(folder, PLATFORM_MANIFEST, part->name, line, errp);
    }
    digest = part_digest(chip, part);
    if (strncmp(line, digest, DIGEST_LEN) != 0) {
        g_autofree char *expected = g_strdup_printf("SHA-256 %.64s", line);

        return set_damaged(folder, part->name, expected, digest, errp);
    }
    return true;
}

/* Written by a newer program of ours, maybe, that knows more processors */
static bool check_model(const PlatformFolder *folder, const AspModel *model,
                        GError **errp)
{
    const AspProduct *product = asp_product_of(model);
    g_autofree char *found = NULL;

    if (product && asp_product_has_tcb(product, model->tcb)) {
        return true;
    }
    found = g_strdup_printf("0x%08x", le32_get(model->cpuid));
    return set_damaged(folder, "model", "a processor that is known, and its "
                       "TCB", found, errp);
}

bool platform_chip_read(const PlatformFolder *folder, PlatformChip *chip,
                        GError **errp)
{
    g_auto(GStrv) lines = read_manifest(folder, &chip->format, errp);
    char **line = lines;

    if (!lines) {
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (parts[i].since <= chip->format &&
            !read_part(folder, &parts[i], *++line, chip, errp)) {
            return false;
        }
    }
    if (chip->format == 1) {
        chip->fuses.model = *default_model();
    }
    return check_model(folder, &chip->fuses.model, errp);
}

bool platform_chip_leaves(const char *name)
{
    if (strcmp(name, PLATFORM_MANIFEST PLATFORM_FILE_NEW) == 0) {
        return true;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        const char *part = parts[i].name;

        if (g_str_has_prefix(name, part) &&
            (!name[strlen(part)] ||
             strcmp(name + strlen(part), PLATFORM_FILE_NEW) == 0)) {
            return true;
        }
    }
    return false;
}
