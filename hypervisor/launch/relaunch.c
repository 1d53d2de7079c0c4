/*
 * Repeats the launch of SEV-ES and SEV-SNP guests at a reset
 *
 * Nobody can set the state of such a guest's CPUs once it has been launched.
 * So a reset ends the guest and launches it once more, with what was measured
 * the first time, as QEMU 11.0 does with KVM by a new VM file descriptor: in
 * the reset's first phase the old guest goes, with its keys, its pages and the
 * content of its memory; devices, CPUs and ROMs are reset; in the last phase
 * the new one is launched.  If the machine runs, so does the new guest at once;
 * else it waits for "cont", as after -S, and can be sent secrets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <linux/kvm.h>
#include <asm/kvm.h>
#include "qemu/error-report.h"
#include "cpu/vmsa.h"
#include "exec/tb-flush.h"
#include "hw/boards.h"
#include "hw/core/cpu.h"
#include "hw/resettable.h"
#include "system/reset.h"
#include "system/runstate.h"
#include "hypervisor/launch/launch-kind.h"
#include "hypervisor/launch/relaunch.h"
#include "hypervisor/run/sev-vcpu.h"
#include "hypervisor/run/snp-discard.h"
#include "hypervisor/run/snp-vcpu.h"
#include "hypervisor/run/vmpl-takings.h"
#include "hypervisor/trace.h"

#define TYPE_SEV_RELAUNCH "sev-relaunch"
OBJECT_DECLARE_SIMPLE_TYPE(SevRelaunch, SEV_RELAUNCH)

/* Memory that was measured, and what it had; flash keeps that itself */
typedef struct Measured {
    void *host;
    size_t size;
    uint8_t *content;           /* NULL: flash, as it is then */
} Measured;

struct SevRelaunch {
    Object parent_obj;

    ResettableState reset_state;
    SevCommonState *sev;
    SevHost *host;
    GhcbGuest *shared;
    GArray *measured;           /* of Measured, in the order of the launch */
    bool complete;              /* it has all of the first launch */
    bool board_is_reset;        /* by the first reset, of a new machine */
    unsigned launches;          /* that were repeated */
};

/* What the firmware said, or the host did: there is nothing to go on with. */
static void G_NORETURN fail(const char *what, int ret, int fw_error)
{
    error_report("SEV: the launch cannot be repeated: %s ret=%d fw_error=%d "
                 "'%s'", what, ret, fw_error, asp_status_name(fw_error));
    exit(EXIT_FAILURE);
}

/* What is not the machine's memory (an IGVM file) nobody else writes to. */
static void note(SevRelaunch *relaunch, void *host, size_t size)
{
    ram_addr_t offset;
    MemoryRegion *mr = memory_region_from_host(host, &offset);
    Measured measured = { .host = host, .size = size };

    if (!mr) {
        return;
    }
    if (!mr->rom_device) {
        measured.content = g_memdup2(host, size);
    }
    g_array_append_val(relaunch->measured, measured);
}

/*
 * Of an SEV-SNP guest only what was loaded: the other pages QEMU fills in
 * itself each time it finishes a launch.
 */
void sev_relaunch_note(SevRelaunch *relaunch, int cmd, const void *data)
{
    if (relaunch->complete) {
        return;
    }
    if (cmd == KVM_SEV_LAUNCH_UPDATE_DATA) {
        const struct kvm_sev_launch_update_data *arg = data;

        note(relaunch, (void *)(uintptr_t)arg->uaddr, arg->len);
    } else if (cmd == KVM_SEV_SNP_LAUNCH_UPDATE) {
        const struct kvm_sev_snp_launch_update *arg = data;

        if (arg->type == KVM_SEV_SNP_PAGE_TYPE_NORMAL) {
            note(relaunch, (void *)(uintptr_t)arg->uaddr, arg->len);
        }
    } else if (cmd == KVM_SEV_LAUNCH_MEASURE ||
               cmd == KVM_SEV_SNP_LAUNCH_FINISH) {
        relaunch->complete = true;
    }
}

/*
 * On hardware what was private would be ciphertext of a key that is gone; here
 * all of it is as new.  RAM of several NUMA nodes is a region of regions.
 */
static void clear_memory(MemoryRegion *mr)
{
    MemoryRegion *part;

    if (mr->ram_block) {
        snp_discard_block(mr);
        return;
    }
    QTAILQ_FOREACH(part, &mr->subregions, subregions_link) {
        clear_memory(part);
    }
}

/* So that reset gives the CPUs the state of before the launch. */
static void forget_vcpus(void)
{
    SevVm *vm = sev_vm();
    CPUState *cs;

    vmpl_takings_forget(vm);
    memset(vm->vmpl_features, 0, sizeof(vm->vmpl_features));
    CPU_FOREACH(cs) {
        SevVcpu *vcpu = sev_vcpu_of(cs);

        for (int i = 0; i < RMP_VMPLS; i++) {
            vcpu->vmpls[i].launched = false;
            vcpu->vmpls[i].destroy = false;
            vcpu->vmpls[i].on_init_gpa = SNP_NO_VMSA;
            vcpu->vmpls[i].create_gpa = SNP_NO_VMSA;
        }
        vcpu->ended = false;
    }
}

/* The old guest goes: no CPU runs, and none will before it has been reset. */
static void enter(Object *obj, ResetType type)
{
    SevRelaunch *relaunch = SEV_RELAUNCH(obj);
    int fw_error, ret;

    if (!relaunch->board_is_reset || type != RESET_TYPE_COLD) {
        return;
    }
    ret = relaunch->host->kind->end(relaunch->host, &fw_error);
    if (ret) {
        fail("the guest's end", ret, fw_error);
    }
    forget_vcpus();
    relaunch->shared->ap_jump_table = 0;
    CONFIDENTIAL_GUEST_SUPPORT(relaunch->sev)->guest_state_protected = false;
    clear_memory(current_machine->ram);
}

/* The guest may have written to what it was loaded from. */
static void load(SevRelaunch *relaunch)
{
    for (guint i = 0; i < relaunch->measured->len; i++) {
        Measured *measured = &g_array_index(relaunch->measured, Measured, i);

        if (measured->content) {
            memcpy(measured->host, measured->content, measured->size);
        }
    }
    /* What is translated may be of the old guest's code. */
    tb_flush(first_cpu);
}

static void measure(SevRelaunch *relaunch)
{
    CPUState *cs;

    for (guint i = 0; i < relaunch->measured->len; i++) {
        Measured *measured = &g_array_index(relaunch->measured, Measured, i);
        struct kvm_sev_launch_update_data update = {
            .uaddr = (uintptr_t)measured->host,
            .len = measured->size,
        };
        int fw_error;
        int ret = sev_host_guest_command(relaunch->host,
                                         KVM_SEV_LAUNCH_UPDATE_DATA, &update,
                                         &fw_error);

        if (ret) {
            fail("LAUNCH_UPDATE_DATA", ret, fw_error);
        }
    }
    sev_launch_get_measure(NULL, NULL);
    CPU_FOREACH(cs) {
        vmsa_load(cpu_env(cs), &sev_vcpu_of(cs)->vmpls[0].vmsa);
    }
}

static void start(SevRelaunch *relaunch)
{
    SevCommonStateClass *klass = SEV_COMMON_GET_CLASS(relaunch->sev);

    if (klass->launch_start(relaunch->sev)) {
        exit(EXIT_FAILURE);     /* it has said why */
    }
}

void sev_relaunch_measured(SevRelaunch *relaunch)
{
    SEV_GUEST(relaunch->sev)->handle = 0;     /* a new one */
    start(relaunch);
    measure(relaunch);
}

void sev_relaunch_snp(SevRelaunch *relaunch)
{
    start(relaunch);
}

/* The new guest comes: all has been reset, and ROMs are loaded. */
static void leave(Object *obj, ResetType type)
{
    SevRelaunch *relaunch = SEV_RELAUNCH(obj);
    SevCommonStateClass *klass = SEV_COMMON_GET_CLASS(relaunch->sev);

    if (type != RESET_TYPE_COLD) {
        return;
    }
    if (!relaunch->board_is_reset) {
        relaunch->board_is_reset = true;
        return;
    }
    trace_sev_relaunch(++relaunch->launches);
    load(relaunch);
    relaunch->host->kind->relaunch(relaunch);
    if (runstate_is_running()) {
        klass->launch_finish(relaunch->sev);
    }
}

static ResettableState *reset_state(Object *obj)
{
    return &SEV_RELAUNCH(obj)->reset_state;
}

static void clear_measured(void *opaque)
{
    g_free(((Measured *)opaque)->content);
}

static void instance_init(Object *obj)
{
    SevRelaunch *relaunch = SEV_RELAUNCH(obj);

    relaunch->measured = g_array_new(false, false, sizeof(Measured));
    g_array_set_clear_func(relaunch->measured, clear_measured);
}

static void instance_finalize(Object *obj)
{
    g_array_unref(SEV_RELAUNCH(obj)->measured);
}

static void class_init(ObjectClass *oc, void *data)
{
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    rc->get_state = reset_state;
    rc->phases.enter = enter;
    rc->phases.exit = leave;
}

static const TypeInfo sev_relaunch_info = {
    .parent = TYPE_OBJECT,
    .name = TYPE_SEV_RELAUNCH,
    .instance_size = sizeof(SevRelaunch),
    .instance_init = instance_init,
    .instance_finalize = instance_finalize,
    .class_init = class_init,
    .interfaces = (InterfaceInfo[]) {
        { TYPE_RESETTABLE_INTERFACE },
        { }
    },
};

static void sev_relaunch_register_types(void)
{
    type_register_static(&sev_relaunch_info);
}

type_init(sev_relaunch_register_types)

SevRelaunch *sev_relaunch_new(SevCommonState *sev, SevHost *host,
                              GhcbGuest *shared)
{
    SevRelaunch *relaunch = SEV_RELAUNCH(object_new(TYPE_SEV_RELAUNCH));

    relaunch->sev = sev;
    relaunch->host = host;
    relaunch->shared = shared;
    object_property_add_child(OBJECT(sev), "relaunch", OBJECT(relaunch));
    object_unref(OBJECT(relaunch));
    qemu_register_resettable(OBJECT(relaunch));
    CONFIDENTIAL_GUEST_SUPPORT(sev)->can_rebuild_guest_state = true;
    return relaunch;
}
