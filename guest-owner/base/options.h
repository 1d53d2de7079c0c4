/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declares options that several verbs have in common, and how they are parsed.
 */

#ifndef OWNER_OPTIONS_H
#define OWNER_OPTIONS_H

#include <glib.h>
#include <stdbool.h>
#include "guest-owner/measure/kernel-hashes.h"
#include "guest-owner/measure/measurement.h"

/*
 * Parses *argv by @entries; @operands describes what remains, of which
 * there must be @nr_operands. --help is answered and ends the program.
 * @opaque is for the callbacks of @entries.
 */
bool options_parse(int *argc, char ***argv, const GOptionEntry *entries,
                   const char *operands, int nr_operands,
                   const char *summary, gpointer opaque, GError **errp);

/*
 * The same without operands, for verbs of a kind: @common, an array of
 * GOptionEntry, is what they share, and takes up the entries of @own, the
 * verb's.
 */
bool options_parse_common(int *argc, char ***argv, GArray *common,
                          const GOptionEntry *own, const char *summary,
                          GError **errp);

/* Fails, naming @option, when @value was not given. */
bool options_need(const char *option, const char *value, GError **errp);

/* --name, of verbs that write several files, for a GOptionEntry's array */
#define OPTIONS_NAME_DEFAULT "vm"       /* sevctl's */
#define OPTIONS_NAME(name)                                              \
    { "name", 0, 0, G_OPTION_ARG_FILENAME, name,                        \
      "What the files' names begin with [" OPTIONS_NAME_DEFAULT "]",    \
      "NAME" }

/* --tik and --tek, or --tk, which has both: TEK first, then TIK */
typedef struct KeyOptions {
    char *tik;
    char *tek;
    char *tk;
} KeyOptions;

typedef struct Keys {
    uint8_t tik[SEV_KEY_SIZE];
    uint8_t tek[SEV_KEY_SIZE];
} Keys;

/* The TEK is left alone if !@need_tek and there is none. */
bool options_keys(const KeyOptions *options, bool need_tek, Keys *keys,
                  GError **errp);

void options_clear_keys(KeyOptions *options);

/* The launched files: all in memory, so that they are read only once */
typedef struct ImageOptions {
    char *firmware;
    char *kernel;
    char *initrd;
    char *cmdline;
} ImageOptions;

typedef struct Images {
    GBytes *firmware;
    KernelFiles files;          /* files.kernel NULL: no kernel given */
} Images;

/* Appends --firmware, --kernel, --initrd, --cmdline to @entries. */
void options_add_images(ImageOptions *options, GArray *entries);

/*
 * Loads what @options names, and leaves a part NULL that they don't. A kernel
 * has to be one that QEMU hashes.
 * @cmdline_option: --cmdline, or --append where it is called so. *images
 * points into *options.
 */
bool options_images(const ImageOptions *options, const char *cmdline_option,
                    Images *images, GError **errp);
void options_clear_images(ImageOptions *options);

/* What the kernel adds to the launch, or NULL */
const KernelFiles *images_kernel(const Images *images);

void images_clear(Images *images);

#endif
