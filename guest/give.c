/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes secrets to files, as Linux' efi_secret module shows those of SEV
 * guests: each in a file of the name of its GUID.
 */

#define _GNU_SOURCE
#include "guest/give.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "initramfs/secret-table.h"

static ExchangeStatus broken(const char *what)
{
    exchange_say("%s: %s", what, strerror(errno));
    return EXCHANGE_BROKEN;
}

/* Closes @fd, unless it is stdout. */
static ExchangeStatus write_all(int fd, const char *what,
                                const SecretEntry *entry)
{
    size_t done = 0;
    bool ok;

    while (done < entry->size) {
        ssize_t n = write(fd, entry->data + done, entry->size - done);

        if (n < 0 && errno != EINTR) {
            break;
        }
        done += n > 0 ? n : 0;
    }
    ok = done == entry->size && (fd == STDOUT_FILENO || close(fd) == 0);
    return ok ? EXCHANGE_OK : broken(what);
}

/* A new file, which nobody else may read and no link leads elsewhere */
static ExchangeStatus write_file(const char *path, const SecretEntry *entry)
{
    int fd;

    unlink(path);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
    return fd < 0 ? broken(path) : write_all(fd, path, entry);
}

static ExchangeStatus write_into(const char *directory,
                                 const SecretEntry *entry)
{
    char guid[GUID_TEXT_SIZE], *path = NULL;
    ExchangeStatus status;

    guid_to_text(entry->guid, guid);
    if (mkdir(directory, 0700) < 0 && errno != EEXIST) {
        return broken(directory);
    }
    if (asprintf(&path, "%s/%s", directory, guid) < 0) {
        return broken(directory);
    }
    status = write_file(path, entry);
    free(path);
    return status;
}

static ExchangeStatus write_one(const GiveWish *wish,
                                const SecretEntry *entry)
{
    return wish->output ? write_file(wish->output, entry)
                        : write_all(STDOUT_FILENO, "stdout", entry);
}

static bool is_wanted(const GiveWish *wish, const SecretEntry *entry)
{
    char guid[GUID_TEXT_SIZE];

    guid_to_text(entry->guid, guid);
    return !wish->guid || strcasecmp(wish->guid, guid) == 0;
}

/* Which one; more than one, or none, is said. */
static ExchangeStatus choose(const GiveWish *wish, SecretTable table,
                             SecretEntry *chosen)
{
    SecretEntry entry;
    unsigned nr = 0;

    while (secret_table_next(&table, &entry) == SECRET_OK) {
        if (is_wanted(wish, &entry)) {
            *chosen = entry;
            nr++;
        }
    }
    if (nr == 1) {
        return EXCHANGE_OK;
    }
    if (wish->guid) {
        exchange_say("the owner has sent no secret %s", wish->guid);
    } else {
        exchange_say("the owner has sent %u secrets: --guid says which, "
                     "--directory takes all", nr);
    }
    return EXCHANGE_BAD_ANSWER;
}

ExchangeStatus give_secrets(const GiveWish *wish, const uint8_t *secrets,
                            size_t size)
{
    ExchangeStatus status = EXCHANGE_OK;
    SecretTable table;
    SecretEntry entry;

    if (secret_table_open(&table, secrets, size) != SECRET_OK) {
        exchange_say("the secrets are no table of secrets");
        return EXCHANGE_BAD_ANSWER;
    }
    if (!wish->directory) {
        status = choose(wish, table, &entry);
        return status ? status : write_one(wish, &entry);
    }
    while (status == EXCHANGE_OK &&
           secret_table_next(&table, &entry) == SECRET_OK) {
        status = write_into(wish->directory, &entry);
    }
    return status;
}
