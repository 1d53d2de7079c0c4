/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and writes a platform's settings. See platform-settings.h. */

#include "platform/platform-settings.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "platform/platform-dir.h"

#define MAX_SIZE 4096

#define FIRMWARE "firmware"
#define CONFIG   "config"

static bool set_damaged(const PlatformFolder *folder, const char *name,
                        const char *why, GError **errp)
{
    g_set_error(errp, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_DAMAGED,
                "%s/%s: %s", folder->path, name, why);
    return false;
}

/* Sets @len to SIZE_MAX if there is no such file. */
static bool read_some(const PlatformFolder *folder, const char *name,
                      void *buf, size_t size, size_t *len, GError **errp)
{
    g_autoptr(GError) error = NULL;

    if (platform_file_read(folder, name, buf, size, len, &error)) {
        return true;
    }
    if (g_error_matches(error, PLATFORM_DIR_ERROR,
                        PLATFORM_DIR_ERROR_MISSING)) {
        *len = SIZE_MAX;
        return true;
    }
    g_propagate_error(errp, g_steal_pointer(&error));
    return false;
}

static bool get_tcb(GKeyFile *file, const char *group, const char *key,
                    uint8_t tcb[SNP_TCB_SIZE])
{
    g_autofree char *text = g_key_file_get_string(file, group, key, NULL);

    if (!text || strlen(text) != 2 * SNP_TCB_SIZE) {
        return false;
    }
    for (int i = 0; i < SNP_TCB_SIZE; i++) {
        int high = g_ascii_xdigit_value(text[2 * i]);
        int low = g_ascii_xdigit_value(text[2 * i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }
        tcb[i] = high << 4 | low;
    }
    return true;
}

static void set_tcb(GKeyFile *file, const char *group, const char *key,
                    const uint8_t tcb[SNP_TCB_SIZE])
{
    char text[2 * SNP_TCB_SIZE + 1];

    for (int i = 0; i < SNP_TCB_SIZE; i++) {
        g_snprintf(text + 2 * i, 3, "%02x", tcb[i]);
    }
    g_key_file_set_string(file, group, key, text);
}

static bool get_version(GKeyFile *file, uint8_t version[3])
{
    g_autofree char *text = g_key_file_get_string(file, FIRMWARE, "version",
                                                  NULL);
    g_auto(GStrv) words = g_strsplit(text ? text : "", ".", -1);

    if (g_strv_length(words) != 3) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        guint64 value;

        if (!g_ascii_string_to_unsigned(words[i], 10, 0, UINT8_MAX, &value,
                                        NULL)) {
            return false;
        }
        version[i] = value;
    }
    return true;
}

static bool get_flag(GKeyFile *file, const char *key, bool *flag)
{
    GError *error = NULL;

    *flag = g_key_file_get_boolean(file, CONFIG, key, &error);
    if (error) {
        g_error_free(error);
        return false;
    }
    return true;
}

static bool parse(GKeyFile *file, PlatformSettings *settings)
{
    settings->has_firmware = g_key_file_has_group(file, FIRMWARE);
    settings->has_config = g_key_file_has_group(file, CONFIG);
    return (!settings->has_firmware ||
            (get_version(file, settings->version) &&
             get_tcb(file, FIRMWARE, "tcb", settings->firmware_tcb))) &&
           (!settings->has_config ||
            (get_tcb(file, CONFIG, "reported-tcb", settings->reported_tcb) &&
             get_flag(file, "mask-chip-id", &settings->mask_chip_id) &&
             get_flag(file, "mask-chip-key", &settings->mask_chip_key)));
}

static bool read_text(const PlatformFolder *folder,
                      PlatformSettings *settings, GError **errp)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    char text[MAX_SIZE];
    size_t len;

    if (!read_some(folder, PLATFORM_SETTINGS, text, sizeof(text), &len,
                   errp)) {
        return false;
    }
    if (len == SIZE_MAX) {
        return true;
    }
    return (len <= sizeof(text) &&
            g_key_file_load_from_data(file, text, len, G_KEY_FILE_NONE,
                                      NULL) &&
            parse(file, settings)) ||
           set_damaged(folder, PLATFORM_SETTINGS, "expected the text that "
                       "\"sevemu platform\" writes, found another", errp);
}

static bool read_vlek(const PlatformFolder *folder,
                      PlatformSettings *settings, GError **errp)
{
    size_t len;

    if (!read_some(folder, PLATFORM_VLEK, settings->vlek,
                   sizeof(settings->vlek), &len, errp)) {
        return false;
    }
    settings->has_vlek = len != SIZE_MAX;
    return !settings->has_vlek || len == sizeof(settings->vlek) ||
           set_damaged(folder, PLATFORM_VLEK, "expected a wrapped VLEK of "
                       "432 bytes, found another length", errp);
}

bool platform_settings_read(const PlatformFolder *folder,
                            PlatformSettings *settings, GError **errp)
{
    memset(settings, 0, sizeof(*settings));
    return read_text(folder, settings, errp) &&
           read_vlek(folder, settings, errp);
}

/* No file is what "not set" means. */
static bool put(const PlatformFolder *folder, const char *name,
                const void *data, size_t len, GError **errp)
{
    if (len) {
        return platform_file_replace(folder, name, data, len, errp);
    }
    return unlinkat(folder->fd, name, 0) == 0 || errno == ENOENT ||
           platform_file_errno(folder, name, errp);
}

bool platform_settings_write(const PlatformFolder *folder,
                             const PlatformSettings *settings, GError **errp)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *text = NULL;
    gsize len;

    if (settings->has_firmware) {
        g_autofree char *version = g_strdup_printf(
            "%u.%u.%u", settings->version[0], settings->version[1],
            settings->version[2]);

        g_key_file_set_string(file, FIRMWARE, "version", version);
        set_tcb(file, FIRMWARE, "tcb", settings->firmware_tcb);
    }
    if (settings->has_config) {
        set_tcb(file, CONFIG, "reported-tcb", settings->reported_tcb);
        g_key_file_set_boolean(file, CONFIG, "mask-chip-id",
                               settings->mask_chip_id);
        g_key_file_set_boolean(file, CONFIG, "mask-chip-key",
                               settings->mask_chip_key);
    }
    text = g_key_file_to_data(file, &len, NULL);
    return put(folder, PLATFORM_SETTINGS, text, len, errp) &&
           put(folder, PLATFORM_VLEK, settings->vlek,
               settings->has_vlek ? sizeof(settings->vlek) : 0, errp) &&
           platform_file_sync(folder, errp);
}

bool platform_settings_leaves(const char *name)
{
    static const char *const names[] = {
        PLATFORM_SETTINGS, PLATFORM_SETTINGS PLATFORM_FILE_NEW,
        PLATFORM_VLEK, PLATFORM_VLEK PLATFORM_FILE_NEW, NULL
    };

    return g_strv_contains(names, name);
}
