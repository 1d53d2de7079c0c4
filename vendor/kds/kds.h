/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers what AMD's key server is asked for, for emulated chips. Who has
 * chips and manufacturers is asked through KdsOps. Knows nothing of HTTP but
 * its statuses; kds-server.h has that.
 */

#ifndef VENDOR_KDS_KDS_H
#define VENDOR_KDS_KDS_H

#include <stdbool.h>
#include <stdint.h>

#include "vendor/kds/kds-fault.h"
#include "vendor/kds/kds-request.h"
#include "vendor/vendor.h"

typedef enum KdsFound {
    KDS_FOUND,
    KDS_NONE,                   /* there is no such chip, or provider */
    KDS_FAILED,
} KdsFound;

/* A key of which a certificate is wanted */
typedef struct KdsKey {
    uint8_t point[VENDOR_POINT_SIZE];
    int64_t from;               /* when its certificate begins */
    const char *csp_id;         /* of a VLEK; stays its owner's */
} KdsKey;

/* A wrapped VLEK */
#define KDS_STICK_SIZE 432

/* What the user of kds_new() knows; each is asked by one thread alone. */
typedef struct KdsOps {
    /* Who makes chips of @product; never NULL */
    const Vendor *(*vendor)(void *opaque, const VendorProduct *product);

    /* The key of the chip that @request names, with its TCB */
    KdsFound (*vcek)(void *opaque, const KdsRequest *request, KdsKey *key);

    /*
     * The key that VLEKs have for the TCB, and what the chip @chip_id has it
     * loaded by. NULL, both: there are no VLEKs.
     */
    KdsFound (*vlek)(void *opaque, const KdsRequest *request, KdsKey *key);
    KdsFound (*stick)(void *opaque, const KdsRequest *request,
                      const uint8_t chip_id[VENDOR_CHIP_ID_SIZE],
                      uint8_t stick[KDS_STICK_SIZE]);
} KdsOps;

typedef struct Kds Kds;

/* @ops and @faults are copied; @opaque is handed to each of @ops. */
Kds *kds_new(const KdsOps *ops, const KdsFaults *faults, void *opaque);

/* NULL is allowed. */
void kds_free(Kds *kds);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Kds, kds_free)

typedef struct KdsAnswer {
    unsigned status;            /* HTTP's */
    const char *type;           /* of the body */
    GBytes *body;               /* never NULL; belongs to the receiver */
    const char *allow;          /* for 405: methods that are answered */
    unsigned delay;             /* ms until it may be sent */
    bool cut;                   /* the body's end is not to be sent */
} KdsAnswer;

/*
 * The answer to a request for @uri from @address, which is any text that is
 * another one for each of those who ask. The same request gets the same answer,
 * unless there are thousands of others.
 * @post: the body of a POST; NULL: it is GET
 */
void kds_answer(Kds *kds, const char *uri, GBytes *post, const char *address,
                KdsAnswer *answer);

/* An answer that says nothing but @text: what HTTP has statuses for */
void kds_answer_text(unsigned status, const char *text, KdsAnswer *answer);

#endif
