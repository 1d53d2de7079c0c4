/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "igvm_parameters": what an IGVM file has the hypervisor tell the
 * guest, in four pages (test_igvm.py): "cpus=" how many there are, "slots="
 * how many transports of virtio its device tree has, 0 for no tree.
 *
 * Suite "igvm_memory": memory that the file requires, without content.
 */
#include "abi/igvm.h"
#include "abi/rmp.h"
#include "segments.h"
#include "snp.h"
#include "suite.h"
#include "text.h"

/* Where nobody else has anything */
#define AREAS    (SNP_FRESH + 0x10000)
#define GENERAL  ((const le32 *)AREAS)
#define MAP      ((const IgvmMemoryMapEntry *)(AREAS + 0x1000))
#define MADT     ((const uint8_t *)(AREAS + 0x2000))
#define OTHER    ((const uint8_t *)(AREAS + 0x3000))
#define REQUIRED (SNP_FRESH + 0x20000)

#define MAP_ENTRIES (IGVM_PAGE_SIZE / sizeof(IgvmMemoryMapEntry))

/* ACPI 5.2.6 and 5.2.12: a header of 36 bytes, 8 more, then entries */
#define MADT_FIRST_ENTRY 44
#define MADT_LOCAL_APIC  0
#define MADT_ENABLED     1

static void check_map(void)
{
    uint64_t end = 0, ram = 0, code = (uintptr_t)check_map / IGVM_PAGE_SIZE;
    unsigned i, ordered = 1, of_code = IGVM_MEMORY_RESERVED;

    for (i = 0; i < MAP_ENTRIES && le64_get(MAP[i].nr_pages); i++) {
        uint64_t first = le64_get(MAP[i].first_page);
        uint64_t pages = le64_get(MAP[i].nr_pages);
        unsigned type = le16_get(MAP[i].type);

        ordered &= first >= end;
        end = first + pages;
        ram += type == IGVM_MEMORY ? pages : 0;
        if (code >= first && code < end) {
            of_code = type;
        }
    }
    check(i && i < MAP_ENTRIES, "the memory map has %u entries", i);
    check(ordered, "they are in order, and do not overlap");
    check_equal(ram, config_number("mib", 64) << 20 >> 12,
                "its memory is the machine's");
    check_equal(of_code, IGVM_MEMORY, "what runs lies in memory");
}

static unsigned count_cpus(unsigned size)
{
    unsigned count = 0;

    for (unsigned at = MADT_FIRST_ENTRY; at + 2 <= size && MADT[at + 1];
         at += MADT[at + 1]) {
        count += MADT[at] == MADT_LOCAL_APIC && MADT[at + 4] & MADT_ENABLED;
    }
    return count;
}

static void check_madt(void)
{
    unsigned size = le32_get(*(const le32 *)(MADT + 4));
    uint8_t sum = 0;

    check(MADT[0] == 'A' && MADT[1] == 'P' && MADT[2] == 'I' &&
          MADT[3] == 'C', "there is a table of CPUs");
    if (check(size > MADT_FIRST_ENTRY && size <= IGVM_PAGE_SIZE,
              "it has %u bytes", size)) {
        for (unsigned i = 0; i < size; i++) {
            sum += MADT[i];
        }
        check_equal(sum, 0, "its checksum is right");
        check_equal(count_cpus(size), config_number("cpus", 1),
                    "it has all CPUs");
    }
}

/* Devicetree Specification 0.4, section 5: numbers are big-endian. */
#define TREE        (OTHER + 8)
#define TREE_MAGIC  0xd00dfeed
enum { TREE_SIZE = 4, TREE_STRUCTS = 8, TREE_STRINGS = 12, TREE_HEADER = 40 };
enum { BEGIN_NODE = 1, END_NODE, PROPERTY, NOP, END = 9 };

static uint32_t tree_word(unsigned at)
{
    const uint8_t *p = TREE + at;

    return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static const char *tree_text(unsigned at)
{
    return (const char *)TREE + at;
}

static unsigned align4(unsigned at)
{
    return (at + 3) & ~3u;
}

/* Where each transport is; its nodes have 64-bit addresses and sizes. */
static void check_property(const char *name, unsigned value, unsigned *seen)
{
    if (str_equal(name, "compatible")) {
        check(str_equal(tree_text(value), "virtio,mmio"),
              "node %u is a transport of virtio", *seen);
    } else if (str_equal(name, "reg")) {
        check(tree_word(value) == 0 && tree_word(value + 8) == 0 &&
              tree_word(value + 4) == 0xfef00000 + *seen * 0x1000 &&
              tree_word(value + 12) == 0x200, "node %u has its place", *seen);
        ++*seen;
    } else {
        check(tree_word(value) == 2, "64-bit numbers: %s", name);
    }
}

static void check_tree(unsigned slots)
{
    unsigned at = tree_word(TREE_STRUCTS), strings = tree_word(TREE_STRINGS);
    unsigned size = tree_word(TREE_SIZE), seen = 0;

    check_equal(tree_word(0), TREE_MAGIC, "there is a device tree");
    if (!check(size > TREE_HEADER && size < IGVM_PAGE_SIZE - 8,
               "it has %u bytes", size)) {
        return;
    }
    while (at < size && tree_word(at) != END) {
        uint32_t token = tree_word(at);

        at += 4;
        if (token == BEGIN_NODE) {
            at = align4(at + strlen(tree_text(at)) + 1);
        } else if (token == PROPERTY) {
            check_property(tree_text(strings + tree_word(at + 4)), at + 8,
                           &seen);
            at = align4(at + 8 + tree_word(at));
        }
    }
    check_equal(seen, slots, "it has all transports");
}

SUITE(igvm_parameters)
{
    unsigned slots = config_number("slots", 0);


    check_equal(le32_get(GENERAL[0]), config_number("cpus", 1),
                "the number of CPUs is told");
    check_equal(le32_get(GENERAL[1]), IGVM_ENVIRONMENT_MEMORY_IS_SHARED,
                "and that memory is shared at first");
    check_map();
    check_madt();
    check(OTHER[0] == 0x5a && OTHER[IGVM_PAGE_SIZE - 1] == 0xa5,
          "what nothing was written to in an area is as in the file");
    if (slots) {
        check_tree(slots);
    } else {
        check_equal(tree_word(0), 0, "there is no device tree");
    }
}

/* Assigned, and not validated: that is the guest's to do, once */
SUITE(igvm_memory)
{
    struct rmp_answer answer = pvalidate(REQUIRED, RMP_PAGE_4K, true);

    check_equal(answer.status, RMP_SUCCESS,
                "memory that is required can be validated");
    check(!answer.carry, "it was not before");
    *(volatile uint8_t *)REQUIRED = 1;
    check_equal(*(volatile uint8_t *)REQUIRED, 1, "it is there");
}
