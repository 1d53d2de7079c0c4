/*
 * Defines igvm-cfg, the IGVM file that a guest is launched from
 *
 * QEMU has this object, and the machine's property of its name, since 10.1
 * (backends/igvm-cfg.c).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "hw/boards.h"
#include "hw/i386/x86.h"
#include "qom/object_interfaces.h"
#include "system/system.h"
#include "hypervisor/run/sev-vm.h"
#include "vmm/igvm-cfg.h"

#define TYPE_IGVM_CFG "igvm-cfg"
OBJECT_DECLARE_SIMPLE_TYPE(IgvmCfg, IGVM_CFG)

struct IgvmCfg {
    Object parent_obj;

    char *file;
    Notifier board_built;
};

const char *igvm_cfg_file(Object *obj)
{
    return obj ? IGVM_CFG(obj)->file : NULL;
}

static char *get_file(Object *obj, Error **errp)
{
    return g_strdup(IGVM_CFG(obj)->file);
}

static void set_file(Object *obj, const char *value, Error **errp)
{
    IgvmCfg *cfg = IGVM_CFG(obj);

    if (cfg->board_built.notify) {
        error_setg(errp, "igvm-cfg: the file cannot be changed any more");
        return;
    }
    g_free(cfg->file);
    cfg->file = g_strdup(value);
}

/* A machine that names it would start with nothing else. */
static void check_launched(Notifier *notifier, void *unused)
{
    IgvmCfg *cfg = container_of(notifier, IgvmCfg, board_built);
    Object *machine = object_dynamic_cast(OBJECT(current_machine),
                                          TYPE_X86_MACHINE);

    if (machine && X86_MACHINE(machine)->igvm == OBJECT(cfg) &&
        !(sev_vm() && sev_vm()->igvm)) {
        error_report("igvm-cfg: only SEV-SNP guests under TCG are launched "
                     "from IGVM files: expected -accel tcg, and sev-snp-guest "
                     "as confidential-guest-support");
        exit(EXIT_FAILURE);
    }
}

static void complete(UserCreatable *uc, Error **errp)
{
    IgvmCfg *cfg = IGVM_CFG(uc);

    if (!cfg->file || !*cfg->file) {
        error_setg(errp, "igvm-cfg: expected file=, which has to be given");
        return;
    }
    cfg->board_built.notify = check_launched;
    qemu_add_machine_init_done_notifier(&cfg->board_built);
}

static void instance_finalize(Object *obj)
{
    IgvmCfg *cfg = IGVM_CFG(obj);

    if (cfg->board_built.notify) {
        qemu_remove_machine_init_done_notifier(&cfg->board_built);
    }
    g_free(cfg->file);
}

static void class_init(ObjectClass *oc, void *data)
{
    USER_CREATABLE_CLASS(oc)->complete = complete;
    object_class_property_add_str(oc, "file", get_file, set_file);
    object_class_property_set_description(oc, "file",
            "IGVM file: what the guest's memory and first registers are");
}

static const TypeInfo igvm_cfg_info = {
    .parent = TYPE_OBJECT,
    .name = TYPE_IGVM_CFG,
    .instance_size = sizeof(IgvmCfg),
    .instance_finalize = instance_finalize,
    .class_init = class_init,
    .interfaces = (InterfaceInfo[]) {
        { TYPE_USER_CREATABLE },
        { }
    },
};

static void igvm_cfg_register_types(void)
{
    type_register_static(&igvm_cfg_info);
}

type_init(igvm_cfg_register_types)
