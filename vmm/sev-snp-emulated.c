/*
 * Makes sev-snp-emulated, a SEV-SNP guest with what only an emulator can offer
 *
 * SEV features, one by one: with KVM a guest has those that the host's kernel
 * was told to give to all guests, which is none by default.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
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
    char *certs_path;
    uint32_t request_limit;
    uint32_t tsc_khz;       /* 0: not given */
};

/* A property that switches a feature on */
typedef struct FeatureSwitch {
    const char *name;
    uint64_t feature;
    const char *description;
} FeatureSwitch;

static const FeatureSwitch switches[] = {
    { "restricted-injection", VMSA_SEV_FEATURE_RESTRICTED_INJECTION,
      "the host interrupts the guest by #HV alone" },
    { "debug-swap", VMSA_SEV_FEATURE_DEBUG_SWAP,
      "the debug registers are the guest's own: no #VC for DR7 and #DB" },
    { "prevent-host-ibs", VMSA_SEV_FEATURE_PREVENT_HOST_IBS,
      "the host does not sample the guest's instructions" },
    { "btb-isolation", VMSA_SEV_FEATURE_BTB_ISOLATION,
      "nobody else's branches are predictions for the guest's" },
    { "secure-tsc", VMSA_SEV_FEATURE_SECURE_TSC,
      "the host cannot change the guest's time stamp counter" },
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

uint32_t sev_snp_emulated_tsc_khz(SevCommonState *sev)
{
    Object *obj = object_dynamic_cast(OBJECT(sev), TYPE_SEV_SNP_EMULATED);

    return obj ? SEV_SNP_EMULATED(obj)->tsc_khz : 0;
}

static void get_tsc_frequency(Object *obj, Visitor *v, const char *name,
                              void *opaque, Error **errp)
{
    uint32_t value = SEV_SNP_EMULATED(obj)->tsc_khz * 1000;

    visit_type_uint32(v, name, &value, errp);
}

/* The firmware counts in kHz, and a guest is told MHz. */
static void set_tsc_frequency(Object *obj, Visitor *v, const char *name,
                              void *opaque, Error **errp)
{
    uint32_t value;

    if (!sev_common_may_change(obj, errp) ||
        !visit_type_uint32(v, name, &value, errp)) {
        return;
    }
    if (value && value < 1000000) {
        error_setg(errp, "sev-snp-emulated: tsc-frequency: expected at least "
                   "1000000 Hz, found %u", value);
        return;
    }
    SEV_SNP_EMULATED(obj)->tsc_khz = value / 1000;
}

static char *get_certs_path(Object *obj, Error **errp)
{
    return g_strdup(SEV_SNP_EMULATED(obj)->certs_path);
}

static void set_certs_path(Object *obj, const char *value, Error **errp)
{
    SevSnpEmulatedState *state = SEV_SNP_EMULATED(obj);

    if (sev_common_may_change(obj, errp)) {
        g_free(state->certs_path);
        state->certs_path = g_strdup(value);
    }
}

static void get_request_limit(Object *obj, Visitor *v, const char *name,
                              void *opaque, Error **errp)
{
    visit_type_uint32(v, name, &SEV_SNP_EMULATED(obj)->request_limit, errp);
}

static void set_request_limit(Object *obj, Visitor *v, const char *name,
                              void *opaque, Error **errp)
{
    if (sev_common_may_change(obj, errp)) {
        visit_type_uint32(v, name, &SEV_SNP_EMULATED(obj)->request_limit,
                          errp);
    }
}

void sev_snp_emulated_messages(SevCommonState *sev,
                               SnpMessagesOptions *options)
{
    Object *obj = object_dynamic_cast(OBJECT(sev), TYPE_SEV_SNP_EMULATED);

    if (obj) {
        options->certs_path = SEV_SNP_EMULATED(obj)->certs_path;
        options->limit = SEV_SNP_EMULATED(obj)->request_limit;
    }
}

static void add_message_options(ObjectClass *oc)
{
    object_class_property_add_str(oc, "certs-path", get_certs_path,
                                  set_certs_path);
    object_class_property_set_description(oc, "certs-path",
            "file with the table of certificates that the guest gets with a "
            "report");
    object_class_property_add(oc, "guest-request-limit", "uint32",
                              get_request_limit, set_request_limit, NULL,
                              NULL);
    object_class_property_set_description(oc, "guest-request-limit",
            "messages a second from the guest to the firmware; more of them "
            "are answered as busy");
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
    object_class_property_add(oc, "tsc-frequency", "uint32",
                              get_tsc_frequency, set_tsc_frequency, NULL,
                              NULL);
    object_class_property_set_description(oc, "tsc-frequency",
            "how fast the guest's time stamp counter is with secure-tsc=on, "
            "in Hz");
    add_message_options(oc);
}

static void sev_snp_emulated_instance_init(Object *obj)
{
    emulated_object_init(SEV_COMMON(obj));
}

static void sev_snp_emulated_finalize(Object *obj)
{
    g_free(SEV_SNP_EMULATED(obj)->certs_path);
}

static const TypeInfo sev_snp_emulated_info = {
    .parent = TYPE_SEV_SNP_GUEST,
    .name = TYPE_SEV_SNP_EMULATED,
    .instance_size = sizeof(SevSnpEmulatedState),
    .instance_init = sev_snp_emulated_instance_init,
    .instance_finalize = sev_snp_emulated_finalize,
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
