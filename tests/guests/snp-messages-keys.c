/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_messages_keys": prints the guest's measurement, and a derived key
 * of each selection, so that who launches it again can compare them. "tcb="
 * (in hexadecimal) is the TCB that one of them is asked for with.
 */
#include "message.h"
#include "suite.h"
#include "text.h"

static struct mailbox box;

static const struct selection {
    const char *name;
    uint32_t flags;
    uint64_t fields;
} selections[] = {
    { "vcek", 0, 0 },
    { "vmrk", SNP_KEY_ROOT_VMRK, 0 },
    { "policy", 0, SNP_KEY_FIELD_POLICY },
    { "image-id", 0, SNP_KEY_FIELD_IMAGE_ID },
    { "family-id", 0, SNP_KEY_FIELD_FAMILY_ID },
    { "measurement", 0, SNP_KEY_FIELD_MEASUREMENT },
    { "guest-svn", 0, SNP_KEY_FIELD_GUEST_SVN },
    { "tcb", 0, SNP_KEY_FIELD_TCB },
};

static void ask(unsigned type, const void *payload, unsigned size)
{
    const char *why = message_ask(&box, 0, type, payload, size);

    if (why) {
        bail_out("no answer: %s", why);
    }
}

/* As numbers in memory's order: text.h has no bytes. */
static void print_bytes(const char *name, const void *bytes, size_t size)
{
    uint64_t word;

    print("# is %s", name);
    for (size_t at = 0; at < size; at += sizeof(word)) {
        memcpy(&word, (const uint8_t *)bytes + at, sizeof(word));
        print(" %x", word);
    }
    print("\n");
}

static void print_measurement(void)
{
    SnpMsgReportReq request = { 0 };
    const SnpReport *report = &report_answer(&box)->report;

    ask(SNP_MSG_REPORT_REQ, &request, sizeof(request));
    print_bytes("digest", report->measurement, sizeof(report->measurement));
}

/* The SVN that is asked for is the highest that the guest may name. */
static void print_key(const struct selection *selection)
{
    SnpMsgKeyReq request = {
        .flags = le32_of(selection->flags),
        .fields = le64_of(selection->fields),
        .guest_svn = le32_of(config_number("svn", 0)),
    };

    config_bytes("tcb", request.tcb.byte, sizeof(request.tcb));
    ask(SNP_MSG_KEY_REQ, &request, sizeof(request));
    check_equal(le32_get(key_answer(&box)->status), 0, "a key by %s",
                selection->name);
    print_bytes(selection->name, key_answer(&box)->key, SNP_DERIVED_KEY_SIZE);
}

SUITE(snp_messages_keys)
{
    message_init_cpu();
    mailbox_init(&box, 0);
    print_measurement();
    for (unsigned i = 0; i < sizeof(selections) / sizeof(selections[0]);
         i++) {
        print_key(&selections[i]);
    }
}
