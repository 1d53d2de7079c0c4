/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "mmio": each form of instruction by which guests access devices, those
 * that Linux' and OVMF's #VC handlers decode.  The device is PCI configuration
 * space behind memory: registers that keep what is written, of any width.
 */
#include "run.h"
#include "suite.h"
#include "text.h"
#include "vc.h"

#define PCI_ADDRESS     0xcf8
#define PCI_DATA        0xcfc
#define MCH_PCIEXBAR    0x80000060u
#define ECAM            0xe0000000u
/* The AHCI controller, 00:1f.2, has nothing at 0xe0 to 0xff. */
#define DEVICE          (ECAM | 0x1f << 15 | 2 << 12 | 0xe0)

#define AX      ((uintptr_t)0x0102030405060788)
#define BEFORE  0xa1b2c3d4e5f687f8

/* An address of 32 bits in both modes, which 64-bit mode has by a prefix */
#define DEVICE_BYTE(n) ((uint8_t)(DEVICE >> 8 * (n)))
#ifdef __x86_64__
#define CODE_MOFFS(opcode) \
    CODE(0x67, opcode, DEVICE_BYTE(0), DEVICE_BYTE(1), DEVICE_BYTE(2), \
         DEVICE_BYTE(3))
#else
#define CODE_MOFFS(opcode) \
    CODE(opcode, DEVICE_BYTE(0), DEVICE_BYTE(1), DEVICE_BYTE(2), \
         DEVICE_BYTE(3))
#endif

/* rSI has the device's address, rAX is AX; the device has BEFORE. */
struct form {
    const char *name;
    struct code code;
    uintptr_t ax;           /* what rAX is then */
    uint64_t after;         /* what the device has then */
};

#define LOAD(name, ax, ...) { name, CODE(__VA_ARGS__), ax, BEFORE }
#define STORE(name, after, ...) { name, CODE(__VA_ARGS__), AX, after }
#define KEEP(mask) (AX & ~(uintptr_t)(mask))

static const struct form forms[] = {
    STORE("MOV m8, AL (88)", 0xa1b2c3d4e5f68788, 0x88, 0x06),
    STORE("MOV m8, AH (88)", 0xa1b2c3d4e5f68707, 0x88, 0x26),
    STORE("MOV m16, AX (89)", 0xa1b2c3d4e5f60788, 0x66, 0x89, 0x06),
    STORE("MOV m32, EAX (89)", 0xa1b2c3d405060788, 0x89, 0x06),
    LOAD("MOV AL, m8 (8a)", KEEP(0xff) | 0xf8, 0x8a, 0x06),
    LOAD("MOV AH, m8 (8a)", KEEP(0xff00) | 0xf800, 0x8a, 0x26),
    LOAD("MOV AX, m16 (8b)", KEEP(0xffff) | 0x87f8, 0x66, 0x8b, 0x06),
    LOAD("MOV EAX, m32 (8b)", 0xe5f687f8, 0x8b, 0x06),
    LOAD("MOV EAX, m32 with a displacement of 8 bits", 0xa1b2c3d4,
         0x8b, 0x46, 0x04),
    LOAD("MOV EAX, m32 with a displacement of 32 bits", 0xa1b2c3d4,
         0x8b, 0x86, 0x04, 0x00, 0x00, 0x00),
    LOAD("MOV EAX, m32 with base and scaled index", 0xa1b2c3d4,
         0x8b, 0x04, 0x9e),
    { "MOV AL, moffs (a0)", CODE_MOFFS(0xa0), KEEP(0xff) | 0xf8, BEFORE },
    { "MOV EAX, moffs (a1)", CODE_MOFFS(0xa1), 0xe5f687f8, BEFORE },
    { "MOV moffs, AL (a2)", CODE_MOFFS(0xa2), AX, 0xa1b2c3d4e5f68788 },
    { "MOV moffs, EAX (a3)", CODE_MOFFS(0xa3), AX, 0xa1b2c3d405060788 },
    STORE("MOV m8, imm8 (c6)", 0xa1b2c3d4e5f6875a, 0xc6, 0x06, 0x5a),
    STORE("MOV m16, imm16 (c7)", 0xa1b2c3d4e5f65a5b, 0x66, 0xc7, 0x06, 0x5b,
          0x5a),
    STORE("MOV m32, imm32 (c7)", 0xa1b2c3d45a5b5c5d, 0xc7, 0x06, 0x5d, 0x5c,
          0x5b, 0x5a),
    LOAD("MOVZX EAX, m8 (0f b6)", 0xf8, 0x0f, 0xb6, 0x06),
    LOAD("MOVZX AX, m8 (0f b6)", KEEP(0xffff) | 0xf8, 0x66, 0x0f, 0xb6,
         0x06),
    LOAD("MOVZX EAX, m16 (0f b7)", 0x87f8, 0x0f, 0xb7, 0x06),
    LOAD("MOVSX EAX, m8 (0f be)", 0xfffffff8, 0x0f, 0xbe, 0x06),
    LOAD("MOVSX AX, m8 (0f be)", KEEP(0xffff) | 0xfff8, 0x66, 0x0f, 0xbe,
         0x06),
    LOAD("MOVSX EAX, m16 (0f bf)", 0xffff87f8, 0x0f, 0xbf, 0x06),
#ifdef __x86_64__
    STORE("MOV m64, RAX (89)", AX, 0x48, 0x89, 0x06),
    LOAD("MOV RAX, m64 (8b)", BEFORE, 0x48, 0x8b, 0x06),
    STORE("MOV m64, imm32 (c7)", 0xffffffffda5b5c5d, 0x48, 0xc7, 0x06, 0x5d,
          0x5c, 0x5b, 0xda),
    LOAD("MOVZX RAX, m8 (0f b6)", 0xf8, 0x48, 0x0f, 0xb6, 0x06),
    LOAD("MOVZX RAX, m16 (0f b7)", 0x87f8, 0x48, 0x0f, 0xb7, 0x06),
    LOAD("MOVSX RAX, m8 (0f be)", -8, 0x48, 0x0f, 0xbe, 0x06),
    LOAD("MOVSX RAX, m16 (0f bf)", 0xffffffffffff87f8, 0x48, 0x0f, 0xbf,
         0x06),
    LOAD("MOVSXD RAX, m32 (63)", 0xffffffffe5f687f8, 0x48, 0x63, 0x06),
#endif
};

static void device_set(uint64_t value)
{
    write32(DEVICE, value);
    write32(DEVICE + 4, value >> 32);
}

static uint64_t device_get(void)
{
    return read32(DEVICE) | (uint64_t)read32(DEVICE + 4) << 32;
}

static void check_form(const struct form *form)
{
    struct gprs gprs = { .ax = AX, .bx = 1, .si = DEVICE };
    unsigned exits;
    struct fault f;

    device_set(BEFORE);
    exits = vc_count(VC_EXIT_NPF);
    f = run_do(form->code.bytes, form->code.length, &gprs);
    exits = vc_count(VC_EXIT_NPF) - exits;
    check(f.vector == NO_FAULT && gprs.ax == form->ax,
          "%s has the right effect on the register", form->name);
    check_equal(device_get(), form->after,
                "%s has the right effect on the device", form->name);
    check_equal(exits, es_active(), "%s raises #VC once, or not at all",
                form->name);
}

/* Copies from the device and to it; rCX units */
static void check_copy(const char *name, const uint8_t *bytes,
                       unsigned length, unsigned size, unsigned count)
{
    static uint8_t memory[16];
    struct gprs gprs = { .si = DEVICE, .di = (uintptr_t)memory, .cx = count };
    uint64_t got = 0, want = BEFORE;

    device_set(BEFORE);
    memset(memory, 0, sizeof(memory));
    run_do(bytes, length, &gprs);
    memcpy(&got, memory, sizeof(got));
    if (size * count < 8) {
        want &= (1ull << 8 * size * count) - 1;
    }
    check_equal(got, want, "%s copies %u units from the device", name, count);
    check_equal(gprs.si, DEVICE + size * count, "%s moves rSI", name);

    gprs = (struct gprs) { .si = (uintptr_t)memory + 1, .di = DEVICE,
                           .cx = count };
    memset(memory, 0x3c, sizeof(memory));
    run_do(bytes, length, &gprs);
    got = 0;
    memset(&got, 0x3c, size * count);
    want = size * count < 8 ? BEFORE >> 8 * size * count << 8 * size * count
                            : 0;
    check_equal(device_get(), want | got, "%s copies %u units to the device",
                name, count);
    check_equal(gprs.di, DEVICE + size * count, "%s moves rDI", name);
}

SUITE(mmio)
{
    static const uint8_t movsb[] = { 0xa4 }, movsd[] = { 0xa5 };
    static const uint8_t movsw[] = { 0x66, 0xa5 };
    static const uint8_t rep_movsw[] = { 0xf3, 0x66, 0xa5 };
    static const uint8_t rep_movsd[] = { 0xf3, 0xa5 };

    outl(PCI_ADDRESS, MCH_PCIEXBAR);
    outl(PCI_DATA, ECAM | 1);
    for (unsigned i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        check_form(&forms[i]);
    }
    check_copy("MOVSB (a4)", movsb, sizeof(movsb), 1, 1);
    check_copy("MOVSW (a5)", movsw, sizeof(movsw), 2, 1);
    check_copy("MOVSD (a5)", movsd, sizeof(movsd), 4, 1);
    check_copy("REP MOVSW (a5)", rep_movsw, sizeof(rep_movsw), 2, 3);
    check_copy("REP MOVSD (a5)", rep_movsd, sizeof(rep_movsd), 4, 2);
}
