/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes what a server with AMD's name needs for HTTPS: a certification
 * authority, whose key is gone when this returns, and a key and certificate
 * for kdsintf.amd.com, localhost and the loopback addresses.
 */

#ifndef VENDOR_KDS_TLS_H
#define VENDOR_KDS_TLS_H

#include <glib.h>
#include <stdbool.h>

/* In PEM */
typedef struct KdsTls {
    char *ca;
    char *cert;
    char *key;
} KdsTls;

/* @address: one more that the certificate is for, or NULL */
bool kds_tls_make(KdsTls *tls, const char *address, GError **errp);
void kds_tls_clear(KdsTls *tls);

#endif
