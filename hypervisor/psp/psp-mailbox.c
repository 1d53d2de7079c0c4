/*
 * Gives the secure processor its commands, one after the other
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "hypervisor/psp/psp-mailbox.h"

#include <pthread.h>

#include "abi/sev.h"
#include "abi/snp.h"

struct PspMailbox {
    pthread_mutex_t lock;
    Asp *asp;
    PlatformDir *platform;
};

PspMailbox *psp_mailbox_new(PlatformDir *platform, const AspOps *ops,
                            void *opaque)
{
    Asp *asp = asp_new(ops, platform_dir_fuses(platform), opaque);
    PspMailbox *mailbox;

    if (!asp) {
        return NULL;
    }
    mailbox = g_new0(PspMailbox, 1);
    pthread_mutex_init(&mailbox->lock, NULL);
    mailbox->asp = asp;
    mailbox->platform = platform;
    return mailbox;
}

void psp_mailbox_free(PspMailbox *mailbox)
{
    if (!mailbox) {
        return;
    }
    asp_free(mailbox->asp);
    pthread_mutex_destroy(&mailbox->lock);
    g_free(mailbox);
}

/* INIT makes the platform's keys if there are none; the others commit. */
static bool may_write_flash(uint32_t id)
{
    return id == SEV_CMD_INIT || id == SNP_CMD_COMMIT ||
           id == SNP_CMD_DOWNLOAD_FIRMWARE_EX;
}

uint32_t psp_mailbox_command(PspMailbox *mailbox, uint32_t id, void *buf,
                             size_t len)
{
    uint32_t status;
    bool locked;

    pthread_mutex_lock(&mailbox->lock);
    locked = may_write_flash(id) && platform_dir_lock(mailbox->platform, NULL);
    status = asp_command(mailbox->asp, id, buf, len);
    if (locked) {
        platform_dir_unlock(mailbox->platform);
    }
    pthread_mutex_unlock(&mailbox->lock);
    return status;
}

void psp_mailbox_set_transport_keys(PspMailbox *mailbox, const uint8_t *tek,
                                    const uint8_t *tik)
{
    pthread_mutex_lock(&mailbox->lock);
    asp_set_transport_keys(mailbox->asp, tek, tik);
    pthread_mutex_unlock(&mailbox->lock);
}

bool psp_mailbox_launch_digest(PspMailbox *mailbox, uint64_t gctx,
                               uint8_t *digest)
{
    bool found;

    pthread_mutex_lock(&mailbox->lock);
    found = asp_snp_launch_digest(mailbox->asp, gctx, digest);
    pthread_mutex_unlock(&mailbox->lock);
    return found;
}
