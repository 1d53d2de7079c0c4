/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_messages": what an SEV-SNP guest asks its secure processor, and
 * is answered: reports, derived keys, CPUID.  "policy=" and "host=" (in
 * hexadecimal) say what the guest was launched with, "version=" which version
 * of reports the platform makes, "fms=" of which processor they are from
 * version 3 on: family, model and stepping in hexadecimal.
 *
 * Suite "snp_messages_no_vcek": the same, where the launch has forbidden what
 * the VCEK would sign.
 */
#include "abi/sev.h"
#include "abi/snp.h"
#include "message.h"
#include "segments.h"
#include "suite.h"
#include "text.h"

static struct mailbox box;
static SnpReport first;             /* the first report */

static void begin(void)
{
    message_init_cpu();
    mailbox_init(&box, 0);
}

/* Asks, and checks that there is an answer; its status */
static uint32_t ask(unsigned vmpck, unsigned type, const void *payload,
                    unsigned size, unsigned answer_size, const char *what)
{
    const char *why = message_ask(&box, vmpck, type, payload, size);

    if (why) {
        check(false, "%s: answered, but for %s", what, why);
        return ~0u;
    }
    if (le16_get(box.plain.header.msg_size) != answer_size) {
        check(false, "%s: an answer of %u bytes", what, answer_size);
        return ~0u;
    }
    /* The status comes first in each. */
    return le32_get(report_answer(&box)->status);
}

static uint32_t ask_report(unsigned vmpck, const SnpMsgReportReq *request,
                           const char *what)
{
    return ask(vmpck, SNP_MSG_REPORT_REQ, request, sizeof(*request),
               sizeof(SnpMsgReportRsp), what);
}

/* --- reports */

static SnpMsgReportReq report_request(unsigned vmpl)
{
    SnpMsgReportReq request = { .vmpl = le32_of(vmpl) };

    for (unsigned i = 0; i < sizeof(request.report_data); i++) {
        request.report_data[i] = i * 7 + vmpl + 1;
    }
    return request;
}

static void check_launched(const SnpReport *report)
{
    uint8_t host[sizeof(report->host_data)], fms[3];

    config_bytes("host", host, sizeof(host));
    config_bytes("fms", fms, sizeof(fms));
    check_equal(le32_get(report->version), config_number("version", 2),
                "the report is of the platform's version");
    check(bytes_equal(&report->cpuid_fam_id, fms, sizeof(fms)),
          "it names the processor, from version 3 on");
    check_equal(le64_get(report->policy), config_number("policy", 0x30000),
                "the policy is that of the launch");
    check(bytes_equal(report->host_data, host, sizeof(host)),
          "so are the host's data");
    check(!bytes_zero(report->measurement, sizeof(report->measurement)),
          "there is a measurement");
    check_equal(le32_get(report->sig_algo), SNP_ALGO_ECDSA_P384_SHA384,
                "it is signed with P-384");
    check(!bytes_zero(report->signature.r, sizeof(report->signature.r)) &&
          !bytes_zero(report->signature.s, sizeof(report->signature.s)),
          "there is a signature");
    check(!bytes_zero(report->report_id, sizeof(report->report_id)),
          "there is a report id");
}

static bool same_guest(const SnpReport *a, const SnpReport *b)
{
    return bytes_equal(a->measurement, b->measurement,
                       sizeof(a->measurement)) &&
           bytes_equal(a->report_id, b->report_id, sizeof(a->report_id)) &&
           bytes_equal(a->chip_id, b->chip_id, sizeof(a->chip_id));
}

/* VMPCK and VMPL of the request: a report of a VMPL that is not below it */
static void check_report(unsigned vmpck, unsigned vmpl)
{
    SnpMsgReportReq request = report_request(vmpl);
    const SnpReport *report = &report_answer(&box)->report;
    uint32_t status = ask_report(vmpck, &request, "a report request");

    check_equal(status, 0, "VMPCK %u: a report of VMPL %u", vmpck, vmpl);
    check_equal(le32_get(report_answer(&box)->report_size), sizeof(*report),
                "its size is told");
    check(bytes_equal(report->report_data, request.report_data,
                      sizeof(request.report_data)), "it has the guest's data");
    check_equal(le32_get(report->vmpl), vmpl, "and the VMPL");
    if (!le32_get(first.version)) {
        memcpy(&first, report, sizeof(first));
        check_launched(&first);
    }
    check(same_guest(report, &first), "it is of the same guest and chip");
}

static void check_report_status(unsigned vmpck, SnpMsgReportReq request,
                                uint32_t want, const char *what)
{
    static const SnpReport none;

    check_equal(ask_report(vmpck, &request, what), want, "%s", what);
    check(bytes_equal(&report_answer(&box)->report, &none, sizeof(none)),
          "there is no report then");
}

static void check_reports(void)
{
    SnpMsgReportReq request = report_request(0);

    for (unsigned vmpck = 0; vmpck < SNP_VMPCKS; vmpck++) {
        mailbox_use(&box, vmpck);
        check_report(vmpck, vmpck);
        check_report(vmpck, SNP_VMPCKS - 1);
        if (vmpck) {
            check_report_status(vmpck, report_request(vmpck - 1),
                                SEV_FW_INVALID_PARAM,
                                "a report of a VMPL above the caller's");
        }
    }
    mailbox_use(&box, 0);
    check_report_status(0, report_request(4), SEV_FW_INVALID_PARAM,
                        "a report of a VMPL that does not exist");
    request.flags = le32_of(SNP_KEY_SEL_VLEK);
    check_report_status(0, request, SEV_FW_INVALID_KEY,
                        "a report signed by the VLEK that is not there");
    request.flags = le32_of(3);
    check_report_status(0, request, SEV_FW_INVALID_PARAM,
                        "a report signed by a key that does not exist");
    request.flags = le32_of(1u << 2);
    check_report_status(0, request, SEV_FW_INVALID_PARAM,
                        "a report with a flag that is reserved");
    request = report_request(0);
    request.reserved[sizeof(request.reserved) - 1] = 1;
    check_report_status(0, request, SEV_FW_INVALID_PARAM,
                        "a report request whose end is not zero");
    request = report_request(0);
    request.flags = le32_of(SNP_KEY_SEL_VCEK);
    check_equal(ask_report(0, &request, "the VCEK"), 0,
                "the VCEK may be named");
}

/* --- derived keys */

#define KEY(...) { .request = { __VA_ARGS__ } }
#define FIELD(name) .fields = LE64(SNP_KEY_FIELD_##name)
#define LE64(value) { { (value) } }     /* of a byte */
#define LE32(value) { { (value) } }

static struct key {
    SnpMsgKeyReq request;
    uint8_t key[SNP_DERIVED_KEY_SIZE];
} keys[] = {
    KEY(.fields = LE64(0)),
    KEY(.flags = LE32(SNP_KEY_ROOT_VMRK)),
    KEY(FIELD(POLICY)), KEY(FIELD(IMAGE_ID)), KEY(FIELD(FAMILY_ID)),
    KEY(FIELD(MEASUREMENT)), KEY(FIELD(GUEST_SVN)), KEY(FIELD(TCB)),
    KEY(FIELD(MIT_VECTOR)),
    KEY(.vmpl = LE32(1)), KEY(.vmpl = LE32(2)), KEY(.vmpl = LE32(3)),
    KEY(FIELD(TCB)),                    /* KEY_WITH_TCB */
};

#define KEYS         (sizeof(keys) / sizeof(keys[0]))
#define KEY_WITH_TCB (KEYS - 1)

static uint32_t ask_key(unsigned vmpck, const SnpMsgKeyReq *request,
                        unsigned size, const char *what)
{
    return ask(vmpck, SNP_MSG_KEY_REQ, request, size, sizeof(SnpMsgKeyRsp),
               what);
}

static void check_keys(void)
{
    unsigned alike = 0, again = 0;

    keys[KEY_WITH_TCB].request.tcb = first.committed_tcb;
    check(!bytes_zero(&first.committed_tcb, sizeof(first.committed_tcb)),
          "there is a TCB");
    for (unsigned i = 0; i < KEYS; i++) {
        check_equal(ask_key(0, &keys[i].request, sizeof(keys[i].request),
                            "a key request"), 0, "key %u is derived", i);
        memcpy(keys[i].key, key_answer(&box)->key, sizeof(keys[i].key));
        for (unsigned j = 0; j < i; j++) {
            alike += bytes_equal(keys[i].key, keys[j].key,
                                 sizeof(keys[i].key));
        }
    }
    check_equal(alike, 0, "each selection gives another key");
    for (unsigned i = 0; i < KEYS; i++) {
        ask_key(0, &keys[i].request, sizeof(keys[i].request), "a key request");
        again += bytes_equal(keys[i].key, key_answer(&box)->key,
                             sizeof(keys[i].key));
    }
    check_equal(again, KEYS, "the same selection gives the same key");
}

static void check_same_key(SnpMsgKeyReq request, unsigned size,
                           const char *what)
{
    check(ask_key(0, &request, size, what) == 0 &&
          bytes_equal(keys[0].key, key_answer(&box)->key,
                      sizeof(keys[0].key)), "%s gives the same key", what);
}

static void check_key_status(unsigned vmpck, SnpMsgKeyReq request,
                             unsigned size, uint32_t want, const char *what)
{
    check_equal(ask_key(vmpck, &request, size, what), want, "a key with %s",
                what);
    check(bytes_zero(key_answer(&box)->key, SNP_DERIVED_KEY_SIZE),
          "there is no key then");
}

static void check_key_limits(void)
{
    static const struct {
        SnpMsgKeyReq request;
        uint32_t status;
        const char *what;
    } bad[] = {
        { { .vmpl = LE32(4) }, SEV_FW_INVALID_PARAM,
          "a VMPL that does not exist" },
        { { .guest_svn = LE32(1) }, SEV_FW_INVALID_PARAM,
          "an SVN above the guest's" },
        { { .tcb = { .byte = { [7] = 0xff } } }, SEV_FW_INVALID_PARAM,
          "a TCB above the committed one" },
        { { .mit_vector = LE64(1) }, SEV_FW_INVALID_PARAM,
          "a mitigation that the launch had not" },
        { { .fields = LE64(1 << 7) }, SEV_FW_INVALID_PARAM,
          "a field that does not exist" },
        { { .flags = LE32(1 << 3) }, SEV_FW_INVALID_PARAM,
          "a flag that is reserved" },
        { { .reserved = LE32(1) }, SEV_FW_INVALID_PARAM,
          "what is reserved" },
        { { .flags = LE32(3 << SNP_KEY_SEL_SHIFT) }, SEV_FW_INVALID_PARAM,
          "a root that does not exist" },
        { { .flags = LE32(SNP_KEY_SEL_VLEK << SNP_KEY_SEL_SHIFT) },
          SEV_FW_INVALID_KEY, "the VLEK that is not there" },
    };
    SnpMsgKeyReq request = { FIELD(MIT_VECTOR) };

    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        check_key_status(0, bad[i].request, sizeof(bad[i].request),
                         bad[i].status, bad[i].what);
    }
    check_key_status(0, request, SNP_KEY_REQ_SIZE_BEFORE_MIT,
                     SEV_FW_INVALID_PARAM, "a field beyond its end");
    check_same_key((SnpMsgKeyReq) { 0 }, SNP_KEY_REQ_SIZE_BEFORE_MIT,
                   "the form of 32 bytes");
    check_same_key((SnpMsgKeyReq) {
        .flags = LE32(SNP_KEY_SEL_VCEK << SNP_KEY_SEL_SHIFT),
    }, sizeof(SnpMsgKeyReq), "to name the VCEK");
    mailbox_use(&box, 1);
    check_key_status(1, (SnpMsgKeyReq) { 0 }, sizeof(SnpMsgKeyReq),
                     SEV_FW_INVALID_PARAM, "a VMPL above the caller's");
    mailbox_use(&box, 0);
}

/* --- CPUID */

/* With room for one more than there may be */
static uint8_t cpuid_request[sizeof(SnpMsgCpuid) +
                             (SNP_CPUID_MAX_ENTRIES + 1) *
                             sizeof(SnpCpuidEntry)];

/* The entries of the CPUID page, which the secure processor has passed */
static SnpMsgCpuid *fill_cpuid(void)
{
    const SnpCpuidPage *page = (const SnpCpuidPage *)SNP_CPUID_PAGE;
    SnpMsgCpuid *request = (SnpMsgCpuid *)cpuid_request;

    memset(request, 0, sizeof(cpuid_request));
    request->count = page->count;
    memcpy(request->entry, page->entry, sizeof(page->entry));
    return request;
}

static uint32_t ask_cpuid(unsigned entries, unsigned answered,
                          const char *what)
{
    unsigned head = sizeof(SnpMsgCpuid), each = sizeof(SnpCpuidEntry);

    return ask(0, SNP_MSG_CPUID_REQ, cpuid_request, head + entries * each,
               head + answered * each, what);
}

static const SnpMsgCpuid *cpuid_answer(void)
{
    return (const SnpMsgCpuid *)box.plain.payload;
}

static bool entries_are(const SnpCpuidEntry *want, unsigned count)
{
    return bytes_equal(cpuid_answer()->entry, want, count * sizeof(*want));
}

static void check_cpuid(void)
{
    const SnpCpuidPage *page = (const SnpCpuidPage *)SNP_CPUID_PAGE;
    SnpMsgCpuid *request = fill_cpuid();
    unsigned count = le32_get(page->count);

    check(ask_cpuid(count, count, "CPUID") == 0 &&
          le32_get(cpuid_answer()->count) == count &&
          entries_are(page->entry, count),
          "CPUID: the page's %u functions are right", count);
    for (unsigned i = count; i <= SNP_CPUID_MAX_ENTRIES; i++) {
        request->entry[i] = page->entry[0];
    }
    request->count = le32_of(SNP_CPUID_MAX_ENTRIES);
    check_equal(ask_cpuid(SNP_CPUID_MAX_ENTRIES, SNP_CPUID_MAX_ENTRIES,
                          "CPUID"), 0, "CPUID: as many as there may be");
    request->count = le32_of(0);
    check_equal(ask_cpuid(0, 0, "CPUID"), 0, "CPUID: none");
    request->count = le32_of(SNP_CPUID_MAX_ENTRIES + 1);
    check_equal(ask_cpuid(SNP_CPUID_MAX_ENTRIES + 1, 0, "CPUID"),
                SEV_FW_INVALID_PARAM, "CPUID: more than there may be");
    request->count = le32_of(2);
    check_equal(ask_cpuid(1, 0, "CPUID"), SEV_FW_INVALID_PARAM,
                "CPUID: more than there are");
    request->count = le32_of(1);
    request->reserved = le64_of(1);
    check_equal(ask_cpuid(1, 0, "CPUID"), SEV_FW_INVALID_PARAM,
                "CPUID: what is reserved");
}

/* ECX of function 1 says which features there are: all are too many. */
static void check_cpuid_corrected(void)
{
    const SnpCpuidPage *page = (const SnpCpuidPage *)SNP_CPUID_PAGE;
    SnpMsgCpuid *request = fill_cpuid();
    unsigned i = 0, count = le32_get(page->count);

    while (i < count && le32_get(page->entry[i].eax_in) != 1) {
        i++;
    }
    request->entry[i].ecx = le32_of(~0u);
    check_equal(ask_cpuid(count, count, "CPUID"), SEV_FW_INVALID_PARAM,
                "CPUID: features that the processor has not");
    check(entries_are(page->entry, i), "those before are as they were");
    check(cpuid_answer()->entry[i].ecx.b[0] != 0xff, "that one is corrected");
}

SUITE(snp_messages)
{
    begin();
    check_reports();
    check_keys();
    check_key_limits();
    check_cpuid();
    check_cpuid_corrected();
}

SUITE(snp_messages_no_vcek)
{
    SnpMsgKeyReq vcek = { 0 }, vmrk = { .flags = LE32(SNP_KEY_ROOT_VMRK) };

    begin();
    check_report_status(0, report_request(0), SEV_FW_INVALID_KEY,
                        "a report where the VCEK is forbidden");
    check_key_status(0, vcek, sizeof(vcek), SEV_FW_INVALID_KEY,
                     "a root that is forbidden");
    check_equal(ask_key(0, &vmrk, sizeof(vmrk), "the VMRK"), 0,
                "the guest's own root is not");
}
