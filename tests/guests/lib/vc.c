/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The #VC handler's frame: see vc.h. */
#include "asm.h"
#include "msr.h"
#include "paging.h"
#include "smp.h"
#include "tap.h"
#include "vc.h"
#include "x86.h"

#define MAX_CODE 0x100

static struct vc_cpu {
    unsigned level;
    struct vc_log log;
    unsigned counts[MAX_CODE + 1];  /* the last is for codes above */
} vc_cpus[MAX_CPUS];

static void (*hook)(struct regs *regs, unsigned level);

static const struct {
    uint32_t code;
    VcFn *fn;
} exits[] = {
    { VC_EXIT_CPUID, vc_cpuid },
    { VC_EXIT_IOIO, vc_ioio },
    { VC_EXIT_MSR, vc_msr },
    { VC_EXIT_NPF, vc_mmio },
    { VC_EXIT_WBINVD, vc_simple },
    { VC_EXIT_INVD, vc_simple },
    { VC_EXIT_RDPMC, vc_rdpmc },
    { VC_EXIT_MONITOR, vc_monitor },
    { VC_EXIT_MWAIT, vc_mwait },
    { VC_EXIT_VMMCALL, vc_vmmcall },
    { VC_EXIT_DR7_READ, vc_dr7_read },
    { VC_EXIT_DR7_WRITE, vc_dr7_write },
    { VC_EXIT_EXCP_DB, vc_db },
    { VC_EXIT_EXCP_AC, vc_ac },
};

static struct vc_cpu *vc_cpu(void)
{
    return &vc_cpus[this_cpu()->index];
}

struct vc_log *vc_log(void)
{
    return &vc_cpu()->log;
}

static unsigned *counter(uint32_t code)
{
    return &vc_cpu()->counts[code < MAX_CODE ? code : MAX_CODE];
}

unsigned vc_count(uint32_t code)
{
    return *counter(code);
}

struct vc_result vc_call(Ghcb *ghcb)
{
    uint64_t event;

    switch ((uint32_t)ghcb_call(ghcb)) {
    case GHCB_RESP_NO_ACTION:
        return (struct vc_result) { .what = VC_DONE };
    case GHCB_RESP_ISSUE_EXCEPTION:
        event = GHCB_GET(ghcb, sw_exit_info_2);
        if ((event & (GHCB_EVENT_VALID | 7u << 8)) !=
            (GHCB_EVENT_VALID | GHCB_EVENT_TYPE_EXCEPTION)) {
            return (struct vc_result) { .what = VC_UNKNOWN };
        }
        return (struct vc_result) {
            VC_EXCEPTION, event & 0xff,
            event & GHCB_EVENT_ERROR_VALID ? event >> 32 : 0,
        };
    default:
        return (struct vc_result) { .what = VC_UNKNOWN };
    }
}

static struct vc_result dispatch(struct regs *regs, unsigned level)
{
    struct vc vc = { .regs = regs, .level = level };

    for (unsigned i = 0; i < sizeof(exits) / sizeof(exits[0]); i++) {
        if (exits[i].code != regs->error) {
            continue;
        }
        /* These two stand for an exception of any instruction. */
        if (exits[i].fn != vc_db && exits[i].fn != vc_ac &&
            !insn_decode(&vc.insn, regs)) {
            break;
        }
        /* Before there is a page, CPUID alone can be asked for. */
        if (!ghcb_ready() && exits[i].fn != vc_cpuid) {
            ghcb_terminate();
        }
        struct vc_result result = exits[i].fn(&vc);

        regs->ip += result.what == VC_DONE ? vc.insn.length : 0;
        return result;
    }
    return (struct vc_result) { .what = VC_UNKNOWN };
}

static void record(const struct regs *regs, unsigned level)
{
    struct vc_log *log = vc_log();

    ++*counter(regs->error);
    log->records[log->count++ % VC_RECORDS] = (struct vc_record) {
        .error = regs->error, .level = level, .ip = regs->ip,
    };
}

/* Printing needs this handler too, so only what is no port can be told. */
static __attribute__((noreturn)) void give_up(const struct regs *regs)
{
    if (regs->error == VC_EXIT_IOIO || !ghcb_ready()) {
        ghcb_terminate();
    }
    bail_out("no way to handle #VC %x at %x", (uint64_t)regs->error,
             (uint64_t)regs->ip);
}

static void vc_handle(struct regs *regs)
{
    struct vc_cpu *cpu = vc_cpu();
    uint64_t msr = rdmsr(MSR_GHCB), registered = ghcb_registered();
    struct vc_result result;

    /* Level 0 of the GHCBs is for suites. */
    if (++cpu->level >= VC_LEVELS) {
        ghcb_terminate();
    }
    record(regs, cpu->level);
    if (hook) {
        hook(regs, cpu->level);
    }
    result = dispatch(regs, cpu->level);
    cpu->level--;
    /* Whoever was interrupted may be about to execute VMGEXIT. */
    if (registered) {
        ghcb_register(registered);
    }
    wrmsr(MSR_GHCB, msr);
    switch (result.what) {
    case VC_DONE:
    case VC_AGAIN:
        return;
    case VC_EXCEPTION:
    case VC_FORWARD:
        regs->vector = result.vector;
        regs->error = result.error;
        exception(regs);
        return;
    case VC_UNKNOWN:
        give_up(regs);
    }
}

void vc_hook(void (*fn)(struct regs *regs, unsigned level))
{
    hook = fn;
}

void vc_init(void)
{
    exception_handle(VECTOR_VC, vc_handle);
}
