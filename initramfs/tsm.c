/*
 * Attestation reports by configfs-tsm, and the action `svsm` (SEV-SNP)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * `svsm` prints what an SVSM has to show of itself and of the guest above it
 * over sevemu.nonce=, and a report of the guest's own VMPL.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

#define CONFIGFS "/sys/kernel/config"
#define TSM      CONFIGFS "/tsm/report"
#define ENTRY    TSM "/guest"
#define SVSM     TSM "/svsm"
#define OWN      TSM "/own"
#define VMPL     "/sys/devices/system/cpu/sev/vmpl"

#define BLOB_SIZE 0x4000        /* certificates: the most that Linux takes */

/* A table is long, and a console slow: without the zeros at its end */
void guest_say_table(const char *what, const uint8_t *table, size_t size)
{
    while (size && !table[size - 1]) {
        size--;
    }
    if (size) {
        guest_say_hex(what, table, size);
    } else {
        guest_say("%s: none", what);
    }
}

static bool write_file(const char *path, const void *data, size_t size)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write(fd, data, size) == (ssize_t)size;

    if (fd >= 0) {
        close(fd);
    }
    return ok || guest_fail("tsm: %s: %s", path, strerror(errno));
}

static bool say_file(const char *what, const char *path,
                     void (*say)(const char *what, const uint8_t *data,
                                 size_t size))
{
    static uint8_t data[BLOB_SIZE];
    FILE *f = fopen(path, "r");
    size_t size;

    if (!f) {
        return guest_fail("tsm: %s: %s", path, strerror(errno));
    }
    size = fread(data, 1, sizeof(data), f);
    fclose(f);
    say(what, data, size);
    return true;
}

/* It is no error if it is there. */
static void mount_configfs(void)
{
    mount("config", CONFIGFS, "configfs", 0, NULL);
}

/* A directory there is one report. */
static bool make_entry(const char *path)
{
    return !mkdir(path, 0700) || errno == EEXIST ||
           guest_fail("tsm: %s: %s", path, strerror(errno));
}

/* Older kernels have the device alone. */
bool guest_tsm(const uint8_t nonce[64])
{
    mount_configfs();
    if (access(TSM, F_OK)) {
        guest_say("report: no configfs-tsm");
        return true;
    }
    return make_entry(ENTRY) && write_file(ENTRY "/inblob", nonce, 64) &&
           say_file("report: outblob", ENTRY "/outblob",
                    guest_say_hex) &&
           say_file("report: auxblob", ENTRY "/auxblob", guest_say_table);
}

static bool ask_svsm(const uint8_t nonce[64])
{
    return make_entry(SVSM) &&
           write_file(SVSM "/service_provider", "svsm", 4) &&
           write_file(SVSM "/inblob", nonce, 64) &&
           say_file("report: outblob", SVSM "/outblob", guest_say_hex) &&
           say_file("report: manifest", SVSM "/manifestblob",
                    guest_say_hex) &&
           say_file("report: auxblob", SVSM "/auxblob", guest_say_table);
}

/* With the key of its own VMPL, whose report is the most that it can have */
static bool ask_own(const uint8_t nonce[64], const char *vmpl)
{
    return make_entry(OWN) &&
           write_file(OWN "/privlevel", vmpl, strlen(vmpl)) &&
           write_file(OWN "/inblob", nonce, 64) &&
           say_file("report: own", OWN "/outblob", guest_say_hex);
}

bool action_svsm(void)
{
    uint8_t nonce[64] = { 0 };
    char vmpl[8] = "";
    FILE *f = fopen(VMPL, "r");

    if (!f || !fgets(vmpl, sizeof(vmpl), f)) {
        return guest_fail("svsm: %s: %s", VMPL, strerror(errno));
    }
    fclose(f);
    vmpl[strcspn(vmpl, "\n")] = '\0';
    guest_say("svsm: VMPL %s", vmpl);
    guest_nonce(nonce, sizeof(nonce));
    mount_configfs();
    if (!ask_svsm(nonce) || !ask_own(nonce, vmpl)) {
        return false;
    }
    guest_say("svsm: reported");
    return true;
}
