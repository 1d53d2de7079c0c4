/*
 * System physical addresses, as the host gives them to the secure processor
 *
 * The secure processor reaches memory by system physical address, and
 * nothing but what the host hands it.  Here that is the guest's RAM blocks,
 * for as long as they are registered, and the buffers of one command, for as
 * long as the command takes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_HOST_MEMORY_H
#define HYPERVISOR_HOST_MEMORY_H

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

/**
 * host_memory_lend: let one command use a buffer of the host's own
 *
 * Returns its system physical address, valid until host_memory_take_back();
 * 0, which no buffer has, when there is none (@host is NULL).
 */
uint64_t host_memory_lend(HostMemory *mem, void *host, uint64_t size);

/** host_memory_take_back: end all that host_memory_lend() lent. */
void host_memory_take_back(HostMemory *mem);

/**
 * host_memory_at: where QEMU has a range of system physical memory
 *
 * Returns NULL if not all of it is in one block or buffer.
 */
void *host_memory_at(HostMemory *mem, uint64_t paddr, uint64_t size);

#endif
