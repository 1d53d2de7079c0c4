/*
 * Does what the objects have in common that only an emulator offers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <linux/kvm.h>
#include <asm/kvm.h>
#include "qapi/error.h"
#include "confidential-guest.h"
#include "qapi/visitor.h"
#include "system/tcg.h"
#include "vmm/emulated-object.h"
#include "hypervisor/launch/sev-tcg.h"

static bool init(ConfidentialGuestSupport *cgs, Error **errp)
{
    if (!tcg_enabled()) {
        error_setg(errp, "%s needs the TCG accelerator (-accel tcg)",
                   object_get_typename(OBJECT(cgs)));
        return false;
    }
    return sev_tcg_init(cgs, errp);
}

static int kvm_init(ConfidentialGuestSupport *cgs, Error **errp)
{
    return init(cgs, errp) ? 0 : -EINVAL;
}

/* Every KVM has this type, so kvm_init() is what refuses. */
static int kvm_type(X86ConfidentialGuest *cg)
{
    return KVM_X86_DEFAULT_VM;
}

static char *get_platform(Object *obj, Error **errp)
{
    return g_strdup(SEV_COMMON(obj)->sev_device);
}

static void set_platform(Object *obj, const char *value, Error **errp)
{
    SevCommonState *sev_common = SEV_COMMON(obj);

    if (!sev_common_may_change(obj, errp)) {
        return;
    }
    g_free(sev_common->sev_device);
    sev_common->sev_device = g_strdup(value);
}

static bool *legacy_ghcb(Object *obj, void *opaque)
{
    EmulatedOptions *options = (void *)((char *)obj + (uintptr_t)opaque);

    return &options->legacy_ghcb;
}

static void get_legacy_ghcb(Object *obj, Visitor *v, const char *name,
                            void *opaque, Error **errp)
{
    visit_type_bool(v, name, legacy_ghcb(obj, opaque), errp);
}

static void set_legacy_ghcb(Object *obj, Visitor *v, const char *name,
                            void *opaque, Error **errp)
{
    if (sev_common_may_change(obj, errp)) {
        visit_type_bool(v, name, legacy_ghcb(obj, opaque), errp);
    }
}

void emulated_object_class_init(ObjectClass *oc, size_t options)
{
    ConfidentialGuestSupportClass *cgs = CONFIDENTIAL_GUEST_SUPPORT_CLASS(oc);

    cgs->init = init;
    cgs->kvm_init = kvm_init;
    X86_CONFIDENTIAL_GUEST_CLASS(oc)->kvm_type = kvm_type;
    object_class_property_add_str(oc, "platform", get_platform, set_platform);
    object_class_property_set_description(oc, "platform",
            "directory of the platform, made on first use");
    object_class_property_add(oc, "legacy-ghcb", "bool", get_legacy_ghcb,
                              set_legacy_ghcb, NULL, (void *)options);
    object_class_property_set_description(oc, "legacy-ghcb",
            "scratch areas outside of the GHCB, and MMIO of more than 8 "
            "bytes, as with KVM before Linux 7.1");
}

void emulated_object_init(SevCommonState *sev)
{
    sev->cbitpos = SEV_TCG_CBITPOS_DEFAULT;
    sev->reduced_phys_bits = 1;
}

bool emulated_object_legacy_ghcb(SevCommonState *sev)
{
    return emulated_object_is(sev) &&
           object_property_get_bool(OBJECT(sev), "legacy-ghcb", &error_abort);
}

bool emulated_object_is(SevCommonState *sev)
{
    return object_dynamic_cast(OBJECT(sev), TYPE_EMULATED_OBJECT);
}

static const TypeInfo emulated_object_info = {
    .parent = TYPE_INTERFACE,
    .name = TYPE_EMULATED_OBJECT,
};

static void emulated_object_register_types(void)
{
    type_register_static(&emulated_object_info);
}

type_init(emulated_object_register_types)
