/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's arguments with TCG in the place of KVM.
 *
 * What names KVM, or is KVM's alone, is replaced; all else is passed on as it
 * is, what is wrong too: QEMU says so better than this program could.
 */

#ifndef QEMU_WRAPPER_REWRITE_H
#define QEMU_WRAPPER_REWRITE_H

#include <glib.h>

/**
 * rewrite_arguments: @argv without its first, as this program was given them
 * @said: set to what a person should know of the replacements, if any
 *
 * The result has no argv[0] either.
 */
GPtrArray *rewrite_arguments(char **argv, GString *said);

#endif
