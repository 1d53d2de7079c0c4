/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "invlpgb_user" (long mode): INVLPGB and TLBSYNC are privileged, and
 * there in compatibility mode; without the feature (there=0) they are #UD
 * everywhere.
 */
#include "segments.h"
#include "suite.h"
#include "user64.h"

#define INT3        0xcc
#define VECTOR_BP   3
#define BAD_COUNT   0xffff

static const struct {
    const char *name;
    struct code code;
} insns[] = {
    { "INVLPGB", CODE(0x0f, 0x01, 0xfe) },
    { "TLBSYNC", CODE(0x0f, 0x01, 0xff) },
};

static void check_at(unsigned insn, uintptr_t cs, unsigned vector,
                     uintptr_t cx, const char *where)
{
    const struct code *code = &insns[insn].code;
    struct gprs gprs = { .ax = 1, .cx = cx };
    bool done = vector == VECTOR_BP;

    run_place(code->bytes, code->length);
    run_code[code->length] = INT3;
    check_fault(user_fault(catch_vc(user_run, (uintptr_t)&gprs, cs)),
                (struct fault) {
        .vector = vector, .ip = (uintptr_t)run_code + (done ? code->length + 1
                                                            : 0),
    }, "%s %s is vector %u", insns[insn].name, where, vector);
}

SUITE(invlpgb_user)
{
    bool there = config_number("there", 1);

    tss_init();
    user_allow((uintptr_t)run_code);
    for (unsigned i = 0; i < sizeof(insns) / sizeof(insns[0]); i++) {
        check_at(i, SEL_USER_CODE64, there ? VECTOR_GP : VECTOR_UD, 0,
                 "at CPL 3");
        check_at(i, SEL_USER_CODE32, there ? VECTOR_GP : VECTOR_UD, 0,
                 "at CPL 3 in compatibility mode");
        check_at(i, SEL_CODE32, there ? VECTOR_BP : VECTOR_UD, 0,
                 "in compatibility mode, and then INT3,");
    }
    check_at(0, SEL_CODE32, there ? VECTOR_GP : VECTOR_UD, BAD_COUNT,
             "of too many pages in compatibility mode");
}
