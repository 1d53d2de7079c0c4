/*
 * The action `kexec`: from one kernel into the next
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Kernel and initramfs are files that the host has added to the archive.  The
 * next kernel gets the command line of this one, but does sevemu.kexec=.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"

#define KERNEL "/kexec/kernel"
#define INITRD "/kexec/initrd"

/* The last sevemu.do= of a command line is what counts. */
static bool next_command_line(char *line, size_t size)
{
    char actions[128];
    FILE *f = fopen("/proc/cmdline", "r");
    size_t used;

    if (!f || !fgets(line, size, f) ||
        !guest_option("sevemu.kexec", actions, sizeof(actions))) {
        return guest_fail("the action 'kexec' needs sevemu.kexec=");
    }
    fclose(f);
    line[strcspn(line, "\n")] = '\0';
    used = strlen(line);
    snprintf(line + used, size - used, " sevemu.do=%s", actions);
    return true;
}

bool action_kexec(void)
{
    char line[2048];
    int kernel = open(KERNEL, O_RDONLY | O_CLOEXEC);
    int initrd = open(INITRD, O_RDONLY | O_CLOEXEC);

    if (!next_command_line(line, sizeof(line))) {
        return false;
    }
    if (syscall(SYS_kexec_file_load, kernel, initrd, strlen(line) + 1, line,
                0ul) < 0) {
        return guest_fail("kexec: %s", strerror(errno));
    }
    guest_say("kexec: the next kernel is loaded");
    sync();
    reboot(LINUX_REBOOT_CMD_KEXEC);
    return guest_fail("kexec: %s", strerror(errno));
}
