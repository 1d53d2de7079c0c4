/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns text into JSON and back; what comes from others is checked first. */

#ifndef OWNER_JSON_TEXT_H
#define OWNER_JSON_TEXT_H

#include <json-glib/json-glib.h>
#include <stdint.h>

/* NULL when @text is not one JSON object, or nests too deep for a parser */
JsonObject *json_text_object(const char *text);

/* Prints @object, which is taken over, on stdout, one member a line. */
void json_text_print(JsonObject *object);

/* Sets member @name to @len bytes in hexadecimal. */
void json_text_set_hex(JsonObject *object, const char *name,
                       const uint8_t *data, size_t len);

/* @len bytes in hexadecimal */
char *json_text_hex(const uint8_t *data, size_t len);

#endif
