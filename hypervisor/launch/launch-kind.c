/*
 * Lists the kinds of SEV guests, and what the launch of each has of its own
 *
 * The kinds are KVM's: SEV, SEV-ES and SEV-SNP, the first two also as they
 * were before KVM had types of VMs.  Everybody else asks the guest's row.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/boards.h"
#include "hw/i386/x86.h"
#include "abi/snp.h"
#include "asp/asp.h"
#include "cpu/vmsa.h"
#include "hypervisor/launch/igvm-launch.h"
#include "hypervisor/launch/launch-error.h"
#include "hypervisor/launch/launch-kind.h"
#include "hypervisor/launch/snp-check.h"
#include "hypervisor/launch/snp-commands.h"
#include "hypervisor/launch/snp-launch-error.h"
#include "hypervisor/run/sev-vm.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/run/snp-messages.h"
#include "vmm/emulated-object.h"
#include "vmm/igvm-cfg.h"
#include "vmm/sev-snp-emulated.h"

/* The ASID of a QEMU's only guest, with SEV-ES and without */
#define GUEST_ES_ASID  1
#define GUEST_SEV_ASID ASP_MIN_SEV_ASID

static bool check_session(SevCommonState *sev, Error **errp)
{
    SevGuestState *guest = SEV_GUEST(sev);

    if (!guest->dh_cert_file != !guest->session_file) {
        error_setg(errp, "SEV: dh-cert-file and session-file must be given "
                   "together, %s is missing",
                   guest->dh_cert_file ? "session-file" : "dh-cert-file");
        return false;
    }
    return true;
}

/*
 * The hypervisor cannot enter SMM for a guest whose registers it can't save.
 * The CPUs are made after this, and will be given their part of it.
 */
static bool init_es(SevCommonState *sev, Error **errp)
{
    X86MachineState *x86ms = X86_MACHINE(qdev_get_machine());
    SevVm *vm = sev->vm;

    if (x86ms->smm == ON_OFF_AUTO_ON) {
        error_setg(errp, "SEV: an %s cannot have smm=on",
                   vm->host->kind->guest);
        return false;
    }
    x86ms->smm = ON_OFF_AUTO_OFF;
    vm->ghcb.version = vm->host->kind->ghcb_version;
    vm->ghcb.legacy = emulated_object_legacy_ghcb(sev);
    vm->ghcb.cbit = sev->cbitpos;
    /* As KVM: what it can do for guests, whatever this one is */
    vm->ghcb.features = GHCB_HV_FEATURE_SNP | GHCB_HV_FEATURE_AP_CREATION |
                        GHCB_HV_FEATURE_RESTRICTED_INJ |
                        GHCB_HV_FEATURE_APIC_ID_LIST |
                        GHCB_HV_FEATURE_MULTI_VMPL;
    return true;
}

/* An IGVM file says what its CPUs have turned on, the user else. */
static bool choose_features(SevCommonState *sev, Error **errp)
{
    const char *path = igvm_cfg_file(X86_MACHINE(current_machine)->igvm);
    uint64_t features = sev_snp_emulated_features(sev);
    SevVm *vm = sev->vm;

    if (!path) {
        vm->host->sev_features = VMSA_SEV_FEATURE_SNP_ACTIVE | features;
        return true;
    }
    if (!igvm_launch_check(SEV_SNP_GUEST(sev), features, errp)) {
        return false;
    }
    vm->igvm = igvm_launch_new(SEV_SNP_GUEST(sev), path, errp);
    if (vm->igvm) {
        vm->host->sev_features = vm->igvm->features;
    }
    return vm->igvm;
}

static bool init_features(SevCommonState *sev, Error **errp)
{
    SevHost *host = sev->vm->host;

    if (!choose_features(sev, errp)) {
        return false;
    }
    host->tsc_khz = sev_snp_emulated_tsc_khz(sev);
    if (host->tsc_khz &&
        !(host->sev_features & VMSA_SEV_FEATURE_SECURE_TSC)) {
        error_setg(errp, "SEV-SNP: tsc-frequency is for guests with Secure "
                   "TSC: give secure-tsc=on, or an IGVM file that has it");
        return false;
    }
    return true;
}

static bool init_snp(SevCommonState *sev, Error **errp)
{
    SnpMessagesOptions messages = { 0 };
    SevVm *vm = sev->vm;

    if (!init_es(sev, errp) || !init_features(sev, errp)) {
        return false;
    }
    vm->ghcb.snp = true;
    sev_snp_emulated_messages(sev, &messages);
    vm->messages = snp_messages_new(vm->host, &messages, errp);
    if (!vm->messages) {
        return false;
    }
    snp_check_register(vm);
    if (!snp_host_init(vm, errp)) {
        return false;
    }
    if (vm->igvm) {
        igvm_launch_register(vm->igvm);
    }
    return true;
}

/* What the older and the newer kind of such a guest have in common */
#define SEV_KIND                        \
    .guest = "SEV guest",               \
    .asid = GUEST_SEV_ASID,             \
    .takes_dimms = true,                \
    .commands = sev_guest_commands,     \
    .check_options = check_session,     \
    .start_error = sev_launch_error,    \
    .end = sev_guest_end

#define SEV_ES_KIND                             \
    .guest = "SEV-ES guest (policy bit 2)",     \
    .asid = GUEST_ES_ASID,                      \
    .takes_dimms = true,                        \
    .commands = sev_es_guest_commands,          \
    .check_options = check_session,             \
    .init = init_es,                            \
    .start_error = sev_launch_error,            \
    .end = sev_guest_end,                       \
    .relaunch = sev_relaunch_measured

static const LaunchKind kind_sev = {
    SEV_KIND,
    .init_command = KVM_SEV_INIT2,
};

static const LaunchKind kind_legacy_sev = {
    SEV_KIND,
    .init_command = KVM_SEV_INIT,
};

static const LaunchKind kind_sev_es = {
    SEV_ES_KIND,
    .init_command = KVM_SEV_INIT2,
    .ghcb_version = GHCB_VERSION_MAX,
    .vmsa_has_fpu = true,
};

/* As KVM: its older command stays at what was there when it was new. */
static const LaunchKind kind_legacy_sev_es = {
    SEV_ES_KIND,
    .init_command = KVM_SEV_ES_INIT,
    .ghcb_version = GHCB_VERSION_MIN,
};

static const LaunchKind kind_sev_snp = {
    .guest = "SEV-SNP guest",
    .init_command = KVM_SEV_INIT2,
    .asid = GUEST_ES_ASID,
    .ghcb_version = GHCB_VERSION_MAX,
    .vmsa_has_fpu = true,
    .commands = snp_guest_commands,
    .check_options = snp_check_options,
    .init = init_snp,
    .platform_init = snp_platform_init,
    .start_error = snp_launch_start_error,
    .hint = snp_launch_hint,
    .end = snp_guest_end,
    .relaunch = sev_relaunch_snp,
};

/* The default is KVM's newer types, as with a KVM that has them. */
const LaunchKind *launch_kind(const SevCommonState *sev)
{
    bool legacy;

    if (sev_snp_enabled()) {
        return &kind_sev_snp;
    }
    legacy = SEV_GUEST(sev)->legacy_vm_type == ON_OFF_AUTO_ON;
    if (sev_es_enabled()) {
        return legacy ? &kind_legacy_sev_es : &kind_sev_es;
    }
    return legacy ? &kind_legacy_sev : &kind_sev;
}
