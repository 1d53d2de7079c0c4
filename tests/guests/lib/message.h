/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest messages: what an SEV-SNP guest says to the secure processor, sealed
 * with a VMPCK of the secrets page, and what it answers (56860 chapter 8).
 *
 * Each step is a function, so that a suite can do anything between two of
 * them. message_ask() is all of them, rightly.
 */
#ifndef GUESTS_MESSAGE_H
#define GUESTS_MESSAGE_H

#include <nettle/gcm.h>

#include "abi/snp-msg.h"
#include "ghcb.h"

struct message {
    SnpMsgHeader header;
    uint8_t payload[SNP_MSG_MAX_PAYLOAD];
};

/* What one CPU sends with; a CPU may have several. */
struct mailbox {
    struct message *request, *answer;   /* in memory that is shared */
    uintptr_t data;                     /* pages for certificates, */
    unsigned pages;                     /* so many */
    struct message plain;               /* what was sent, or answered */
    struct gcm_aes256_ctx gcm;          /* with the VMPCK */
    uint64_t info_1;                    /* SW_EXITINFO1 of the answer */
    uint64_t rbx;                       /* of an extended request's answer */
};

/* Of each VMPCK, the number of the last answer */
extern uint64_t message_count[SNP_VMPCKS];

/* Each CPU that seals or opens a message needs this first: SSE. */
void message_init_cpu(void);

/* By the boot CPU before it starts others: memory that is shared */
void mailbox_init(struct mailbox *mailbox, unsigned vmpck);

/* Takes another VMPCK from now on. */
void mailbox_use(struct mailbox *mailbox, unsigned vmpck);

/* PLAIN becomes the next message with this VMPCK, of TYPE. */
void message_begin(struct mailbox *mailbox, unsigned vmpck, unsigned type,
                   const void *payload, unsigned size);

/* REQUEST becomes PLAIN, encrypted with the mailbox's VMPCK. */
void message_seal(struct mailbox *mailbox);

/* A GHCB request CODE with pages anywhere; returns SW_EXITINFO2. */
uint64_t message_send_pages(struct mailbox *mailbox, uint64_t code,
                            uint64_t request, uint64_t answer);

/* The same with the mailbox's pages */
uint64_t message_send(struct mailbox *mailbox, uint64_t code);

/*
 * PLAIN becomes what is in ANSWER, if it is the answer to what PLAIN was, and
 * the VMPCK's count goes on.  Returns what is wrong, or NULL.
 */
const char *message_open(struct mailbox *mailbox);

/* Begins, seals, sends and opens: what is wrong, or NULL */
const char *message_ask(struct mailbox *mailbox, unsigned vmpck,
                        unsigned type, const void *payload, unsigned size);

/* PLAIN's payload, when it is an answer of that kind */
static inline const SnpMsgReportRsp *report_answer(const struct mailbox *m)
{
    return (const SnpMsgReportRsp *)m->plain.payload;
}

static inline const SnpMsgKeyRsp *key_answer(const struct mailbox *m)
{
    return (const SnpMsgKeyRsp *)m->plain.payload;
}

/* For what has no padding */
bool bytes_equal(const void *a, const void *b, size_t size);
bool bytes_zero(const void *p, size_t size);

#endif
