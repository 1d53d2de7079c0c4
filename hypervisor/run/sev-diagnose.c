/*
 * Prints lines for the user about what a SEV guest's vCPU has done wrong
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "cpu.h"
#include "exec/translation-block.h"
#include "tcg/helper-tcg.h"
#include "tcg/insn-start-words.h"
#include "hypervisor/run/sev-vcpu.h"

/* Lines about one vCPU that are worth a place on the terminal */
#define DIAGNOSES_MAX 8

const char *sev_vcpu_at(const SevVcpu *vcpu)
{
    static const char *const at[RMP_VMPLS] = {
        "", " at VMPL 1", " at VMPL 2", " at VMPL 3",
    };

    return at[vcpu->sev.vmpl];
}

static void diagnose_at(SevVcpu *vcpu, uint64_t rip, const char *line)
{
    int index = CPU(vcpu->sev.cpu)->cpu_index;

    if (vcpu->diagnoses == DIAGNOSES_MAX) {
        warn_report("SEV: vCPU %d: more of these are logged only "
                    "(-d guest_errors)", index);
    }
    if (vcpu->diagnoses++ < DIAGNOSES_MAX) {
        warn_report("SEV: vCPU %d%s, RIP 0x%" PRIx64 ": %s", index,
                    sev_vcpu_at(vcpu), rip, line);
    } else {
        vcpu->diagnoses = DIAGNOSES_MAX + 1;
        qemu_log_mask(LOG_GUEST_ERROR, "SEV: vCPU %d%s, RIP 0x%" PRIx64
                      ": %s\n", index, sev_vcpu_at(vcpu), rip, line);
    }
}

static uint64_t linear_rip(const CPUX86State *env)
{
    return env->segs[R_CS].base + env->eip;
}

void sev_vcpu_diagnose(SevVcpu *vcpu, const char *line)
{
    diagnose_at(vcpu, linear_rip(&vcpu->sev.cpu->env), line);
}

/*
 * Within a block env->eip can be that of an earlier instruction.  It has to
 * stay so, as the block may go on: what x86_restore_state_to_opc() would
 * make of it.
 */
uint64_t sev_vcpu_rip(const SevVcpu *vcpu, uintptr_t ra)
{
    CPUState *cs = CPU(vcpu->sev.cpu);
    uint64_t rip = linear_rip(&vcpu->sev.cpu->env);
    uint64_t data[TARGET_INSN_START_WORDS];

    if (ra && cpu_unwind_state_data(cs, ra, data)) {
        rip = tcg_cflags_has(cs, CF_PCREL)
              ? (rip & TARGET_PAGE_MASK) | data[0] : data[0];
    }
    return rip;
}

void sev_vcpu_diagnose_access(SevVcpu *vcpu, const char *line)
{
    diagnose_at(vcpu, sev_vcpu_rip(vcpu, vcpu->sev.access_ra), line);
}
