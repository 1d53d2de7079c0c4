/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_vmpl_registers": "cpus=" CPUs each switch "rounds=" times to a
 * VMPL whose save area has random content, of which it changes a little, and
 * nothing else may change: neither there nor in VMPL 0.
 *
 * With "events=1" all of them are interrupted meanwhile: VMPL 0, which needs
 * restricted injection, by #HV; the other one, which has none, by a timer,
 * IPIs and NMIs.  It waits for one of these at times.
 */
#include "ap-creation.h"
#include "asm.h"
#include "config.h"
#include "exception.h"
#include "hv.h"
#include "msr.h"
#include "random.h"
#include "smp.h"
#include "snp.h"
#include "suite.h"
#include "text.h"
#include "vmpl.h"

#define OTHER           2
#define OTHER_INDEX(i)  (MAX_CPUS / 2 + (i))
#define XCR0_ALL        7       /* x87, SSE, AVX */
#define RFLAGS_FREE     0x8d5   /* CF PF AF ZF SF OF */
#define FSW_FREE        0x7d00  /* C0, C2, C3 and TOP; FCHS clears C1 */
#define FCW             0x037f
#define FCW_FREE        0x0f00  /* rounding and precision */
#define MXCSR           0x1f80
#define MXCSR_FREE      0x603f  /* rounding and flags */
#define FOP_MASK        0x07ff
#define FSW_TOP_SHIFT   11
#define RFLAGS_IF       0x200
#define PAT_TYPES       6
#define DR6             0xffff0ff0
#define DR6_FREE        0xe00f  /* B0 to B3, BD, BS, BT */
#define XSS_FREE        0x1800  /* of shadow stacks */
#define MSR_PAT         0x277
#define HV_VECTOR       0x51
#define IDT_VECTOR      31      /* the last in the IDT */
#define STACK_USED      512

#define APIC_EOI        0xfee000b0
#define APIC_SPURIOUS   0xfee000f0
#define APIC_TIMER      0xfee00320
#define APIC_COUNT      0xfee00380
#define APIC_DIVIDE     0xfee003e0
#define TIMER_PERIODIC  (1u << 17)
#define TIMER_NS        500000u
#define DIVIDE_BY_1     0xb

/*
 * What the other VMPL does: registers that cannot have just anything are those
 * that it asks for VMPL 0 with.  It may begin with HLT.
 */
void turn(void), turn_halt(void), turn_fchs(void), turn_end(void);
asm(".pushsection .text\n"
    "turn_halt:\n"
    "    hlt\n"
    "turn:\n"
    "    xchg %rbx, %rbp\n"
    "    not %r12\n"
    "    vpaddq %ymm1, %ymm0, %ymm0\n"
    "turn_fchs:\n"
    "    fchs\n"
    "    wrmsr\n"
    "    rep; vmmcall\n"
    "turn_end:\n"
    "    jmp turn\n"
    ".popsection");

/* VMPL 0's own, as it looks at them */
struct own {
    uint64_t fs, gs, kernel_gs, star, lstar, cstar, mask, cr2, flags, pat, dr6;
    struct fx {
        uint16_t fcw, fsw, ftw, fop;
        uint64_t fip, fdp;
        uint32_t mxcsr, mxcsr_mask;
        uint64_t st[8][2];
        uint64_t xmm[16][2];
        uint8_t reserved[96];
    } __attribute__((aligned(16))) fx;
};
_Static_assert(sizeof(struct fx) == 512, "size of what FXSAVE writes");

static void own_read(struct own *own)
{
    own->fs = rdmsr(0xc0000100);
    own->gs = rdmsr(0xc0000101);
    own->kernel_gs = rdmsr(0xc0000102);
    own->star = rdmsr(0xc0000081);
    own->lstar = rdmsr(0xc0000082);
    own->cstar = rdmsr(0xc0000083);
    own->mask = rdmsr(0xc0000084);
    own->cr2 = read_cr2();
    own->pat = rdmsr(MSR_PAT);
    memset(&own->fx, 0, sizeof(own->fx));
    asm volatile("fxsave64 %0" : "+m"(own->fx));
    asm volatile("mov %%dr6, %0" : "=r"(own->dr6));
    asm volatile("pushf; pop %0" : "=r"(own->flags));
}

/* Of the FPU all that FXRSTOR loads, but for its modes */
static void write_fpu(struct fx *fx)
{
    asm volatile("fxsave64 %0" : "+m"(*fx));
    fx->ftw = any() & 0xff;
    for (unsigned i = 0; i < 8; i++) {
        fx->st[i][0] = any();
        fx->st[i][1] = any() & 0xffff;
    }
    for (unsigned i = 0; i < 16; i++) {
        fx->xmm[i][0] = any();
        fx->xmm[i][1] = any();
    }
    asm volatile("fxrstor64 %0" : : "m"(*fx));
}

static void own_write(uint64_t number, struct fx *fx)
{
    wrmsr(0xc0000101, number >> 20);
    wrmsr(0xc0000102, number >> 18);
    write_fpu(fx);
    asm volatile("mov %0, %%cr2" : : "r"(number));
    asm volatile("mov %0, %%dr6" : : "r"(DR6 | (number & DR6_FREE)));
}

static uint64_t canonical(void)
{
    return (int64_t)(any() << 16) >> 16;
}

static void fill_random(void *to, size_t size)
{
    uint8_t *bytes = to;

    for (size_t i = 0; i < size; i++) {
        bytes[i] = any();
    }
}

static void randomize_segment(SevVmsaSegment *segment)
{
    segment->selector = le16_of(any());
    segment->limit = le32_of(any());
    segment->base = le64_of(canonical());
}

static void randomize_segments(SevVmsa *vmsa)
{
    randomize_segment(&vmsa->es);
    randomize_segment(&vmsa->ds);
    randomize_segment(&vmsa->fs);
    randomize_segment(&vmsa->gs);
    randomize_segment(&vmsa->ldtr);
    randomize_segment(&vmsa->tr);
    vmsa->gdtr.base = le64_of(canonical());
    vmsa->gdtr.limit = le32_of(any() & 0xffff);
    vmsa->idtr.base = le64_of(canonical());
    vmsa->idtr.limit = le32_of(any() & 0xffff);
}

static uint64_t random_pat(void)
{
    static const uint8_t types[PAT_TYPES] = { 0, 1, 4, 5, 6, 7 };
    uint64_t pat = 0;

    for (unsigned i = 0; i < 8; i++) {
        pat = pat << 8 | types[below(PAT_TYPES)];
    }
    return pat;
}

static void randomize_msrs(SevVmsa *vmsa)
{
    vmsa->star = le64_of(any());
    vmsa->lstar = le64_of(canonical());
    vmsa->cstar = le64_of(canonical());
    vmsa->sfmask = le64_of((uint32_t)any());
    vmsa->kernel_gs_base = le64_of(canonical());
    vmsa->sysenter_cs = le64_of((uint32_t)any());
    vmsa->sysenter_esp = le64_of(canonical());
    vmsa->sysenter_eip = le64_of(canonical());
    vmsa->tsc_aux = le32_of(any());
    vmsa->pkru = le32_of(any());
    vmsa->cr2 = le64_of(any());
    vmsa->g_pat = le64_of(random_pat());
    vmsa->xss = le64_of(any() & XSS_FREE);
    vmsa->dr6 = le64_of(DR6 | (any() & DR6_FREE));
    if (FEATURES & VMSA_SEV_FEATURE_DEBUG_SWAP) {
        fill_random(vmsa->dr, sizeof(vmsa->dr));
    }
}

static void randomize_fpu(SevVmsa *vmsa)
{
    uint16_t fsw = any() & FSW_FREE;

    vmsa->x87_fcw = le16_of(FCW | (any() & FCW_FREE));
    vmsa->x87_fsw = le16_of(fsw);
    /* What FCHS changes is not empty. */
    vmsa->x87_ftw = le16_of((any() & 0xff) | 1u << (fsw >> FSW_TOP_SHIFT & 7));
    vmsa->x87_fop = le16_of(any() & FOP_MASK);
    vmsa->x87_dp = le64_of(any());
    vmsa->x87_ds = le16_of(any());
    vmsa->mxcsr = le32_of(MXCSR | (any() & MXCSR_FREE));
    fill_random(vmsa->fpreg_x87, sizeof(vmsa->fpreg_x87));
    fill_random(vmsa->fpreg_xmm, sizeof(vmsa->fpreg_xmm));
    fill_random(vmsa->fpreg_ymm, sizeof(vmsa->fpreg_ymm));
}

static void randomize_gprs(SevVmsa *vmsa)
{
    vmsa->rbx = le64_of(any());
    vmsa->rbp = le64_of(any());
    vmsa->rsi = le64_of(any());
    vmsa->rdi = le64_of(any());
    vmsa->rsp = le64_of(any());
    fill_random(vmsa->r8_15, sizeof(vmsa->r8_15));
    vmsa->rax = le64_of(GHCB_MSR_VMPL_REQ);
    vmsa->rcx = le64_of(MSR_GHCB);
    vmsa->rdx = le64_of(0);
    vmsa->rflags = le64_of(2 | (any() & RFLAGS_FREE));
    vmsa->rip = le64_of((uintptr_t)turn);
}

/* What its handlers need, which leave everything as it is */
static void allow_events(SevVmsa *vmsa, unsigned index, const SevVmsa *first)
{
    uint64_t flags = le64_get(vmsa->rflags);
    uintptr_t top = (uintptr_t)stacks + (OTHER_INDEX(index) + 1) * STACK_SIZE;
    bool halts = !below(8);

    vmsa->gdtr = first->gdtr;
    vmsa->idtr = first->idtr;
    vmsa->rsp = le64_of(top - below(STACK_USED));
    vmsa->rflags = le64_of(flags | (halts || below(2) ? RFLAGS_IF : 0));
    vmsa->rip = le64_of((uintptr_t)(halts ? turn_halt : turn));
}

/* What stays the same: x87, SSE and AVX are there. */
static void prepare(SevVmsa *vmsa)
{
    vmsa->xcr0 = le64_of(XCR0_ALL);
    vmsa->cr4 = le64_of(le64_get(vmsa->cr4) | CR4_OSFXSR | CR4_OSXSAVE);
    vmsa->cr0 = le64_of(le64_get(vmsa->cr0) | CR0_MP | CR0_NE);
}

static void add_lanes(uint8_t *registers)
{
    uint64_t a[2], b[2];

    memcpy(a, registers, 16);
    memcpy(b, registers + 16, 16);
    a[0] += b[0];
    a[1] += b[1];
    memcpy(registers, a, 16);
}

/* What turn() makes of a save area */
static void expect(SevVmsa *vmsa)
{
    uint64_t rbx = le64_get(vmsa->rbx);

    vmsa->rbx = vmsa->rbp;
    vmsa->rbp = le64_of(rbx);
    vmsa->r8_15[4] = le64_of(~le64_get(vmsa->r8_15[4]));
    add_lanes(vmsa->fpreg_xmm);
    add_lanes(vmsa->fpreg_ymm);
    vmsa->fpreg_x87[9] ^= 0x80;
    vmsa->x87_cs = le16_of(SEL_CODE64);
    vmsa->x87_rip = le64_of((uintptr_t)turn_fchs);
    vmsa->rip = vmsa->guest_nrip = le64_of((uintptr_t)turn_end);
    vmsa->guest_exit_code = le64_of(VMSA_EXIT_VMGEXIT);
}

/* Where two differ first; their size if they do not */
static size_t differs_at(const void *got, const void *want, size_t size)
{
    const uint8_t *a = got, *b = want;
    size_t at = 0;

    while (at < size && a[at] == b[at]) {
        at++;
    }
    return at;
}

static struct result {
    uint32_t told, told_nmis;   /* events of VMPL 0 */
    uint32_t interrupts, nmis;  /* and of the other one */
    unsigned done;              /* rounds that went well, before one did not */
    size_t at;                  /* where a save area was not as it should be */
    bool own;                   /* or VMPL 0's own registers */
} results[MAX_CPUS];

static SevVmsa wanted[MAX_CPUS / 2], *areas[MAX_CPUS / 2];
static SevVmsa firsts[MAX_CPUS / 2];    /* what they were in the beginning */
static GhcbDoorbell *doorbells[MAX_CPUS / 2];
static bool events;
static unsigned cpus;

/* FXSAVE needs a place that is aligned, which a stack may not be. */
static struct {
    struct own before, after;
} owns[MAX_CPUS / 2];

static void take_one(unsigned cpu)
{
    uint16_t pending = hv_take(doorbells[cpu]);

    results[cpu].told_nmis += pending >> 8 & GHCB_DOORBELL_NMI;
    if (pending & 0xff) {
        results[cpu].told++;
        wrmsr(MSR_EOI, 0);
    }
}

/*
 * An EOI brings the next event, and with that the next one's EOI.  So whoever is
 * interrupted here takes it, or there would be more handlers than GHCBs.
 */
static void take(__attribute__((unused)) struct regs *regs)
{
    static volatile bool taking[MAX_CPUS / 2];
    unsigned cpu = this_cpu()->index;
    volatile GhcbDoorbell *doorbell = doorbells[cpu];

    if (taking[cpu]) {
        return;
    }
    do {
        taking[cpu] = true;
        take_one(cpu);
        taking[cpu] = false;
    } while (doorbell->vector || doorbell->flags);
}

static void on_interrupt(__attribute__((unused)) struct regs *regs)
{
    results[this_cpu()->index - OTHER_INDEX(0)].interrupts++;
    write32(APIC_EOI, 0);
}

static void on_nmi(__attribute__((unused)) struct regs *regs)
{
    results[this_cpu()->index - OTHER_INDEX(0)].nmis++;
    ghcb_nmi_complete();
}

/* The machine's APIC of this CPU, which the other VMPL owns */
static void begin_events(unsigned index)
{
    hv_doorbell_set(&doorbells[index]);
    write32(APIC_SPURIOUS, 0x1ff);
    write32(APIC_DIVIDE, DIVIDE_BY_1);
    write32(APIC_TIMER, IDT_VECTOR | TIMER_PERIODIC);
    write32(APIC_COUNT, TIMER_NS);
}

static void send_event(void)
{
    unsigned cpu = below(cpus);

    switch (below(4)) {
    case 0:
        hv_send(TO_CPU(cpu) | HV_VECTOR);
        break;
    case 1:
        hv_send(TO_CPU(cpu) | ICR_MODE_NMI);
        break;
    case 2:
        ap_send(cpu, IDT_VECTOR);
        break;
    case 3:
        ap_send(cpu, ICR_NMI);
        break;
    }
}

/* Until it asks for VMPL 0: events of that one's come in between. */
static bool run_other(SevVmsa *vmsa)
{
    vmsa->guest_exit_code = le64_of(0);
    do {
        if (vmpl_run(OTHER)) {
            return false;
        }
    } while (vmpl_exit_code(vmsa) != VMSA_EXIT_VMGEXIT);
    return true;
}

static bool one_round(unsigned index, struct result *result)
{
    SevVmsa *vmsa = areas[index], *want = &wanted[index];
    struct own *before = &owns[index].before, *after = &owns[index].after;

    randomize_segments(vmsa);
    randomize_msrs(vmsa);
    randomize_fpu(vmsa);
    randomize_gprs(vmsa);
    if (events) {
        allow_events(vmsa, index, &firsts[index]);
        send_event();
    }
    memcpy(want, vmsa, sizeof(*want));
    expect(want);
    own_write(any(), &before->fx);
    own_read(before);
    if (!run_other(vmsa)) {
        return false;
    }
    own_read(after);
    result->own = differs_at(before, after, sizeof(*after)) == sizeof(*after);
    result->at = differs_at(vmsa, want, sizeof(*want));
    return result->own && result->at == SEV_VMSA_SIZE;
}

static void run_rounds(unsigned index)
{
    struct result *result = &results[index];
    unsigned rounds = config_number("rounds", 100);

    write_cr4(read_cr4() | CR4_OSFXSR);
    vmpl_own_with(OTHER, areas[index], PLAIN_FEATURES);
    if (events) {
        begin_events(index);
    }
    while (result->done < rounds && one_round(index, result)) {
        result->done++;
    }
}

static void prepare_events(void)
{
    exception_handle(VECTOR_HV, take);
    exception_handle(IDT_VECTOR, on_interrupt);
    exception_handle(VECTOR_NMI, on_nmi);
}

static void check_events(unsigned index)
{
    const struct result *result = &results[index];

    check(result->told && result->told_nmis,
          "VMPL 0 was told of %u interrupts and %u NMIs", result->told,
          result->told_nmis);
    check(result->interrupts && result->nmis,
          "the other one had %u interrupts and %u NMIs", result->interrupts,
          result->nmis);
}

SUITE(snp_vmpl_registers)
{
    cpus = config_number("cpus", 1);
    events = config_number("events", 0);
    random_begin();
    prepare_events();
    vmpl_admit(OTHER);
    for (unsigned i = 0; i < cpus; i++) {
        areas[i] = vmpl_area(OTHER, OTHER_INDEX(i), NULL, 0);
        prepare(areas[i]);
        memcpy(&firsts[i], areas[i], sizeof(firsts[i]));
    }
    if (cpus > 1) {
        smp_start(cpus, run_rounds);
    }
    run_rounds(0);
    check(cpus == 1 || smp_wait(cpus), "all %u CPUs are done", cpus);
    for (unsigned i = 0; i < cpus; i++) {
        check_equal(results[i].done, config_number("rounds", 100),
                    "CPU %u switches with all registers right (last: VMPL 0's "
                    "%s, save area up to byte %x)", i,
                    results[i].own ? "right" : "wrong",
                    (uint64_t)results[i].at);
        if (events) {
            check_events(i);
        }
    }
}
