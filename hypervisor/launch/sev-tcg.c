/*
 * Makes SEV guests ready under TCG
 *
 * The counterpart of sev_common_kvm_init(): checks what the user asked for,
 * switches the emulated platform on and puts it behind QEMU's SEV code.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <linux/kvm.h>
#include <linux/psp-sev.h>
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "hw/boards.h"
#include "hw/i386/x86.h"
#include "migration/blocker.h"
#include "qemu/host-utils.h"
#include "system/runstate.h"
#include "sev-guest.h"
#include "asp/product.h"
#include "trace/trace-target_i386.h"
#include "hypervisor/launch/board-check.h"
#include "hypervisor/run/dead-halt.h"
#include "hypervisor/run/sev-vm.h"
#include "vmm/emulated-object.h"
#include "hypervisor/launch/igvm-launch.h"
#include "hypervisor/launch/launch-kind.h"
#include "hypervisor/launch/relaunch.h"
#include "hypervisor/psp/sev-host.h"
#include "hypervisor/launch/sev-tcg.h"
#include "hypervisor/launch/snp-commands.h"

/* What sev-device says when nobody says anything: the default platform. */
#define SEV_TCG_DEVICE "/dev/sev"

/*
 * How the guest is launched
 *
 * @relaunch: repeats it at a reset; NULL for a guest with SEV alone
 * @start, @status: the last LAUNCH_START, and how the last command ended, for
 *                  words about its failure
 */
typedef struct SevLaunch {
    SevRelaunch *relaunch;
    Error *migration_blocker;
    struct kvm_sev_launch_start start;
    int status;
} SevLaunch;

/* A platform that is asked without a guest, while it is open; under the BQL */
static SevHost *question;

static int tcg_guest_command(int fd, int cmd, void *data, int *fw_error)
{
    SevVm *vm = sev_vm();
    SevLaunch *launch = vm->launch;
    int status, ret;

    if (launch->relaunch) {
        sev_relaunch_note(launch->relaunch, cmd, data);
    }
    ret = sev_host_guest_command(vm->host, cmd, data, &status);
    if (cmd == KVM_SEV_LAUNCH_START) {
        launch->start = *(struct kvm_sev_launch_start *)data;
    }
    launch->status = status;
    if (ret && vm->host->kind->hint) {
        vm->host->kind->hint(SEV_COMMON(current_machine->cgs), cmd, data,
                             status);
    }
    if (fw_error) {
        *fw_error = status;
    }
    errno = -ret;
    return ret;
}

static int tcg_platform_command(int fd, int cmd, void *data, int *fw_error)
{
    SevVm *vm = sev_vm();
    int status;
    int ret = sev_host_platform_command(vm ? vm->host : question, cmd, data,
                                        &status);

    if (fw_error) {
        *fw_error = status;
    }
    errno = -ret;
    return ret ? -1 : 0;
}

static int tcg_register_region(void *host, size_t size)
{
    host_memory_add(sev_vm()->host->mem, host, size);
    return 0;
}

static int tcg_unregister_region(void *host, size_t size)
{
    host_memory_remove(sev_vm()->host->mem, host);
    return 0;
}

/* What sev-device and platform name; NULL is the default one. */
static const char *platform_path(const char *device)
{
    return strcmp(device, SEV_TCG_DEVICE) ? device : NULL;
}

/* For a question to the platform; a guest that is there has its own. */
static int tcg_open_platform(const char *device, Error **errp)
{
    if (sev_vm()) {
        return 0;
    }
    question = sev_host_new(platform_path(device), errp);
    if (!question) {
        return -1;
    }
    if (!sev_host_initialize(question, errp)) {
        sev_host_free(question);
        question = NULL;
        return -1;
    }
    return 0;
}

static void tcg_close_platform(int fd)
{
    if (!sev_vm()) {
        sev_host_free(question);
        question = NULL;
    }
}

static uint32_t tcg_cbitpos(void)
{
    uint64_t mask = sev_tcg_cbit_mask();

    return mask ? ctz64(mask) : SEV_TCG_CBITPOS_DEFAULT;
}

/* Pages become private one by one, when they are launched. */
static int tcg_set_private(hwaddr start, uint64_t size)
{
    return 0;
}

/* Page state changes come by the GHCB here, not by a hypercall. */
static bool tcg_enable_hypercall(uint64_t mask)
{
    return true;
}

const SevBackend sev_tcg_backend = {
    .open_platform = tcg_open_platform,
    .close_platform = tcg_close_platform,
    .cbitpos = tcg_cbitpos,
    .guest_command = tcg_guest_command,
    .platform_command = tcg_platform_command,
    .register_region = tcg_register_region,
    .unregister_region = tcg_unregister_region,
    .set_private = tcg_set_private,
    .get_cpuid = snp_get_cpuid,
    .enable_hypercall = tcg_enable_hypercall,
};

void sev_tcg_set_transport_keys(const uint8_t *tek, const uint8_t *tik)
{
    psp_mailbox_set_transport_keys(sev_vm()->host->mailbox, tek, tik);
}

bool sev_tcg_launches_igvm(void)
{
    SevVm *vm = sev_vm();

    return vm && vm->igvm;
}

void sev_tcg_add_igvm(void)
{
    igvm_launch_add(sev_vm()->igvm);
}

uint64_t sev_tcg_cbit_mask(void)
{
    SevVm *vm = sev_vm();

    return vm ? vm->cbit_mask : 0;
}

GhcbGuest *sev_tcg_ghcb_guest(void)
{
    SevVm *vm = sev_vm();

    return vm && vm->ghcb.version ? &vm->ghcb : NULL;
}

static bool check_memory_encryption(SevCommonState *sev, Error **errp)
{
    /* For the types that come from upstream, 0 is "not said". */
    if (!sev->cbitpos && !emulated_object_is(sev)) {
        sev->cbitpos = SEV_TCG_CBITPOS_DEFAULT;
    }
    if (sev->cbitpos < SEV_TCG_CBITPOS_MIN ||
        sev->cbitpos > SEV_TCG_CBITPOS_MAX) {
        error_setg(errp, "SEV: cbitpos must be in the range of %d to %d, "
                   "requested '%" PRIu32 "'", SEV_TCG_CBITPOS_MIN,
                   SEV_TCG_CBITPOS_MAX, sev->cbitpos);
        return false;
    }
    if (sev->reduced_phys_bits < 1 || sev->reduced_phys_bits > 63) {
        error_setg(errp, "SEV: reduced-phys-bits must be in the range of "
                   "1 to 63, requested '%" PRIu32 "'",
                   sev->reduced_phys_bits);
        return false;
    }
    return true;
}

/*
 * What KVM or real firmware would take without a word, or this cannot do.
 */
static bool check_supported(SevCommonState *sev, Error **errp)
{
    Object *machine = qdev_get_machine();

    if (!object_dynamic_cast(machine, TYPE_X86_MACHINE)) {
        error_setg(errp, "SEV: machine '%s' cannot have a SEV guest",
                   MACHINE_GET_CLASS(machine)->name);
        return false;
    }
    if (sev->sev_device && !*sev->sev_device) {
        error_setg(errp, "SEV: %s is empty: expected a platform's directory",
                   emulated_object_is(sev) ? "platform" : "sev-device");
        return false;
    }
    return launch_kind(sev)->check_options(sev, errp);
}

/* A processor of another generation would refuse too, by a number. */
static bool check_product(SevHost *host, Error **errp)
{
    const AspModel *model = &platform_dir_fuses(host->platform)->model;
    const AspProduct *product = asp_product_of(model);
    const LaunchKind *kind = host->kind;
    const char *lacks = kind->platform_init && !product->snp ? "SEV-SNP"
                        : kind->ghcb_version && !product->es ? "SEV-ES" : NULL;

    if (lacks) {
        error_setg(errp, "SEV: %s: its processor is %s, which has no %s; "
                   "\"sevemu platform new --product\" makes others",
                   platform_dir_path(host->platform), product->name, lacks);
    }
    return !lacks;
}

static bool check_platform(SevCommonState *sev, Error **errp)
{
    struct sev_user_data_status status = {};
    int fw_error;

    if (tcg_platform_command(-1, SEV_PLATFORM_STATUS, &status, &fw_error)) {
        error_setg(errp, "SEV: failed to get platform status fw_error='%d: "
                   "%s'", fw_error, asp_status_name(fw_error));
        return false;
    }
    sev->build_id = status.build;
    sev->api_major = status.api_major;
    sev->api_minor = status.api_minor;
    return true;
}

static bool start_launch(SevCommonState *sev, Error **errp)
{
    SevCommonStateClass *klass = SEV_COMMON_GET_CLASS(sev);
    const LaunchKind *kind = sev->vm->host->kind;
    SevLaunch *launch = sev->vm->launch;
    struct kvm_sev_init init = {};
    int fw_error;

    trace_kvm_sev_init();
    if (tcg_guest_command(-1, kind->init_command, &init, &fw_error)) {
        sev_host_init_error(sev->vm->host, fw_error, errp);
        return false;
    }
    if (klass->launch_start(sev)) {
        kind->start_error(sev, &launch->start, launch->status, errp);
        return false;
    }
    return !klass->guest_init(CONFIDENTIAL_GUEST_SUPPORT(sev), errp);
}

/*
 * What the secure processor knows of a launch is in no stream, so block
 * migration from the very start.  LAUNCH_FINISH adds QEMU's own blocker, and
 * ends QEMU if a migration is under way by then.
 */
static bool block_migration(SevLaunch *launch, Error **errp)
{
    error_setg(&launch->migration_blocker,
               "SEV: Migration is not implemented");
    return migrate_add_blocker(&launch->migration_blocker, errp) == 0;
}

/* Runs after sev_vm_state_change(), which has finished the launch. */
static void unblock_when_running(void *opaque, bool running, RunState state)
{
    SevLaunch *launch = opaque;

    if (running) {
        migrate_del_blocker(&launch->migration_blocker);
    }
}

static bool init_kind(SevCommonState *sev, Error **errp)
{
    SevVm *vm = sev->vm;
    const LaunchKind *kind = vm->host->kind;

    if (kind->init && !kind->init(sev, errp)) {
        return false;
    }
    if (kind->relaunch) {
        vm->launch->relaunch = sev_relaunch_new(sev, vm->host, &vm->ghcb);
    }
    return true;
}

bool sev_tcg_init(ConfidentialGuestSupport *cgs, Error **errp)
{
    SevCommonState *sev = SEV_COMMON(cgs);
    SevVm *vm = g_new0(SevVm, 1);

    vm->launch = g_new0(SevLaunch, 1);
    sev->state = SEV_STATE_UNINIT;
    if (!check_supported(sev, errp) || !check_memory_encryption(sev, errp) ||
        !block_migration(vm->launch, errp)) {
        return false;
    }

    vm->host = sev_host_new(platform_path(sev->sev_device), errp);
    if (!vm->host || !sev_host_enter(vm->host, errp)) {
        return false;
    }
    vm->host->kind = launch_kind(sev);
    vm->cbit_mask = BIT_ULL(sev->cbitpos);
    sev->vm = vm;
    sev_set_backend(&sev_tcg_backend);
    if (!check_product(vm->host, errp) || !init_kind(sev, errp) ||
        !check_platform(sev, errp) || !start_launch(sev, errp)) {
        return false;
    }

    info_report("SEV is emulated: it protects nothing from whoever runs "
                "this QEMU");
    board_check_register(vm);
    sev_common_set_ready(sev);
    dead_halt_init(vm);
    qemu_add_vm_change_state_handler(unblock_when_running, vm->launch);
    return true;
}
