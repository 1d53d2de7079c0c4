/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strings and formatted text on the serial port: see text.h. */
#include "text.h"
#include "x86.h"

#define COM1                0x3f8
#define COM1_LINE_STATUS    (COM1 + 5)
#define LINE_STATUS_EMPTY   0x20

void *memcpy(void *to, const void *from, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        ((char *)to)[i] = ((const char *)from)[i];
    }
    return to;
}

void *memset(void *to, int value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        ((char *)to)[i] = value;
    }
    return to;
}

size_t strlen(const char *s)
{
    size_t length = 0;

    while (s[length]) {
        length++;
    }
    return length;
}

bool str_equal(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

void str_append(char *to, size_t size, const char *from)
{
    size_t length = strlen(to);

    while (*from && length + 1 < size) {
        to[length++] = *from++;
    }
    to[length] = 0;
}

/* VALUE in BASE into the end of a buffer; returns where it starts. */
static const char *digits(char buffer[24], uint64_t value, unsigned base)
{
    char *p = buffer + 23;

    *p = 0;
    do {
        /* Shifts for 16: 64-bit division needs a library in 32-bit code. */
        unsigned digit = base == 16 ? value & 15 : (uint32_t)value % 10;

        *--p = "0123456789abcdef"[digit];
        value = base == 16 ? value >> 4 : (uint32_t)value / 10;
    } while (value);
    if (base == 16) {
        *--p = 'x';
        *--p = '0';
    }
    return p;
}

void format(char *to, size_t size, const char *fmt, va_list args)
{
    char buffer[24];

    to[0] = 0;
    for (; *fmt; fmt++) {
        const char plain[2] = { *fmt, 0 };
        const char *text = plain;

        if (*fmt == '%') {
            switch (*++fmt) {
            case 's':
                text = va_arg(args, const char *);
                break;
            case 'u':
                text = digits(buffer, va_arg(args, unsigned), 10);
                break;
            case 'x':
                text = digits(buffer, va_arg(args, uint64_t), 16);
                break;
            default:
                text = "%";
                break;
            }
        }
        str_append(to, size, text);
    }
}

void vprint(const char *fmt, va_list args)
{
    char line[256];

    format(line, sizeof(line), fmt, args);
    for (const char *p = line; *p; p++) {
        while (!(inb(COM1_LINE_STATUS) & LINE_STATUS_EMPTY)) {
            pause();
        }
        outb(COM1, *p);
    }
}

void print(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vprint(fmt, args);
    va_end(args);
}
