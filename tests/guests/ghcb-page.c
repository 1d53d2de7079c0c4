/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "ghcb_page": each exit by a GHCB, with what its request must have and
 * with each part of that missing (56421, section 4.1, and the answers of its
 * table 7).  "version=" is the greatest protocol version.
 */
#include "ghcb.h"
#include "msr.h"
#include "suite.h"
#include "x86.h"

#define IOIO(port, size, flags) \
    ((uint64_t)(port) << GHCB_IOIO_PORT_SHIFT | \
     (size) << GHCB_IOIO_SIZE_SHIFT | (flags))
#define PORT_FREE   0x80
#define LAPIC_ID    0xfee00020

/* Fields that requests need beside exit code and information */
enum { RAX = 1, RCX = 2, RDX = 4, CPL = 8, XCR0 = 16, SCRATCH = 32 };

struct request {
    const char *name;
    uint64_t code, info_1, info_2;
    unsigned needs;
    uint64_t rax, rcx, rdx;
};

static const struct request requests[] = {
    { "CPUID", VC_EXIT_CPUID, 0, 0, RAX | RCX, 0, 0, 0 },
    { "CPUID of XSAVE's leaf", VC_EXIT_CPUID, 0, 0, RAX | RCX | XCR0,
      0xd, 0, 0 },
    { "IN", VC_EXIT_IOIO, IOIO(PORT_FREE, 1, GHCB_IOIO_IN), 0, 0, 0, 0, 0 },
    { "OUT", VC_EXIT_IOIO, IOIO(PORT_FREE, 4, 0), 0, RAX, 0, 0, 0 },
    { "INS", VC_EXIT_IOIO,
      IOIO(PORT_FREE, 2, GHCB_IOIO_IN | GHCB_IOIO_STRING), 1, SCRATCH,
      0, 0, 0 },
    { "OUTS", VC_EXIT_IOIO, IOIO(PORT_FREE, 2, GHCB_IOIO_STRING), 1, SCRATCH,
      0, 0, 0 },
    { "REP OUTS of nothing", VC_EXIT_IOIO,
      IOIO(PORT_FREE, 2, GHCB_IOIO_STRING | GHCB_IOIO_REP), 0, SCRATCH,
      0, 0, 0 },
    { "RDMSR", VC_EXIT_MSR, 0, 0, RCX, 0, MSR_APIC_BASE, 0 },
    { "WRMSR", VC_EXIT_MSR, 1, 0, RAX | RCX | RDX, 0xfee00900, MSR_APIC_BASE,
      0 },
    { "WBINVD", VC_EXIT_WBINVD, 0, 0, 0, 0, 0, 0 },
    { "INVD", VC_EXIT_INVD, 0, 0, 0, 0, 0, 0 },
    { "MONITOR", VC_EXIT_MONITOR, 0, 0, RAX | RCX | RDX, 0, 0, 0 },
    { "MWAIT", VC_EXIT_MWAIT, 0, 0, RAX | RCX, 0, 0, 0 },
    { "VMMCALL", VC_EXIT_VMMCALL, 0, 0, RAX | CPL, 0, 0, 0 },
    { "DR7 read", VC_EXIT_DR7_READ, 0, 0, 0, 0, 0, 0 },
    { "DR7 write", VC_EXIT_DR7_WRITE, 0, 0, RAX, 0x400, 0, 0 },
    { "RDTSC", VC_EXIT_RDTSC, 0, 0, 0, 0, 0, 0 },
    { "RDTSCP", VC_EXIT_RDTSCP, 0, 0, 0, 0, 0, 0 },
    { "MMIO read", GHCB_EXIT_MMIO_READ, LAPIC_ID, 4, SCRATCH, 0, 0, 0 },
    { "MMIO write", GHCB_EXIT_MMIO_WRITE, LAPIC_ID, 4, SCRATCH, 0, 0, 0 },
    { "NMI complete", GHCB_EXIT_NMI_COMPLETE, 0, 0, 0, 0, 0, 0 },
    { "AP jump table, set", GHCB_EXIT_AP_JUMP_TABLE, 0, 0x9000, 0, 0, 0, 0 },
    { "AP jump table, get", GHCB_EXIT_AP_JUMP_TABLE, 1, 0, 0, 0, 0, 0 },
    { "hypervisor features", GHCB_EXIT_HV_FEATURES, 0, 0, 0, 0, 0, 0 },
};

static Ghcb *prepare(const struct request *request, unsigned version)
{
    Ghcb *ghcb = ghcb_begin(0, request->code, request->info_1,
                            request->info_2);
    unsigned needs = request->needs;

    ghcb->protocol_version = le16_of(version);
    ghcb->save.rax = le64_of(request->rax);
    ghcb->save.rcx = le64_of(request->rcx);
    ghcb->save.rdx = le64_of(request->rdx);
    ghcb->save.cpl = 0;
    ghcb->save.xcr0 = le64_of(1);
    ghcb_mark(ghcb, GHCB_VALID_BIT(rax), needs & RAX);
    ghcb_mark(ghcb, GHCB_VALID_BIT(rcx), needs & RCX);
    ghcb_mark(ghcb, GHCB_VALID_BIT(rdx), needs & RDX);
    ghcb_mark(ghcb, GHCB_VALID_BIT(cpl), needs & CPL);
    ghcb_mark(ghcb, GHCB_VALID_BIT(xcr0), needs & XCR0);
    ghcb_use_buffer(ghcb);
    ghcb_mark(ghcb, GHCB_VALID_BIT(sw_scratch), needs & SCRATCH);
    return ghcb;
}

static bool answered(Ghcb *ghcb, uint64_t info_1, uint64_t info_2)
{
    uint64_t got_1 = ghcb_call(ghcb), got_2 = GHCB_GET(ghcb, sw_exit_info_2);

    if (got_1 == info_1 && got_2 == info_2 &&
        GHCB_HAS(ghcb, sw_exit_info_1) && GHCB_HAS(ghcb, sw_exit_info_2)) {
        return true;
    }
    remark("got %x and %x, want %x and %x, both marked as valid", got_1,
           got_2, info_1, info_2);
    return false;
}

static void check_bad(Ghcb *ghcb, uint64_t reason, const char *name,
                      const char *what)
{
    check(answered(ghcb, GHCB_RESP_MALFORMED_INPUT, reason),
          "%s %s is error %x", name, what, reason);
}

static void check_good(const struct request *request, unsigned version)
{
    Ghcb *ghcb = prepare(request, version);

    check_equal(ghcb_call(ghcb), GHCB_RESP_NO_ACTION, "%s is done, version %u",
                request->name, version);
}

static void check_missing(const struct request *request)
{
    static const struct {
        const char *name;
        unsigned need, bit;
    } fields[] = {
        { "without RAX", RAX, GHCB_VALID_BIT(rax) },
        { "without RCX", RCX, GHCB_VALID_BIT(rcx) },
        { "without RDX", RDX, GHCB_VALID_BIT(rdx) },
        { "without CPL", CPL, GHCB_VALID_BIT(cpl) },
        { "without XCR0", XCR0, GHCB_VALID_BIT(xcr0) },
        { "without SW_SCRATCH", SCRATCH, GHCB_VALID_BIT(sw_scratch) },
        { "without SW_EXITCODE", 0, GHCB_VALID_BIT(sw_exit_code) },
        { "without SW_EXITINFO1", 0, GHCB_VALID_BIT(sw_exit_info_1) },
        { "without SW_EXITINFO2", 0, GHCB_VALID_BIT(sw_exit_info_2) },
    };

    for (unsigned i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (!fields[i].need || request->needs & fields[i].need) {
            Ghcb *ghcb = prepare(request, 1);

            ghcb_mark(ghcb, fields[i].bit, false);
            check_bad(ghcb, GHCB_ERR_MISSING_INPUT, request->name,
                      fields[i].name);
        }
    }
}

static void check_header(unsigned version)
{
    static const unsigned bad[] = { 3, 0x100, 0xffff };
    static const uint32_t usages[] = { 1, 0x80000000, 0xffffffff };
    Ghcb *ghcb;

    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ghcb = prepare(&requests[0], bad[i]);
        check_bad(ghcb, GHCB_ERR_INVALID_INPUT, "a GHCB",
                  "of a version that was not offered");
    }
    /* KVM does not look, and OVMF's early code leaves a zero. */
    check(answered(prepare(&requests[0], 0), GHCB_RESP_NO_ACTION, 0),
          "a GHCB of version 0 is accepted");
    if (version < 2) {
        ghcb = prepare(&requests[0], 2);
        check_bad(ghcb, GHCB_ERR_INVALID_INPUT, "a GHCB",
                  "of version 2, where 1 is all");
    }
    for (unsigned i = 0; i < sizeof(usages) / sizeof(usages[0]); i++) {
        ghcb = prepare(&requests[0], 1);
        ghcb->ghcb_usage = le32_of(usages[i]);
        check_bad(ghcb, GHCB_ERR_INVALID_USAGE, "a GHCB",
                  "of another usage");
    }
}

static void check_events(void)
{
    static const uint64_t codes[] = {
        0x000, 0x026, 0x028, 0x041, 0x051, 0x070, 0x078, 0x080, 0x08d, 0x400,
        0x401, 0x404, 0x7fffffff, 0x80000000, 0x80000006, 0x8000fffc,
        0x100000072, 0x8000000080000001, ~0ull,
    };

    for (unsigned i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        Ghcb *ghcb = prepare(&requests[0], 1);

        ghcb->save.sw_exit_code = le64_of(codes[i]);
        check(answered(ghcb, GHCB_RESP_MALFORMED_INPUT,
                       GHCB_ERR_INVALID_EVENT),
              "exit code %x is no event", codes[i]);
    }
}

SUITE(ghcb_page)
{
    unsigned version = config_number("version", 2);

    for (unsigned i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        check_good(&requests[i], 1);
        if (version > 1) {
            check_good(&requests[i], 2);
        }
        check_missing(&requests[i]);
    }
    check_header(version);
    check_events();
}
