/*
 * System physical addresses, as the host gives them to the secure processor
 *
 * The secure processor reaches memory by system physical address, and
 * nothing but what the host hands it.  Here that is the guest's RAM blocks,
 * for as long as they are registered, and what a call lends it, until that
 * call ends.
 *
 * Any thread may call any of these, with or without QEMU's big lock.  The
 * lock here is the innermost: nothing else is taken while it is held.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_HOST_MEMORY_H
#define HYPERVISOR_HOST_MEMORY_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct HostMemory HostMemory;

/*
 * Where the firmware's own region for SEV-ES lies (TMR), below all that it is
 * lent.  The emulated firmware needs none, so there is no memory behind it.
 */
#define HOST_MEMORY_TMR_PADDR 0x100000

HostMemory *host_memory_new(void);
void host_memory_free(HostMemory *mem);

/**
 * host_memory_add: give a block of guest RAM an address
 * @host: where QEMU has it
 * @size: in bytes
 *
 * Addresses are given in the order of registration, each block at a multiple
 * of 2 MiB, so that two runs of one machine see the same.
 */
void host_memory_add(HostMemory *mem, void *host, uint64_t size);

/**
 * host_memory_add_at: give memory a system physical address of one's choice
 * @paddr: in no range that is given otherwise, nor in one above 2^56
 */
void host_memory_add_at(HostMemory *mem, uint64_t paddr, void *host,
                        uint64_t size);

/** host_memory_remove: take back what host_memory_add() gave. */
void host_memory_remove(HostMemory *mem, void *host);

/**
 * host_memory_guest_address: the address of a part of guest RAM
 * @host: where QEMU has it
 * @size: in bytes, not 0
 * @paddr: set to the system physical address
 *
 * Returns false if not all of it is in one registered block.
 */
bool host_memory_guest_address(HostMemory *mem, const void *host,
                               uint64_t size, uint64_t *paddr);

/* Buffers that one call may lend */
#define HOST_LOAN_MAX 4

/**
 * HostLoan: what one call has lent to the secure processor
 *
 * Begins as { .mem = ... }, ends with the call: g_auto(HostLoan).  Loans of
 * other threads are not touched, and an address is never given again, so that
 * a command which kept one cannot reach another call's buffer with it.
 */
typedef struct HostLoan {
    HostMemory *mem;
    unsigned count;
    uint64_t paddr[HOST_LOAN_MAX];
} HostLoan;

/**
 * host_loan_add: lend a buffer of the host's own
 *
 * Returns its system physical address, valid until host_loan_end(); 0, which
 * no buffer has, when there is none (@host is NULL).
 */
uint64_t host_loan_add(HostLoan *loan, void *host, uint64_t size);

/** host_loan_end: take back what this loan has lent */
void host_loan_end(HostLoan *loan);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HostLoan, host_loan_end)

/**
 * host_memory_read, host_memory_write: copy from, or to, a range
 *
 * Return false, and copy nothing, if not all of it is in one block or buffer.
 */
bool host_memory_read(HostMemory *mem, uint64_t paddr, void *buf, size_t len);
bool host_memory_write(HostMemory *mem, uint64_t paddr, const void *buf,
                       size_t len);

#endif
