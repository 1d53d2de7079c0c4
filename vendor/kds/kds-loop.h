/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a daemon of libmicrohttpd in GLib's default main loop. */

#ifndef VENDOR_KDS_LOOP_H
#define VENDOR_KDS_LOOP_H

#include <glib.h>
#include <microhttpd.h>

/*
 * @daemon: started with MHD_USE_EPOLL, without a thread
 *
 * The source is to be destroyed and given up before the daemon is stopped.
 */
GSource *kds_loop_attach(struct MHD_Daemon *daemon);

#endif
