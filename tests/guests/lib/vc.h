/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The #VC handler: does by the GHCB what an SEV-ES guest's instruction asks
 * for, so that programs written for other guests run unchanged, and keeps a
 * record of what it saw.  A suite that wants to see a #VC itself calls
 * catch_vc() (exception.h).
 */
#ifndef GUESTS_VC_H
#define GUESTS_VC_H

#include "exception.h"
#include "ghcb.h"
#include "insn.h"

#define VC_RECORDS 8

/* What this CPU's handler saw, the newest at [(count - 1) % VC_RECORDS] */
struct vc_log {
    unsigned count;
    struct vc_record {
        uint32_t error;
        unsigned level;         /* 1 is the outermost handler */
        uintptr_t ip;
    } records[VC_RECORDS];
};
struct vc_log *vc_log(void);

/* How many #VCs with this exit code this CPU has seen. */
unsigned vc_count(uint32_t code);

/* Calls HOOK in each handler, before it does anything; NULL takes it away. */
void vc_hook(void (*hook)(struct regs *regs, unsigned level));

/* Installs the handler on all CPUs. */
void vc_init(void);

/* What became of the instruction */
struct vc_result {
    enum {
        VC_DONE,                /* go on behind it */
        VC_AGAIN,               /* execute it again */
        VC_EXCEPTION,           /* it has this exception */
        VC_FORWARD,             /* the #VC stands for this exception */
        VC_UNKNOWN,
    } what;
    unsigned vector;
    uint32_t error;
};

/* A #VC under way: GHCB is of the handler's level, and not yet prepared. */
struct vc {
    struct regs *regs;
    struct insn insn;
    unsigned level;
};

/* Calls the hypervisor; VC_DONE, the exception it asks for, or VC_UNKNOWN. */
struct vc_result vc_call(Ghcb *ghcb);

/* vc-registers.c, vc-io.c, vc-mmio.c */
typedef struct vc_result VcFn(struct vc *vc);
VcFn vc_cpuid, vc_msr, vc_simple, vc_rdpmc, vc_monitor, vc_mwait, vc_vmmcall,
     vc_dr7_read, vc_dr7_write, vc_db, vc_ac, vc_ioio, vc_mmio;

#endif
