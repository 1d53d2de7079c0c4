/*
 * The mailbox of the secure processor: one command at a time
 *
 * A secure processor has no lock of its own.  Here is the one that Linux'
 * driver has (sev_cmd_mutex), held while a command is carried out, by
 * whichever thread has come first: QMP's, or a vCPU's.  None needs QEMU's big
 * lock for it.  A thread that holds that may wait here; so nothing that takes
 * it, or waits for another vCPU, is done by a command's callbacks while vCPUs
 * run.  Inside it are the platform's file lock, the RMP's locks and that of
 * host-memory.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_PSP_MAILBOX_H
#define HYPERVISOR_PSP_MAILBOX_H

#include "asp/asp.h"
#include "platform/platform-dir.h"

typedef struct PspMailbox PspMailbox;

/**
 * psp_mailbox_new: start the secure processor of a platform
 * @platform: whose chip it is; stays the caller's
 * @ops: as for asp_new(); their calls come from within psp_mailbox_command()
 *
 * Returns NULL when asp_new() does.
 */
PspMailbox *psp_mailbox_new(PlatformDir *platform, const AspOps *ops,
                            void *opaque);

/** psp_mailbox_free: switch it off; nobody may use it any more. NULL is none */
void psp_mailbox_free(PspMailbox *mailbox);

/**
 * psp_mailbox_command: one command, when all before it are done
 *
 * As asp_command(), from any thread.
 */
uint32_t psp_mailbox_command(PspMailbox *mailbox, uint32_t id, void *buf,
                             size_t len);

/** psp_mailbox_set_transport_keys: see asp_set_transport_keys() */
void psp_mailbox_set_transport_keys(PspMailbox *mailbox, const uint8_t *tek,
                                    const uint8_t *tik);

/** psp_mailbox_launch_digest: see asp_snp_launch_digest() */
bool psp_mailbox_launch_digest(PspMailbox *mailbox, uint64_t gctx,
                               uint8_t *digest);

#endif
