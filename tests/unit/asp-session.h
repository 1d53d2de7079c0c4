/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vectors' session, as a guest owner sends it to the fixture's platform.
 */

#ifndef TESTS_UNIT_ASP_SESSION_H
#define TESTS_UNIT_ASP_SESSION_H

#include <string.h>

#include "asp-fixture.h"
#include "asp-session-vectors.h"

#define OWNER_CERT_PADDR (MEM_BASE + 0x8000)
#define SESSION_PADDR    (MEM_BASE + 0x9000)

static inline void put_little_endian(uint8_t field[SEV_EC_FIELD_SIZE],
                                     const uint8_t number[SEV_P384_SIZE])
{
    for (unsigned i = 0; i < SEV_P384_SIZE; i++) {
        field[i] = number[SEV_P384_SIZE - 1 - i];
    }
}

/* The guest owner's certificate; firmware does not need its signatures */
static inline SevCert owner_cert(void)
{
    SevCert cert = {
        .version = le32_of(1),
        .usage = le32_of(0x1003),
        .algo = le32_of(3),
        .key = { .curve = le32_of(2) },
        .sig = { { .usage = le32_of(0x1000) }, { .usage = le32_of(0x1000) } },
    };

    put_little_endian(cert.key.x, vector_owner_x);
    put_little_endian(cert.key.y, vector_owner_y);
    return cert;
}

static inline SevSession owner_session(void)
{
    SevSession session;

    memcpy(&session, vector_session, sizeof(session));
    return session;
}

/* Both in memory, and the command for them, which succeeds */
static inline SevCmdLaunchStart put_session(AspFixture *f, uint32_t policy)
{
    SevCert cert = owner_cert();
    SevSession session = owner_session();

    memcpy(&f->memory[OWNER_CERT_PADDR - MEM_BASE], &cert, sizeof(cert));
    memcpy(&f->memory[SESSION_PADDR - MEM_BASE], &session, sizeof(session));
    return (SevCmdLaunchStart) {
        .policy = le32_of(policy),
        .dh_cert_paddr = le64_of(OWNER_CERT_PADDR),
        .dh_cert_len = le32_of(sizeof(cert)),
        .session_paddr = le64_of(SESSION_PADDR),
        .session_len = le32_of(sizeof(session)),
    };
}

#endif
