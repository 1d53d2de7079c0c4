/*
 * Makes sev-emulated, a SEV guest with what only an emulator can offer
 *
 * On a real platform the transport keys come from the guest owner's session
 * and never leave the secure processor.  Here they may be given, so that a
 * measurement can be checked and a secret made without a session.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qom/object_interfaces.h"
#include "sev-guest.h"
#include "vmm/emulated-object.h"
#include "hypervisor/launch/sev-tcg.h"

#define TYPE_SEV_EMULATED "sev-emulated"
OBJECT_DECLARE_SIMPLE_TYPE(SevEmulatedState, SEV_EMULATED)

struct SevEmulatedState {
    SevGuestState parent_obj;

    EmulatedOptions options;
    char *tik_file;
    char *tek_file;
    uint8_t tik[SEV_TCG_KEY_SIZE];
    uint8_t tek[SEV_TCG_KEY_SIZE];
};

/* Reads at most one byte more than a key, so that any file can be named. */
static bool read_key(const char *option, const char *filename, uint8_t *key,
                     Error **errp)
{
    uint8_t buf[SEV_TCG_KEY_SIZE + 1];
    FILE *file = fopen(filename, "rb");
    size_t got;
    int err;

    if (!file) {
        error_setg_errno(errp, errno, "sev-emulated: %s: cannot open '%s'",
                         option, filename);
        return false;
    }
    errno = 0;
    got = fread(buf, 1, sizeof(buf), file);
    err = ferror(file) ? errno : 0;
    fclose(file);

    if (err) {
        error_setg_errno(errp, err, "sev-emulated: %s: cannot read '%s'",
                         option, filename);
        return false;
    }
    if (got != SEV_TCG_KEY_SIZE) {
        error_setg(errp, "sev-emulated: %s: '%s' must have exactly %d bytes, "
                   "it has %s%zu", option, filename, SEV_TCG_KEY_SIZE,
                   got > SEV_TCG_KEY_SIZE ? "at least " : "", got);
        return false;
    }
    memcpy(key, buf, SEV_TCG_KEY_SIZE);
    return true;
}

static void sev_emulated_complete(UserCreatable *uc, Error **errp)
{
    SevEmulatedState *s = SEV_EMULATED(uc);

    if (s->parent_obj.dh_cert_file || s->parent_obj.session_file) {
        if (s->tik_file || s->tek_file) {
            error_setg(errp, "sev-emulated: %s cannot be given with a "
                       "session, which has the guest's keys",
                       s->tik_file ? "tik" : "tek");
        }
        return;
    }
    if (!s->tik_file && !s->tek_file) {
        warn_report("sev-emulated: neither tik nor tek is given: the guest's "
                    "transport keys are all-zero test keys");
        return;
    }
    if (!s->tik_file || !s->tek_file) {
        error_setg(errp, "sev-emulated: tik and tek must be given together, "
                   "%s is missing", s->tik_file ? "tek" : "tik");
        return;
    }
    if (read_key("tik", s->tik_file, s->tik, errp)) {
        read_key("tek", s->tek_file, s->tek, errp);
    }
}

static int sev_emulated_launch_start(SevCommonState *sev_common)
{
    SevCommonStateClass *base = SEV_COMMON_CLASS(
        object_class_by_name(TYPE_SEV_GUEST));
    SevEmulatedState *s = SEV_EMULATED(sev_common);

    if (!s->parent_obj.session_file) {
        sev_tcg_set_transport_keys(s->tek, s->tik);
    }
    return base->launch_start(sev_common);
}

static char *get_tik(Object *obj, Error **errp)
{
    return g_strdup(SEV_EMULATED(obj)->tik_file);
}

static void set_tik(Object *obj, const char *value, Error **errp)
{
    SevEmulatedState *s = SEV_EMULATED(obj);

    if (!sev_common_may_change(obj, errp)) {
        return;
    }
    g_free(s->tik_file);
    s->tik_file = g_strdup(value);
}

static char *get_tek(Object *obj, Error **errp)
{
    return g_strdup(SEV_EMULATED(obj)->tek_file);
}

static void set_tek(Object *obj, const char *value, Error **errp)
{
    SevEmulatedState *s = SEV_EMULATED(obj);

    if (!sev_common_may_change(obj, errp)) {
        return;
    }
    g_free(s->tek_file);
    s->tek_file = g_strdup(value);
}

static void sev_emulated_class_init(ObjectClass *oc, void *data)
{
    USER_CREATABLE_CLASS(oc)->complete = sev_emulated_complete;
    SEV_COMMON_CLASS(oc)->launch_start = sev_emulated_launch_start;
    emulated_object_class_init(oc, offsetof(SevEmulatedState, options));
    object_class_property_add_str(oc, "tik", get_tik, set_tik);
    object_class_property_set_description(oc, "tik",
            "file with the transport integrity key (16 bytes); "
            "SEV is emulated and gives no security against whoever runs QEMU");
    object_class_property_add_str(oc, "tek", get_tek, set_tek);
    object_class_property_set_description(oc, "tek",
            "file with the transport encryption key (16 bytes)");
}

static void sev_emulated_instance_init(Object *obj)
{
    emulated_object_init(SEV_COMMON(obj));
}

static void sev_emulated_finalize(Object *obj)
{
    SevEmulatedState *s = SEV_EMULATED(obj);

    g_free(s->tik_file);
    g_free(s->tek_file);
}

static const TypeInfo sev_emulated_info = {
    .parent = TYPE_SEV_GUEST,
    .name = TYPE_SEV_EMULATED,
    .instance_size = sizeof(SevEmulatedState),
    .instance_init = sev_emulated_instance_init,
    .instance_finalize = sev_emulated_finalize,
    .class_init = sev_emulated_class_init,
    .interfaces = (InterfaceInfo[]) {
        { TYPE_EMULATED_OBJECT },
        { }
    },
};

static void sev_emulated_register_types(void)
{
    type_register_static(&sev_emulated_info);
}

type_init(sev_emulated_register_types)
