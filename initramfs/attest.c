/*
 * The action `attest`: ask the guest's owner for secrets (SEV-SNP)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * /sevemu-attest asks, as in any initramfs that has it.  What it has got is
 * printed as the action `secret` prints what a SEV guest has:
 * "guest: secret GUID HEX" for each.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define PROGRAM   "/sevemu-attest"
#define DIRECTORY "/secrets"
#define MAX_SIZE  0x4000

static bool run(void)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        /* What it has to say of its own goes to the console. */
        execl(PROGRAM, PROGRAM, "--directory", DIRECTORY, NULL);
        fprintf(stderr, "%s: %s\n", PROGRAM, strerror(errno));
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        return guest_fail("attest: %s", strerror(errno));
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status)) {
        return guest_fail("attest: %s ended with status %d", PROGRAM,
                          WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    }
    return true;
}

static bool say_secret(const char *guid)
{
    static uint8_t data[MAX_SIZE];
    char path[sizeof(DIRECTORY) + 256], what[sizeof("secret ") + 256];
    FILE *file;
    size_t size;

    snprintf(path, sizeof(path), DIRECTORY "/%s", guid);
    snprintf(what, sizeof(what), "secret %s", guid);
    file = fopen(path, "r");
    if (!file) {
        return guest_fail("attest: %s: %s", path, strerror(errno));
    }
    size = fread(data, 1, sizeof(data), file);
    fclose(file);
    guest_say_hex(what, data, size);
    return true;
}

bool action_attest(void)
{
    DIR *directory;
    struct dirent *entry;
    unsigned n = 0;
    bool ok = run();

    if (!ok) {
        return false;
    }
    guest_say("attested");
    /* Without a secret there is no directory. */
    directory = opendir(DIRECTORY);
    while (ok && directory && (entry = readdir(directory))) {
        if (entry->d_name[0] != '.') {
            ok = say_secret(entry->d_name);
            n++;
        }
    }
    if (directory) {
        closedir(directory);
    }
    if (ok && n == 0) {
        guest_say("no secret");
    }
    return ok;
}
