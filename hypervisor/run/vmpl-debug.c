/*
 * Shows gdb and the monitor which VMPL a vCPU runs, and the others
 *
 * To gdb a vCPU is one CPU, with the registers and the memory of the VMPL that
 * runs.  It has two registers more: vmpl says which that is, so that a
 * breakpoint can have it as a condition; what is written to vmpl_view is the
 * VMPL that gdb and the monitor see the vCPU as.  For its registers they have
 * the save area, for its memory the page tables to which that leads.  Who lets
 * the guest run on sees what runs, or gdb would take another VMPL's RIP for
 * where the vCPU has stopped.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "cpu.h"
#include "exec/gdbstub.h"
#include "gdbstub/helpers.h"
#include "hw/core/cpu.h"
#include "system/runstate.h"
#include "hypervisor/run/sev-vcpu.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/run/vmpl-debug.h"

/* Their numbers, from the first of ours on */
enum { REG_VMPL, REG_VMPL_VIEW };

static unsigned viewed(const SevVcpu *vcpu)
{
    for (unsigned n = 0; n < RMP_VMPLS; n++) {
        if (vcpu->sev.view && vcpu->vmpls[n].page == vcpu->sev.view) {
            return n;
        }
    }
    return vcpu->sev.vmpl;
}

/* Where there is no save area, what runs is seen. */
static void view(SevVcpu *vcpu, uint32_t n)
{
    bool other = n < RMP_VMPLS && n != vcpu->sev.vmpl;

    vcpu->sev.view = other ? vcpu->vmpls[n].page : NULL;
}

static void forget_view(void *opaque, bool running, RunState state)
{
    SevVcpu *vcpu = opaque;

    if (running) {
        vcpu->sev.view = NULL;
    }
}

static int read_register(CPUState *cs, GByteArray *buf, int n)
{
    const SevVcpu *vcpu = sev_vcpu_of(cs);

    return gdb_get_reg32(buf, n == REG_VMPL ? vcpu->sev.vmpl : viewed(vcpu));
}

static int write_register(CPUState *cs, uint8_t *buf, int n)
{
    if (n == REG_VMPL_VIEW) {
        view(sev_vcpu_of(cs), ldl_p(buf));
    }
    return sizeof(uint32_t);
}

void vmpl_debug_init(SevVcpu *vcpu)
{
    CPUState *cs = CPU(vcpu->sev.cpu);
    GDBFeature *feature = g_new0(GDBFeature, 1);
    GDBFeatureBuilder builder;

    gdb_feature_builder_init(&builder, feature, "org.sevemu.sev", "sev.xml",
                             cs->gdb_num_regs);
    gdb_feature_builder_append_reg(&builder, "vmpl", 32, REG_VMPL, "int",
                                   "general");
    gdb_feature_builder_append_reg(&builder, "vmpl_view", 32, REG_VMPL_VIEW,
                                   "int", "general");
    gdb_feature_builder_end(&builder);
    gdb_register_coprocessor(cs, read_register, write_register, feature, 0);
    qemu_add_vm_change_state_handler(forget_view, vcpu);
}

/* The RIP of a vCPU that runs is as info registers has it: a while ago. */
static void print_vmpl(Monitor *mon, const SevVcpu *vcpu, unsigned n)
{
    const SevVmpl *vmpl = &vcpu->vmpls[n];
    bool runs = n == vcpu->sev.vmpl;

    monitor_printf(mon, "vCPU %d: VMPL %u %s, RIP 0x%" PRIx64 ", save area "
                   "0x%" PRIx64 ", SEV features 0x%" PRIx64 "\n",
                   CPU(vcpu->sev.cpu)->cpu_index, n, runs ? "runs" : "waits",
                   runs ? vcpu->sev.cpu->env.eip : le64_get(vmpl->page->rip),
                   vmpl->gpa, snp_vmpl_features(vcpu->vm, n));
}

static void print_vcpu(Monitor *mon, const SevVcpu *vcpu)
{
    bool any = false;

    for (unsigned n = 0; n < RMP_VMPLS; n++) {
        if (vcpu->vmpls[n].page) {
            print_vmpl(mon, vcpu, n);
            any = true;
        }
    }
    if (!any) {
        monitor_printf(mon, "vCPU %d: no save area\n",
                       CPU(vcpu->sev.cpu)->cpu_index);
    }
}

void vmpl_debug_info(Monitor *mon)
{
    CPUState *cs;

    CPU_FOREACH(cs) {
        const SevVcpu *vcpu = sev_vcpu_of(cs);

        if (vcpu && vcpu->sev.snp) {
            print_vcpu(mon, vcpu);
        }
    }
}
