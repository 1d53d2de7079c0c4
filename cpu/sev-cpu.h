/*
 * Declares what a CPU has of SEV, and by which functions it leaves the guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CPU_SEV_CPU_H
#define CPU_SEV_CPU_H

#include "cpu.h"
#include "sev.h"

/* SEV-ES' GHCB (56421 section 2.3): free for the guest to use */
#define MSR_SEV_ES_GHCB         0xC0010130

/* SEV_STATUS (APM volume 2, section 15.34.10) */
#define MSR_SEV_STATUS             0xC0010131
#define SEV_STATUS_SEV_ENABLED     BIT_ULL(0)
#define SEV_STATUS_SEV_ES_ENABLED  BIT_ULL(1)
#define SEV_STATUS_SNP_FEATURES    2    /* SEV_FEATURES from this bit on */

/* GUEST_TSC_FREQ (APM volume 2, section 15.36.18), of Secure TSC */
#define MSR_GUEST_TSC_FREQ         0xC0010134

/* What became of an access to an MSR. */
typedef enum SevMsrResult {
    SEV_MSR_NOT_OURS,   /* not an MSR of SEV, or a guest without SEV */
    SEV_MSR_DONE,
    SEV_MSR_FAULT,      /* #GP(0) */
} SevMsrResult;

#ifdef CONFIG_SEV_TCG

#include "memctl/cover.h"
#include "memctl/rmp.h"

/* Intercept words, as the VMCB has them: exit code 32 * i + j is bit j of i */
#define SEV_INTERCEPT_WORDS 5

typedef struct SevCpu SevCpu;

/*
 * With what TLB entries were made.  An instruction that changes one of these
 * flushes the TLB where QEMU has it do so; EFER and CR4.PKE it does not.
 */
typedef struct SevTlbKey {
    unsigned vmpl;
    uint32_t pkru;
    uint64_t cr0;
    uint64_t cr3;
    uint64_t cr4;
    uint64_t efer;
} SevTlbKey;

/* What a CPU does after VMGEXIT */
typedef enum SevVmgexitNext {
    SEV_VMGEXIT_GO_ON,
    SEV_VMGEXIT_HALT,   /* as after HLT */
    SEV_VMGEXIT_LEAVE,  /* nothing, until its owner has had its way */
} SevVmgexitNext;

/* What a CPU does after a nested page fault */
typedef enum SevNpfResult {
    SEV_NPF_RETRY,      /* looks at the access again: it has been mended */
    SEV_NPF_LEAVE,      /* executes the instruction again, a little later */
    SEV_NPF_STOP,       /* executes nothing any more: the guest has ended */
} SevNpfResult;

/**
 * SevExits: what leaves a CPU of a SEV guest, by whoever runs it
 *
 * On the hardware these are #VMEXIT, or what the owner of a CPU arranges for
 * it.  Here hypervisor/run is the owner; a hypervisor within the guest can be
 * another one, for which each of them is a #VMEXIT and does not return.
 *
 * Each is called on the CPU's own thread.  A decorator keeps the owner's
 * struct, and puts in its place a copy in which it has replaced functions that
 * call the original ones; it has to know all that are there, so it compares
 * @size with its own.
 *
 * @size: sizeof(SevExits)
 * @vmgexit: VMGEXIT, RIP behind it; without the BQL
 * @nested_fault: the RMP forbids the access that SevCpu.access_va tells of.
 *           May not return.  Not for a probe, which just fails.  Locks of the
 *           translator may be held, so it takes no BQL.
 * @not_validated: #VC 0x404 is about to be raised for that access
 * @adjusted: RMPADJUST has given or taken permissions: @rdx are its attributes;
 *            for who tells of accesses that fail
 * @init: INIT; with the BQL.  Returns false if QEMU is to reset the registers,
 *           as it does for a guest that hides them from nobody.
 * @sipi: a SIPI for a CPU that waits for one; likewise
 * @reset: the last step of a CPU's reset; with the BQL
 * @interrupts: which of CPU_INTERRUPT_* the CPU takes now, with SEV-ES
 * @exception: an exception is about to be delivered, with SEV-ES
 * @halt: HLT, or VMGEXIT that does not return, before the CPU is halted
 *
 * Any of them may be NULL, and is nobody's then, but for @vmgexit with SEV-ES
 * and @nested_fault with SEV-SNP.
 */
typedef struct SevExits {
    size_t size;
    SevVmgexitNext (*vmgexit)(SevCpu *sev);
    SevNpfResult (*nested_fault)(SevCpu *sev, const RmpAccess *access,
                                 const RmpFault *fault);
    void (*not_validated)(SevCpu *sev, const RmpAccess *access,
                          const RmpFault *fault);
    void (*adjusted)(SevCpu *sev, const RmpAccess *page, uint64_t rdx,
                     uintptr_t ra);
    bool (*init)(SevCpu *sev);
    bool (*sipi)(SevCpu *sev);
    void (*reset)(SevCpu *sev);
    int (*interrupts)(const SevCpu *sev, int interrupt_request);
    void (*exception)(SevCpu *sev, int vector);
    void (*halt)(SevCpu *sev);
} SevExits;

/**
 * SevCpu: what a CPU of a SEV guest has loaded, CPUX86State.sev
 *
 * Guests without SEV have none.  What VMRUN loads may be another at any entry:
 * its owner changes it between two instructions and calls sev_cpu_enter().
 * Belongs to the CPU's thread.
 *
 * @cpu: whose it is
 * @exits, @owner: who runs the CPU, and what that has of it
 *
 * Loaded by VMRUN:
 * @c_bit: the C-bit's mask
 * @asid: of the guest
 * @vmpl: of the save area
 * @es, @snp: SEV-ES and SEV-SNP are active; SEV is, if there is a SevCpu
 * @features: VMSA_SEV_FEATURE_*, of the save area
 * @ghcb_msr: MSR_SEV_ES_GHCB
 * @intercepts: of exits that are not automatic, those that raise #VC
 * @msr_exits: the MSR permission map: does RDMSR, or WRMSR, of it exit?
 * @tsc_scale, @tsc_offset: of the save area, for Secure TSC; see abi/tsc.h
 *
 * Memory, with SEV-SNP:
 * @rmp, @cover: of the platform: whose each page is, and which pages TLBs have;
 *               who changes the RMP for the guest hands in the SevCpu
 * @private_spa: nested paging of private memory, which is but an offset: the
 *               system physical address of guest physical address 0
 *
 * Its own:
 * @access_va, @access_ra: SEV-SNP: the access to memory that is looked at, and
 *               where translated code makes it, or 0
 * @loaded_vmpl: of the save area that the registers were loaded from last
 * @tlb_keys: of VMPL 0, and of the other one that ran last, as each was left:
 *               they have a half of the MMU indexes each
 * @stale_pages: 4K pages that its changes of the RMP took from somebody,
 *               since the TLBs were flushed
 * @view: a save area that debuggers see the registers and the memory of, while
 *        the machine is stopped; NULL: the CPU's own
 */
struct SevCpu {
    X86CPU *cpu;
    const SevExits *exits;
    void *owner;

    uint64_t c_bit;
    uint32_t asid;
    uint8_t vmpl;
    bool es;
    bool snp;
    uint64_t features;
    uint64_t ghcb_msr;
    uint32_t intercepts[SEV_INTERCEPT_WORDS];
    bool (*msr_exits)(uint32_t index, bool write);
    uint64_t tsc_scale;
    uint64_t tsc_offset;

    Rmp *rmp;
    Cover *cover;
    uint64_t private_spa;

    vaddr access_va;
    uintptr_t access_ra;
    unsigned loaded_vmpl;
    SevTlbKey tlb_keys[2];
    uint64_t stale_pages;
    struct SevVmsa *view;
};

/**
 * sev_cpu_enter: go on with what @sev says now
 *
 * Makes @sev the CPU's if it is not yet.  Page walks have the masks, and
 * translated code the flags, of what was entered last.  Another VMPL's registers
 * are loaded with vmsa_load(), which sees to the TLB; where @sev, its C-bit, ASID
 * or memory become others, the caller flushes it.
 */
void sev_cpu_enter(SevCpu *sev);

/** sev_cpu_intercept: from now on this exit raises #VC, or does not */
void sev_cpu_intercept(SevCpu *sev, uint32_t exit, bool on);

/**
 * sev_cpu_leave: go on at the instruction, when others have had their way
 * @ra: return address into translated code, or 0: RIP is where to go on
 *
 * Interrupts, requests of other threads and the end of QEMU come first.
 */
G_NORETURN void sev_cpu_leave(SevCpu *sev, uintptr_t ra);

/* The same of any CPU: see SevExits.  False where nobody has done it. */
void sev_cpu_reset(X86CPU *cpu);
bool sev_cpu_init(X86CPU *cpu);
bool sev_cpu_sipi(X86CPU *cpu);

/**
 * sev_cpu_interrupts: which of these the CPU can take
 * @cpu: one for which cpu_is_sev_es() holds
 * @interrupt_request: CPU_INTERRUPT_*
 */
int sev_cpu_interrupts(const X86CPU *cpu, int interrupt_request);

void sev_cpu_note_exception(CPUX86State *env, int vector);
void sev_cpu_note_halt(CPUX86State *env);

/** sev_cpu_exception: an exception, or INT n, is about to be delivered */
static inline void sev_cpu_exception(CPUX86State *env, int vector)
{
    if (unlikely(cpu_is_sev_es(env)) && !env->exception_is_int) {
        sev_cpu_note_exception(env, vector);
    }
}

/** sev_cpu_halt: HLT, before the CPU is halted */
static inline void sev_cpu_halt(CPUX86State *env)
{
    if (unlikely(env->sev)) {
        sev_cpu_note_halt(env);
    }
}

/**
 * sev_cpu_rdmsr: RDMSR of an MSR that the CPU model does not know
 * @env: the CPU
 * @index: ECX
 * @value: set when the result is SEV_MSR_DONE
 */
SevMsrResult sev_cpu_rdmsr(const CPUX86State *env, uint32_t index,
                           uint64_t *value);

/**
 * sev_cpu_wrmsr: WRMSR to an MSR that the CPU model does not know
 * @env: the CPU
 * @index: ECX
 * @value: EDX:EAX
 */
SevMsrResult sev_cpu_wrmsr(CPUX86State *env, uint32_t index, uint64_t value);

#else

static inline void sev_cpu_reset(X86CPU *cpu)
{
}

static inline bool sev_cpu_init(X86CPU *cpu)
{
    return false;
}

static inline bool sev_cpu_sipi(X86CPU *cpu)
{
    return false;
}

static inline int sev_cpu_interrupts(const X86CPU *cpu, int interrupt_request)
{
    return interrupt_request;
}

static inline void sev_cpu_exception(CPUX86State *env, int vector)
{
}

static inline void sev_cpu_halt(CPUX86State *env)
{
}

static inline SevMsrResult sev_cpu_rdmsr(const CPUX86State *env,
                                         uint32_t index, uint64_t *value)
{
    return SEV_MSR_NOT_OURS;
}

static inline SevMsrResult sev_cpu_wrmsr(CPUX86State *env, uint32_t index,
                                         uint64_t value)
{
    return SEV_MSR_NOT_OURS;
}

#endif

#endif
