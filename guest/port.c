/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds a virtio serial port by its name in sysfs: the links with ports' names
 * are udev's, which an initramfs may not have.
 */

#define _GNU_SOURCE
#include "guest/port.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define CLASS "/sys/class/virtio-ports"

/* Whether sysfs calls the port @entry so */
static bool is_called(const char *entry, const char *name)
{
    char path[sizeof(CLASS) + 256 + sizeof("/name")], found[256];
    FILE *file;
    bool is_it;

    snprintf(path, sizeof(path), CLASS "/%s/name", entry);
    file = fopen(path, "re");
    if (!file) {
        return false;
    }
    is_it = fgets(found, sizeof(found), file);
    fclose(file);
    if (is_it) {
        found[strcspn(found, "\n")] = '\0';
        is_it = strcmp(found, name) == 0;
    }
    return is_it;
}

static int open_file(const char *path)
{
    return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

static int open_port(const char *name)
{
    DIR *class = opendir(CLASS);
    struct dirent *entry;
    int fd = -1;

    if (!class) {
        return -1;
    }
    while ((entry = readdir(class))) {
        if (is_called(entry->d_name, name)) {
            char path[sizeof("/dev/") + 256];

            snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
            fd = open_file(path);
            break;
        }
    }
    if (!entry) {
        errno = ENOENT;
    }
    closedir(class);
    return fd;
}

bool port_open(LineEnd *end, const char *name)
{
    do {
        end->fd = strchr(name, '/') ? open_file(name) : open_port(name);
        /* Drivers look for their devices in the background. */
    } while (end->fd < 0 && errno == ENOENT && line_wait_a_little(end));
    return end->fd >= 0;
}
