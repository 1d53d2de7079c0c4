/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strings and formatted text; there is no C library here. */
#ifndef GUESTS_TEXT_H
#define GUESTS_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
size_t strlen(const char *s);
bool str_equal(const char *a, const char *b);
/* Appends FROM to the string in TO of SIZE bytes; cuts what doesn't fit. */
void str_append(char *to, size_t size, const char *from);

/*
 * Writes to TO at most SIZE bytes, final NUL included.  Knows %s, %u
 * (unsigned), %x (uint64_t, always 64 bits, with 0x) and %%.
 */
void format(char *to, size_t size, const char *fmt, va_list args);

/* Prints on the first serial port. */
void vprint(const char *fmt, va_list args);
void print(const char *fmt, ...);

#endif
