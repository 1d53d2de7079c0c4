/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nettle's static library wants from a C library: comparing, an
 * environment, which is empty, and where to complain.  It prints only what a
 * variable of the environment asks it to.
 */
#include "tap.h"
#include "text.h"

int memcmp(const void *a, const void *b, size_t size);
char *strchr(const char *s, int c);
char *getenv(const char *name);
char *secure_getenv(const char *name);
size_t fwrite(const void *data, size_t size, size_t count, void *file);
int __fprintf_chk(void *file, int flag, const char *format, ...);
void __assert_fail(const char *what, const char *file, unsigned line,
                   const char *function);
void __stack_chk_fail(void);

void *stderr;

int memcmp(const void *a, const void *b, size_t size)
{
    const uint8_t *p = a, *q = b;

    for (; size--; p++, q++) {
        if (*p != *q) {
            return *p < *q ? -1 : 1;
        }
    }
    return 0;
}

char *strchr(const char *s, int c)
{
    for (;; s++) {
        if (*s == (char)c) {
            return (char *)s;
        }
        if (!*s) {
            return NULL;
        }
    }
}

char *getenv(const char *name)
{
    (void)name;
    return NULL;
}

char *secure_getenv(const char *name)
{
    return getenv(name);
}

size_t fwrite(const void *data, size_t size, size_t count, void *file)
{
    bail_out("nettle says %s (%u, %u, %x)", data, (unsigned)size,
             (unsigned)count, (uint64_t)(uintptr_t)file);
}

int __fprintf_chk(void *file, int flag, const char *format, ...)
{
    bail_out("nettle says %s (%u, %x)", format, (unsigned)flag,
             (uint64_t)(uintptr_t)file);
}

void __assert_fail(const char *what, const char *file, unsigned line,
                   const char *function)
{
    bail_out("%s:%u: %s: not so: %s", file, line, function, what);
}

void __stack_chk_fail(void)
{
    bail_out("nettle has written beyond its variables");
}
