/*
 * What the objects have in common that only an emulator offers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <linux/kvm.h>
#include <asm/kvm.h>
#include "qapi/error.h"
#include "confidential-guest.h"
#include "system/tcg.h"
#include "hypervisor/emulated-object.h"
#include "hypervisor/sev-tcg.h"

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

void emulated_object_class_init(ObjectClass *oc)
{
    ConfidentialGuestSupportClass *cgs = CONFIDENTIAL_GUEST_SUPPORT_CLASS(oc);

    cgs->init = init;
    cgs->kvm_init = kvm_init;
    X86_CONFIDENTIAL_GUEST_CLASS(oc)->kvm_type = kvm_type;
    object_class_property_add_str(oc, "platform", get_platform, set_platform);
    object_class_property_set_description(oc, "platform",
            "directory of the platform, made on first use");
}

void emulated_object_init(SevCommonState *sev)
{
    sev->cbitpos = SEV_TCG_CBITPOS_DEFAULT;
    sev->reduced_phys_bits = 1;
}

bool emulated_object_is(SevCommonState *sev)
{
    return object_property_find(OBJECT(sev), "platform");
}
