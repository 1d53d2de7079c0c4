/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes proofs about sizes and offsets, for layout*.c alone. */

#ifndef ABI_LAYOUT_H
#define ABI_LAYOUT_H

#include <stddef.h>

#define SIZE(type, size) \
    _Static_assert(sizeof(type) == (size), #type " has a wrong size")

#define FIELD(type, field, offset) \
    _Static_assert(offsetof(type, field) == (offset), \
                   #type "." #field " is at a wrong offset")

#endif
