/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a session as files, of sevctl's names, which QEMU takes. */

#ifndef OWNER_SESSION_FILES_H
#define OWNER_SESSION_FILES_H

#include "guest-owner/chain/session.h"

/* What is put behind a name: base64 for QEMU, keys in raw form */
#define SESSION_GODH_SUFFIX   "_godh.b64"       /* dh-cert-file= */
#define SESSION_BUFFER_SUFFIX "_session.b64"    /* session-file= */
#define SESSION_TIK_SUFFIX    "_tik.bin"
#define SESSION_TEK_SUFFIX    "_tek.bin"

/* The two for QEMU */
bool session_files_write(const Session *session, const char *name,
                         GError **errp);

/* The two with the keys, for nobody else to read */
bool session_files_write_keys(const Keys *keys, const char *name,
                              GError **errp);

#endif
