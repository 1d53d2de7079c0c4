/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads lines from a file descriptor, as they come, in the main loop. */

#ifndef OWNER_LINE_READER_H
#define OWNER_LINE_READER_H

#include <glib.h>

/* A longer line comes in pieces of this size. */
#define LINE_READER_MAX 0x100000

typedef struct LineReader LineReader;

/* @line without its end; NULL, once and last: there is no more */
typedef void LineFunc(const char *line, gpointer opaque);

/* Takes over @fd. @func must not free the reader. */
LineReader *line_reader_new(int fd, LineFunc *func, gpointer opaque);

void line_reader_free(LineReader *reader);

#endif
