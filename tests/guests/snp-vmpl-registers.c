/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_vmpl_registers": "cpus=" CPUs each switch "rounds=" times to a
 * VMPL whose save area has random content, of which it changes a little, and
 * nothing else may change: neither there nor in VMPL 0.
 */
#include "ap-creation.h"
#include "asm.h"
#include "config.h"
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

/*
 * What the other VMPL does: registers that cannot have just anything are those
 * that it asks for VMPL 0 with.
 */
void turn(void), turn_fchs(void), turn_end(void);
asm(".pushsection .text\n"
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
    uint64_t fs, gs, kernel_gs, star, lstar, cstar, mask, cr2, flags;
    uint8_t xmm[16];
};

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
    asm volatile("movdqu %%xmm0, %0" : "=m"(own->xmm));
    asm volatile("pushf; pop %0" : "=r"(own->flags));
}

static void own_write(uint64_t number)
{
    const uint64_t xmm[2] = { number, ~number };

    wrmsr(0xc0000101, number >> 20);
    wrmsr(0xc0000102, number >> 18);
    asm volatile("movdqu %0, %%xmm0" : : "m"(xmm));
    asm volatile("mov %0, %%cr2" : : "r"(number));
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
    if (FEATURES & VMSA_SEV_FEATURE_DEBUG_SWAP) {
        fill_random(vmsa->dr, sizeof(vmsa->dr));
    }
}

static void randomize_fpu(SevVmsa *vmsa)
{
    vmsa->x87_fcw = le16_of(FCW | (any() & FCW_FREE));
    vmsa->x87_fsw = le16_of(any() & FSW_FREE);
    vmsa->x87_ftw = le16_of(0xff);
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
    unsigned done;              /* rounds that went well, before one did not */
    size_t at;                  /* where a save area was not as it should be */
    bool own;                   /* or VMPL 0's own registers */
} results[MAX_CPUS];

static SevVmsa wanted[MAX_CPUS / 2], *areas[MAX_CPUS / 2];

static bool one_round(SevVmsa *vmsa, SevVmsa *want, struct result *result)
{
    struct own before, after;

    randomize_segments(vmsa);
    randomize_msrs(vmsa);
    randomize_fpu(vmsa);
    randomize_gprs(vmsa);
    memcpy(want, vmsa, sizeof(*want));
    expect(want);
    own_write(any());
    own_read(&before);
    if (vmpl_run(OTHER)) {
        return false;
    }
    own_read(&after);
    result->own = differs_at(&before, &after, sizeof(after)) == sizeof(after);
    result->at = differs_at(vmsa, want, sizeof(*want));
    return result->own && result->at == SEV_VMSA_SIZE;
}

static void run_rounds(unsigned index)
{
    struct result *result = &results[index];
    unsigned rounds = config_number("rounds", 100);

    write_cr4(read_cr4() | CR4_OSFXSR);
    vmpl_own(OTHER, areas[index]);
    while (result->done < rounds &&
           one_round(areas[index], &wanted[index], result)) {
        result->done++;
    }
}

SUITE(snp_vmpl_registers)
{
    unsigned cpus = config_number("cpus", 1);

    random_begin();
    vmpl_admit(OTHER);
    for (unsigned i = 0; i < cpus; i++) {
        areas[i] = vmpl_area(OTHER, OTHER_INDEX(i), NULL, 0);
        prepare(areas[i]);
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
    }
}
