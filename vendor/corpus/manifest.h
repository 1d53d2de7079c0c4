/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says of each case what a verifier is to be given, and has to answer. */

#ifndef VENDOR_CORPUS_MANIFEST_H
#define VENDOR_CORPUS_MANIFEST_H

#include <json-glib/json-glib.h>

#include "vendor/corpus/case.h"

/* The trusted root's file, but for the cases that have one of their own */
#define CORPUS_ROOT_DIR  "root"
#define CORPUS_ROOT_FILE "ark.der"

/* The manifest, without cases; corpus_manifest_add() adds them. */
JsonObject *corpus_manifest_new(const CorpusKeys *keys);

/* @files, which is taken over: as of case_write() */
void corpus_manifest_add(JsonObject *manifest, const Case *c,
                         const char *name, JsonObject *files);

/* Writes it into @dir. */
bool corpus_manifest_write(JsonObject *manifest, const char *dir,
                           GError **errp);

#endif
