/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads in which ways a key server shall misbehave: KIND or KIND=ARG. */

#ifndef VENDOR_KDS_FAULT_H
#define VENDOR_KDS_FAULT_H

#include <glib.h>
#include <stdbool.h>

typedef struct KdsFaults {
    unsigned limit;             /* ms between VCEKs for one address, or 0 */
    unsigned delay;             /* ms before each answer */
    bool not_found;             /* no certificate of any key is there */
    bool truncated;             /* bodies end in their middle */
    bool wrong_tcb;             /* certificates are of another TCB's key */
    bool revoked;               /* ASK and ASVK are */
    bool expired;               /* certificates of keys are */
    bool outage;                /* no answer but 503 */
} KdsFaults;

/* One more; the message begins with "--fault", and names all that there are */
bool kds_faults_add(KdsFaults *faults, const char *text, GError **errp);

/* A line for each, set in by two spaces; to be freed */
char *kds_faults_describe(void);

#endif
