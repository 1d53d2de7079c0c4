/*
 * Shows gdb the registers of a save area that does not run (SevCpu.view)
 *
 * Numbers and sizes are those of gdb-xml/i386-64bit.xml, content is
 * little-endian on both sides.  What a save area does not have, or has in
 * another form, is 0, and is not changed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "abi/vmsa.h"
#include "cpu/debug-view.h"
#include "cpu/sev-cpu.h"

/*
 * Registers that follow each other in both places: @size is gdb's, @length
 * that in the save area, or 0 if it has none of them
 */
typedef struct Registers {
    int first;
    int count;
    size_t size;
    size_t offset;
    size_t length;
} Registers;

#define ONE(n, size, field) \
    { n, 1, size, offsetof(SevVmsa, field), sizeof_field(SevVmsa, field) }

static const Registers registers[] = {
    ONE(0, 8, rax),
    ONE(1, 8, rbx),
    ONE(2, 8, rcx),
    ONE(3, 8, rdx),
    ONE(4, 8, rsi),
    ONE(5, 8, rdi),
    ONE(6, 8, rbp),
    ONE(7, 8, rsp),
    {  8,  8,  8, offsetof(SevVmsa, r8_15), 8 },
    ONE(16, 8, rip),
    ONE(17, 4, rflags),
    ONE(18, 4, cs.selector),
    ONE(19, 4, ss.selector),
    ONE(20, 4, ds.selector),
    ONE(21, 4, es.selector),
    ONE(22, 4, fs.selector),
    ONE(23, 4, gs.selector),
    ONE(24, 8, fs.base),
    ONE(25, 8, gs.base),
    ONE(26, 8, kernel_gs_base),
    ONE(27, 8, cr0),
    ONE(28, 8, cr2),
    ONE(29, 8, cr3),
    ONE(30, 8, cr4),
    { 31,  1,  8, 0, 0 },             /* CR8 */
    ONE(32, 8, efer),
    { 33,  8, 10, offsetof(SevVmsa, fpreg_x87), 10 },
    ONE(41, 4, x87_fcw),
    ONE(42, 4, x87_fsw),
    { 43,  6,  4, 0, 0 },             /* ftag to fop */
    { 49, 16, 16, offsetof(SevVmsa, fpreg_xmm), 16 },
    ONE(65, 4, mxcsr),
};

/* Where a register is; NULL if gdb is to see the CPU's own */
static uint8_t *find(const X86CPU *cpu, int n, size_t *size, size_t *length)
{
    const SevCpu *sev = cpu->env.sev;

    if (!sev || !sev->view) {
        return NULL;
    }
    for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
        const Registers *r = &registers[i];

        if (n >= r->first && n < r->first + r->count) {
            *size = r->size;
            *length = MIN(r->size, r->length);
            return (uint8_t *)sev->view + r->offset +
                   (n - r->first) * r->length;
        }
    }
    return NULL;
}

int debug_view_read(X86CPU *cpu, GByteArray *buf, int n)
{
    uint8_t value[16] = { };
    size_t size, length;
    const uint8_t *from = find(cpu, n, &size, &length);

    if (!from) {
        return 0;
    }
    memcpy(value, from, length);
    g_byte_array_append(buf, value, size);
    return size;
}

int debug_view_write(X86CPU *cpu, const uint8_t *buf, int n)
{
    size_t size, length;
    uint8_t *to = find(cpu, n, &size, &length);

    if (!to) {
        return 0;
    }
    memcpy(to, buf, length);
    return size;
}
