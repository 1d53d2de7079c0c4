/*
 * Carries messages between vCPUs of an SEV-SNP guest and the firmware, with
 * the host's certificates and its limit of requests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SNP_MESSAGES_H
#define HYPERVISOR_SNP_MESSAGES_H

#include "hypervisor/psp/sev-host.h"

typedef struct SnpMessages SnpMessages;

/* What is carried, and how; all may be left out. */
typedef struct SnpMessagesOptions {
    const char *certs_path;     /* file with a table of certificates; NULL:
                                   the platform's */
    uint32_t limit;             /* requests a second, 0: no limit */
} SnpMessagesOptions;

/**
 * snp_messages_new: read the certificates
 *
 * They are handed out as they are.  What is no table of certificates is told
 * of as a warning: guests can be tested with it.  Returns NULL and sets @errp
 * if there is no such file, or it is larger than any guest takes.
 */
SnpMessages *snp_messages_new(SevHost *host, const SnpMessagesOptions *options,
                              Error **errp);

/* GhcbOps; @opaque is the SevVcpu that asks */
uint64_t snp_messages_request(void *opaque, const uint8_t *message,
                              uint8_t *answer);
const void *snp_messages_certificates(void *opaque, size_t *size);

#endif
