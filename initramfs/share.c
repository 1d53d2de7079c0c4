/*
 * The action `share`: a file of the host's, by 9p
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * As with the disk: what the host has put there comes back with every bit
 * turned.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "guest.h"

#define TAG "share"
#define PLACE "/share"
#define MAX_BYTES (4 << 20)

static bool mount_share(void)
{
    mkdir(PLACE, 0755);
    return !mount(TAG, PLACE, "9p", 0, "trans=virtio,version=9p2000.L") ||
           guest_fail("share: mount: %s", strerror(errno));
}

static size_t read_file(const char *path, uint8_t *content)
{
    FILE *f = fopen(path, "r");
    size_t size = f ? fread(content, 1, MAX_BYTES, f) : 0;

    if (f) {
        fclose(f);
    }
    return size;
}

static bool write_file(const char *path, const uint8_t *content, size_t size)
{
    FILE *f = fopen(path, "w");
    bool ok = f && fwrite(content, 1, size, f) == size;

    if (f && fclose(f)) {
        ok = false;
    }
    return ok || guest_fail("%s: %s", path, strerror(errno));
}

bool action_share(void)
{
    static uint8_t content[MAX_BYTES];
    size_t size;

    if (!mount_share()) {
        return false;
    }
    size = read_file(PLACE "/in", content);
    for (size_t i = 0; i < size; i++) {
        content[i] = ~content[i];
    }
    if (!write_file(PLACE "/out", content, size)) {
        return false;
    }
    guest_say("share: %zu bytes copied", size);
    return true;
}
