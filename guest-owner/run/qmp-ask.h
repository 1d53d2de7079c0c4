/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks a running QEMU one question. */

#ifndef OWNER_QMP_ASK_H
#define OWNER_QMP_ASK_H

#include "guest-owner/run/qmp.h"

/*
 * Connects to the QMP socket @path, gives @command without arguments, and
 * returns what it answers. The error has OWNER_EXIT_REFUSED when QEMU says
 * no, OWNER_EXIT_QEMU_FAILED when it says nothing sensible in good time.
 */
JsonObject *qmp_ask(const char *path, const char *command, GError **errp);

#endif
