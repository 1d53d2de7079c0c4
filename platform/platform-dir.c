/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens a platform's directory, with its locks and its flash. */

#include "platform/platform-dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/platform-chip.h"
#include "platform/platform-file.h"
#include "platform/platform-folder.h"
#include "platform/platform-settings.h"
#include "vendor/vendor.h"

#define CERTS_FILE  "certs"
#define FLASH_FILE  "flash"
#define LOCK_FILE   "lock"
#define GUESTS_FILE "guests"

/* A table for guests, of three certificates, has less than a tenth of it */
#define CERTS_MAX_SIZE (64 * 1024)

struct PlatformDir {
    PlatformFolder folder;
    int lock_fd;
    int guests_fd;
    bool locked;
    bool is_new;
    PlatformChip chip;
    char *flash_path;
    GError *flash_error;
};

GQuark platform_dir_error_quark(void)
{
    return g_quark_from_static_string("sevemu-platform-dir");
}

static bool have_file(const PlatformFolder *folder, const char *name)
{
    struct stat st;

    return fstatat(folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool is_ours(const char *name)
{
    static const char *const others[] = {
        ".", "..", LOCK_FILE, GUESTS_FILE, PLATFORM_MANIFEST, FLASH_FILE,
        FLASH_FILE PLATFORM_FILE_NEW, CERTS_FILE, CERTS_FILE PLATFORM_FILE_NEW,
        NULL
    };

    return g_strv_contains(others, name) || platform_chip_leaves(name) ||
           platform_settings_leaves(name);
}

/*
 * Is there nothing but files of a platform? So that no directory of
 * something else is filled with ours. Before the lock is held (its file
 * would be the first of ours) another program may be making any of them.
 */
static bool check_names(const PlatformFolder *folder, GError **errp)
{
    DIR *dir = opendir(folder->path);
    struct dirent *entry;
    bool ok = true;

    if (!dir) {
        return platform_file_errno(folder, NULL, errp);
    }
    while (ok && (entry = readdir(dir))) {
        ok = is_ours(entry->d_name);
        if (!ok) {
            g_set_error(errp, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_DAMAGED,
                        "%s: expected a platform or an empty directory, "
                        "found \"%s\" in it", folder->path, entry->d_name);
        }
    }
    closedir(dir);
    return ok;
}

bool platform_dir_lock(PlatformDir *pd, GError **errp)
{
    pd->locked = platform_file_lock(&pd->folder, LOCK_FILE, pd->lock_fd,
                                    LOCK_EX, errp);
    return pd->locked;
}

void platform_dir_unlock(PlatformDir *pd)
{
    flock(pd->lock_fd, LOCK_UN);
    pd->locked = false;
}

bool platform_dir_enter(PlatformDir *pd, GError **errp)
{
    return platform_file_lock(&pd->folder, GUESTS_FILE, pd->guests_fd, LOCK_SH,
                              errp);
}

bool platform_dir_exclude(PlatformDir *pd, GError **errp)
{
    if (flock(pd->guests_fd, LOCK_EX | LOCK_NB) == 0) {
        return true;
    }
    if (errno == EWOULDBLOCK) {
        g_set_error(errp, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_BUSY,
                    "%s: guests are running on this platform",
                    pd->folder.path);
        return false;
    }
    return platform_file_errno(&pd->folder, GUESTS_FILE, errp);
}

/* Without certificates, what an owner may have put there stays. */
static bool write_certs(PlatformDir *pd, GBytes *certs, GError **errp)
{
    gsize len;
    const void *data = certs ? g_bytes_get_data(certs, &len) : NULL;

    return !certs || platform_file_replace(&pd->folder, CERTS_FILE, data, len,
                                           errp);
}

static bool make(PlatformDir *pd, const PlatformMake *make, GError **errp)
{
    g_autoptr(GBytes) certs = NULL;

    /* Only a whole platform has ever had a flash */
    if (have_file(&pd->folder, FLASH_FILE)) {
        g_set_error(errp, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_DAMAGED,
                    "%s/" PLATFORM_MANIFEST ": expected one beside "
                    FLASH_FILE ", found none", pd->folder.path);
        return false;
    }
    if (!platform_folder_is_shared(&pd->folder) &&
        fchmod(pd->folder.fd, 0700) < 0) {
        return platform_file_errno(&pd->folder, NULL, errp);
    }
    pd->is_new = true;
    if (!platform_chip_make(&pd->chip, make, &certs, errp) ||
        !write_certs(pd, certs, errp) ||
        !platform_chip_write(&pd->folder, &pd->chip, errp)) {
        return false;
    }
    platform_folder_sync_name(&pd->folder);
    return true;
}

/*
 * From format 1. Of a manufacturer that is not compiled in, certificates can
 * be had only when its directory is named.
 */
static bool upgrade(PlatformDir *pd, GError **errp)
{
    g_autoptr(GBytes) certs = NULL;
    g_autoptr(GError) error = NULL;

    if (!platform_chip_certs(&pd->chip, NULL, pd->chip.fuses.model.tcb, NULL,
                             &certs, &error) &&
        !g_error_matches(error, PLATFORM_DIR_ERROR,
                         PLATFORM_DIR_ERROR_DAMAGED)) {
        g_propagate_error(errp, g_steal_pointer(&error));
        return false;
    }
    return write_certs(pd, certs, errp) &&
           platform_chip_write(&pd->folder, &pd->chip, errp);
}

/* With the lock held: another program may have made it while we waited. */
static bool read_or_make(PlatformDir *pd, const PlatformMake *options,
                         GError **errp)
{
    if (!have_file(&pd->folder, PLATFORM_MANIFEST)) {
        return make(pd, options, errp);
    }
    return platform_chip_read(&pd->folder, &pd->chip, errp) &&
           (pd->chip.format == PLATFORM_FORMAT || upgrade(pd, errp));
}

/*
 * Others who share the folder must not meet a file that was made just now and
 * does not have its mode yet.
 */
static bool open_lockables(PlatformDir *pd, GError **errp)
{
    const PlatformFolder *folder = &pd->folder;

    if (platform_folder_is_shared(folder) &&
        !platform_file_lock(folder, NULL, folder->fd, LOCK_EX, errp)) {
        return false;
    }
    pd->lock_fd = platform_file_lockable(folder, LOCK_FILE, errp);
    if (pd->lock_fd >= 0) {
        pd->guests_fd = platform_file_lockable(folder, GUESTS_FILE, errp);
    }
    if (platform_folder_is_shared(folder)) {
        flock(folder->fd, LOCK_UN);
    }
    return pd->guests_fd >= 0;
}

static bool open_all(PlatformDir *pd, const char *path,
                     const PlatformMake *options, GError **errp)
{
    bool ok;

    if (!platform_folder_open(&pd->folder, path, errp) ||
        (!have_file(&pd->folder, PLATFORM_MANIFEST) &&
         !check_names(&pd->folder, errp))) {
        return false;
    }
    pd->flash_path = g_build_filename(pd->folder.path, FLASH_FILE, NULL);
    if (!open_lockables(pd, errp) || !platform_dir_lock(pd, errp)) {
        return false;
    }
    ok = read_or_make(pd, options, errp);
    platform_dir_unlock(pd);
    return ok;
}

PlatformDir *platform_dir_open(const char *path, const PlatformMake *options,
                               GError **errp)
{
    static const PlatformMake usual;
    g_autoptr(PlatformDir) pd = g_new0(PlatformDir, 1);

    pd->folder.fd = -1;
    pd->lock_fd = -1;
    pd->guests_fd = -1;
    if (!open_all(pd, path, options ? options : &usual, errp)) {
        return NULL;
    }
    return g_steal_pointer(&pd);
}

static void close_if_open(int fd)
{
    if (fd >= 0) {
        close(fd);
    }
}

void platform_dir_close(PlatformDir *pd)
{
    if (!pd) {
        return;
    }
    /* Locks go with the descriptors */
    close_if_open(pd->guests_fd);
    close_if_open(pd->lock_fd);
    close_if_open(pd->folder.fd);
    g_clear_error(&pd->flash_error);
    g_free(pd->flash_path);
    g_free(pd->folder.path);
    vendor_wipe(pd, sizeof(*pd));
    g_free(pd);
}

const char *platform_dir_path(const PlatformDir *pd)
{
    return pd->folder.path;
}

bool platform_dir_is_new(const PlatformDir *pd)
{
    return pd->is_new;
}

const AspFuses *platform_dir_fuses(const PlatformDir *pd)
{
    return &pd->chip.fuses;
}

const AmdCert *platform_dir_ark(const PlatformDir *pd)
{
    return &pd->chip.ark;
}

const AmdCert *platform_dir_ask(const PlatformDir *pd)
{
    return &pd->chip.ask;
}

const SevCert *platform_dir_cek(const PlatformDir *pd)
{
    return &pd->chip.cek;
}

bool platform_dir_certs(PlatformDir *pd, GBytes **certs, GError **errp)
{
    g_autoptr(GError) error = NULL;
    g_autofree uint8_t *data = g_malloc(CERTS_MAX_SIZE);
    size_t len;

    *certs = NULL;
    if (!platform_file_read(&pd->folder, CERTS_FILE, data, CERTS_MAX_SIZE,
                            &len, &error)) {
        if (!g_error_matches(error, PLATFORM_DIR_ERROR,
                             PLATFORM_DIR_ERROR_MISSING)) {
            g_propagate_error(errp, g_steal_pointer(&error));
            return false;
        }
        return true;
    }
    if (len > CERTS_MAX_SIZE) {
        g_set_error(errp, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_DAMAGED,
                    "%s/" CERTS_FILE ": expected up to %d bytes, found %zu",
                    pd->folder.path, CERTS_MAX_SIZE, len);
        return false;
    }
    *certs = g_bytes_new(data, len);
    return true;
}

bool platform_dir_settings(PlatformDir *pd, PlatformSettings *settings,
                           GError **errp)
{
    return platform_settings_read(&pd->folder, settings, errp);
}

bool platform_dir_set_settings(PlatformDir *pd,
                               const PlatformSettings *settings,
                               GError **errp)
{
    return platform_settings_write(&pd->folder, settings, errp);
}

bool platform_dir_renew_certs(PlatformDir *pd, const char *vendor,
                              const uint8_t tcb[SNP_TCB_SIZE],
                              const PlatformVlek *vlek, GError **errp)
{
    g_autoptr(GBytes) certs = NULL;

    return platform_chip_certs(&pd->chip, vendor, tcb, vlek, &certs, errp) &&
           write_certs(pd, certs, errp) &&
           platform_file_sync(&pd->folder, errp);
}

bool platform_dir_vlek_seed(PlatformDir *pd, const char *vendor,
                            PlatformVlek *vlek, GError **errp)
{
    return platform_chip_vlek_seed(&pd->chip, vendor, vlek, errp);
}

int platform_dir_flash_read(PlatformDir *pd, void *buf, size_t size,
                            size_t *len)
{
    g_clear_error(&pd->flash_error);
    if (platform_file_read(&pd->folder, FLASH_FILE, buf, size, len,
                           &pd->flash_error)) {
        return 0;
    }
    /* A chip from the factory: nothing was ever written */
    if (g_error_matches(pd->flash_error, PLATFORM_DIR_ERROR,
                        PLATFORM_DIR_ERROR_MISSING)) {
        g_clear_error(&pd->flash_error);
        *len = 0;
        return 0;
    }
    return -1;
}

int platform_dir_flash_write(PlatformDir *pd, const void *buf, size_t len)
{
    g_clear_error(&pd->flash_error);
    if (!pd->locked) {
        g_set_error(&pd->flash_error, PLATFORM_DIR_ERROR,
                    PLATFORM_DIR_ERROR_FAILED,
                    "%s: written without the lock", pd->flash_path);
        return -1;
    }
    if (!platform_file_replace(&pd->folder, FLASH_FILE, buf, len,
                               &pd->flash_error) ||
        !platform_file_sync(&pd->folder, &pd->flash_error)) {
        return -1;
    }
    return 0;
}

const char *platform_dir_flash_error(const PlatformDir *pd)
{
    return pd->flash_error ? pd->flash_error->message : NULL;
}

const char *platform_dir_flash_path(const PlatformDir *pd)
{
    return pd->flash_path;
}
