/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The boot CPU's TSS in long mode, and code at other privileges: user64.h. */
#include "asm.h"
#include "paging.h"
#include "segments.h"
#include "smp.h"
#include "user64.h"
#include "x86.h"

#define TSS_AVAILABLE   0x89ull     /* access byte: present, 64-bit TSS */
#define PTE_USER        (1ull << 2)
#define ADDRESS         0x000ffffffffff000ull

/* APM volume 2, figure 12-8 */
static struct tss64 {
    uint32_t reserved;
    uint64_t rsp[3];
    uint64_t reserved2;
    uint64_t ist[7];
    uint64_t reserved3;
    uint16_t reserved4, io_map;
} __attribute__((packed)) tss;
_Static_assert(sizeof(tss) == 104, "size of a 64-bit TSS");

static uint8_t user_stack[4096] __attribute__((aligned(16)));

void tss_init(void)
{
    uint64_t base = (uintptr_t)&tss;
    uintptr_t cpu = (uintptr_t)this_cpu();

    /* All within this CPU's stack, whose address says which CPU it is. */
    tss.rsp[0] = cpu + STACK_SIZE / 2;
    tss.ist[0] = cpu + STACK_SIZE / 4 * 3;
    tss.io_map = sizeof(tss);
    gdt[SEL_TSS_A / 8] = (sizeof(tss) - 1) | (base & 0xffffff) << 16 |
                         TSS_AVAILABLE << 40 | (base & 0xff000000) << 32;
    gdt[SEL_TSS_A / 8 + 1] = base >> 32;
    asm volatile("ltr %w0" : : "r"(SEL_TSS_A));
}

bool on_ist_stack(uintptr_t sp)
{
    return sp < tss.ist[0] && sp >= tss.rsp[0];
}

/* The entry of VA in the base map's table of 2 MiB pages */
static void allow_user(uintptr_t va)
{
    uint64_t *table = (uint64_t *)(base_cr3 & ~c_bit & ADDRESS);

    for (unsigned level = paging_levels(); level >= 2; level--) {
        uint64_t *entry = &table[va >> (12 + 9 * (level - 1)) & 511];

        *entry |= PTE_USER;
        table = (uint64_t *)(*entry & ~c_bit & ADDRESS);
    }
}

void user_allow(uintptr_t device)
{
    allow_user((uintptr_t)user_stack);
    allow_user(device);
    write_cr3(base_cr3);
}

uintptr_t user_run(uintptr_t gprs, uintptr_t cs)
{
    const struct gprs *registers = (const struct gprs *)gprs;

    if (cs & 3) {
        user_enter(registers, cs, SEL_USER_DATA,
                   (uintptr_t)user_stack + sizeof(user_stack) - 64);
    }
    user_enter(registers, cs, SEL_DATA, tss.rsp[0]);
}

struct fault user_fault(struct fault f)
{
    /* A return from there leaves null selectors here. */
    asm volatile("mov %0, %%ss; mov %0, %%ds; mov %0, %%es"
                 : : "r"(SEL_DATA));
    return f;
}
