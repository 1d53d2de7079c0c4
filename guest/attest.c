/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gets a SEV-SNP guest's secrets from its owner: sevemu-attest. It needs
 * nothing but /dev/sev-guest and a virtio serial port, so that any initramfs
 * can take it.
 */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest/exchange.h"
#include "guest/give.h"
#include "guest/port.h"

#define DEFAULT_TIMEOUT 120
#define MAX_TIMEOUT 86400
#define TEXT(number) TEXT_OF(number)
#define TEXT_OF(number) #number

static const char help[] =
    "usage: sevemu-attest [OPTION...]\n"
    "\n"
    "Shows the guest's owner an attestation report (SEV-SNP) over a new key,\n"
    "and writes the secret that it sends for that key.\n"
    "\n"
    "  --guid GUID      which secret, when there are several\n"
    "  --output FILE    where to write it, mode 0400 [stdout]\n"
    "  --directory DIR  write all secrets there, into files of their GUIDs\n"
    "  --port PORT      name of the virtio serial port, or a file with a\n"
    "                   slash in its name [" ATTEST_PORT_NAME "]\n"
    "  --timeout N      seconds for all of it [" TEXT(DEFAULT_TIMEOUT) "]\n"
    "  --help           this text\n"
    "\n"
    "Exit status: 0 the secret is written, 1 refused by the owner, 2 usage,\n"
    "3 no attestation report (no SEV-SNP guest, no driver), 4 an answer that\n"
    "no owner gives, or not the secrets that are asked for, 5 no port, or a\n"
    "file that can't be written, 124 timeout.\n";

static ExchangeStatus usage(const char *option, const char *text,
                            const char *expected)
{
    exchange_say("%s %s: expected %s", option, text, expected);
    return EXCHANGE_USAGE;
}

static ExchangeStatus set_timeout(const char *text, unsigned *timeout)
{
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > 9 || text[digits] ||
        sscanf(text, "%u", timeout) != 1 || *timeout < 1 ||
        *timeout > MAX_TIMEOUT) {
        return usage("--timeout", text,
                     "a number from 1 to " TEXT(MAX_TIMEOUT));
    }
    return EXCHANGE_OK;
}

/* 8-4-4-4-12 digits; another one would be looked for in vain */
static ExchangeStatus set_guid(const char *text, const char **guid)
{
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    bool ok = strlen(text) == strlen(shape);

    for (size_t i = 0; ok && shape[i]; i++) {
        ok = shape[i] == '-' ? text[i] == '-'
             : strchr("0123456789abcdefABCDEF", text[i]) != NULL;
    }
    *guid = text;
    return ok ? EXCHANGE_OK
           : usage("--guid", text, "one like "
                   "736869e5-84f0-4973-92ec-06879ce3da0b");
}

typedef struct Options {
    GiveWish wish;
    const char *port;
    unsigned timeout;
} Options;

static ExchangeStatus set_option(Options *options, int which, char *value)
{
    switch (which) {
    case 'g':
        return set_guid(value, &options->wish.guid);
    case 'o':
        options->wish.output = value;
        return EXCHANGE_OK;
    case 'd':
        options->wish.directory = value;
        return EXCHANGE_OK;
    case 'p':
        options->port = value;
        return EXCHANGE_OK;
    case 't':
        return set_timeout(value, &options->timeout);
    case 'h':
        fputs(help, stdout);
        exit(EXCHANGE_OK);
    default:
        return EXCHANGE_USAGE;  /* getopt_long() has said why */
    }
}

static ExchangeStatus parse(int argc, char **argv, Options *options)
{
    static const struct option known[] = {
        { "guid", required_argument, NULL, 'g' },
        { "output", required_argument, NULL, 'o' },
        { "directory", required_argument, NULL, 'd' },
        { "port", required_argument, NULL, 'p' },
        { "timeout", required_argument, NULL, 't' },
        { "help", no_argument, NULL, 'h' },
        { NULL }
    };
    ExchangeStatus status = EXCHANGE_OK;
    int which;

    while (status == EXCHANGE_OK &&
           (which = getopt_long(argc, argv, "", known, NULL)) != -1) {
        status = set_option(options, which, optarg);
    }
    if (status == EXCHANGE_OK && optind < argc) {
        exchange_say("%s: there are options only", argv[optind]);
        status = EXCHANGE_USAGE;
    }
    if (status == EXCHANGE_OK && options->wish.directory &&
        (options->wish.guid || options->wish.output)) {
        exchange_say("--directory takes all secrets: %s does not go with it",
                     options->wish.guid ? "--guid" : "--output");
        status = EXCHANGE_USAGE;
    }
    return status;
}

int main(int argc, char **argv)
{
    Options options = {
        .port = ATTEST_PORT_NAME, .timeout = DEFAULT_TIMEOUT,
    };
    ExchangeStatus status = parse(argc, argv, &options);
    uint8_t *secrets;
    LineEnd port;
    size_t size;

    if (status != EXCHANGE_OK) {
        return status;
    }
    if (!unseal_init()) {
        exchange_say("libgcrypt will not do");
        return EXCHANGE_NO_REPORT;
    }
    line_set_deadline(&port, options.timeout);
    if (!port_open(&port, options.port)) {
        exchange_say("port %s: %s", options.port, strerror(errno));
        return EXCHANGE_BROKEN;
    }
    status = exchange(&port, &secrets, &size);
    if (status == EXCHANGE_OK) {
        status = give_secrets(&options.wish, secrets, size);
        unseal_wipe(secrets, size);
        free(secrets);
    }
    return status;
}
