/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Short handlers of #VC: see vc-short.h. */
#include "ghcb.h"
#include "text.h"
#include "vc.h"
#include "vc-short.h"
#include "x86.h"

/* Which half of the valid bitmap a field's bit is in, and the bit there */
#define HALF(field) (GHCB_VALID_BIT(field) / 64)
#define BIT(field) (1ull << GHCB_VALID_BIT(field) % 64)
#define REQUEST (BIT(sw_exit_code) | BIT(sw_exit_info_1) | BIT(sw_exit_info_2))

_Static_assert(HALF(rax) == 0 && HALF(rcx) == 1 && HALF(sw_scratch) == 1 &&
               HALF(sw_exit_code) == 1 && HALF(sw_exit_info_2) == 1,
               "only RAX is in the first half");

static Ghcb *ghcb;
static unsigned count;

/* VALID: the halves of the bitmap.  The rest of the page is as it was. */
static inline void call(uint64_t code, uint64_t info_1, uint64_t info_2,
                        uint64_t valid_0, uint64_t valid_1)
{
    const uint64_t valid[2] = { valid_0, valid_1 };

    __builtin_memcpy(ghcb->save.valid_bitmap, valid, sizeof(valid));
    ghcb->save.sw_exit_code = le64_of(code);
    ghcb->save.sw_exit_info_1 = le64_of(info_1);
    ghcb->save.sw_exit_info_2 = le64_of(info_2);
    vmgexit();
    count++;
}

COUNTED void vc_short_cpuid(struct regs *regs)
{
    ghcb->save.rax = le64_of(regs->ax);
    ghcb->save.rcx = le64_of(regs->cx);
    call(VC_EXIT_CPUID, 0, 0, BIT(rax), REQUEST | BIT(rcx));
    regs->ax = GHCB_GET(ghcb, rax);
    regs->bx = GHCB_GET(ghcb, rbx);
    regs->cx = GHCB_GET(ghcb, rcx);
    regs->dx = GHCB_GET(ghcb, rdx);
    regs->ip += 2;
}

COUNTED void vc_short_in(struct regs *regs)
{
    call(VC_EXIT_IOIO, GHCB_IOIO_IN | 1u << GHCB_IOIO_SIZE_SHIFT |
         (uint64_t)(uint16_t)regs->dx << GHCB_IOIO_PORT_SHIFT, 0, 0, REQUEST);
    regs->ax = (regs->ax & ~(uintptr_t)0xff) | (uint8_t)GHCB_GET(ghcb, rax);
    regs->ip += 1;
}

COUNTED void vc_short_load(struct regs *regs)
{
    uint32_t value;

    ghcb->save.sw_scratch = le64_of((uintptr_t)ghcb->shared_buffer);
    call(GHCB_EXIT_MMIO_READ, regs->di, 4, 0, REQUEST | BIT(sw_scratch));
    __builtin_memcpy(&value, ghcb->shared_buffer, sizeof(value));
    regs->ax = value;
    regs->ip += 2;
}

void vc_short_begin(HandlerFn *handler)
{
    if (es_active()) {
        ghcb = ghcb_begin(1, VC_EXIT_INVD, 0, 0);
        ghcb_call(ghcb);
        exception_handle(VECTOR_VC, handler);
    }
}

void vc_short_end(void)
{
    if (es_active()) {
        vc_init();
    }
}

unsigned vc_short_count(void)
{
    return count;
}
