/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and writes lines of a file descriptor, within bounds of size and time
 * that the other side cannot stretch.
 */

#ifndef GUEST_LINE_H
#define GUEST_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

typedef enum LineStatus {
    LINE_OK,
    LINE_LATE,                  /* the deadline is past */
    LINE_LONG,                  /* more than there is room for */
    LINE_NUL,                   /* a NUL in it */
    LINE_BROKEN,                /* errno says how */
} LineStatus;

typedef struct LineEnd {
    int fd;                     /* non-blocking */
    struct timespec deadline;   /* CLOCK_MONOTONIC */
} LineEnd;

/* Sets the deadline, so many seconds from now. */
void line_set_deadline(LineEnd *end, unsigned seconds);

/* Sleeps a little. False: the deadline is past. */
bool line_wait_a_little(const LineEnd *end);

/*
 * Reads a line of less than @size bytes to @line, without its end. Nothing of
 * what comes after it is read.
 */
LineStatus line_read(const LineEnd *end, char *line, size_t size);

/* Writes @size bytes. */
LineStatus line_write(const LineEnd *end, const char *line, size_t size);

#endif
