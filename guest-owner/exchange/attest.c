/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers a guest that asks for its secrets. It may begin anew at any time, as
 * after a reset, with another nonce; but the first thing that is not as it
 * should be is the last that is listened to.
 */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include "guest-owner/base/crypto.h"
#include "guest-owner/base/wipe.h"
#include "guest-owner/exchange/attest-message.h"
#include "guest-owner/exchange/attest.h"
#include "guest-owner/run/line-reader.h"

typedef enum AttestState {
    AWAITS_HELLO,
    AWAITS_EVIDENCE,
    AWAITS_PROOF,
    REFUSED,
} AttestState;

struct Attest {
    int fd;                     /* the reader's */
    LineReader *reader;
    AttestState state;
    AttestTurn turn;
    AttestSealed sealed;
    const GByteArray *secrets;
    const AttestHandlers *handlers;
    gpointer opaque;
};

/*
 * Never waits: an answer is smaller than a socket's buffer, and a guest that
 * lets several lie there gets no more. @line is taken over.
 */
static bool say(Attest *attest, char *line)
{
    g_autofree char *text = line;
    size_t len = strlen(text);
    ssize_t n;

    do {
        n = send(attest->fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)len;
}

static void refuse(Attest *attest, const char *why)
{
    attest->state = REFUSED;
    attest_sealed_clear(&attest->sealed);
    say(attest, attest_message_refusal(why));
    attest->handlers->refused(why, attest->opaque);
}

static void say_or_refuse(Attest *attest, char *line, AttestState next)
{
    if (say(attest, line)) {
        attest->state = next;
    } else {
        refuse(attest, "the guest does not read what it is told");
    }
}

static void take_hello(Attest *attest)
{
    attest_sealed_clear(&attest->sealed);
    crypto_random(attest->turn.nonce, sizeof(attest->turn.nonce));
    say_or_refuse(attest, attest_message_challenge(attest->turn.nonce),
                  AWAITS_EVIDENCE);
}

static void seal(Attest *attest)
{
    P384Pair pair;
    bool ok;

    p384_generate(&pair);
    ok = attest_seal(&attest->turn, &pair, attest->secrets, &attest->sealed);
    wipe(&pair, sizeof(pair));
    if (!ok) {
        refuse(attest, "key: expected a point on P-384");
        return;
    }
    say_or_refuse(attest, attest_message_sealed(&attest->sealed),
                  AWAITS_PROOF);
}

static void take_evidence(Attest *attest, const AttestMessage *message)
{
    g_autoptr(GError) error = NULL;
    uint8_t data[ATTEST_HASH_SIZE];

    memcpy(attest->turn.guest_key, message->key, sizeof(message->key));
    attest->turn.report = message->report;
    attest_report_data(&attest->turn, data);
    if (attest->handlers->judge(&message->report, data, message->certs,
                                &error, attest->opaque)) {
        seal(attest);
    } else {
        refuse(attest, error->message);
    }
}

static void take_proof(Attest *attest, const AttestMessage *message)
{
    bool right = attest_proof_is(&attest->sealed, message->proof,
                                 sizeof(message->proof));

    attest_sealed_clear(&attest->sealed);
    if (right) {
        attest->state = AWAITS_HELLO;
        attest->handlers->done(attest->opaque);
    } else {
        refuse(attest, "the guest could not open its secrets");
    }
}

static void take(Attest *attest, const AttestMessage *message)
{
    if (message->kind == ATTEST_HELLO) {
        take_hello(attest);
    } else if (message->kind == ATTEST_EVIDENCE &&
               attest->state == AWAITS_EVIDENCE) {
        take_evidence(attest, message);
    } else if (message->kind == ATTEST_PROOF &&
               attest->state == AWAITS_PROOF) {
        take_proof(attest, message);
    } else {
        refuse(attest, message->kind == ATTEST_PROOF
                       ? "a proof that was not asked for"
                       : "a report that was not asked for");
    }
}

static void on_line(const char *line, gpointer opaque)
{
    Attest *attest = opaque;
    g_autoptr(GError) error = NULL;
    AttestMessage message;

    if (!line) {
        attest->handlers->closed(attest->opaque);
    } else if (attest->state == REFUSED) {
        return;
    } else if (attest_message_read(line, &message, &error)) {
        take(attest, &message);
        attest_message_clear(&message);
    } else {
        refuse(attest, error->message);
    }
}

Attest *attest_new(int fd, const GByteArray *secrets,
                   const AttestHandlers *handlers, gpointer opaque)
{
    Attest *attest = g_new0(Attest, 1);

    attest->fd = fd;
    attest->secrets = secrets;
    attest->handlers = handlers;
    attest->opaque = opaque;
    attest->reader = line_reader_new(fd, on_line, attest);
    return attest;
}

void attest_free(Attest *attest)
{
    if (attest) {
        line_reader_free(attest->reader);
        attest_sealed_clear(&attest->sealed);
        g_free(attest);
    }
}
