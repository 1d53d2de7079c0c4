/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "strings": string I/O of every width and in both directions, against
 * devices that tell whether all went there and came from there in order:
 * fw_cfg's data, a UART that loops back (COM2), and registers that keep the
 * last value.
 */
#include "fw-cfg.h"
#include "paging.h"
#include "run.h"
#include "suite.h"
#include "text.h"
#include "vc.h"

#define FW_CFG_SELECT   0x510
#define FW_CFG_DATA     0x511
#define PCI_ADDRESS     0xcf8
#define PCI_DATA        0xcfc
#define MCH_ID          0x29c08086u
#define COM2            0x2f8
#define COM2_FIFO       (COM2 + 2)
#define COM2_LINE       (COM2 + 3)
#define COM2_MODEM      (COM2 + 4)
#define FIFO_ON_CLEAR   0x07
#define LINE_8N1        0x03
#define MODEM_LOOP      0x10
#define FIFO_SIZE       16

#define MOST            65536u
#define IN_BUFFER       sizeof(((Ghcb *)0)->shared_buffer)

static uint8_t *buffer;     /* more than MOST bytes, at a page's start */

static uint32_t sum_step(uint32_t sum, uint8_t byte)
{
    return (sum << 5 | sum >> 27) ^ byte;
}

/* The same bytes of a file one by one */
static uint32_t sum_of_file(unsigned count)
{
    uint32_t sum = 0;

    fw_cfg_select("etc/acpi/tables");
    while (count--) {
        sum = sum_step(sum, inb(FW_CFG_DATA));
    }
    return sum;
}

static void check_registers(const struct gprs *gprs, uintptr_t cx,
                            uintptr_t address, bool in, const char *what,
                            unsigned count)
{
    check_equal(gprs->cx, cx, "%s of %u ends with the right rCX", what,
                count);
    check_equal(in ? gprs->di : gprs->si, address,
                "%s of %u ends with the right pointer", what, count);
}

static void check_in_bytes(unsigned offset, unsigned count)
{
    static const uint8_t rep_insb[] = { 0xf3, 0x6c };
    uint8_t *to = buffer + offset;
    struct gprs gprs = { .dx = FW_CFG_DATA, .di = (uintptr_t)to,
                         .cx = count };
    uint32_t want = sum_of_file(count), sum = 0;
    unsigned exits;

    memset(to, 0xee, count + 1);
    fw_cfg_select("etc/acpi/tables");
    exits = vc_count(VC_EXIT_IOIO);
    run_do(rep_insb, sizeof(rep_insb), &gprs);
    exits = vc_count(VC_EXIT_IOIO) - exits;
    for (unsigned i = 0; i < count; i++) {
        sum = sum_step(sum, to[i]);
    }
    check_equal(sum, want, "REP INSB of %u bytes at offset %u gets them",
                count, offset);
    check(to[count] == 0xee, "and no byte more");
    check_registers(&gprs, 0, (uintptr_t)to + count, true, "REP INSB", count);
    if (es_active() && count) {
        check_equal(exits, (count + IN_BUFFER - 1) / IN_BUFFER,
                    "it took one #VC for each buffer");
    }
}

static void check_in_wide(bool word, unsigned count)
{
    static const uint8_t rep_insw[] = { 0xf3, 0x66, 0x6d };
    static const uint8_t rep_insd[] = { 0xf3, 0x6d };
    unsigned size = word ? 2 : 4;
    const char *name = word ? "REP INSW" : "REP INSD";
    struct gprs gprs = { .dx = PCI_DATA, .di = (uintptr_t)buffer + 1,
                         .cx = count };
    uint32_t want = word ? MCH_ID & 0xffff : MCH_ID, wrong = 0;

    memset(buffer, 0xee, size * (count + 1));
    outl(PCI_ADDRESS, 0x80000000);
    run_do(word ? rep_insw : rep_insd, word ? 3 : 2, &gprs);
    for (unsigned i = 0; i < count; i++) {
        uint32_t got = 0;

        memcpy(&got, buffer + 1 + i * size, size);
        wrong += got != want;
    }
    check_equal(wrong, 0, "%s of %u gets what is there", name, count);
    check(buffer[0] == 0xee && buffer[1 + size * count] == 0xee,
          "and nothing around it");
    check_registers(&gprs, 0, (uintptr_t)buffer + 1 + size * count, true,
                    name, count);
}

/* The last value stays: of 16 bits in fw_cfg's selector, of 32 in PCI's. */
static void check_out_wide(bool word, unsigned count)
{
    static const uint8_t rep_outsw[] = { 0xf3, 0x66, 0x6f };
    static const uint8_t rep_outsd[] = { 0xf3, 0x6f };
    unsigned size = word ? 2 : 4;
    const char *name = word ? "REP OUTSW" : "REP OUTSD";
    struct gprs gprs = { .dx = word ? FW_CFG_SELECT : PCI_ADDRESS,
                         .si = (uintptr_t)buffer + 3, .cx = count };
    uint32_t last = word ? 0 : 0x80001234, got;

    memset(buffer, 0x19, size * (count + 2));
    if (count) {
        memcpy(buffer + 3 + size * (count - 1), &last, size);
    }
    outw(FW_CFG_SELECT, 0x19);
    outl(PCI_ADDRESS, 0);
    run_do(word ? rep_outsw : rep_outsd, word ? 3 : 2, &gprs);
    if (word) {
        got = inb(FW_CFG_DATA);
        check(count ? got == 'Q' : got != 'Q',
              "%s of %u ends with the last", name, count);
    } else {
        check_equal(inl(PCI_ADDRESS), count ? last : 0,
                    "%s of %u ends with the last", name, count);
    }
    check_registers(&gprs, 0, (uintptr_t)buffer + 3 + size * count, false,
                    name, count);
}

/* Out through the UART, and in again */
static void check_loop(unsigned count, bool down)
{
    static const uint8_t out[] = { 0xfc, 0xf3, 0x6e };  /* CLD, REP OUTSB */
    static const uint8_t in[] = { 0xfc, 0xf3, 0x6c };
    uint8_t code[3];
    uint8_t *from = buffer + PAGE_SIZE - 4, *to = buffer + 3 * PAGE_SIZE - 4;
    uintptr_t first = down && count ? count - 1 : 0, wrong = 0, end;
    struct gprs gprs = { .dx = COM2, .si = (uintptr_t)from + first,
                         .cx = count };

    for (unsigned i = 0; i < FIFO_SIZE; i++) {
        from[i] = 0x40 + i;
        to[i] = 0xee;
    }
    memcpy(code, out, sizeof(out));
    code[0] += down;                                    /* STD */
    run_do(code, sizeof(code), &gprs);
    end = (uintptr_t)from + (down && count ? -1 : (int)count);
    check_registers(&gprs, 0, end, false,
                    down ? "REP OUTSB downwards" : "REP OUTSB", count);

    memcpy(code, in, sizeof(in));
    gprs = (struct gprs) { .dx = COM2, .di = (uintptr_t)to, .cx = count };
    run_do(code, sizeof(code), &gprs);
    for (unsigned i = 0; i < count; i++) {
        wrong += to[i] != from[down ? count - 1 - i : i];
    }
    check_equal(wrong, 0, "%u bytes come back from the UART in order", count);
    check(to[count] == 0xee, "and no more than these");
}

/* Without REP the count does not matter; one unit moves. */
static void check_single(void)
{
    static const uint8_t outsb[] = { 0x6e }, insb[] = { 0x6c };
    struct gprs gprs = { .dx = COM2, .si = (uintptr_t)buffer, .cx = 7 };

    buffer[0] = 0x77;
    buffer[1] = 0x78;
    run_do(outsb, sizeof(outsb), &gprs);
    check_registers(&gprs, 7, (uintptr_t)buffer + 1, false, "OUTSB", 1);
    gprs = (struct gprs) { .dx = COM2, .di = (uintptr_t)buffer + 8,
                           .cx = 7 };
    run_do(insb, sizeof(insb), &gprs);
    check_registers(&gprs, 7, (uintptr_t)buffer + 9, true, "INSB", 1);
    check_equal(buffer[8], 0x77, "a byte goes out and comes in");
}

static void start_uart(void)
{
    outb(COM2_LINE, LINE_8N1);
    outb(COM2_MODEM, MODEM_LOOP);
    outb(COM2_FIFO, FIFO_ON_CLEAR);
}

SUITE(strings)
{
    static const unsigned counts[] = { 0, 1, 2, 3, 508, 509, 1016, 1017 };
    static const unsigned bytes[] = { 0, 1, 2, 2031, 2032, 2033, 4096, MOST };

    buffer = (uint8_t *)page_alloc();
    for (unsigned i = 0; i < MOST / PAGE_SIZE + 2; i++) {
        page_alloc();
    }
    start_uart();
    for (unsigned i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
        check_in_bytes(0, bytes[i]);
    }
    check_in_bytes(PAGE_SIZE - 2, 2);
    check_in_bytes(PAGE_SIZE - 1, 2);
    check_in_bytes(PAGE_SIZE - 1, 2 * PAGE_SIZE);
    for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        check_in_wide(true, counts[i]);
        check_in_wide(false, counts[i]);
        check_out_wide(true, counts[i]);
        check_out_wide(false, counts[i]);
    }
    check_in_wide(false, MOST / 4);
    check_out_wide(false, MOST / 4);
    for (unsigned count = 0; count < FIFO_SIZE; count += 5) {
        check_loop(count, false);
        check_loop(count, true);
    }
    check_single();
}
