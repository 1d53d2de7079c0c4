/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives a Kds an address to be asked at, by HTTP or HTTPS, in GLib's default
 * main loop: it has no thread of its own. By libmicrohttpd.
 *
 * Clients are hostile: there are limits to how many there are, to what they
 * send, and to how long they may take.
 */

#ifndef VENDOR_KDS_SERVER_H
#define VENDOR_KDS_SERVER_H

#include <stdint.h>
#include <sys/socket.h>

#include "vendor/kds/kds.h"
#include "vendor/kds/kds-tls.h"

typedef struct KdsServer KdsServer;

typedef struct KdsServerConfig {
    const struct sockaddr *address;     /* port 0: any that is free */
    const KdsTls *tls;          /* NULL: HTTP */
    unsigned timeout;           /* s that a client may say nothing; three
                                   times as long it may take to ask */
    bool verbose;               /* a line on standard error for each answer */
} KdsServerConfig;

/* What @config points to is not needed afterwards. */
KdsServer *kds_server_new(Kds *kds, const KdsServerConfig *config,
                          GError **errp);

/* Ends all connections. NULL is allowed. */
void kds_server_free(KdsServer *server);

uint16_t kds_server_port(const KdsServer *server);

#endif
