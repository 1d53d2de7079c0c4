/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds and opens the virtio serial port to the owner. */

#ifndef GUEST_PORT_H
#define GUEST_PORT_H

#include <stdbool.h>

#include "guest/line.h"

/*
 * Opens the port called @name, or the file when there is a slash in it,
 * waiting until @end's deadline for it to turn up. Sets @end's descriptor;
 * false: errno says why.
 */
bool port_open(LineEnd *end, const char *name);

#endif
