/*
 * VMGEXIT with a GHCB: read it, check it, do what it asks for, answer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hypervisor/ghcb/ghcb-request.h"

void ghcb_diagnose(GhcbVcpu *vcpu, const char *format, ...)
{
    char line[256];
    va_list ap;

    va_start(ap, format);
    vsnprintf(line, sizeof(line), format, ap);
    va_end(ap);
    vcpu->ops->diagnose(vcpu->opaque, line);
}

void ghcb_inject(GhcbRequest *request, unsigned vector, bool has_error)
{
    request->answer_1 = GHCB_RESP_ISSUE_EXCEPTION;
    request->answer_2 = vector | GHCB_EVENT_TYPE_EXCEPTION | GHCB_EVENT_VALID |
                        (has_error ? GHCB_EVENT_ERROR_VALID : 0);
}

/* GHCB_NEEDS_@need if the guest has marked @field as valid, else 0 */
#define MARKED(bitmap, field, need) \
    (((bitmap)[GHCB_VALID_BIT(field) / 8] >> GHCB_VALID_BIT(field) % 8 & 1) * \
     GHCB_NEEDS_##need)

/* This is done for each request, so that nothing is looked up later. */
static unsigned marked(const uint8_t *bitmap)
{
    return MARKED(bitmap, rax, RAX) | MARKED(bitmap, rcx, RCX) |
           MARKED(bitmap, rdx, RDX) | MARKED(bitmap, rbx, RBX) |
           MARKED(bitmap, xcr0, XCR0) |
           MARKED(bitmap, cpl, CPL) | MARKED(bitmap, sw_scratch, SCRATCH) |
           MARKED(bitmap, sw_exit_code, CODE) |
           MARKED(bitmap, sw_exit_info_1, INFO_1) |
           MARKED(bitmap, sw_exit_info_2, INFO_2);
}

/* A register of the copy, 0 when the guest did not mark it as valid */
#define IF_MARKED(request, need, value) \
    ((request)->has & GHCB_NEEDS_##need ? (value) : 0)

/* The guest's memory is looked at here, and nowhere later. */
static bool request_read(GhcbVcpu *vcpu, GhcbRequest *request, uint64_t gpa)
{
    GhcbSaveArea *save = &vcpu->copy;
    struct {
        le16 version;
        le32 usage;
    } __attribute__((packed)) tail;

    if (!vcpu->ops->read(vcpu->opaque, gpa, save, sizeof(*save)) ||
        !vcpu->ops->read(vcpu->opaque,
                         gpa + offsetof(Ghcb, protocol_version), &tail,
                         sizeof(tail))) {
        return false;
    }

    memset(request, 0, sizeof(*request));
    request->gpa = gpa;
    request->has = marked(save->valid_bitmap);
    request->rax = IF_MARKED(request, RAX, le64_get(save->rax));
    request->rbx = IF_MARKED(request, RBX, le64_get(save->rbx));
    request->rcx = IF_MARKED(request, RCX, le64_get(save->rcx));
    request->rdx = IF_MARKED(request, RDX, le64_get(save->rdx));
    request->xcr0 = IF_MARKED(request, XCR0, le64_get(save->xcr0));
    request->scratch = IF_MARKED(request, SCRATCH,
                                 le64_get(save->sw_scratch));
    request->cpl = IF_MARKED(request, CPL, save->cpl);
    /* Even if not valid: they help to see what is wrong. */
    request->exit_code = le64_get(save->sw_exit_code);
    request->info_1 = le64_get(save->sw_exit_info_1);
    request->info_2 = le64_get(save->sw_exit_info_2);
    request->version = le16_get(tail.version);
    request->usage = le32_get(tail.usage);
    return true;
}

/* What the guest finds: the registers, and that these are valid now */
static void request_write(GhcbVcpu *vcpu, const GhcbRequest *request)
{
    static const uint8_t valid[16] = {
        [GHCB_VALID_BIT(rax) / 8] = 1u << GHCB_VALID_BIT(rax) % 8,
        [GHCB_VALID_BIT(rcx) / 8] = 1u << GHCB_VALID_BIT(rcx) % 8 |
                                    1u << GHCB_VALID_BIT(rdx) % 8 |
                                    1u << GHCB_VALID_BIT(rbx) % 8,
        [GHCB_VALID_BIT(sw_exit_info_1) / 8] =
            1u << GHCB_VALID_BIT(sw_exit_info_1) % 8 |
            1u << GHCB_VALID_BIT(sw_exit_info_2) % 8,
    };
    /* RCX, RDX, RBX and SW_EXITINFO1 and 2 lie side by side. */
    const le64 rax = le64_of(request->rax);
    const le64 regs[] = {
        le64_of(request->rcx), le64_of(request->rdx), le64_of(request->rbx),
    };
    const le64 info[] = {
        le64_of(request->answer_1), le64_of(request->answer_2),
    };
    const GhcbOps *ops = vcpu->ops;
    uint64_t gpa = request->gpa;

    ops->write(vcpu->opaque, gpa + offsetof(GhcbSaveArea, rax), &rax,
               sizeof(rax));
    ops->write(vcpu->opaque, gpa + offsetof(GhcbSaveArea, rcx), regs,
               sizeof(regs));
    ops->write(vcpu->opaque, gpa + offsetof(GhcbSaveArea, sw_exit_info_1),
               info, sizeof(info));
    ops->write(vcpu->opaque, gpa + offsetof(GhcbSaveArea, valid_bitmap),
               valid, sizeof(valid));
}

/* The first of the fields @needs that the guest did not mark as valid */
static const char *missing(const GhcbRequest *request, unsigned needs)
{
    static const struct {
        unsigned need;
        const char *name;
    } fields[] = {
        { GHCB_NEEDS_RAX, "RAX" },
        { GHCB_NEEDS_RCX, "RCX" },
        { GHCB_NEEDS_RDX, "RDX" },
        { GHCB_NEEDS_XCR0, "XCR0" },
        { GHCB_NEEDS_CPL, "CPL" },
        { GHCB_NEEDS_SCRATCH, "SW_SCRATCH" },
        { GHCB_NEEDS_CODE, "SW_EXITCODE" },
        { GHCB_NEEDS_INFO_1, "SW_EXITINFO1" },
        { GHCB_NEEDS_INFO_2, "SW_EXITINFO2" },
    };
    unsigned lacks = (needs | GHCB_NEEDS_ALWAYS) & ~request->has;

    for (size_t i = 0; lacks && i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (lacks & fields[i].need) {
            return fields[i].name;
        }
    }
    return NULL;
}

/* The page as such: returns 0, or GHCB_ERR_* */
static unsigned check_page(GhcbVcpu *vcpu, const GhcbRequest *request)
{
    if (vcpu->guest->snp && request->gpa != vcpu->registered_gpa) {
        ghcb_diagnose(vcpu, "the GHCB at 0x%llx is not the registered one",
                      (unsigned long long)request->gpa);
        return GHCB_ERR_NOT_REGISTERED;
    }
    if (request->usage != GHCB_USAGE_STANDARD) {
        ghcb_diagnose(vcpu, "GHCB usage 0x%x: expected 0", request->usage);
        return GHCB_ERR_INVALID_USAGE;
    }
    /* KVM does not look at it; OVMF's early code leaves a zero there. */
    if (request->version > vcpu->guest->version) {
        ghcb_diagnose(vcpu, "GHCB protocol version %u: expected %u to %u",
                      request->version, GHCB_VERSION_MIN,
                      vcpu->guest->version);
        return GHCB_ERR_INVALID_INPUT;
    }
    return 0;
}

static void diagnose_exit(GhcbVcpu *vcpu, const GhcbRequest *request,
                          const char *what)
{
    ghcb_diagnose(vcpu, "exit code 0x%llx (%s)%s",
                  (unsigned long long)request->exit_code,
                  ghcb_exit_name(request->exit_code), what);
}

/* What it asks for: returns 0, or GHCB_ERR_*, in KVM's order */
static unsigned check_exit(GhcbVcpu *vcpu, const GhcbRequest *request,
                           const GhcbExit *row)
{
    unsigned needs = row ? row->needs : 0;
    const char *field;
    char text[64];

    if (row && row->snp && !vcpu->guest->snp) {
        diagnose_exit(vcpu, request, " is for SEV-SNP guests only");
        return GHCB_ERR_MISSING_INPUT;
    }
    needs |= row && row->needs_too ? row->needs_too(request) : 0;
    field = missing(request, needs);
    if (field) {
        snprintf(text, sizeof(text), ": %s is not marked in the valid bitmap",
                 field);
        diagnose_exit(vcpu, request, text);
        return GHCB_ERR_MISSING_INPUT;
    }
    if (!row || !row->handle) {
        diagnose_exit(vcpu, request,
                      " is no request that this hypervisor knows");
        return GHCB_ERR_INVALID_EVENT;
    }
    return 0;
}

static GhcbAction page_protocol(GhcbVcpu *vcpu, GhcbRequest *request)
{
    const GhcbExit *row = ghcb_exit_find(request->exit_code);
    const GhcbOps *ops = vcpu->ops;
    const char *name = row ? row->name : "unknown";
    unsigned reason;

    if (ops->trace_request) {
        ops->trace_request(vcpu->opaque, name, request->exit_code,
                           request->info_1, request->info_2);
    }
    reason = check_page(vcpu, request);
    if (!reason) {
        reason = check_exit(vcpu, request, row);
    }
    if (!reason) {
        reason = row->handle(vcpu, request);
    }
    if (reason) {
        request->answer_1 = GHCB_RESP_MALFORMED_INPUT;
        request->answer_2 = reason;
        request->action = GHCB_RESUME;
    }
    request_write(vcpu, request);
    if (ops->settle) {
        ops->settle(vcpu->opaque);
    }
    if (ops->trace_answer) {
        ops->trace_answer(vcpu->opaque, name, request->answer_1,
                          request->answer_2);
    }
    return request->action;
}

GhcbAction ghcb_vmgexit(GhcbVcpu *vcpu)
{
    GhcbRequest request;

    vcpu->hold = GHCB_HOLD_NONE;
    if (vcpu->msr & GHCB_MSR_INFO_MASK) {
        return ghcb_msr_protocol(vcpu);
    }
    /* As KVM: without a place for an answer the guest just goes on. */
    if (!vcpu->msr) {
        ghcb_diagnose(vcpu, "VMGEXIT before the guest has set a GHCB (MSR "
                      "0x%x is 0)", GHCB_MSR);
        return GHCB_RESUME;
    }
    if (!request_read(vcpu, &request, vcpu->msr)) {
        ghcb_diagnose(vcpu, "the GHCB at 0x%llx is not in RAM",
                      (unsigned long long)vcpu->msr);
        return GHCB_RESUME;
    }
    return page_protocol(vcpu, &request);
}

void ghcb_resumed(GhcbVcpu *vcpu)
{
    vcpu->hold = GHCB_HOLD_NONE;
}

void ghcb_sipi(GhcbVcpu *vcpu)
{
    const le64 info_2 = le64_of(1);

    switch (vcpu->hold) {
    case GHCB_HOLD_MSR:
        vcpu->msr = GHCB_MSR_AP_STARTED;
        break;
    case GHCB_HOLD_NAE:
        vcpu->ops->write(vcpu->opaque, vcpu->hold_gpa +
                         offsetof(GhcbSaveArea, sw_exit_info_2), &info_2,
                         sizeof(info_2));
        break;
    case GHCB_HOLD_NONE:
        vcpu->start_missed = true;
        break;
    }
    vcpu->hold = GHCB_HOLD_NONE;
}

bool ghcb_take_missed_start(GhcbVcpu *vcpu)
{
    bool missed = vcpu->start_missed;

    vcpu->start_missed = false;
    return missed;
}

void ghcb_replaced(GhcbVcpu *vcpu)
{
    vcpu->hold = GHCB_HOLD_NONE;
    vcpu->start_missed = false;
}
