/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a case's files, each in the forms in which verifiers take them. */

#ifndef VENDOR_CORPUS_WRITE_H
#define VENDOR_CORPUS_WRITE_H

#include <json-glib/json-glib.h>

#include "vendor/corpus/case.h"

/*
 * Writes into the new directory @dir/@name. Returns the files' names, from
 * @dir on, by what they are: "report", "leaf", "signer", "root", "chain",
 * "table", "crl"; NULL if it can't.
 */
JsonObject *case_write(const Case *c, const char *dir, const char *name,
                       GError **errp);

/* A new directory */
bool corpus_make_dir(const char *path, GError **errp);

/* The file @name in @dir */
bool corpus_write_file(const char *dir, const char *name, const void *data,
                       gsize size, GError **errp);

#endif
