/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells whether a file is a kernel that QEMU hashes for the firmware to start.
 */

#ifndef OWNER_KERNEL_IMAGE_H
#define OWNER_KERNEL_IMAGE_H

#include <glib.h>
#include <stdbool.h>

/*
 * A bzImage, or an EFI program: all else is no kernel for OVMF, and QEMU hashes
 * ELF and multiboot images not at all. @path is for the message of @errp.
 */
bool kernel_image_check(GBytes *kernel, const char *path, GError **errp);

#endif
