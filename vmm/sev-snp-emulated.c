/*
 * Makes sev-snp-emulated, a SEV-SNP guest with what only an emulator can offer
 *
 * SEV features, one by one: with KVM a guest has those that the host's kernel
 * was told to give to all guests, which is none by default.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/visitor.h"
#include "sev-guest.h"
#include "abi/vmsa.h"
#include "vmm/emulated-object.h"
#include "vmm/sev-snp-emulated.h"

#define TYPE_SEV_SNP_EMULATED "sev-snp-emulated"
OBJECT_DECLARE_SIMPLE_TYPE(SevSnpEmulatedState, SEV_SNP_EMULATED)

struct SevSnpEmulatedState {
    SevSnpGuestState parent_obj;

    EmulatedOptions options;
    uint64_t features;      /* VMSA_SEV_FEATURE_* that are switched on */
};

/* A property that switches a feature on */
typedef struct FeatureSwitch {
    const char *name;
    uint64_t feature;
    const char *description;
} FeatureSwitch;

static const FeatureSwitch switches[] = {
    { "debug-swap", VMSA_SEV_FEATURE_DEBUG_SWAP,
      "the debug registers are the guest's own: no #VC for DR7 and #DB" },
    { "prevent-host-ibs", VMSA_SEV_FEATURE_PREVENT_HOST_IBS,
      "the host does not sample the guest's instructions" },
    { "btb-isolation", VMSA_SEV_FEATURE_BTB_ISOLATION,
      "nobody else's branches are predictions for the guest's" },
};

static void get_switch(Object *obj, Visitor *v, const char *name, void *opaque,
                       Error **errp)
{
    const FeatureSwitch *s = opaque;
    bool value = SEV_SNP_EMULATED(obj)->features & s->feature;

    visit_type_bool(v, name, &value, errp);
}

static void set_switch(Object *obj, Visitor *v, const char *name, void *opaque,
                       Error **errp)
{
    const FeatureSwitch *s = opaque;
    SevSnpEmulatedState *state = SEV_SNP_EMULATED(obj);
    bool value;

    if (sev_common_may_change(obj, errp) &&
        visit_type_bool(v, name, &value, errp)) {
        state->features = value ? state->features | s->feature
                                : state->features & ~s->feature;
    }
}

uint64_t sev_snp_emulated_features(SevCommonState *sev)
{
    Object *obj = object_dynamic_cast(OBJECT(sev), TYPE_SEV_SNP_EMULATED);

    return obj ? SEV_SNP_EMULATED(obj)->features : 0;
}

static void sev_snp_emulated_class_init(ObjectClass *oc, void *data)
{
    emulated_object_class_init(oc, offsetof(SevSnpEmulatedState, options));
    for (size_t i = 0; i < ARRAY_SIZE(switches); i++) {
        const FeatureSwitch *s = &switches[i];

        object_class_property_add(oc, s->name, "bool", get_switch, set_switch,
                                  NULL, (void *)s);
        object_class_property_set_description(oc, s->name, s->description);
    }
}

static void sev_snp_emulated_instance_init(Object *obj)
{
    emulated_object_init(SEV_COMMON(obj));
}

static const TypeInfo sev_snp_emulated_info = {
    .parent = TYPE_SEV_SNP_GUEST,
    .name = TYPE_SEV_SNP_EMULATED,
    .instance_size = sizeof(SevSnpEmulatedState),
    .instance_init = sev_snp_emulated_instance_init,
    .class_init = sev_snp_emulated_class_init,
    .interfaces = (InterfaceInfo[]) {
        { TYPE_EMULATED_OBJECT },
        { }
    },
};

static void sev_snp_emulated_register_types(void)
{
    type_register_static(&sev_snp_emulated_info);
}

type_init(sev_snp_emulated_register_types)
