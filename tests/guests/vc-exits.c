/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "vc_exits": which instructions raise #VC, with which error code, and
 * which do not (APM volume 2, 15.35.4 and appendix C; what KVM intercepts).
 * A #VC leaves everything as it was before the instruction.
 */
#include "cpuid.h"
#include "msr.h"
#include "run.h"
#include "suite.h"
#include "text.h"
#include "vc.h"

#define ERROR_NONE  0               /* neither #VC nor a fault */
#define PORT_FREE   0x80    /* POST codes: reads and writes do nothing */
#define LAPIC_ID    0xfee00020

/* Registers with a pattern, so that a change is noticed */
#define GPRS(...) { .ax = 0xa5a5a5a5, .bx = 0xb5b5b5b5, .cx = 0xc5c5c5c5, \
                    .dx = 0xd5d5d5d5, .si = 0x5a5a5a5a, .di = 0xdada5a5a, \
                    __VA_ARGS__ }

static uint8_t memory[64];

struct row {
    const char *name;
    struct code code;
    uint32_t error;
    struct gprs gprs;
};

#pragma GCC diagnostic ignored "-Woverride-init"
#define PORT .dx = PORT_FREE
#define MEM .si = (uintptr_t)memory, .di = (uintptr_t)memory

static const struct row exits[] = {
    { "CPUID", CODE(0x0f, 0xa2), VC_EXIT_CPUID, GPRS(.ax = 0) },
    { "CPUID with prefixes", CODE(0x66, 0xf3, 0x0f, 0xa2), VC_EXIT_CPUID,
      GPRS(.ax = 0) },
    { "RDMSR of the APIC's base", CODE(0x0f, 0x32), VC_EXIT_MSR,
      GPRS(.cx = MSR_APIC_BASE) },
    { "WRMSR of the APIC's base", CODE(0x0f, 0x30), VC_EXIT_MSR,
      GPRS(.cx = MSR_APIC_BASE) },
    { "RDMSR of an MSR that nobody has", CODE(0x0f, 0x32), VC_EXIT_MSR,
      GPRS(.cx = 0xdeadbeef) },
    { "WRMSR of an MSR that nobody has", CODE(0x0f, 0x30), VC_EXIT_MSR,
      GPRS(.cx = 0xdeadbeef) },
    { "RDMSR of the TSC", CODE(0x0f, 0x32), VC_EXIT_MSR, GPRS(.cx = 0x10) },
    { "RDPMC", CODE(0x0f, 0x33), VC_EXIT_RDPMC, GPRS(.cx = 0) },
    { "INVD", CODE(0x0f, 0x08), VC_EXIT_INVD, GPRS() },
    { "WBINVD", CODE(0x0f, 0x09), VC_EXIT_WBINVD, GPRS() },
    { "VMMCALL", CODE(0x0f, 0x01, 0xd9), VC_EXIT_VMMCALL, GPRS() },
    { "MOV from DR7", CODE(0x0f, 0x21, 0xf8), VC_EXIT_DR7_READ, GPRS() },
    { "MOV to DR7", CODE(0x0f, 0x23, 0xf8), VC_EXIT_DR7_WRITE,
      GPRS(.ax = 0x400) },
    /* EFER.SVME is set in an SEV-ES guest: VMRUN needs it there. */
    { "VMRUN", CODE(0x0f, 0x01, 0xd8), VC_EXIT_VMRUN, GPRS(.ax = 0) },
    { "VMLOAD", CODE(0x0f, 0x01, 0xda), VC_EXIT_VMLOAD, GPRS(.ax = 0) },
    { "VMSAVE", CODE(0x0f, 0x01, 0xdb), VC_EXIT_VMSAVE, GPRS(.ax = 0) },
    { "STGI", CODE(0x0f, 0x01, 0xdc), VC_EXIT_STGI, GPRS() },
    { "CLGI", CODE(0x0f, 0x01, 0xdd), VC_EXIT_CLGI, GPRS() },
    { "INVLPGA", CODE(0x0f, 0x01, 0xdf), VC_EXIT_INVLPGA, GPRS(.ax = 0) },
    { "IN AL, imm8", CODE(0xe4, PORT_FREE), VC_EXIT_IOIO, GPRS() },
    { "IN AX, imm8", CODE(0x66, 0xe5, PORT_FREE), VC_EXIT_IOIO, GPRS() },
    { "IN EAX, imm8", CODE(0xe5, PORT_FREE), VC_EXIT_IOIO, GPRS() },
    { "IN AL, DX", CODE(0xec), VC_EXIT_IOIO, GPRS(PORT) },
    { "IN AX, DX", CODE(0x66, 0xed), VC_EXIT_IOIO, GPRS(PORT) },
    { "IN EAX, DX", CODE(0xed), VC_EXIT_IOIO, GPRS(PORT) },
    { "OUT imm8, AL", CODE(0xe6, PORT_FREE), VC_EXIT_IOIO, GPRS() },
    { "OUT imm8, AX", CODE(0x66, 0xe7, PORT_FREE), VC_EXIT_IOIO, GPRS() },
    { "OUT imm8, EAX", CODE(0xe7, PORT_FREE), VC_EXIT_IOIO, GPRS() },
    { "OUT DX, AL", CODE(0xee), VC_EXIT_IOIO, GPRS(PORT) },
    { "OUT DX, AX", CODE(0x66, 0xef), VC_EXIT_IOIO, GPRS(PORT) },
    { "OUT DX, EAX", CODE(0xef), VC_EXIT_IOIO, GPRS(PORT) },
    { "INSB", CODE(0x6c), VC_EXIT_IOIO, GPRS(PORT, MEM) },
    { "INSW", CODE(0x66, 0x6d), VC_EXIT_IOIO, GPRS(PORT, MEM) },
    { "INSD", CODE(0x6d), VC_EXIT_IOIO, GPRS(PORT, MEM) },
    { "OUTSB", CODE(0x6e), VC_EXIT_IOIO, GPRS(PORT, MEM) },
    { "OUTSW", CODE(0x66, 0x6f), VC_EXIT_IOIO, GPRS(PORT, MEM) },
    { "OUTSD", CODE(0x6f), VC_EXIT_IOIO, GPRS(PORT, MEM) },
    { "REP INSB", CODE(0xf3, 0x6c), VC_EXIT_IOIO,
      GPRS(PORT, MEM, .cx = 3) },
    { "REP INSW with the prefixes in this order", CODE(0xf3, 0x66, 0x6d),
      VC_EXIT_IOIO, GPRS(PORT, MEM, .cx = 3) },
    { "REP INSW with them in the other", CODE(0x66, 0xf3, 0x6d),
      VC_EXIT_IOIO, GPRS(PORT, MEM, .cx = 3) },
    { "REP OUTSB", CODE(0xf3, 0x6e), VC_EXIT_IOIO,
      GPRS(PORT, MEM, .cx = 3) },
    { "REP OUTSD", CODE(0xf3, 0x6f), VC_EXIT_IOIO,
      GPRS(PORT, MEM, .cx = 3) },
    { "REPNE OUTSW", CODE(0xf2, 0x66, 0x6f), VC_EXIT_IOIO,
      GPRS(PORT, MEM, .cx = 3) },
    { "a load from a device", CODE(0x8b, 0x06), VC_EXIT_NPF,
      GPRS(.si = LAPIC_ID) },
    { "a store to a device", CODE(0x89, 0x06), VC_EXIT_NPF,
      GPRS(.si = LAPIC_ID) },
    { "an addition to a device", CODE(0x01, 0x06), VC_EXIT_NPF,
      GPRS(.si = LAPIC_ID) },
    { "a PUSH of a device's register", CODE(0xff, 0x36), VC_EXIT_NPF,
      GPRS(.si = LAPIC_ID) },
    { "a load from where nothing is", CODE(0x8b, 0x06), VC_EXIT_NPF,
      GPRS(.si = 0xf0000000) },
    { "a copy from a device", CODE(0xa5), VC_EXIT_NPF,
      GPRS(.si = LAPIC_ID, .di = (uintptr_t)memory) },
    { "a repeated copy to a device", CODE(0xf3, 0xa5), VC_EXIT_NPF,
      GPRS(.si = (uintptr_t)memory, .di = LAPIC_ID, .cx = 2) },
};

static const struct row automatic[] = {
    { "PAUSE", CODE(0xf3, 0x90), ERROR_NONE, GPRS() },
    { "RDTSC", CODE(0x0f, 0x31), ERROR_NONE, GPRS() },
    { "INVLPG", CODE(0x0f, 0x01, 0x3e), ERROR_NONE, GPRS(MEM) },
    { "MOV from CR0 and to it", CODE(0x0f, 0x20, 0xc0, 0x0f, 0x22, 0xc0),
      ERROR_NONE, GPRS() },
    { "MOV from CR3 and to it", CODE(0x0f, 0x20, 0xd8, 0x0f, 0x22, 0xd8),
      ERROR_NONE, GPRS() },
    { "MOV from CR4 and to it", CODE(0x0f, 0x20, 0xe0, 0x0f, 0x22, 0xe0),
      ERROR_NONE, GPRS() },
    { "MOV from DR0 and to it", CODE(0x0f, 0x21, 0xc0, 0x0f, 0x23, 0xc0),
      ERROR_NONE, GPRS() },
    { "MOV from DR1 and to it", CODE(0x0f, 0x21, 0xc8, 0x0f, 0x23, 0xc8),
      ERROR_NONE, GPRS() },
    { "MOV from DR2 and to it", CODE(0x0f, 0x21, 0xd0, 0x0f, 0x23, 0xd0),
      ERROR_NONE, GPRS() },
    { "MOV from DR3 and to it", CODE(0x0f, 0x21, 0xd8, 0x0f, 0x23, 0xd8),
      ERROR_NONE, GPRS() },
    { "MOV from DR6 and to it", CODE(0x0f, 0x21, 0xf0, 0x0f, 0x23, 0xf0),
      ERROR_NONE, GPRS() },
    { "a load from read-only memory", CODE(0x8b, 0x06), ERROR_NONE,
      GPRS(.si = 0xfffffff0) },
};

static void check_row(const struct row *row)
{
    struct gprs gprs = row->gprs;
    uintptr_t cr2 = read_cr2();
    struct fault f = run_see(row->code.bytes, row->code.length, &gprs);

    if (!row->error) {
        check_fault(f, (struct fault) {
            .vector = NO_FAULT,
        }, "%s raises no #VC", row->name);
        return;
    }
    check_fault(f, (struct fault) {
        .vector = VECTOR_VC, .error = row->error, .ip = (uintptr_t)run_code,
    }, "%s raises #VC", row->name);
    check(run_unchanged(&row->gprs) && read_cr2() == cr2,
          "%s has changed no register", row->name);
}

/* Instructions that only some CPU models have */
static void check_rare(void)
{
    static const struct row rdtscp = {
        "RDTSCP", CODE(0x0f, 0x01, 0xf9), ERROR_NONE, GPRS()
    };
    static const struct row rdpru = {
        "RDPRU", CODE(0x0f, 0x01, 0xfd), VC_EXIT_RDPRU, GPRS(.cx = 0)
    };
    static const struct row xsetbv = {
        "XSETBV", CODE(0x0f, 0x01, 0xd1), ERROR_NONE,
        GPRS(.ax = 1, .cx = 0, .dx = 0)
    };

    static const struct row monitor = {
        "MONITOR", CODE(0x0f, 0x01, 0xc8), VC_EXIT_MONITOR,
        GPRS(.ax = (uintptr_t)memory, .cx = 0, .dx = 0)
    };
    static const struct row mwait = {
        "MWAIT", CODE(0x0f, 0x01, 0xc9), VC_EXIT_MWAIT,
        GPRS(.ax = 0, .cx = 0)
    };

    if (cpuid_get(CPUID_MONITOR)) {
        check_row(&monitor);
        check_row(&mwait);
    }
    if (cpuid_get(CPUID_RDTSCP)) {
        check_row(&rdtscp);
    }
    if (cpuid_get(CPUID_RDPRU)) {
        check_row(&rdpru);
    }
    if (cpuid_get(CPUID_XSAVE)) {
        write_cr4(read_cr4() | CR4_OSXSAVE);
        check_row(&xsetbv);
        write_cr4(read_cr4() & ~CR4_OSXSAVE);
    }
}

/* Where an instruction has a fault of its own, that wins. */
static void check_own_faults(void)
{
    static const uint8_t lock_cpuid[] = { 0xf0, 0x0f, 0xa2 };
    static const uint8_t mov_dr5[] = { 0x0f, 0x21, 0xe8 };
    struct gprs gprs = GPRS();

    check_fault(run_see(lock_cpuid, sizeof(lock_cpuid), &gprs),
                (struct fault) {
        .vector = VECTOR_UD, .ip = (uintptr_t)run_code,
    }, "CPUID with LOCK is #UD");
    write_cr4(read_cr4() | CR4_DE);
    check_fault(run_see(mov_dr5, sizeof(mov_dr5), &gprs), (struct fault) {
        .vector = VECTOR_UD, .ip = (uintptr_t)run_code,
    }, "MOV from DR5 with CR4.DE is #UD");
    write_cr4(read_cr4() & ~CR4_DE);
}

SUITE(vc_exits)
{
    for (unsigned i = 0; i < sizeof(exits) / sizeof(exits[0]); i++) {
        check_row(&exits[i]);
    }
    for (unsigned i = 0; i < sizeof(automatic) / sizeof(automatic[0]); i++) {
        check_row(&automatic[i]);
    }
    check_rare();
    check_own_faults();
}
