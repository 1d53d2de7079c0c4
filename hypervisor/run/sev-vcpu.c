/*
 * Does to QEMU's vCPU and machine what a GHCB's requests ask for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/main-loop.h"
#include "qemu/units.h"
#include "cpu.h"
#include "cpu/msr.h"
#include "exec/address-spaces.h"
#include "exec/cpu_ldst.h"
#include "exec/helper-proto.h"
#include "hw/i386/x86.h"
#include "tcg/helper-tcg.h"
#include "hypervisor/run/ap-creation.h"
#include "hypervisor/run/hv-events.h"
#include "hypervisor/run/sev-end.h"
#include "hypervisor/run/sev-vcpu.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/run/snp-messages.h"
#include "hypervisor/run/snp-vcpu.h"
#include "hypervisor/run/vcpu-load.h"
#include "hypervisor/run/vmpl.h"
#include "hypervisor/trace.h"

/* The hypervisor's accesses are those of software outside of the guest. */
#define GUEST_MEMORY (&address_space_memory)
#define ATTRS MEMTXATTRS_UNSPECIFIED

static CPUX86State *vcpu_env(void *opaque)
{
    SevVcpu *vcpu = opaque;

    return &vcpu->sev.cpu->env;
}

/* snp_is_private(), for what is asked often */
static bool is_private(const SevVcpu *vcpu, uint64_t gpa)
{
    return vcpu->sev.rmp && rmp_is_assigned(vcpu->sev.rmp, snp_spa(gpa));
}

/*
 * The GHCB's page is found once for a VMGEXIT, and its fields are then copied
 * from and to the host's memory: that is half of what a VMGEXIT costs.
 */
static bool in_ghcb(SevVcpu *vcpu, uint64_t gpa, uint64_t len)
{
    return vcpu->page.ptr && gpa >= vcpu->page_gpa &&
           gpa - vcpu->page_gpa < GHCB_PAGE_SIZE &&
           len <= GHCB_PAGE_SIZE - (gpa - vcpu->page_gpa) &&
           !is_private(vcpu, gpa);
}

static void map_ghcb(SevVcpu *vcpu)
{
    uint64_t gpa = sev_vcpu_vmpl(vcpu)->ghcb.msr;

    vcpu->page_gpa = gpa;
    if (address_space_cache_init(&vcpu->page, GUEST_MEMORY, gpa,
                                 GHCB_PAGE_SIZE, true) < GHCB_PAGE_SIZE) {
        /* What is no RAM all over goes the long way, and is refused there. */
        vcpu->page.ptr = NULL;
    }
}

/* Nearly every request writes an answer there, so nobody looks whether. */
static void unmap_ghcb(SevVcpu *vcpu)
{
    if (vcpu->page.ptr) {
        address_space_cache_invalidate(&vcpu->page, 0, GHCB_PAGE_SIZE);
    }
    address_space_cache_destroy(&vcpu->page);
    vcpu->page.ptr = NULL;
}

/* Each page of it, so that one access does not span RAM and a device. */
static bool vcpu_is_ram(void *opaque, uint64_t gpa, uint64_t len)
{
    if (in_ghcb(opaque, gpa, len)) {
        return true;
    }

    RCU_READ_LOCK_GUARD();

    /* Of a private page the hypervisor has nothing, nor of what is mixed. */
    if (len && (is_private(opaque, gpa) ||
                is_private(opaque, gpa + len - 1))) {
        return false;
    }
    while (len) {
        hwaddr xlat, part = len;
        MemoryRegion *mr = address_space_translate(GUEST_MEMORY, gpa, &xlat,
                                                   &part, true, ATTRS);

        if (!memory_region_is_ram(mr) || mr->readonly || !part) {
            return false;
        }
        gpa += part;
        len -= part;
    }
    return true;
}

static bool vcpu_read(void *opaque, uint64_t gpa, void *buf, size_t len)
{
    SevVcpu *vcpu = opaque;

    if (in_ghcb(vcpu, gpa, len)) {
        memcpy(buf, vcpu->page.ptr + (gpa - vcpu->page_gpa), len);
        return true;
    }
    return vcpu_is_ram(opaque, gpa, len) &&
           address_space_read(GUEST_MEMORY, gpa, ATTRS, buf, len) == MEMTX_OK;
}

static bool vcpu_write(void *opaque, uint64_t gpa, const void *buf, size_t len)
{
    SevVcpu *vcpu = opaque;

    if (in_ghcb(vcpu, gpa, len)) {
        memcpy(vcpu->page.ptr + (gpa - vcpu->page_gpa), buf, len);
        return true;
    }
    return vcpu_is_ram(opaque, gpa, len) &&
           address_space_write(GUEST_MEMORY, gpa, ATTRS, buf, len) == MEMTX_OK;
}

/*
 * The local APIC that answers is the calling CPU's own.  Not the CPU's address
 * space: an SEV-SNP guest's has private memory too, which nobody emulates.
 */
static void vcpu_mmio_read(void *opaque, uint64_t gpa, void *buf, size_t len)
{
    if (address_space_read(GUEST_MEMORY, gpa, ATTRS, buf, len) != MEMTX_OK) {
        memset(buf, 0xff, len);
    }
}

static void vcpu_mmio_write(void *opaque, uint64_t gpa, const void *buf,
                            size_t len)
{
    address_space_write(GUEST_MEMORY, gpa, ATTRS, buf, len);
}

static uint32_t vcpu_port_in(void *opaque, uint16_t port, unsigned size)
{
    CPUX86State *env = vcpu_env(opaque);

    switch (size) {
    case 1:
        return helper_inb(env, port);
    case 2:
        return helper_inw(env, port);
    default:
        return helper_inl(env, port);
    }
}

static void vcpu_port_out(void *opaque, uint16_t port, unsigned size,
                          uint32_t value)
{
    CPUX86State *env = vcpu_env(opaque);

    switch (size) {
    case 1:
        helper_outb(env, port, value);
        break;
    case 2:
        helper_outw(env, port, value);
        break;
    default:
        helper_outl(env, port, value);
        break;
    }
}

/*
 * Leaf 0xD depends on XCR0, and KVM believes what the guest says of it, but
 * for what XSETBV would not take.
 */
static void vcpu_cpuid(void *opaque, uint32_t leaf, uint32_t subleaf,
                       const uint64_t *xcr0, uint32_t regs[4])
{
    CPUX86State *env = vcpu_env(opaque);
    uint64_t own = env->xcr0;

    if (xcr0 && *xcr0 & XSTATE_FP_MASK) {
        cpu_x86_cpuid(env, 0xd, 0, &regs[0], &regs[1], &regs[2], &regs[3]);
        if (!(*xcr0 & ~deposit64(regs[0], 32, 32, regs[3]))) {
            env->xcr0 = *xcr0;
        }
    }
    cpu_x86_cpuid(env, leaf, subleaf, &regs[0], &regs[1], &regs[2], &regs[3]);
    env->xcr0 = own;
}

/*
 * As KVM's sev_es_prevent_msr_access(): what is part of the encrypted state
 * cannot be had by asking.  GUEST_TSC_FREQ is not there outside of the guest.
 */
static bool is_out_of_reach(uint32_t index)
{
    return vcpu_msr_is_passed_through(index) || index == MSR_GUEST_TSC_FREQ;
}

static bool vcpu_rdmsr(void *opaque, uint32_t index, uint64_t *value)
{
    if (hv_events_has_apic(opaque, index)) {
        return hv_events_rdmsr(opaque, index, value);
    }
    return !is_out_of_reach(index) &&
           msr_read(vcpu_env(opaque), index, value);
}

static bool vcpu_wrmsr(void *opaque, uint32_t index, uint64_t value)
{
    if (hv_events_has_apic(opaque, index)) {
        return hv_events_wrmsr(opaque, index, value);
    }
    return !is_out_of_reach(index) &&
           msr_write(vcpu_env(opaque), index, value);
}

static uint64_t vcpu_rdtsc(void *opaque, uint32_t *aux)
{
    CPUX86State *env = vcpu_env(opaque);

    *aux = env->tsc_aux;
    return cpu_get_tsc(env) + env->tsc_offset;
}

static void vcpu_nmi_complete(void *opaque)
{
    CPUX86State *env = vcpu_env(opaque);
    CPUState *cs = env_cpu(env);

    env->hflags2 &= ~HF2_NMI_MASK;
    if (qatomic_read(&cs->interrupt_request) & CPU_INTERRUPT_NMI) {
        /* Look at it before the guest goes on. */
        cpu_exit(cs);
    }
}

/* Where boards have firmware, up to 4 GiB; pc-q35's and pc-i440fx's */
#define FIRMWARE_BEGIN (4 * GiB - 16 * MiB)

/*
 * Firmware by -bios is a region of the machine's (for SEV, QEMU leaves it
 * writable); in flash it is ROM, or a device that reads as one; of an IGVM file
 * it is in memory made for it.  While it runs there its addresses are the
 * physical ones.
 */
static bool vcpu_in_firmware(void *opaque)
{
    CPUX86State *env = vcpu_env(opaque);
    uint64_t rip = env->segs[R_CS].base + env->eip;
    hwaddr xlat, len = 1;
    MemoryRegion *mr;

    if (rip >= 4 * GiB) {
        return false;
    }
    RCU_READ_LOCK_GUARD();
    mr = address_space_translate(GUEST_MEMORY, rip, &xlat, &len, false, ATTRS);
    return mr == &X86_MACHINE(qdev_get_machine())->bios ||
           memory_region_is_rom(mr) || memory_region_is_romd(mr) ||
           (memory_region_is_ram(mr) && rip >= FIRMWARE_BEGIN);
}

static void vcpu_diagnose(void *opaque, const char *line)
{
    sev_vcpu_diagnose(opaque, line);
}

static int vcpu_index(void *opaque)
{
    return env_cpu(vcpu_env(opaque))->cpu_index;
}

static void vcpu_trace_msr(void *opaque, const char *name, uint64_t request,
                           uint64_t answer)
{
    trace_sev_vmgexit_msr(vcpu_index(opaque), name, request, answer);
}

static void vcpu_trace_request(void *opaque, const char *name,
                               uint64_t exit_code, uint64_t info_1,
                               uint64_t info_2)
{
    trace_sev_vmgexit(vcpu_index(opaque), name, exit_code, info_1, info_2);
}

static void vcpu_trace_answer(void *opaque, const char *name, uint64_t info_1,
                              uint64_t info_2)
{
    trace_sev_vmgexit_answer(vcpu_index(opaque), name, info_1, info_2);
}

static const GhcbOps vcpu_ops = {
    .is_ram = vcpu_is_ram,
    .read = vcpu_read,
    .write = vcpu_write,
    .mmio_read = vcpu_mmio_read,
    .mmio_write = vcpu_mmio_write,
    .port_in = vcpu_port_in,
    .port_out = vcpu_port_out,
    .cpuid = vcpu_cpuid,
    .rdmsr = vcpu_rdmsr,
    .wrmsr = vcpu_wrmsr,
    .rdtsc = vcpu_rdtsc,
    .nmi_complete = vcpu_nmi_complete,
    .page_state = snp_vcpu_page_state,
    .ap_creation = ap_creation_request,
    .run_vmpl = vmpl_request,
    .doorbell = hv_events_doorbell,
    .hv_ipi = hv_events_ipi,
    .apic_ids = snp_vcpu_apic_ids,
    .guest_request = snp_messages_request,
    .certificates = snp_messages_certificates,
    .settle = snp_vcpu_settle,
    .in_firmware = vcpu_in_firmware,
    .end = sev_end,
    .diagnose = vcpu_diagnose,
    .trace_msr = vcpu_trace_msr,
    .trace_request = vcpu_trace_request,
    .trace_answer = vcpu_trace_answer,
};

GhcbAction sev_vcpu_vmgexit(SevVcpu *vcpu)
{
    GhcbVcpu *ghcb = &sev_vcpu_vmpl(vcpu)->ghcb;
    GhcbAction action;

    if (!ghcb->msr || ghcb->msr & GHCB_MSR_INFO_MASK) {
        return ghcb_vmgexit(ghcb);
    }
    map_ghcb(vcpu);
    action = ghcb_vmgexit(ghcb);
    unmap_ghcb(vcpu);
    return action;
}

static void vmpl_init(SevVcpu *vcpu, SevVmpl *vmpl)
{
    vmpl->on_init_gpa = SNP_NO_VMSA;
    vmpl->create_gpa = SNP_NO_VMSA;
    vmpl->doorbell = SNP_NO_VMSA;
    vmpl->ghcb.ops = &vcpu_ops;
    vmpl->ghcb.opaque = vcpu;
    if (vcpu->vm->ghcb.version) {
        vmpl->ghcb.guest = &vcpu->vm->ghcb;
        ghcb_reset(&vmpl->ghcb);
    }
}

SevVcpu *sev_vcpu_new(X86CPU *cpu, SevVm *vm)
{
    SevVcpu *vcpu = g_new0(SevVcpu, 1);

    vcpu->vm = vm;
    vcpu->sev.cpu = cpu;
    vcpu->sev.owner = vcpu;
    for (int i = 0; i < RMP_VMPLS; i++) {
        vmpl_init(vcpu, &vcpu->vmpls[i]);
    }
    vcpu->sev.ghcb_msr = vcpu->vmpls[0].ghcb.msr;
    return vcpu;
}
