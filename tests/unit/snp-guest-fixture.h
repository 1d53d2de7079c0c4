/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's half of SNP_GUEST_REQUEST: seals requests, opens answers, as
 * Linux' sev-guest driver does. Its cryptography is GnuTLS', which the secure
 * processor does not use.
 */

#ifndef TESTS_UNIT_SNP_GUEST_FIXTURE_H
#define TESTS_UNIT_SNP_GUEST_FIXTURE_H

#include "abi/snp-msg.h"
#include "snp-fixture.h"

#define REQUEST_PAGE  20
#define RESPONSE_PAGE 21

/* What a request is, before it is sealed */
typedef struct GuestRequest {
    SnpMsgHeader header;
    const void *payload;
    uint8_t key[SNP_VMPCK_SIZE];
} GuestRequest;

/*
 * A good one of @type, by VMPCK 0, the first of this key; @len bytes at
 * @payload stay the caller's.
 */
GuestRequest guest_request(AspFixture *f, uint8_t type, const void *payload,
                           uint16_t len);

/* Gives it another VMPCK, whose first it is */
void guest_use_vmpck(AspFixture *f, GuestRequest *request, unsigned vmpck);

/* Seals it into REQUEST_PAGE, and carries it to firmware; the status */
void guest_seal(AspFixture *f, const GuestRequest *request);
uint32_t guest_carry(AspFixture *f);
uint32_t guest_send(AspFixture *f, const GuestRequest *request);

/*
 * The answer to @request in RESPONSE_PAGE: checks its header, opens it into
 * @payload, and that it has @len bytes, of @type.
 */
void guest_open(AspFixture *f, const GuestRequest *request, uint8_t type,
                void *payload, size_t len);

/* Requests that must be answered; the next one's sequence number follows */
SnpMsgReportRsp guest_report(AspFixture *f, GuestRequest *request);
SnpMsgKeyRsp guest_key(AspFixture *f, GuestRequest *request);

/* Is @report signed by the owner of this public key, big-endian? */
bool guest_verify(const SnpReport *report, const uint8_t x[48],
                  const uint8_t y[48]);

#endif
