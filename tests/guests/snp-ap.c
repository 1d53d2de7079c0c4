/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_ap": CPUs that start with a save area of the guest's (56421, SNP
 * AP creation), with "cpus=" of them, and requests that are refused.
 *
 * Suite "snp_ap_bad": a save area that VMRUN does not take, by "field=",
 * which ends the guest.
 */
#include "abi/vmsa.h"
#include "asm.h"
#include "msr.h"
#include "paging.h"
#include "smp.h"
#include "snp.h"
#include "suite.h"
#include "text.h"

#define EFER_LMA        (1u << 10)
#define EFER_SVME       (1u << 12)
#define CR0_PE_ET       0x11u
#define ATTRIB_CODE64   0xa9b
#define ATTRIB_DATA     0xc93
#define FEATURES        config_sev_features()
#define DR(i)           (0x1234500u + (i))      /* an address of a CPU's */
#define APIC_ICR_LOW    0xfee00300
#define APIC_ICR_HIGH   0xfee00310
#define ICR_INIT        0x4500
#define ICR_SIPI        (0x4600 | AP_PAGE >> 12)
#define ICR_NMI         0x4400
#define HALTS           0x100   /* a generation that comes to HLT */
#define PATIENCE        2000000u
#define SHORT_WHILE     50000u

extern uint8_t stacks[];        /* reset.S */

/* What a started CPU has found, and that it runs */
static struct report {
    uint32_t rounds, generation;
    uint64_t r15, sev_status, cr3, efer, dr0, dr3;
} reports[MAX_CPUS];

static __attribute__((noreturn, used))
void created(uint64_t generation, uint64_t r15)
{
    struct report *report = &reports[this_cpu()->index];

    exception_init();
    report->r15 = r15;
    report->sev_status = rdmsr(MSR_SEV_STATUS);
    report->efer = rdmsr(MSR_EFER);
    report->cr3 = read_cr3();
    asm volatile("mov %%dr0, %0" : "=r"(report->dr0));
    asm volatile("mov %%dr3, %0" : "=r"(report->dr3));
    write32((uintptr_t)&report->generation, generation);
    while (generation & HALTS) {
        asm volatile("cli; hlt");
    }
    for (;;) {
        __atomic_add_fetch(&report->rounds, 1, __ATOMIC_SEQ_CST);
        pause();
    }
}

void snp_ap_entry(void);
asm(".pushsection .text\nsnp_ap_entry: mov %r15, %rsi\n"
    "call created\n.popsection");

static void fill(SevVmsa *vmsa, unsigned cpu, unsigned generation)
{
    uintptr_t stack = (uintptr_t)stacks + cpu * STACK_SIZE;
    const SevVmsaSegment data = {
        .selector = SEL_DATA, .attrib = ATTRIB_DATA, .limit = ~0u,
    };

    *(uint32_t *)stack = cpu;   /* struct cpu: index */
    memset(vmsa, 0, sizeof(*vmsa));
    vmsa->es = vmsa->ss = vmsa->ds = vmsa->fs = vmsa->gs = data;
    vmsa->cs = (SevVmsaSegment) {
        .selector = SEL_CODE64, .attrib = ATTRIB_CODE64, .limit = ~0u,
    };
    vmsa->gdtr.base = (uintptr_t)gdt;
    vmsa->gdtr.limit = GDT_ENTRIES * 8 - 1;
    vmsa->ldtr.attrib = 0x82;
    vmsa->tr.attrib = 0x8b;
    vmsa->tr.limit = 0xffff;
    vmsa->efer = EFER_SVME | EFER_LMA | EFER_LME | EFER_NXE;
    vmsa->cr0 = CR0_PG | CR0_WP | CR0_PE_ET;
    vmsa->cr3 = base_cr3;
    vmsa->cr4 = read_cr4();
    vmsa->dr6 = 0xffff0ff0;
    vmsa->dr7 = 0x400;
    vmsa->dr[0] = DR(0);
    vmsa->dr[3] = DR(3);
    vmsa->rflags = 2;
    vmsa->rip = (uintptr_t)snp_ap_entry;
    vmsa->rsp = stack + STACK_SIZE;
    vmsa->rdi = generation;
    vmsa->r8_15[7] = ~(uint64_t)generation;
    vmsa->g_pat = 0x0007040600070406;
    vmsa->xcr0 = 1;
    vmsa->mxcsr = 0x1f80;
    vmsa->x87_fcw = 0x37f;
    vmsa->sev_features = FEATURES;
}

/* A page that is not at a multiple of 2 MiB, made a save area or not */
static SevVmsa *save_area(bool adjusted)
{
    uintptr_t page = fresh_alloc(SIZE_4K);

    page = page % SIZE_2M ? page : fresh_alloc(SIZE_4K);
    snp_accept(page, SIZE_4K);
    if (adjusted && rmpadjust(page, 0, 1 | RMP_ATTR_VMSA).status) {
        bail_out("RMPADJUST makes no save area");
    }
    return (SevVmsa *)page;
}

static SevVmsa *good(unsigned cpu, unsigned generation)
{
    SevVmsa *vmsa = save_area(true);

    fill(vmsa, cpu, generation);
    return vmsa;
}

static Ghcb *request(unsigned what, unsigned apic_id, uint64_t gpa,
                     uint64_t features)
{
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_AP_CREATION,
                            (uint64_t)apic_id << 32 | what, gpa);

    GHCB_SET(ghcb, rax, features);
    ghcb_call(ghcb);
    return ghcb;
}

static bool is_done(unsigned what, unsigned cpu, const SevVmsa *vmsa)
{
    return request(what, cpu, (uintptr_t)vmsa,
                   FEATURES)->save.sw_exit_info_1 == 0;
}

static bool comes_up(unsigned cpu, unsigned generation)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (read32((uintptr_t)&reports[cpu].generation) == generation) {
            return true;
        }
        pause();
    }
    return false;
}

static bool runs_within(unsigned cpu, unsigned patience)
{
    uint32_t before = read32((uintptr_t)&reports[cpu].rounds);

    for (unsigned i = 0; i < patience; i++) {
        if (read32((uintptr_t)&reports[cpu].rounds) != before) {
            return true;
        }
        pause();
    }
    return false;
}

static bool runs(unsigned cpu)
{
    return runs_within(cpu, PATIENCE);
}

static bool stands(unsigned cpu)
{
    return !runs_within(cpu, SHORT_WHILE);
}

/* Only DebugSwap has them in the save area. */
static void check_debug_registers(unsigned cpu)
{
    bool swap = FEATURES & VMSA_SEV_FEATURE_DEBUG_SWAP;

    check_equal(reports[cpu].dr0, swap ? DR(0) : 0, "CPU %u has its DR0", cpu);
    check_equal(reports[cpu].dr3, swap ? DR(3) : 0, "CPU %u has its DR3", cpu);
}

static void check_state(unsigned cpu, unsigned generation)
{
    const struct report *report = &reports[cpu];

    check_equal(report->r15, ~(uint64_t)generation,
                "CPU %u has its registers from the save area", cpu);
    check_equal(report->sev_status, config_sev_status(),
                "CPU %u has its SEV_STATUS", cpu);
    check_equal(report->cr3, base_cr3, "CPU %u has its CR3", cpu);
    check_equal(report->efer & (EFER_LMA | EFER_LME | EFER_NXE),
                EFER_LMA | EFER_LME | EFER_NXE, "CPU %u has its EFER", cpu);
    check_debug_registers(cpu);
}

static void check_create(unsigned cpu, unsigned generation)
{
    check(is_done(GHCB_AP_CREATE, cpu, good(cpu, generation)),
          "CPU %u is created", cpu);
    check(comes_up(cpu, generation) && (generation & HALTS || runs(cpu)),
          "CPU %u runs", cpu);
    check_state(cpu, generation);
}

static void check_destroy(unsigned cpu)
{
    check(is_done(GHCB_AP_DESTROY, cpu, NULL), "CPU %u is destroyed", cpu);
    check(stands(cpu) || stands(cpu), "CPU %u stops", cpu);
}

static void send(unsigned cpu, uint32_t command)
{
    write32(APIC_ICR_HIGH, cpu << 24);
    write32(APIC_ICR_LOW, command);
}

/* Not where it was, and not as an AP that starts for the first time */
static void check_stays(unsigned cpu, const char *what)
{
    uint32_t started = read32((uintptr_t)&cpus_started);

    check(stands(cpu) && read32((uintptr_t)&cpus_started) == started,
          "CPU %u does not run by %s", cpu, what);
}

/*
 * What a CPU comes to that runs with the state of its launch: there it counts
 * itself.  So it does after an NMI, by real mode's vector.
 */
static void count_starts(void)
{
    uintptr_t vector = VECTOR_NMI * 4;

    /* To the compiler nothing lies there. */
    asm("" : "+r"(vector));
    memcpy((void *)AP_PAGE, ap_code, ap_code_end - ap_code);
    write32(vector, (uint32_t)AP_PAGE >> 4 << 16);
}

static void check_nothing_wakes(unsigned cpu)
{
    count_starts();
    send(cpu, ICR_NMI);
    check_stays(cpu, "an NMI");
    send(cpu, ICR_SIPI);
    check_stays(cpu, "a start-up IPI");
    send(cpu, ICR_INIT);
    check_stays(cpu, "INIT");
    send(cpu, ICR_SIPI);
    check_stays(cpu, "INIT and a start-up IPI");
    send(cpu, ICR_NMI);
    check_stays(cpu, "an NMI after that");
}

static void check_create_on_init(unsigned cpu, unsigned generation, bool sipi)
{
    check(is_done(GHCB_AP_CREATE_ON_INIT, cpu, good(cpu, generation)),
          "CPU %u is to be created on INIT", cpu);
    check(stands(cpu), "CPU %u does not run yet", cpu);
    send(cpu, ICR_INIT);
    /* Firmware sends it all the same. */
    if (sipi) {
        send(cpu, ICR_SIPI);
    }
    check(comes_up(cpu, generation) && (generation & HALTS || runs(cpu)),
          "CPU %u runs by INIT%s", cpu, sipi ? ", an IPI following" : "");
    check_state(cpu, generation);
}

/* From where a CPU may be: never started, destroyed, in HLT */
static void check_inits(unsigned cpu)
{
    check_create_on_init(cpu, 3, true);
    check_destroy(cpu);
    check_nothing_wakes(cpu);
    check_create_on_init(cpu, 4 | HALTS, false);
    check_create_on_init(cpu, 5 | HALTS, false);
    check_create_on_init(cpu, 6, true);
    check_destroy(cpu);
    check_create(cpu, 7 | HALTS);
    send(cpu, ICR_INIT);
    check_stays(cpu, "INIT without a new save area");
}

static void check_refused(Ghcb *ghcb, const char *what)
{
    check(ghcb->save.sw_exit_info_1 == GHCB_RESP_MALFORMED_INPUT &&
          ghcb->save.sw_exit_info_2 == GHCB_ERR_INVALID_INPUT,
          "%s is refused (got %x, %x)", what,
          (uint64_t)ghcb->save.sw_exit_info_1,
          (uint64_t)ghcb->save.sw_exit_info_2);
}

static void check_bad_requests(unsigned cpu)
{
    const uint64_t vmsa = (uintptr_t)good(cpu, 99);
    uintptr_t large = fresh_alloc(SIZE_2M), given_up, rescinded;
    SevVmsa *plain = save_area(false);
    Ghcb *ghcb;

    fill(plain, cpu, 99);
    snp_accept(large, SIZE_4K);
    rmpadjust(large, 0, 1 | RMP_ATTR_VMSA);
    fill((SevVmsa *)large, cpu, 99);
    given_up = (uintptr_t)good(cpu, 99);
    snp_give_up(given_up, SIZE_4K);
    rescinded = (uintptr_t)good(cpu, 99);
    pvalidate(rescinded, 0, 0);
    for (unsigned what = 0; what < 2; what++) {
        check_refused(request(what, cpu, vmsa + 8, FEATURES),
                      "a save area that is not aligned");
        check_refused(request(what, cpu, large, FEATURES),
                      "a save area at a multiple of 2 MiB");
        check_refused(request(what, cpu, (uintptr_t)plain, FEATURES),
                      "what RMPADJUST has not made a save area");
        check_refused(request(what, cpu, given_up, FEATURES),
                      "a save area that was given up");
        check_refused(request(what, cpu, rescinded, FEATURES),
                      "a save area whose validation was rescinded");
        check_refused(request(what, cpu, 0xd0001000, FEATURES),
                      "a save area that is no RAM");
        check_refused(request(what, cpu, vmsa, 0), "no SEV feature at all");
        check_refused(request(what, cpu, vmsa, FEATURES ^
                              VMSA_SEV_FEATURE_DEBUG_SWAP),
                      "another set of SEV features");
        check_refused(request(what, 77, vmsa, FEATURES),
                      "an APIC ID of no CPU");
        check_refused(request(what | 1u << 16, cpu, vmsa, FEATURES),
                      "VMPL 1, which there is not");
    }
    check_refused(request(3, cpu, vmsa, FEATURES), "request 3");
    check_refused(request(GHCB_AP_DESTROY, 77, 0, 0),
                  "to destroy an APIC ID of no CPU");
    ghcb = ghcb_begin(0, GHCB_EXIT_AP_CREATION,
                      (uint64_t)cpu << 32 | GHCB_AP_CREATE, vmsa);
    ghcb_call(ghcb);
    check_equal(ghcb->save.sw_exit_info_2, GHCB_ERR_MISSING_INPUT,
                "without features it is malformed");
    check(stands(cpu), "and CPU %u does not run", cpu);
    check_equal(reports[cpu].generation, 0, "nor has it");
}

SUITE(snp_ap)
{
    unsigned cpus = config_number("cpus", 2);

    check_bad_requests(1);
    check_create(1, 1);
    check_create(1, 2);
    check_destroy(1);
    check_inits(1);
    for (unsigned cpu = 1; cpu < cpus; cpu++) {
        check_create(cpu, 10 + cpu);
    }
    for (unsigned cpu = 1; cpu < cpus; cpu++) {
        check(runs(cpu), "CPU %u still runs", cpu);
    }
}

SUITE(snp_ap_bad)
{
    SevVmsa *vmsa = good(1, 1);
    char field[16];

    config_text("field", field, sizeof(field));
    if (str_equal(field, "efer")) {
        vmsa->efer &= ~(uint64_t)EFER_SVME;
    } else if (str_equal(field, "vmpl")) {
        vmsa->vmpl = 1;
    } else if (str_equal(field, "features")) {
        vmsa->sev_features = 0;
    } else if (str_equal(field, "cr0")) {
        vmsa->cr0 |= CR0_NW;
    } else if (str_equal(field, "xcr0")) {
        vmsa->xcr0 = 2;
    }
    is_done(GHCB_AP_CREATE, 1, vmsa);
    check(comes_up(1, 1), "the CPU runs all the same");
}
