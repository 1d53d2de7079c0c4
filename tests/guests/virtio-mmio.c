/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "virtio_mmio": the four transports that x-svsm-virtio-mmio=on gives the
 * machine (there=0: it does not), as an SVSM finds and uses them.  "slot0="
 * to "slot3=" are the devices' IDs, 0 for none; a block device is read, without
 * an interrupt, by memory that it can reach.
 */
#include "ghcb.h"
#include "paging.h"
#include "suite.h"
#include "text.h"

#define BASE            0xfef00000u
#define STRIDE          0x1000u
#define SLOTS           4

/* Virtio 1.2, section 4.2.2: registers of a transport */
enum {
    MAGIC = 0x00, VERSION = 0x04, DEVICE_ID = 0x08,
    DEVICE_FEATURES = 0x10, DEVICE_FEATURES_SEL = 0x14,
    DRIVER_FEATURES = 0x20, DRIVER_FEATURES_SEL = 0x24,
    QUEUE_SEL = 0x30, QUEUE_NUM_MAX = 0x34, QUEUE_NUM = 0x38,
    QUEUE_READY = 0x44, QUEUE_NOTIFY = 0x50, STATUS = 0x70,
    QUEUE_DESC = 0x80, QUEUE_DRIVER = 0x90, QUEUE_DEVICE = 0xa0,
    CONFIG = 0x100,
};

#define MAGIC_VALUE     0x74726976u     /* "virt" */
#define ID_BLOCK        2
#define ACKNOWLEDGE     1u
#define DRIVER          2u
#define DRIVER_OK       4u
#define FEATURES_OK     8u
/* Of features 32 to 63 */
#define VERSION_1       (1u << 0)
#define ACCESS_PLATFORM (1u << 1)
#define DESC_NEXT       1
#define DESC_WRITE      2
#define NO_INTERRUPT    1
#define BLOCK_IN        0

#define QUEUE_SIZE      4
#define SECTOR          512
#define SECTORS         2048            /* of guests.txt's disks: 1 MiB */
#define PATIENCE        20000000u

struct memory {
    struct desc {
        uint64_t address;
        uint32_t length;
        uint16_t flags, next;
    } desc[QUEUE_SIZE];
    struct {
        uint16_t flags, index, ring[QUEUE_SIZE], event;
    } driver;
    struct {
        uint16_t flags, index;
        struct {
            uint32_t id, length;
        } ring[QUEUE_SIZE];
        uint16_t event;
    } device __attribute__((aligned(8)));
    struct {
        uint32_t type, reserved;
        uint64_t sector;
    } request;
    uint8_t data[SECTOR], status;
};

static uintptr_t slot_at(unsigned slot)
{
    return BASE + slot * STRIDE;
}

static void write_address(uintptr_t device, unsigned reg, const void *address)
{
    write32(device + reg, (uintptr_t)address);
    write32(device + reg + 4, 0);
}

static bool set_up(uintptr_t device, struct memory *memory)
{
    uint32_t features;

    write32(device + STATUS, 0);
    write32(device + STATUS, ACKNOWLEDGE);
    write32(device + STATUS, ACKNOWLEDGE | DRIVER);
    write32(device + DEVICE_FEATURES_SEL, 1);
    features = read32(device + DEVICE_FEATURES) &
               (VERSION_1 | ACCESS_PLATFORM);
    check(features & VERSION_1, "its device is of virtio 1");
    check_equal(!!(features & ACCESS_PLATFORM), config_sev(),
                "it reaches what the platform lets it, under SEV");
    write32(device + DRIVER_FEATURES_SEL, 1);
    write32(device + DRIVER_FEATURES, features);
    write32(device + DRIVER_FEATURES_SEL, 0);
    write32(device + DRIVER_FEATURES, 0);
    write32(device + STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
    if (!check(read32(device + STATUS) & FEATURES_OK,
               "it takes what is chosen")) {
        return false;
    }
    write32(device + QUEUE_SEL, 0);
    check(read32(device + QUEUE_NUM_MAX) >= QUEUE_SIZE, "it has a queue");
    write32(device + QUEUE_NUM, QUEUE_SIZE);
    write_address(device, QUEUE_DESC, memory->desc);
    write_address(device, QUEUE_DRIVER, &memory->driver);
    write_address(device, QUEUE_DEVICE, &memory->device);
    write32(device + QUEUE_READY, 1);
    write32(device + STATUS,
            ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
    return true;
}

static bool wait_for_answer(const struct memory *memory)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (__atomic_load_n(&memory->device.index, __ATOMIC_SEQ_CST)) {
            return true;
        }
        pause();
    }
    return false;
}

/* The disk has zeros. */
static void check_read(uintptr_t device)
{
    struct memory *memory = (struct memory *)shared_alloc(sizeof(*memory));
    unsigned nonzero = 0;

    if (!set_up(device, memory)) {
        return;
    }
    memory->request.type = BLOCK_IN;
    memory->request.sector = SECTORS - 1;
    memory->status = 0xff;
    memset(memory->data, 0x5a, SECTOR);
    memory->desc[0] = (struct desc) {
        (uintptr_t)&memory->request, sizeof(memory->request), DESC_NEXT, 1
    };
    memory->desc[1] = (struct desc) {
        (uintptr_t)memory->data, SECTOR, DESC_NEXT | DESC_WRITE, 2
    };
    memory->desc[2] = (struct desc) {
        (uintptr_t)&memory->status, 1, DESC_WRITE, 0
    };
    memory->driver.flags = NO_INTERRUPT;
    memory->driver.ring[0] = 0;
    __atomic_store_n(&memory->driver.index, 1, __ATOMIC_SEQ_CST);
    write32(device + QUEUE_NOTIFY, 0);
    check(wait_for_answer(memory), "a request is answered");
    check_equal(memory->status, 0, "its sector has been read");
    for (unsigned i = 0; i < SECTOR; i++) {
        nonzero += memory->data[i] != 0;
    }
    check_equal(nonzero, 0, "and has what the disk has");
}

static void check_slot(unsigned slot, uint32_t id)
{
    uintptr_t device = slot_at(slot);
    unsigned version = config_number("version", 2);

    check_equal(read32(device + MAGIC), MAGIC_VALUE,
                "slot %u is a transport of virtio", slot);
    check_equal(read32(device + VERSION), version, "of the right version");
    check_equal(read32(device + DEVICE_ID), id, "its device is the right one");
    if (id == ID_BLOCK) {
        check_equal(read32(device + CONFIG), SECTORS,
                    "its disk has the right size");
        if (version > 1) {
            check_read(device);
        }
    }
}

SUITE(virtio_mmio)
{
    static const char * const keys[SLOTS] = {
        "slot0", "slot1", "slot2", "slot3"
    };

    for (unsigned slot = 0; slot < SLOTS; slot++) {
        if (config_number("there", 1)) {
            check_slot(slot, config_number(keys[slot], 0));
        } else {
            check(read32(slot_at(slot) + MAGIC) != MAGIC_VALUE,
                  "there is no slot %u", slot);
        }
    }
    check(read32(slot_at(SLOTS) + MAGIC) != MAGIC_VALUE,
          "nothing is behind them");
}
