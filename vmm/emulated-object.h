/*
 * Declares what the objects have in common that only an emulator offers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef VMM_EMULATED_OBJECT_H
#define VMM_EMULATED_OBJECT_H

#include "sev-guest.h"

/* The interface of classes that only an emulator offers */
#define TYPE_EMULATED_OBJECT "sev-emulated-object"

/*
 * EmulatedOptions: what such objects have beside their parents
 *
 * @legacy_ghcb: requests of the GHCB are taken as by KVM before Linux 7.1
 */
typedef struct EmulatedOptions {
    bool legacy_ghcb;
} EmulatedOptions;

/**
 * emulated_object_class_init: what such a class has beside its parent's
 * @oc: a class below TYPE_SEV_COMMON
 * @options: offset of an EmulatedOptions in its instances
 *
 * The properties "platform" and "legacy-ghcb", and TCG as the only
 * accelerator.
 */
void emulated_object_class_init(ObjectClass *oc, size_t options);

/** emulated_object_init: defaults where the parent expects to be told */
void emulated_object_init(SevCommonState *sev);

/** emulated_object_is: is it of a class with TYPE_EMULATED_OBJECT? */
bool emulated_object_is(SevCommonState *sev);

/** emulated_object_legacy_ghcb: its option, false for other objects */
bool emulated_object_legacy_ghcb(SevCommonState *sev);

#endif
