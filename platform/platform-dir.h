/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens a platform, which is a directory: what stays of an emulated host with
 * SEV when no program runs. It is the chip (its fuses and its flash) and the
 * certificates that its manufacturer hands out for it.
 *
 *     manifest    version, and SHA-256 of the five files after it
 *     fuses       AspFuses without the model
 *     model       AspModel: which processor, and the firmware from the factory
 *     ark.cert    AmdCert: the manufacturer's root
 *     ask.cert    AmdCert: the manufacturer's signing key
 *     cek.cert    SevCert: the chip's key, signed by the ASK
 *     certs       what guests get with a report: X.509 certificates of the
 *                 chip's VCEK, ASK and ARK; not there if there are none
 *     settings, vlek  what the host tells the secure processor at each boot
 *                 (platform-settings.h); seldom there
 *     flash       the secure processor's own; not there until it writes
 *     lock        held by who changes anything, or looks before changing
 *     guests      held, shared, by each program that runs guests
 *
 * Format 1 had no model (it was Milan's default) and no certs: it becomes
 * format 2 when it is opened.
 *
 * The directory is made on first use. A kill at any moment leaves what was
 * there, or what was to be there: files are replaced whole, and the manifest
 * comes last; without it there is no platform yet. Several programs may have
 * one platform open. Modes are 0700 and 0600 whatever the umask; but a
 * directory with setgid bit that its group may write to, and others cannot look
 * into (2770), keeps its mode, and files in it, which have its group, get 0660.
 *
 * Conventions: a function that can fail returns false or NULL and sets
 * *errp; the message begins with the name of the file or directory.
 */

#ifndef PLATFORM_DIR_H
#define PLATFORM_DIR_H

#include <glib.h>
#include <stdbool.h>

#include "abi/sev-cert.h"
#include "asp/asp.h"
#include "platform/platform-settings.h"

#define PLATFORM_DIR_ERROR platform_dir_error_quark()
GQuark platform_dir_error_quark(void);

typedef enum PlatformDirError {
    PLATFORM_DIR_ERROR_FAILED,      /* the system refused */
    PLATFORM_DIR_ERROR_MISSING,     /* a file that should be there is not */
    PLATFORM_DIR_ERROR_DAMAGED,     /* or not what this program can have made */
    PLATFORM_DIR_ERROR_BUSY,        /* guests run on the platform */
} PlatformDirError;

typedef struct PlatformDir PlatformDir;

/* One for all users of the system, where its administrator has made it */
#define PLATFORM_DIR_SYSTEM "/var/lib/sevemu/platform"

/*
 * $SEVEMU_PLATFORM; else PLATFORM_DIR_SYSTEM, if it is there and may be written
 * to; else $XDG_STATE_HOME/sevemu/platform, or ~/.local/state/sevemu/platform
 */
char *platform_dir_default(void);

/* A platform that has to be made; all zero is a Milan of the usual kind. */
typedef struct PlatformMake {
    const char *vendor;         /* the manufacturer's directory; NULL: the
                                   one that is compiled in */
    const AspModel *model;      /* NULL: Milan's default */
} PlatformMake;

/* A provider's key for all of its chips */
typedef struct PlatformVlek {
    const char *csp_id;         /* the provider's name in certificates */
    uint8_t seed[ASP_VLEK_SEED_SIZE];
} PlatformVlek;

/**
 * platform_dir_open: opens a platform, and makes it if it is not there
 * @path: an empty directory is as good as none; what has other content is
 *        refused. NULL: platform_dir_default(). Parents are made of the
 *        place in the user's home alone.
 * @make: what to make; NULL: the usual
 *
 * Waits while another program makes it.
 */
PlatformDir *platform_dir_open(const char *path, const PlatformMake *make,
                               GError **errp);

/* Releases its locks, wipes what it knows. NULL is allowed. */
void platform_dir_close(PlatformDir *pd);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlatformDir, platform_dir_close)

const char *platform_dir_path(const PlatformDir *pd);

/* Did this platform_dir_open() make it? */
bool platform_dir_is_new(const PlatformDir *pd);

/* These are good until platform_dir_close(). */
const AspFuses *platform_dir_fuses(const PlatformDir *pd);
const AmdCert *platform_dir_ark(const PlatformDir *pd);
const AmdCert *platform_dir_ask(const PlatformDir *pd);
const SevCert *platform_dir_cek(const PlatformDir *pd);

/**
 * platform_dir_certs: what guests get with a report
 * @certs: set to the file's content; NULL if there is none. The platform's
 *         owner may have replaced it.
 */
bool platform_dir_certs(PlatformDir *pd, GBytes **certs, GError **errp);

/**
 * platform_dir_renew_certs: makes it anew, for the TCB that is reported now
 * @vendor: the manufacturer's directory; NULL: the one that is compiled in
 *
 * @vlek: NULL: of the VCEK; else of the VLEK with that seed, and ASVK
 *
 * To be called with the lock held. PLATFORM_DIR_ERROR_DAMAGED: the chip is
 * another manufacturer's.
 */
bool platform_dir_renew_certs(PlatformDir *pd, const char *vendor,
                              const uint8_t tcb[SNP_TCB_SIZE],
                              const PlatformVlek *vlek, GError **errp);

/* Sets @vlek->seed to the provider's, as its manufacturer @vendor has it. */
bool platform_dir_vlek_seed(PlatformDir *pd, const char *vendor,
                            PlatformVlek *vlek, GError **errp);

/*
 * What the host tells the secure processor at each boot. Writing needs the
 * lock.
 */
bool platform_dir_settings(PlatformDir *pd, PlatformSettings *settings,
                           GError **errp);
bool platform_dir_set_settings(PlatformDir *pd,
                               const PlatformSettings *settings,
                               GError **errp);

/**
 * platform_dir_lock: keeps all others from changing the platform
 *
 * To be held around each command that may write the flash: INIT,
 * PLATFORM_RESET, PEK_GEN, PDH_GEN. INIT makes the keys when there are none
 * yet, and two at once must not each make their own. Waits; is not
 * recursive.
 */
bool platform_dir_lock(PlatformDir *pd, GError **errp);
void platform_dir_unlock(PlatformDir *pd);

/**
 * platform_dir_enter: says that guests run on the platform from now on
 *
 * Until platform_dir_close(), or the end of the process. Any number of
 * programs may have entered; waits only for who excludes them just now.
 */
bool platform_dir_enter(PlatformDir *pd, GError **errp);

/**
 * platform_dir_exclude: sees to it that no guests run, and none starts
 *
 * For what the firmware allows only then: PLATFORM_RESET, PEK_GEN. Until
 * platform_dir_close(). Fails with PLATFORM_DIR_ERROR_BUSY when another
 * program has entered, and does not wait. To be called with the lock held:
 * two that exclude then wait for each other.
 */
bool platform_dir_exclude(PlatformDir *pd, GError **errp);

/*
 * The chip's flash, as AspOps wants it. Writing needs the lock. When one
 * returned -1, platform_dir_flash_error() says why, with the file's name.
 */
int platform_dir_flash_read(PlatformDir *pd, void *buf, size_t size,
                            size_t *len);
int platform_dir_flash_write(PlatformDir *pd, const void *buf, size_t len);

/* Of the last call of the two; NULL when that succeeded */
const char *platform_dir_flash_error(const PlatformDir *pd);

/* To name it when the firmware says SECURE_DATA_INVALID */
const char *platform_dir_flash_path(const PlatformDir *pd);

#endif
