/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the owner for the guest's secrets: each function is a line said, and
 * the answer.
 */

#include "guest/exchange.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest/message.h"
#include "guest/snp-report.h"

typedef struct Conversation {
    const LineEnd *port;
    UnsealKey *key;
    Sealed sealed;
    uint8_t proof[ATTEST_HASH_SIZE];
    char line[ATTEST_LINE_MAX + 1];
} Conversation;

void exchange_say(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("sevemu-attest: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

static ExchangeStatus line_status(LineStatus status)
{
    switch (status) {
    case LINE_OK:
        return EXCHANGE_OK;
    case LINE_LATE:
        exchange_say("the owner took too long");
        return EXCHANGE_LATE;
    case LINE_LONG:
        exchange_say("a line of more than %d bytes", ATTEST_LINE_MAX);
        return EXCHANGE_BAD_ANSWER;
    case LINE_NUL:
        exchange_say("a line with a NUL in it");
        return EXCHANGE_BAD_ANSWER;
    default:
        exchange_say("the port: %s", strerror(errno));
        return EXCHANGE_BROKEN;
    }
}

/* @line is freed; NULL: there was no memory for it. */
static ExchangeStatus say(Conversation *c, char *line)
{
    LineStatus status;

    if (!line) {
        exchange_say("no memory");
        return EXCHANGE_NO_REPORT;
    }
    status = line_write(c->port, line, strlen(line));
    free(line);
    return line_status(status);
}

static ExchangeStatus hear(Conversation *c)
{
    return line_status(line_read(c->port, c->line, sizeof(c->line)));
}

static ExchangeStatus bad_answer(const MessageError *error)
{
    if (error->refused) {
        exchange_say("refused by the owner: %s", error->words);
        return EXCHANGE_REFUSED;
    }
    exchange_say("the owner's answer: %s", error->words);
    return EXCHANGE_BAD_ANSWER;
}

static ExchangeStatus get_nonce(Conversation *c)
{
    MessageError error;
    ExchangeStatus status = say(c, message_hello());

    status = status ? status : hear(c);
    if (status == EXCHANGE_OK &&
        !message_read_challenge(c->line, c->sealed.nonce, &error)) {
        status = bad_answer(&error);
    }
    return status;
}

static ExchangeStatus show_report(Conversation *c)
{
    static Evidence evidence;
    uint8_t data[ATTEST_HASH_SIZE];
    const char *why;

    c->key = unseal_key_new();
    if (!c->key) {
        exchange_say("no key could be made");
        return EXCHANGE_NO_REPORT;
    }
    unseal_report_data(c->key, c->sealed.nonce, data);
    if (!snp_report(data, &evidence, &why)) {
        exchange_say("no attestation report: %s", why);
        return EXCHANGE_NO_REPORT;
    }
    c->sealed.report = evidence.report;
    return say(c, message_evidence(&evidence.report, evidence.certs,
                                   evidence.certs_size,
                                   unseal_public(c->key)));
}

static ExchangeStatus get_secrets(Conversation *c)
{
    MessageError error;
    ExchangeStatus status = hear(c);

    if (status != EXCHANGE_OK) {
        return status;
    }
    if (!message_read_sealed(c->line, &c->sealed, &error)) {
        return bad_answer(&error);
    }
    if (!unseal(c->key, &c->sealed, c->proof)) {
        exchange_say("the owner's answer: not sealed for this guest, or "
                     "changed on the way");
        return EXCHANGE_BAD_ANSWER;
    }
    return say(c, message_proof(c->proof));
}

ExchangeStatus exchange(const LineEnd *port, uint8_t **secrets,
                        size_t *size)
{
    static Conversation c;
    ExchangeStatus status;

    memset(&c, 0, sizeof(c));
    c.port = port;
    status = get_nonce(&c);
    status = status ? status : show_report(&c);
    status = status ? status : get_secrets(&c);
    unseal_key_free(c.key);
    if (status == EXCHANGE_OK) {
        *secrets = c.sealed.data;
        *size = c.sealed.size - ATTEST_TAG_SIZE;
    } else if (c.sealed.data) {
        unseal_wipe(c.sealed.data, c.sealed.size);
        free(c.sealed.data);
    }
    return status;
}
