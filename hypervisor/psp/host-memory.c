/*
 * System physical addresses, as the host gives them to the secure processor
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/units.h"
#include "hypervisor/psp/host-memory.h"

/* Guest RAM lies below, the buffers that commands borrow above. */
#define GUEST_BASE  (2 * MiB)
#define LENT_BASE   (1ULL << 56)

typedef struct HostBlock {
    uint64_t paddr;
    uint8_t *host;
    uint64_t size;
} HostBlock;

/* Blocks of ascending address, and where the next one goes. */
typedef struct HostWindow {
    GArray *blocks;
    uint64_t next;
} HostWindow;

struct HostMemory {
    HostWindow guest;
    HostWindow fixed;
    HostWindow lent;
};

static void window_init(HostWindow *w, uint64_t base)
{
    w->blocks = g_array_new(false, false, sizeof(HostBlock));
    w->next = base;
}

static uint64_t window_add(HostWindow *w, void *host, uint64_t size)
{
    HostBlock block = { .paddr = w->next, .host = host, .size = size };

    g_array_append_val(w->blocks, block);
    w->next = ROUND_UP(w->next + size, 2 * MiB);
    return block.paddr;
}

/* Whether [@start, @start + @size) lies in [@base, @base + @room). */
static bool range_within(uint64_t start, uint64_t size,
                         uint64_t base, uint64_t room)
{
    return start >= base && start - base <= room &&
           size <= room - (start - base);
}

static void *window_at(HostWindow *w, uint64_t paddr, uint64_t size)
{
    for (guint i = 0; i < w->blocks->len; i++) {
        HostBlock *b = &g_array_index(w->blocks, HostBlock, i);

        if (range_within(paddr, size, b->paddr, b->size)) {
            return b->host + (paddr - b->paddr);
        }
    }
    return NULL;
}

HostMemory *host_memory_new(void)
{
    HostMemory *mem = g_new0(HostMemory, 1);

    window_init(&mem->guest, GUEST_BASE);
    window_init(&mem->fixed, 0);
    window_init(&mem->lent, LENT_BASE);
    return mem;
}

void host_memory_free(HostMemory *mem)
{
    g_array_unref(mem->guest.blocks);
    g_array_unref(mem->fixed.blocks);
    g_array_unref(mem->lent.blocks);
    g_free(mem);
}

void host_memory_add(HostMemory *mem, void *host, uint64_t size)
{
    window_add(&mem->guest, host, size);
}

void host_memory_add_at(HostMemory *mem, uint64_t paddr, void *host,
                        uint64_t size)
{
    HostBlock block = { .paddr = paddr, .host = host, .size = size };

    g_array_append_val(mem->fixed.blocks, block);
}

void host_memory_remove(HostMemory *mem, void *host)
{
    GArray *blocks = mem->guest.blocks;

    for (guint i = 0; i < blocks->len; i++) {
        if (g_array_index(blocks, HostBlock, i).host == host) {
            g_array_remove_index(blocks, i);
            return;
        }
    }
}

bool host_memory_guest_address(HostMemory *mem, const void *host,
                               uint64_t size, uint64_t *paddr)
{
    GArray *blocks = mem->guest.blocks;

    for (guint i = 0; i < blocks->len; i++) {
        HostBlock *b = &g_array_index(blocks, HostBlock, i);

        if (range_within((uintptr_t)host, size, (uintptr_t)b->host, b->size)) {
            *paddr = b->paddr + ((const uint8_t *)host - b->host);
            return true;
        }
    }
    return false;
}

uint64_t host_memory_lend(HostMemory *mem, void *host, uint64_t size)
{
    return host ? window_add(&mem->lent, host, size) : 0;
}

void host_memory_take_back(HostMemory *mem)
{
    g_array_set_size(mem->lent.blocks, 0);
    mem->lent.next = LENT_BASE;
}

void *host_memory_at(HostMemory *mem, uint64_t paddr, uint64_t size)
{
    void *host = window_at(&mem->guest, paddr, size);

    host = host ? host : window_at(&mem->fixed, paddr, size);
    return host ? host : window_at(&mem->lent, paddr, size);
}
