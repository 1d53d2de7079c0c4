/*
 * Executes VMGEXIT: to the hypervisor and back (APM volume 2, 15.35.6)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "cpu.h"
#include "cpu/sev-cpu.h"
#include "exec/exec-all.h"
#include "exec/helper-proto.h"
#include "tcg/helper-tcg.h"

/*
 * Like HLT, but that no interrupt has to wake it: a CPU that is held wakes for
 * a SIPI, and one whose guest has ended not at all, as QEMU stops.
 */
static G_NORETURN void stop(CPUX86State *env)
{
    CPUState *cs = env_cpu(env);

    do_end_instruction(env);
    sev_cpu_halt(env);
    cs->halted = 1;
    cs->exception_index = EXCP_HLT;
    cpu_loop_exit(cs);
}

/* RIP is behind the instruction already, as the hypervisor would find it. */
void helper_vmgexit(CPUX86State *env)
{
    switch (env->sev->exits->vmgexit(env->sev)) {
    case SEV_VMGEXIT_GO_ON:
        break;
    case SEV_VMGEXIT_HALT:
        stop(env);
    case SEV_VMGEXIT_LEAVE:
        do_end_instruction(env);
        sev_cpu_leave(env->sev, 0);
    }
}
