/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what the user hands over: files, base64 and numbers, each checked
 * before anything is done with it. @option is the option's name with its
 * dashes and comes first in every message.
 */

#ifndef OWNER_INPUT_H
#define OWNER_INPUT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "abi/snp.h"

/* Largest kernel or initrd: QEMU's own limits lie below */
#define INPUT_MAX_IMAGE 0x7fffffff

/* The whole file @path, which may be a pipe; fails above @max bytes. */
GBytes *input_file(const char *option, const char *path, size_t max,
                   GError **errp);

/*
 * Exactly @size bytes: those of a file when @text names one, as sevctl has
 * it, otherwise @text is base64.
 */
bool input_exact(const char *option, const char *text, void *data,
                 size_t size, GError **errp);

/*
 * A launch digest of SEV-SNP, 48 bytes: in hexadecimal, as "measurement build"
 * prints it; else as input_exact() has it
 */
bool input_snp_digest(const char *option, const char *text,
                      uint8_t digest[SNP_DIGEST_SIZE], GError **errp);

/*
 * Exactly @size bytes: hexadecimal, base64, or those of a file when @text is
 * @ and its name
 */
bool input_bytes(const char *option, const char *text, void *data,
                 size_t size, GError **errp);

/* Strict base64 of exactly @size bytes: no other characters, full padding */
bool input_base64(const char *text, void *data, size_t size);

/* Decimal, or hexadecimal after 0x; from @min to @max */
bool input_number(const char *option, const char *text, uint32_t min,
                  uint32_t max, uint32_t *value, GError **errp);

/* Writes the whole file @path, replacing one of that name. */
bool output_file(const char *option, const char *path, const void *data,
                 size_t size, GError **errp);

/* The same for the file @name and @suffix make, in base64 */
bool output_base64(const char *option, const char *name, const char *suffix,
                   const void *data, size_t size, GError **errp);

#endif
