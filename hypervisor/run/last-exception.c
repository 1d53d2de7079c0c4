/*
 * The last exceptions of an SEV-ES guest's vCPU, for words about its end
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "cpu.h"
#include "hypervisor/ghcb/ghcb.h"
#include "hypervisor/run/last-exception.h"

static const char *const names[] = {
    "#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", NULL,
    "#TS", "#NP", "#SS", "#GP", "#PF", NULL, "#MF", "#AC", "#MC", "#XM",
    [EXCP1D_VC] = "#VC",
};

void last_exception_note(LastExceptions *last, const CPUX86State *env,
                         int vector)
{
    SevException *which = vector == EXCP1D_VC ? &last->vc : &last->fault;

    last->vc.valid = false;
    *which = (SevException) {
        .valid = true,
        .vector = vector,
        .error = (uint32_t)env->error_code,
        .rip = env->segs[R_CS].base + env->eip,
        .address = vector == EXCP0E_PAGE ? env->cr[2] : 0,
    };
}

static void say_one(const SevException *exception, GString *line)
{
    int vector = exception->vector;

    if (vector < ARRAY_SIZE(names) && names[vector]) {
        g_string_append(line, names[vector]);
    } else {
        g_string_append_printf(line, "exception %d", vector);
    }
    if (vector == EXCP1D_VC) {
        g_string_append_printf(line, " for %s (0x%" PRIx64 ")",
                               ghcb_exit_name(exception->error),
                               exception->error);
    } else if (vector == EXCP0E_PAGE) {
        g_string_append_printf(line, " (error code 0x%" PRIx64 ") for 0x%"
                               PRIx64, exception->error, exception->address);
    } else if (vector == EXCP0D_GPF) {
        g_string_append_printf(line, " (error code 0x%" PRIx64 ")",
                               exception->error);
    }
    g_string_append_printf(line, " at RIP 0x%" PRIx64, exception->rip);
}

void last_exception_say(const LastExceptions *last, GString *line)
{
    if (!last->fault.valid && !last->vc.valid) {
        return;
    }
    g_string_append(line, ", last exception ");
    if (last->fault.valid) {
        say_one(&last->fault, line);
        g_string_append(line, last->vc.valid ? ", then " : "");
    }
    if (last->vc.valid) {
        say_one(&last->vc, line);
    }
}
