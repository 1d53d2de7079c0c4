/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what a key server is asked for: an address in the layout of AMD's
 * (publication 57230). Any text may be given.
 *
 *     /vcek/v1/PRODUCT/CHIP?blSPL=..&teeSPL=..&snpSPL=..&ucodeSPL=..
 *     /vlek/v1/PRODUCT/cert?...       the same parameters
 *     /vlek/v1/PRODUCT/hash_sticks?...
 *     /{vcek,vlek}/v1/PRODUCT/{cert_chain,crl}
 *
 * CHIP is the chip's id in hexadecimal digits, 128 of them; Turin's is 16
 * digits, and it has a parameter fmcSPL too.
 */

#ifndef VENDOR_KDS_REQUEST_H
#define VENDOR_KDS_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "vendor/vendor.h"

typedef enum KdsWhat {
    KDS_WHAT_CERT,              /* of a VCEK or VLEK */
    KDS_WHAT_CHAIN,
    KDS_WHAT_CRL,
    KDS_WHAT_HASH_STICKS,
} KdsWhat;

typedef struct KdsRequest {
    KdsWhat what;
    bool vlek;                  /* below /vlek */
    const VendorProduct *product;
    uint8_t chip_id[VENDOR_CHIP_ID_SIZE];       /* of a VCEK's chip */
    SnpTcbVersion tcb;          /* of a certificate */
} KdsRequest;

/*
 * The HTTP status for @uri, a request's target: 200, and *request is set, all
 * of it, or 400 or 404, and @why is set to a line that says what is wrong.
 */
unsigned kds_request_parse(KdsRequest *request, const char *uri, char **why);

/*
 * The id that @text has in hexadecimal digits, zeros after it; false if it is
 * none, or of another length than those of @product's chips.
 */
bool kds_request_chip_id(const VendorProduct *product, const char *text,
                         uint8_t chip_id[VENDOR_CHIP_ID_SIZE]);

/* Asks for the next version of the SNP firmware instead (255: version 0). */
void kds_request_raise_snp(KdsRequest *request);

#endif
