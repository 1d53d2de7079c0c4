/*
 * Declares igvm-cfg, the IGVM file that a guest is launched from
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef VMM_IGVM_CFG_H
#define VMM_IGVM_CFG_H

#include "qom/object.h"

/** igvm_cfg_file: the file that @obj names; NULL without an object */
const char *igvm_cfg_file(Object *obj);

#endif
