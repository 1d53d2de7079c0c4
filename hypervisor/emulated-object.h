/*
 * What the objects have in common that only an emulator offers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_EMULATED_OBJECT_H
#define HYPERVISOR_EMULATED_OBJECT_H

#include "sev-guest.h"

/**
 * emulated_object_class_init: what such a class has beside its parent's
 * @oc: a class below TYPE_SEV_COMMON
 *
 * The property "platform", and TCG as the only accelerator.
 */
void emulated_object_class_init(ObjectClass *oc);

/** emulated_object_init: defaults where the parent expects to be told */
void emulated_object_init(SevCommonState *sev);

/** emulated_object_is: is it of such a class? */
bool emulated_object_is(SevCommonState *sev);

#endif
