/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "svm" (long mode): what a hypervisor inside of the guest sees of its
 * own guest (APM volume 2, chapter 15).  "what=" names the part of it.
 */
#include "abi/vmsa.h"
#include "asm.h"
#include "config.h"
#include "msr.h"
#include "paging.h"
#include "segments.h"
#include "suite.h"
#include "text.h"
#include "x86.h"

#define MSR_VM_HSAVE_PA     0xc0010117
#define EFER_SVME           (1u << 12)
#define INTERCEPT_VINTR     (1ull << 4)
#define INTERCEPT_INTN      (1ull << 21)
#define INTERCEPT_VMRUN     (1ull << 32)
#define INTERCEPT_VMMCALL   (1ull << 33)
#define INTERCEPT5_INVLPGB  (1u << 0)
#define INTERCEPT5_ILLEGAL  (1u << 1)
#define V_IRQ               (1u << 8)
#define V_INTR_PRIO_15      (15u << 16)
#define V_INTR_MASKING      (1u << 24)
#define EXIT_READ_CR0       0x000
#define EXIT_WRITE_CR0      0x010
#define EXIT_EXCP_BASE      0x040
#define EXIT_VINTR          0x064
#define EXIT_INTN           0x075
#define EXIT_VMMCALL        0x081
#define EXIT_INVLPGB        0x0a0
#define EXIT_ILLEGAL        0x0a1
#define EXIT_NPF            0x400
#define VECTOR_BP           3
#define RFLAGS_IF           0x202
#define NPF_FINAL           (1ull << 32)
#define ATTRIB_CODE64       0xa9b
#define ATTRIB_DATA         0xc93
#define PTE_USER            (1ull << 2)

/* The control area, and a save area, which is as that of SEV-ES at first */
static struct vmcb {
    uint16_t cr_read, cr_write, dr_read, dr_write;
    uint32_t exceptions;
    uint64_t intercepts;
    uint32_t intercepts5;
    uint8_t reserved_0x18[0x40];
    uint32_t asid, tlb_control, int_ctl, int_vector;
    uint64_t int_state, exit_code, exit_info_1, exit_info_2, exit_int_info;
    uint64_t nested_ctl;
    uint8_t reserved_0x98[0x10];
    uint64_t event_inj, nested_cr3;
    uint8_t reserved_0xb8[0x348];
    SevVmsa save;               /* more than there is */
} __attribute__((packed, aligned(4096))) vmcb;

_Static_assert(__builtin_offsetof(struct vmcb, intercepts) == 0x00c, "");
_Static_assert(__builtin_offsetof(struct vmcb, asid) == 0x058, "");
_Static_assert(__builtin_offsetof(struct vmcb, exit_code) == 0x070, "");
_Static_assert(__builtin_offsetof(struct vmcb, nested_cr3) == 0x0b0, "");
_Static_assert(__builtin_offsetof(struct vmcb, save) == 0x400, "");

static uint8_t host_save[4096] __attribute__((aligned(4096)));
static uint64_t nested[3][512] __attribute__((aligned(4096)));

/* What the nested guest executes: a few instructions, and VMMCALL */
#define NESTED(name, code)                                              \
    extern const char name[];                                           \
    asm(".pushsection .text\n" #name ": " code "; vmmcall\n.popsection")

NESTED(nested_read_cr0, "mov %cr0, %rax");
NESTED(nested_read_cr2, "mov %cr2, %rax");
NESTED(nested_read_cr3, "mov %cr3, %rax");
NESTED(nested_read_cr4, "mov %cr4, %rax");
NESTED(nested_read_cr8, "mov %cr8, %rax");
NESTED(nested_write_cr2, "mov %rax, %cr2");
NESTED(nested_write_cr8, "mov %rax, %cr8");
NESTED(nested_int3, "int3");
NESTED(nested_int_3, ".byte 0xcd, 3");
NESTED(nested_load, "mov (%rax), %rax");
NESTED(nested_invlpgb, "xor %ecx, %ecx; xor %edx, %edx\n"
       "nested_invlpgb_ip: .byte 0x0f, 0x01, 0xfe");
NESTED(nested_tlbsync, ".byte 0x0f, 0x01, 0xff");
extern const char nested_invlpgb_ip[];

static const struct {
    unsigned cr;
    const char *read, *write;
} crs[] = {
    { 0, nested_read_cr0, NULL },
    { 2, nested_read_cr2, nested_write_cr2 },
    { 3, nested_read_cr3, NULL },
    { 4, nested_read_cr4, NULL },
    { 8, nested_read_cr8, nested_write_cr8 },
};

/* A guest in the same mode, with the same page tables, at CODE */
static void begin(const char *code)
{
    const SevVmsaSegment data = {
        .selector = le16_of(SEL_DATA), .attrib = le16_of(ATTRIB_DATA),
        .limit = le32_of(~0u),
    };
    SevVmsa *save = &vmcb.save;

    memset(&vmcb, 0, sizeof(vmcb));
    vmcb.asid = 1;
    vmcb.intercepts = INTERCEPT_VMRUN | INTERCEPT_VMMCALL;
    save->es = save->ss = save->ds = data;
    save->cs = (SevVmsaSegment) {
        .selector = le16_of(SEL_CODE64), .attrib = le16_of(ATTRIB_CODE64),
        .limit = le32_of(~0u),
    };
    save->gdtr.base = le64_of((uintptr_t)gdt);
    save->gdtr.limit = le32_of(GDT_ENTRIES * 8 - 1);
    save->efer = le64_of(rdmsr(MSR_EFER));
    save->cr0 = le64_of(read_cr0());
    save->cr3 = le64_of(read_cr3());
    save->cr4 = le64_of(read_cr4());
    save->dr6 = le64_of(0xffff0ff0);
    save->dr7 = le64_of(0x400);
    save->rflags = le64_of(2);
    save->rip = le64_of((uintptr_t)code);
}

/* Returns the exit code; the guest only has RAX to itself, RCX and RDX. */
static uint64_t run(void)
{
    asm volatile("vmrun; stgi" : : "a"(&vmcb) : "rcx", "rdx", "memory", "cc");
    return vmcb.exit_code;
}

static void svm_on(void)
{
    wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SVME);
    wrmsr(MSR_VM_HSAVE_PA, (uintptr_t)host_save);
}

static void check_cr_reads(void)
{
    for (unsigned i = 0; i < sizeof(crs) / sizeof(crs[0]); i++) {
        unsigned cr = crs[i].cr;

        begin(crs[i].read);
        vmcb.cr_read = 1u << cr;
        check_equal(run(), EXIT_READ_CR0 + cr,
                    "a read of CR%u is intercepted", cr);
        check_equal(le64_get(vmcb.save.rip), (uintptr_t)crs[i].read,
                    "RIP is at the instruction");
        begin(crs[i].read);
        vmcb.cr_read = ~(1u << cr);
        check_equal(run(), EXIT_VMMCALL,
                    "others' intercepts leave a read of CR%u alone", cr);
    }
}

static void check_cr_writes(void)
{
    for (unsigned i = 0; i < sizeof(crs) / sizeof(crs[0]); i++) {
        unsigned cr = crs[i].cr;

        if (!crs[i].write) {
            continue;
        }
        begin(crs[i].write);
        vmcb.cr_write = 1u << cr;
        check_equal(run(), EXIT_WRITE_CR0 + cr,
                    "a write of CR%u is intercepted", cr);
        begin(crs[i].write);
        vmcb.cr_write = ~(1u << cr);
        check_equal(run(), EXIT_VMMCALL,
                    "others' intercepts leave a write of CR%u alone", cr);
    }
}

/* Nothing of it may depend on locks that are held or not. */
static void check_virtual_interrupt(void)
{
    begin(nested_write_cr8);
    vmcb.int_ctl = V_IRQ | V_INTR_PRIO_15 | V_INTR_MASKING;
    check_equal(run(), EXIT_VMMCALL,
                "MOV to CR8 with a virtual interrupt pending is done");
    begin(nested_write_cr8);
    vmcb.int_ctl = V_IRQ | V_INTR_PRIO_15 | V_INTR_MASKING | 15;
    vmcb.intercepts |= INTERCEPT_VINTR;
    vmcb.save.rflags = le64_of(RFLAGS_IF);
    check_equal(run(), EXIT_VINTR,
                "a virtual interrupt comes when CR8 allows it");
    begin(nested_write_cr8);
    vmcb.save.rax = le64_of(15);
    vmcb.int_ctl = V_IRQ | V_INTR_PRIO_15 | V_INTR_MASKING;
    vmcb.intercepts |= INTERCEPT_VINTR;
    check_equal(run(), EXIT_VMMCALL, "and not when it forbids it");
}

static void check_breakpoints(void)
{
    begin(nested_int3);
    vmcb.exceptions = 1u << VECTOR_BP;
    vmcb.intercepts |= INTERCEPT_INTN;
    check_equal(run(), EXIT_EXCP_BASE + VECTOR_BP, "INT3 is #BP's intercept");
    check_equal(le64_get(vmcb.save.rip), (uintptr_t)nested_int3,
                "RIP is at the instruction");
    begin(nested_int_3);
    vmcb.exceptions = 1u << VECTOR_BP;
    vmcb.intercepts |= INTERCEPT_INTN;
    check_equal(run(), EXIT_INTN, "INT 3 is that of INTn");
    /* Without an IDT its delivery is #GP. */
    begin(nested_int3);
    vmcb.exceptions = 1u << VECTOR_GP;
    vmcb.intercepts |= INTERCEPT_INTN;
    check_equal(run(), EXIT_EXCP_BASE + VECTOR_GP,
                "INT3 is not INTn's intercept");
}

/* Four levels of 1 GiB, each page at its own address */
static void nested_tables(void)
{
    const uint64_t flags = PTE_PRESENT | PTE_WRITABLE | PTE_USER;

    nested[0][0] = (uintptr_t)nested[1] | flags;
    nested[1][0] = (uintptr_t)nested[2] | flags;
    for (unsigned i = 0; i < 512; i++) {
        nested[2][i] = (uint64_t)i << 21 | flags | PTE_LARGE;
    }
    vmcb.nested_ctl = 1;
    vmcb.nested_cr3 = (uintptr_t)nested[0];
}

static void check_nested_fault(uint64_t entry, uint64_t info, const char *what)
{
    const uintptr_t address = 16u << 20;

    begin(nested_load);
    vmcb.save.rax = le64_of(address);
    nested_tables();
    nested[2][address >> 21] = entry ? nested[2][address >> 21] | entry : 0;
    check_equal(run(), EXIT_NPF, "%s is a nested page fault", what);
    check_equal(vmcb.exit_info_1, info | NPF_FINAL | PF_USER,
                "and so its error code says");
    check_equal(vmcb.exit_info_2, address, "the address is there");
}

static void check_nested_faults(void)
{
    check_nested_fault(0, 0, "an entry that is not present");
    check_nested_fault(1u << 13, PF_RESERVED | PF_PRESENT,
                       "an entry with a reserved bit");
}

static uint64_t run_invlpgb(bool legal, uint32_t intercepts)
{
    begin(nested_invlpgb);
    vmcb.save.rax = le64_of(legal ? 0 : 1u << 11);
    vmcb.intercepts5 = intercepts;
    vmcb.exceptions = 1u << VECTOR_GP;
    return run();
}

/* Both come before #GP; CPUID has no intercept of TLBSYNC. */
static void check_invlpgb(void)
{
    check_equal(run_invlpgb(true, INTERCEPT5_INVLPGB), EXIT_INVLPGB,
                "INVLPGB is intercepted");
    check_equal(le64_get(vmcb.save.rip), (uintptr_t)nested_invlpgb_ip,
                "RIP is at the instruction");
    check_equal(run_invlpgb(false, INTERCEPT5_INVLPGB | INTERCEPT5_ILLEGAL),
                EXIT_INVLPGB, "with wrong operands, too");
    check_equal(run_invlpgb(false, INTERCEPT5_ILLEGAL), EXIT_ILLEGAL,
                "wrong operands alone are intercepted");
    check_equal(le64_get(vmcb.save.rip), (uintptr_t)nested_invlpgb_ip,
                "RIP is at the instruction");
    check_equal(run_invlpgb(true, INTERCEPT5_ILLEGAL), EXIT_VMMCALL,
                "right ones then are not");
    check_equal(run_invlpgb(true, 0), EXIT_VMMCALL,
                "without an intercept INVLPGB is executed");
    check_equal(run_invlpgb(false, ~3u), EXIT_EXCP_BASE + VECTOR_GP,
                "or is #GP");
    begin(nested_tlbsync);
    vmcb.intercepts5 = ~0u;
    check_equal(run(), EXIT_VMMCALL, "TLBSYNC is executed");
}

SUITE(svm)
{
    static const struct {
        const char *name;
        void (*check)(void);
    } parts[] = {
        { "cr-read", check_cr_reads },
        { "cr-write", check_cr_writes },
        { "virtual-interrupt", check_virtual_interrupt },
        { "breakpoint", check_breakpoints },
        { "nested-fault", check_nested_faults },
        { "invlpgb", check_invlpgb },
    };
    char what[32] = "";

    svm_on();
    config_text("what", what, sizeof(what));
    for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (str_equal(parts[i].name, what)) {
            parts[i].check();
        }
    }
}
