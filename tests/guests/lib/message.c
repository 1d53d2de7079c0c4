/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest messages: see message.h. */
#include "message.h"
#include "paging.h"
#include "segments.h"
#include "text.h"
#include "x86.h"

uint64_t message_count[SNP_VMPCKS];

void message_init_cpu(void)
{
    write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
}

void mailbox_init(struct mailbox *mailbox, unsigned vmpck)
{
    mailbox->request = (struct message *)shared_alloc(PAGE_SIZE);
    mailbox->answer = (struct message *)shared_alloc(PAGE_SIZE);
    mailbox_use(mailbox, vmpck);
}

void mailbox_use(struct mailbox *mailbox, unsigned vmpck)
{
    const SnpSecretsPage *page = (const SnpSecretsPage *)SNP_SECRETS_PAGE;

    gcm_aes256_set_key(&mailbox->gcm, page->vmpck[vmpck]);
}

void message_begin(struct mailbox *mailbox, unsigned vmpck, unsigned type,
                   const void *payload, unsigned size)
{
    memset(&mailbox->plain, 0, sizeof(mailbox->plain));
    mailbox->plain.header = (SnpMsgHeader) {
        .seqno = le64_of(message_count[vmpck % SNP_VMPCKS] + 1),
        .algo = SNP_MSG_AES_256_GCM,
        .hdr_version = SNP_MSG_HDR_VERSION,
        .hdr_size = le16_of(sizeof(SnpMsgHeader)),
        .msg_type = type,
        .msg_version = SNP_MSG_VERSION,
        .msg_size = le16_of(size),
        .msg_vmpck = vmpck,
    };
    memcpy(mailbox->plain.payload, payload, size);
}

/* The number of the message, zeros; and what is not encrypted */
static void gcm_begin(struct gcm_aes256_ctx *gcm, const SnpMsgHeader *header)
{
    uint8_t iv[SNP_MSG_IV_SIZE] = { 0 };

    memcpy(iv, &header->seqno, sizeof(header->seqno));
    gcm_aes256_set_iv(gcm, sizeof(iv), iv);
    gcm_aes256_update(gcm, sizeof(*header) - offsetof(SnpMsgHeader, algo),
                      &header->algo);
}

static unsigned payload_size(const struct message *message)
{
    unsigned size = le16_get(message->header.msg_size);

    return size < sizeof(message->payload) ? size : sizeof(message->payload);
}

void message_seal(struct mailbox *mailbox)
{
    struct message *plain = &mailbox->plain, *sealed = mailbox->request;

    gcm_begin(&mailbox->gcm, &plain->header);
    memcpy(sealed, plain, sizeof(*plain));
    gcm_aes256_encrypt(&mailbox->gcm, payload_size(plain), sealed->payload,
                       plain->payload);
    gcm_aes256_digest(&mailbox->gcm, SNP_MSG_TAG_SIZE,
                      sealed->header.authtag);
}

uint64_t message_send_pages(struct mailbox *mailbox, uint64_t code,
                            uint64_t request, uint64_t answer)
{
    Ghcb *ghcb = ghcb_begin(0, code, request, answer);

    if (code == GHCB_EXIT_EXT_GUEST_REQUEST) {
        GHCB_SET(ghcb, rax, mailbox->data);
        GHCB_SET(ghcb, rbx, mailbox->pages);
    }
    mailbox->info_1 = ghcb_call(ghcb);
    mailbox->rbx = GHCB_GET(ghcb, rbx);
    return GHCB_GET(ghcb, sw_exit_info_2);
}

uint64_t message_send(struct mailbox *mailbox, uint64_t code)
{
    return message_send_pages(mailbox, code, (uintptr_t)mailbox->request,
                              (uintptr_t)mailbox->answer);
}

static const char *check_answer(const SnpMsgHeader *asked,
                                const SnpMsgHeader *got)
{
    if (le64_get(got->seqno) != le64_get(asked->seqno) + 1) {
        return "its number";
    }
    if (got->msg_type != asked->msg_type + 1) {
        return "its type";
    }
    if (got->algo != SNP_MSG_AES_256_GCM ||
        got->hdr_version != SNP_MSG_HDR_VERSION ||
        le16_get(got->hdr_size) != sizeof(*got) ||
        got->msg_version != SNP_MSG_VERSION ||
        got->msg_vmpck != asked->msg_vmpck) {
        return "its header";
    }
    if (le64_get(got->reserved1) || le32_get(got->reserved2) ||
        !bytes_zero(got->reserved3, sizeof(got->reserved3)) ||
        !bytes_zero(got->authtag + SNP_MSG_TAG_SIZE,
                    sizeof(got->authtag) - SNP_MSG_TAG_SIZE)) {
        return "what is reserved";
    }
    return le16_get(got->msg_size) > SNP_MSG_MAX_PAYLOAD ? "its size" : NULL;
}

const char *message_open(struct mailbox *mailbox)
{
    struct message *plain = &mailbox->plain;
    SnpMsgHeader asked = plain->header;
    uint8_t tag[SNP_MSG_TAG_SIZE];
    const char *why;

    memcpy(plain, mailbox->answer, sizeof(*plain));
    why = check_answer(&asked, &plain->header);
    if (why) {
        return why;
    }
    gcm_begin(&mailbox->gcm, &plain->header);
    gcm_aes256_decrypt(&mailbox->gcm, payload_size(plain), plain->payload,
                       plain->payload);
    gcm_aes256_digest(&mailbox->gcm, sizeof(tag), tag);
    if (!bytes_equal(tag, plain->header.authtag, sizeof(tag))) {
        return "its tag";
    }
    message_count[asked.msg_vmpck] = le64_get(plain->header.seqno);
    return NULL;
}

const char *message_ask(struct mailbox *mailbox, unsigned vmpck,
                        unsigned type, const void *payload, unsigned size)
{
    message_begin(mailbox, vmpck, type, payload, size);
    message_seal(mailbox);
    if (message_send(mailbox, GHCB_EXIT_GUEST_REQUEST) || mailbox->info_1) {
        return "the hypervisor's answer";
    }
    return message_open(mailbox);
}

bool bytes_equal(const void *a, const void *b, size_t size)
{
    const uint8_t *p = a, *q = b;
    unsigned differ = 0;

    while (size--) {
        differ |= *p++ ^ *q++;
    }
    return !differ;
}

bool bytes_zero(const void *p, size_t size)
{
    const uint8_t *byte = p;
    unsigned all = 0;

    while (size--) {
        all |= *byte++;
    }
    return !all;
}
