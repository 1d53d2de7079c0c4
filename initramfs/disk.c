/*
 * The actions `disk` and `reboot`: what needs the disk
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The disk's first half is content from the host, its second half gets the
 * same content with every bit turned, so that neither side can pass by
 * doing nothing.  The very last byte counts boots: it is all that survives
 * a reboot.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "guest.h"

#define MAX_DISK (64 << 20)
#define WAIT_SECONDS 60

static char path[32] = "/dev/vda";

/* Drivers look for their disks in the background; init does not wait. */
static int wait_and_open(void)
{
    int fd;

    for (int i = 0; i < WAIT_SECONDS * 10; i++) {
        fd = open(path, O_RDWR | O_SYNC | O_CLOEXEC);
        if (fd >= 0 || errno != ENOENT) {
            break;
        }
        usleep(100000);
    }
    return fd;
}

/* Opens the disk and finds its size; -1, having said why, if it cannot. */
static int open_disk(off_t *size)
{
    int fd;

    guest_option("sevemu.disk", path, sizeof(path));
    fd = wait_and_open();
    if (fd < 0) {
        guest_fail("%s: %s", path, strerror(errno));
        return -1;
    }
    *size = lseek(fd, 0, SEEK_END);
    if (*size < 2 || *size > MAX_DISK) {
        guest_fail("%s: %lld bytes", path, (long long)*size);
        close(fd);
        return -1;
    }
    return fd;
}

static bool copy_complemented(int fd, size_t half)
{
    uint8_t *content = malloc(half);
    bool ok = content && pread(fd, content, half, 0) == (ssize_t)half;

    for (size_t i = 0; ok && i < half; i++) {
        content[i] = ~content[i];
    }
    /* all but the last byte, which is the boot counter */
    ok = ok && pwrite(fd, content, half - 1, half) == (ssize_t)half - 1;
    free(content);
    return ok || guest_fail("%s: %s", path, strerror(errno));
}

bool action_disk(void)
{
    off_t size;
    int fd = open_disk(&size);
    bool ok = fd >= 0 && copy_complemented(fd, size / 2);

    if (ok) {
        guest_say("disk: %lld bytes copied", (long long)size / 2 - 1);
    }
    close(fd);
    return ok;
}

bool action_reboot(void)
{
    off_t size;
    int fd = open_disk(&size);
    uint8_t boots;
    bool ok;

    if (fd < 0) {
        return false;
    }
    ok = pread(fd, &boots, 1, size - 1) == 1;
    boots++;
    ok = ok && pwrite(fd, &boots, 1, size - 1) == 1;
    close(fd);
    if (!ok) {
        return guest_fail("%s: %s", path, strerror(errno));
    }
    guest_say("boot number %d", boots);
    if (boots == 1) {
        guest_say("rebooting");
        sync();
        reboot(RB_AUTOBOOT);
    }
    return true;
}
