/*
 * KVM_MEMORY_ENCRYPT_OP: what KVM does for the commands of one SEV guest
 *
 * Arguments and errors are those of Linux' Documentation/virt/kvm/x86/
 * amd-memory-encryption.rst.  A row of a table is a command; each function
 * turns KVM's argument into the firmware's command buffer and back.  The
 * commands that only SEV-SNP guests have are in snp-commands.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <linux/kvm.h>
#include "abi/sev.h"
#include "cpu/vmsa.h"
#include "hypervisor/psp/sev-host.h"
#include "hypervisor/run/sev-vcpu.h"
#include "hypervisor/launch/guest-commands.h"
#include "hypervisor/launch/launch-kind.h"

/* Bytes that KVM copies from user space for a firmware command at most. */
#define FW_BLOB_MAX_SIZE (16 * 1024)

static void *user_pointer(uint64_t uaddr)
{
    return (void *)(uintptr_t)uaddr;
}

/*
 * As Linux' driver does: for SEV-ES guests always, whoever is the first.  QEMU
 * asks for no features of the save area, and for the default version.
 */
static int guest_init(SevHost *host, void *data, int *fw_error)
{
    struct kvm_sev_init *arg = data;
    SevCmdInit init = {
        .options = le32_of(SEV_INIT_ES),
        .tmr_paddr = le64_of(HOST_MEMORY_TMR_PADDR),
        .tmr_len = le32_of(SEV_TMR_SIZE),
    };
    int ret = 0;

    if (host->asid != SEV_ASID_NONE ||
        arg->flags || arg->vmsa_features || arg->ghcb_version) {
        return -EINVAL;
    }

    if (host->kind->platform_init) {
        ret = host->kind->platform_init(host, fw_error);
    }
    if (!ret) {
        ret = sev_host_command(host, SEV_CMD_INIT, &init, sizeof(init),
                               fw_error);
    }
    if (!ret) {
        host->asid = host->kind->asid;
    }
    return ret;
}

/* Gives the guest its ASID; without one it is of no use. */
static int bind_asid(SevHost *host, int *fw_error)
{
    SevCmdActivate activate = {
        .handle = le32_of(host->handle),
        .asid = le32_of(host->asid),
    };
    SevCmdDecommission decommission = { .handle = le32_of(host->handle) };
    int ret, ignored;

    ret = sev_host_command(host, SEV_CMD_ACTIVATE, &activate,
                           sizeof(activate), fw_error);
    if (ret) {
        sev_host_command(host, SEV_CMD_DECOMMISSION, &decommission,
                         sizeof(decommission), &ignored);
        host->handle = SEV_HANDLE_NONE;
    }
    return ret;
}

/* KVM flushes before an ASID is used again, which here is at once. */
int sev_guest_end(SevHost *host, int *fw_error)
{
    SevCmdDeactivate deactivate = { .handle = le32_of(host->handle) };
    SevCmdDecommission decommission = { .handle = le32_of(host->handle) };
    int ret;

    ret = sev_host_command(host, SEV_CMD_DEACTIVATE, &deactivate,
                           sizeof(deactivate), fw_error);
    if (!ret) {
        ret = sev_host_command(host, SEV_CMD_DF_FLUSH, NULL, 0, fw_error);
    }
    if (!ret) {
        ret = sev_host_command(host, SEV_CMD_DECOMMISSION, &decommission,
                               sizeof(decommission), fw_error);
        host->handle = SEV_HANDLE_NONE;
    }
    return ret;
}

static int guest_launch_start(SevHost *host, void *data, int *fw_error)
{
    struct kvm_sev_launch_start *arg = data;
    g_auto(HostLoan) loan = { .mem = host->mem };
    SevCmdLaunchStart start = {
        .handle = le32_of(arg->handle),
        .policy = le32_of(arg->policy),
        .dh_cert_paddr = sev_host_lend(&loan, arg->dh_uaddr, arg->dh_len),
        .dh_cert_len = le32_of(arg->dh_len),
        .session_paddr = sev_host_lend(&loan, arg->session_uaddr,
                                       arg->session_len),
        .session_len = le32_of(arg->session_len),
    };
    int ret;

    ret = sev_host_command(host, SEV_CMD_LAUNCH_START, &start, sizeof(start),
                           fw_error);
    if (ret) {
        return ret;
    }
    host->handle = le32_get(start.handle);

    ret = bind_asid(host, fw_error);
    arg->handle = host->handle;
    return ret;
}

static int guest_launch_update_data(SevHost *host, void *data, int *fw_error)
{
    struct kvm_sev_launch_update_data *arg = data;
    SevCmdLaunchUpdateData update = {
        .handle = le32_of(host->handle),
        .len = le32_of(arg->len),
    };
    uint64_t paddr;

    if (!host_memory_guest_address(host->mem, user_pointer(arg->uaddr),
                                   arg->len, &paddr)) {
        return -EFAULT;
    }
    update.paddr = le64_of(paddr);
    return sev_host_command(host, SEV_CMD_LAUNCH_UPDATE_DATA, &update,
                            sizeof(update), fw_error);
}

static int launch_vmsa(SevHost *host, SevVmsa *vmsa, int *fw_error)
{
    g_auto(HostLoan) loan = { .mem = host->mem };
    SevCmdLaunchUpdateVmsa update = {
        .handle = le32_of(host->handle),
        .paddr = le64_of(host_loan_add(&loan, vmsa, sizeof(*vmsa))),
        .len = le32_of(sizeof(*vmsa)),
    };

    return sev_host_command(host, SEV_CMD_LAUNCH_UPDATE_VMSA, &update,
                            sizeof(update), fw_error);
}

/* The CPUs in the order of their indices, each in the state it has now */
static int guest_launch_update_vmsa(SevHost *host, void *data, int *fw_error)
{
    CPUState *cs;

    CPU_FOREACH(cs) {
        SevVmpl *vmpl = &sev_vcpu_of(cs)->vmpls[0];
        int ret;

        vmsa_make(cpu_env(cs), host->kind->vmsa_has_fpu, 0, &vmpl->vmsa);
        ret = launch_vmsa(host, &vmpl->vmsa, fw_error);
        if (ret) {
            return ret;
        }
        vmpl->launched = true;
    }
    return 0;
}

/* KVM knows the command, and has no save areas of this guest. */
static int guest_has_no_vmsa(SevHost *host, void *data, int *fw_error)
{
    return -ENOTTY;
}

static int guest_launch_measure(SevHost *host, void *data, int *fw_error)
{
    struct kvm_sev_launch_measure *arg = data;
    SevCmdLaunchMeasure measure = { .handle = le32_of(host->handle) };
    g_auto(HostLoan) loan = { .mem = host->mem };
    int ret;

    if (arg->uaddr) {
        if (arg->len > FW_BLOB_MAX_SIZE) {
            return -EINVAL;
        }
        measure.paddr = sev_host_lend(&loan, arg->uaddr, arg->len);
        measure.len = le32_of(arg->len);
    }

    ret = sev_host_command(host, SEV_CMD_LAUNCH_MEASURE, &measure,
                           sizeof(measure), fw_error);
    arg->len = le32_get(measure.len);
    return ret;
}

/* KVM copies such a blob, so it has a length and a limit. */
static bool blob_fits(uint64_t uaddr, uint32_t len)
{
    return uaddr && len && len <= FW_BLOB_MAX_SIZE;
}

static int guest_launch_secret(SevHost *host, void *data, int *fw_error)
{
    struct kvm_sev_launch_secret *arg = data;
    g_auto(HostLoan) loan = { .mem = host->mem };
    SevCmdLaunchUpdateSecret secret = {
        .handle = le32_of(host->handle),
        .hdr_len = le32_of(arg->hdr_len),
        .guest_len = le32_of(arg->guest_len),
        .trans_len = le32_of(arg->trans_len),
    };
    uint64_t guest_paddr;

    if (!blob_fits(arg->trans_uaddr, arg->trans_len) ||
        !blob_fits(arg->hdr_uaddr, arg->hdr_len)) {
        return -EINVAL;
    }
    if (!host_memory_guest_address(host->mem, user_pointer(arg->guest_uaddr),
                                   arg->guest_len, &guest_paddr)) {
        return -EFAULT;
    }
    secret.guest_paddr = le64_of(guest_paddr);
    secret.hdr_paddr = sev_host_lend(&loan, arg->hdr_uaddr, arg->hdr_len);
    secret.trans_paddr = sev_host_lend(&loan, arg->trans_uaddr,
                                       arg->trans_len);
    return sev_host_command(host, SEV_CMD_LAUNCH_UPDATE_SECRET, &secret,
                            sizeof(secret), fw_error);
}

static int guest_launch_finish(SevHost *host, void *data, int *fw_error)
{
    SevCmdLaunchFinish finish = { .handle = le32_of(host->handle) };

    return sev_host_command(host, SEV_CMD_LAUNCH_FINISH, &finish,
                            sizeof(finish), fw_error);
}

static int guest_status(SevHost *host, void *data, int *fw_error)
{
    struct kvm_sev_guest_status *arg = data;
    SevCmdGuestStatus status = { .handle = le32_of(host->handle) };
    int ret;

    ret = sev_host_command(host, SEV_CMD_GUEST_STATUS, &status,
                           sizeof(status), fw_error);
    if (!ret) {
        arg->handle = le32_get(status.handle);
        arg->policy = le32_get(status.policy);
        arg->state = status.state;
    }
    return ret;
}

static int guest_attestation_report(SevHost *host, void *data, int *fw_error)
{
    struct kvm_sev_attestation_report *arg = data;
    SevCmdAttestation attestation = { .handle = le32_of(host->handle) };
    g_auto(HostLoan) loan = { .mem = host->mem };
    int ret;

    if (arg->uaddr) {
        if (arg->len > FW_BLOB_MAX_SIZE) {
            return -EINVAL;
        }
        attestation.paddr = sev_host_lend(&loan, arg->uaddr, arg->len);
        attestation.len = le32_of(arg->len);
        memcpy(attestation.mnonce, arg->mnonce, sizeof(attestation.mnonce));
    }

    ret = sev_host_command(host, SEV_CMD_ATTESTATION_REPORT, &attestation,
                           sizeof(attestation), fw_error);
    arg->len = le32_get(attestation.len);
    return ret;
}

#define SEV_GUEST_COMMANDS                                      \
    [KVM_SEV_LAUNCH_START] = guest_launch_start,                \
    [KVM_SEV_LAUNCH_UPDATE_DATA] = guest_launch_update_data,    \
    [KVM_SEV_LAUNCH_MEASURE] = guest_launch_measure,            \
    [KVM_SEV_LAUNCH_SECRET] = guest_launch_secret,              \
    [KVM_SEV_LAUNCH_FINISH] = guest_launch_finish,              \
    [KVM_SEV_GUEST_STATUS] = guest_status,                      \
    [KVM_SEV_GET_ATTESTATION_REPORT] = guest_attestation_report

GuestCommand *const sev_guest_commands[KVM_SEV_NR_MAX] = {
    SEV_GUEST_COMMANDS,
    [KVM_SEV_LAUNCH_UPDATE_VMSA] = guest_has_no_vmsa,
};

GuestCommand *const sev_es_guest_commands[KVM_SEV_NR_MAX] = {
    SEV_GUEST_COMMANDS,
    [KVM_SEV_LAUNCH_UPDATE_VMSA] = guest_launch_update_vmsa,
};

int sev_host_guest_command(SevHost *host, int cmd, void *data, int *fw_error)
{
    const LaunchKind *kind = host->kind;

    *fw_error = SEV_FW_SUCCESS;
    if (cmd == kind->init_command) {
        return guest_init(host, data, fw_error);
    }
    if (cmd < 0 || cmd >= KVM_SEV_NR_MAX || !kind->commands[cmd]) {
        return -EINVAL;
    }
    if (host->asid == SEV_ASID_NONE) {
        return -ENOTTY;
    }
    return kind->commands[cmd](host, data, fw_error);
}
