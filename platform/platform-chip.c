/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes and writes fuses and certificates, and checks them when it reads them.
 */

#include "platform/platform-chip.h"

#include <string.h>

#include "asp/product.h"
#include "vendor/vendor.h"

/* First line of the manifest; another format gets another number. */
#define VERSION_LINE "sevemu platform 1"

/* A manifest's greatest length, with room to show one that is too long */
#define MANIFEST_MAX_SIZE 1024

#define DIGEST_LEN 64           /* hexadecimal digits of SHA-256 */

typedef struct Part {
    const char *name;
    size_t offset;
    size_t size;
} Part;

#define PART(NAME, FIELD) \
    { NAME, G_STRUCT_OFFSET(PlatformChip, FIELD), \
      sizeof(((PlatformChip *)NULL)->FIELD) }

/* In the order of the manifest */
static const Part parts[] = {
    { "fuses", G_STRUCT_OFFSET(PlatformChip, fuses),
      G_STRUCT_OFFSET(AspFuses, model) },
    PART("ark.cert", ark),
    PART("ask.cert", ask),
    PART("cek.cert", cek),
};

G_STATIC_ASSERT(G_STRUCT_OFFSET(AspFuses, model) ==
                SEV_CHIP_ID_SIZE + VENDOR_SCALAR_SIZE);

static bool make_by(PlatformChip *chip, const Vendor *vendor, GError **errp)
{
    VendorChip made;
    bool ok = vendor_make_chip(vendor, &made, errp);

    if (ok) {
        memcpy(chip->fuses.chip_id, made.chip_id, sizeof(made.chip_id));
        memcpy(chip->fuses.cek_scalar, made.cek_scalar,
               sizeof(made.cek_scalar));
        chip->fuses.model = asp_product_by_name("Milan")->model;
        chip->ark = *vendor_ark(vendor);
        chip->ask = *vendor_ask(vendor);
        chip->cek = made.cek;
    }
    vendor_wipe(&made, sizeof(made));
    return ok;
}

bool platform_chip_make(PlatformChip *chip, const char *vendor_dir,
                        GError **errp)
{
    g_autoptr(Vendor) vendor = NULL;

    if (!vendor_init(errp)) {
        return false;
    }
    vendor = vendor_dir ? vendor_load(vendor_dir, errp)
                        : vendor_builtin(vendor_product("Milan"), errp);
    return vendor && make_by(chip, vendor, errp);
}

static char *part_digest(const PlatformChip *chip, const Part *part)
{
    return g_compute_checksum_for_data(
        G_CHECKSUM_SHA256, (const uint8_t *)chip + part->offset, part->size);
}

bool platform_chip_write(const PlatformFolder *folder,
                         const PlatformChip *chip, GError **errp)
{
    g_autoptr(GString) manifest = g_string_new(VERSION_LINE "\n");

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

/* The manifest's lines, the first of which is right */
static char **read_manifest(const PlatformFolder *folder, GError **errp)
{
    char text[MANIFEST_MAX_SIZE + 1];
    g_auto(GStrv) lines = NULL;
    size_t len;

    if (!platform_file_read(folder, PLATFORM_MANIFEST, text,
                            MANIFEST_MAX_SIZE, &len, errp)) {
        return NULL;
    }
    text[MIN(len, MANIFEST_MAX_SIZE)] = '\0';
    lines = g_strsplit(text, "\n", -1);
    if (g_strcmp0(lines[0], VERSION_LINE) != 0) {
        g_autofree char *found = g_strdup_printf("\"%s\"",
                                                 lines[0] ? lines[0] : "");

        set_damaged(folder, PLATFORM_MANIFEST, "\"" VERSION_LINE "\"", found,
                    errp);
        return NULL;
    }
    /* The version, the parts, and nothing after the last line's end */
    if (len > MANIFEST_MAX_SIZE || len != strlen(text) ||
        g_strv_length(lines) != G_N_ELEMENTS(parts) + 2 ||
        *lines[G_N_ELEMENTS(parts) + 1]) {
        set_damaged(folder, PLATFORM_MANIFEST, "a line for each of 4 files",
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

bool platform_chip_read(const PlatformFolder *folder, PlatformChip *chip,
                        GError **errp)
{
    g_auto(GStrv) lines = read_manifest(folder, errp);

    if (!lines) {
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (!read_part(folder, &parts[i], lines[1 + i], chip, errp)) {
            return false;
        }
    }
    chip->fuses.model = asp_product_by_name("Milan")->model;
    return true;
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
