/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of QEMU's fw_cfg through its ports (docs/specs/fw_cfg.rst); numbers
 * of the directory are big-endian.  No DMA: that needs shared memory.
 */
#include "fw-cfg.h"
#include "text.h"
#include "x86.h"

#define PORT_SELECT     0x510
#define PORT_DATA       0x511
#define ITEM_DIRECTORY  0x19

struct file {
    uint8_t size[4], select[2], reserved[2];
    char name[56];
};

static uint32_t big_endian(const uint8_t *p, unsigned bytes)
{
    uint32_t value = 0;

    while (bytes--) {
        value = value << 8 | *p++;
    }
    return value;
}

static void read_bytes(void *to, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)to)[i] = inb(PORT_DATA);
    }
}

uint32_t fw_cfg_select(const char *name)
{
    uint8_t number[4];
    struct file file;
    uint32_t files;

    outw(PORT_SELECT, ITEM_DIRECTORY);
    read_bytes(number, sizeof(number));
    for (files = big_endian(number, 4); files; files--) {
        read_bytes(&file, sizeof(file));
        if (str_equal(file.name, name)) {
            outw(PORT_SELECT, big_endian(file.select, 2));
            return big_endian(file.size, 4);
        }
    }
    return 0;
}

bool fw_cfg_read(const char *name, void *to, size_t size)
{
    uint32_t length = fw_cfg_select(name);

    read_bytes(to, length < size ? length : size);
    return length;
}
