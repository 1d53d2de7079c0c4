/*
 * Gives memory its system physical address, and copies from and to there
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "hypervisor/psp/host-memory.h"

#include <pthread.h>
#include <string.h>

/* Guest RAM lies below, the buffers that calls lend above. */
#define GRANULE     (1ULL << 21)
#define GUEST_BASE  GRANULE
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

/* The lock is of all that follows it, and held while a range is copied. */
struct HostMemory {
    pthread_mutex_t lock;
    HostWindow guest;
    HostWindow fixed;
    HostWindow lent;
};

static void window_init(HostWindow *w, uint64_t base)
{
    w->blocks = g_array_new(FALSE, FALSE, sizeof(HostBlock));
    w->next = base;
}

static uint64_t window_add(HostWindow *w, void *host, uint64_t size)
{
    HostBlock block = { .paddr = w->next, .host = host, .size = size };

    g_array_append_val(w->blocks, block);
    w->next = (w->next + size + GRANULE - 1) & ~(GRANULE - 1);
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

    pthread_mutex_init(&mem->lock, NULL);
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
    pthread_mutex_destroy(&mem->lock);
    g_free(mem);
}

void host_memory_add(HostMemory *mem, void *host, uint64_t size)
{
    pthread_mutex_lock(&mem->lock);
    window_add(&mem->guest, host, size);
    pthread_mutex_unlock(&mem->lock);
}

void host_memory_add_at(HostMemory *mem, uint64_t paddr, void *host,
                        uint64_t size)
{
    HostBlock block = { .paddr = paddr, .host = host, .size = size };

    pthread_mutex_lock(&mem->lock);
    g_array_append_val(mem->fixed.blocks, block);
    pthread_mutex_unlock(&mem->lock);
}

/* The block that is at @host, or at @paddr if that is NULL */
static void window_remove(HostWindow *w, const void *host, uint64_t paddr)
{
    for (guint i = 0; i < w->blocks->len; i++) {
        HostBlock *b = &g_array_index(w->blocks, HostBlock, i);

        if (host ? b->host == host : b->paddr == paddr) {
            g_array_remove_index(w->blocks, i);
            return;
        }
    }
}

void host_memory_remove(HostMemory *mem, void *host)
{
    pthread_mutex_lock(&mem->lock);
    window_remove(&mem->guest, host, 0);
    pthread_mutex_unlock(&mem->lock);
}

static bool guest_address(GArray *blocks, const void *host, uint64_t size,
                          uint64_t *paddr)
{
    for (guint i = 0; i < blocks->len; i++) {
        HostBlock *b = &g_array_index(blocks, HostBlock, i);

        if (range_within((uintptr_t)host, size, (uintptr_t)b->host, b->size)) {
            *paddr = b->paddr + ((const uint8_t *)host - b->host);
            return true;
        }
    }
    return false;
}

bool host_memory_guest_address(HostMemory *mem, const void *host,
                               uint64_t size, uint64_t *paddr)
{
    bool found;

    pthread_mutex_lock(&mem->lock);
    found = guest_address(mem->guest.blocks, host, size, paddr);
    pthread_mutex_unlock(&mem->lock);
    return found;
}

uint64_t host_loan_add(HostLoan *loan, void *host, uint64_t size)
{
    HostMemory *mem = loan->mem;
    uint64_t paddr;

    if (!host || loan->count == HOST_LOAN_MAX) {
        return 0;
    }
    pthread_mutex_lock(&mem->lock);
    paddr = window_add(&mem->lent, host, size);
    pthread_mutex_unlock(&mem->lock);
    loan->paddr[loan->count++] = paddr;
    return paddr;
}

void host_loan_end(HostLoan *loan)
{
    if (!loan->count) {
        return;
    }
    pthread_mutex_lock(&loan->mem->lock);
    while (loan->count) {
        window_remove(&loan->mem->lent, NULL, loan->paddr[--loan->count]);
    }
    pthread_mutex_unlock(&loan->mem->lock);
}

/* Where a range is; NULL if not all of it is in one block or buffer */
static void *memory_at(HostMemory *mem, uint64_t paddr, uint64_t size)
{
    void *host = window_at(&mem->guest, paddr, size);

    host = host ? host : window_at(&mem->fixed, paddr, size);
    return host ? host : window_at(&mem->lent, paddr, size);
}

bool host_memory_read(HostMemory *mem, uint64_t paddr, void *buf, size_t len)
{
    const void *from;

    pthread_mutex_lock(&mem->lock);
    from = memory_at(mem, paddr, len);
    if (from) {
        memcpy(buf, from, len);
    }
    pthread_mutex_unlock(&mem->lock);
    return from != NULL;
}

bool host_memory_write(HostMemory *mem, uint64_t paddr, const void *buf,
                       size_t len)
{
    void *to;

    pthread_mutex_lock(&mem->lock);
    to = memory_at(mem, paddr, len);
    if (to) {
        memcpy(to, buf, len);
    }
    pthread_mutex_unlock(&mem->lock);
    return to != NULL;
}
