/*
 * Preloaded into QEMU by `make bench`: large objects start at a page
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where the vCPU's state lies within a cache line makes a difference of 15 %
 * to translated code. On the heap that is luck, which depends on as little
 * as the length of the command line; but it is the same luck in each run of
 * a program, so it would pass for a difference between programs, and no
 * self-comparison would show it. glibc's tunables can't help: they choose
 * between heap and mmap() only for what finds no room in the heap.
 */
#include <stddef.h>

#define LARGE 16384                     /* X86CPU has 27,120 bytes */
#define PAGE 4096

/* glibc's own, for programs that have another malloc(); free() takes both. */
void *__libc_malloc(size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size)
{
    return size < LARGE ? __libc_malloc(size) : __libc_memalign(PAGE, size);
}
