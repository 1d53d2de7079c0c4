/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "vc_user" (long mode): #VC at CPL 3 and in compatibility mode, and
 * that an instruction which CPL 3 may not execute is #GP before it is #VC.
 */
#include "ghcb.h"
#include "segments.h"
#include "suite.h"
#include "user64.h"

#define LAPIC_ID    0xfee00020
#define INT3        0xcc
/* INT3 at CPL 3, whose gate is for CPL 0: #GP with the gate's number */
#define END_ERROR   (3 * 8 + 2)
#define VECTOR_BP   3

struct row {
    const char *name;
    struct code code;
    struct {
        unsigned vector;
        uint32_t error;
    } want;
    struct gprs gprs;
};

#define VC(exit) { VECTOR_VC, (exit) }
#define GP { VECTOR_GP, 0 }
#define UD { VECTOR_UD, 0 }

static const struct row rows[] = {
    { "CPUID", CODE(0x0f, 0xa2), VC(VC_EXIT_CPUID), { .ax = 0 } },
    { "VMMCALL", CODE(0x0f, 0x01, 0xd9), VC(VC_EXIT_VMMCALL), { .ax = 0 } },
    { "a load from a device", CODE(0x8b, 0x06), VC(VC_EXIT_NPF),
      { .si = LAPIC_ID } },
    { "OUT without IOPL", CODE(0xee), GP, { .dx = 0x80 } },
    { "IN without IOPL", CODE(0xec), GP, { .dx = 0x80 } },
    { "REP OUTSB without IOPL", CODE(0xf3, 0x6e), GP,
      { .dx = 0x80, .cx = 1, .si = (uintptr_t)run_code } },
    { "RDMSR", CODE(0x0f, 0x32), GP, { .cx = 0x10 } },
    { "WRMSR", CODE(0x0f, 0x30), GP, { .cx = 0x10 } },
    { "MOV from DR7", CODE(0x0f, 0x21, 0xf8), GP, { .ax = 0 } },
    { "MOV to DR7", CODE(0x0f, 0x23, 0xf8), GP, { .ax = 0x400 } },
    { "WBINVD", CODE(0x0f, 0x09), GP, { .ax = 0 } },
    { "INVD", CODE(0x0f, 0x08), GP, { .ax = 0 } },
    { "RDPMC without CR4.PCE", CODE(0x0f, 0x33), GP, { .cx = 0 } },
    { "HLT", CODE(0xf4), GP, { .ax = 0 } },
    { "MONITOR", CODE(0x0f, 0x01, 0xc8), UD, { .ax = (uintptr_t)run_code } },
    { "MWAIT", CODE(0x0f, 0x01, 0xc9), UD, { .ax = 0 } },
};

static struct fault run(const struct row *row, uintptr_t cs, bool see)
{
    struct gprs gprs = row->gprs;

    run_place(row->code.bytes, row->code.length);
    run_code[row->code.length] = INT3;
    return user_fault((see ? catch_vc : catch_fault)(user_run,
                                                     (uintptr_t)&gprs, cs));
}

static void check_at(const struct row *row, uintptr_t cs, const char *where)
{
    check_fault(run(row, cs, true), (struct fault) {
        .vector = row->want.vector, .error = row->want.error,
        .ip = (uintptr_t)run_code,
    }, "%s %s is vector %u", row->name, where, row->want.vector);
    check_equal(caught_regs()->cs & 0xffff, cs, "from the right segment");
}

/* Does the handler come back to where it was? */
static void check_handled(const struct row *row, uintptr_t cs,
                          const char *where)
{
    bool user = cs & 3;

    check_fault(run(row, cs, false), (struct fault) {
        .vector = user ? VECTOR_GP : VECTOR_BP,
        .error = user ? END_ERROR : 0,
        .ip = (uintptr_t)run_code + row->code.length + !user,
    }, "%s %s is handled", row->name, where);
}

SUITE(vc_user)
{
    tss_init();
    user_allow(LAPIC_ID);
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check_at(&rows[i], SEL_USER_CODE64, "at CPL 3");
        check_at(&rows[i], SEL_USER_CODE32, "at CPL 3 in compatibility mode");
    }
    for (unsigned i = 0; i < 3; i++) {
        check_at(&rows[i], SEL_CODE32, "in compatibility mode");
        check_handled(&rows[i], SEL_USER_CODE64, "at CPL 3");
        check_handled(&rows[i], SEL_USER_CODE32, "at CPL 3, compatible,");
        check_handled(&rows[i], SEL_CODE32, "in compatibility mode");
    }
}
