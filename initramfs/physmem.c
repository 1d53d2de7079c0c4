/*
 * Guest-physical memory, as firmware left it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mmap() of /dev/mem, and not read(): user mappings take their protection
 * from the kernel's protection_map, in which the C-bit is set under SEV.
 * read() would go through memremap(), and kernels before 6.15 map reserved
 * memory shared there (arch/x86/mm/ioremap.c, __ioremap_check_encrypted()),
 * so the guest would see ciphertext.
 *
 * The secret area is reserved memory, but where it is stands in ACPI memory,
 * which the kernel claims: it lets that be mapped with iomem=relaxed only.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"

#define PAGE_SIZE 4096

bool physmem_read(uint64_t address, void *buffer, size_t size)
{
    size_t offset = address % PAGE_SIZE;
    int fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);
    void *map;

    if (fd < 0) {
        return guest_fail("/dev/mem: %s", strerror(errno));
    }
    map = mmap(NULL, offset + size, PROT_READ, MAP_SHARED, fd,
               address - offset);
    close(fd);
    if (map == MAP_FAILED) {
        return guest_fail("/dev/mem at 0x%llx, 0x%zx bytes: %s%s",
                          (unsigned long long)address, size, strerror(errno),
                          errno == EPERM ? " (iomem=relaxed missing?)" : "");
    }
    memcpy(buffer, (char *)map + offset, size);
    munmap(map, offset + size);
    return true;
}
