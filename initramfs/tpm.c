/*
 * The action `tpm`: the event log of the boot, and a quote of what it led to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TPM 2.0 commands as bytes, by the specification's part 3: two are all that
 * is needed, and the libraries are large.  What comes back is printed in
 * hexadecimal for the host, which has the tools to verify it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "guest.h"

#define DEVICE "/dev/tpm0"
#define SECURITYFS "/sys/kernel/security"
#define EVENT_LOG SECURITYFS "/tpm0/binary_bios_measurements"

#define HEAD_BYTES 10           /* tag, size, command or response code */
#define CODE_AT 6
#define MAX_BYTES 4096
#define MAX_NONCE 32

/* A session that authorizes by the empty password. */
#define EMPTY_PASSWORD 0, 0, 0, 9, 0x40, 0, 0, 9, 0, 0, 0, 0, 0

/* TPM2_CreatePrimary, of the owner: a P-256 key that signs quotes alone. */
static const uint8_t create_key[] = {
    0x80, 0x02, 0, 0, 0, 65, 0, 0, 0x01, 0x31, 0x40, 0, 0, 1, EMPTY_PASSWORD,
    0, 4, 0, 0, 0, 0,                       /* no password, no data */
    0, 24, 0, 0x23, 0, 0x0b,                /* ECC, named by SHA-256 */
    0, 0x05, 0x04, 0x72,                    /* restricted, signs, ... */
    0, 0, 0, 0x10,                          /* no policy, not symmetric */
    0, 0x18, 0, 0x0b, 0, 3, 0, 0x10,        /* ECDSA, SHA-256, P-256, no KDF */
    0, 0, 0, 0,                             /* the point is to be found */
    0, 0, 0, 0, 0, 0,                       /* no further information, PCRs */
};

/* TPM2_Quote: handle and nonce go between these. */
static const uint8_t quote_head[HEAD_BYTES] = {
    0x80, 0x02, 0, 0, 0, 0, 0, 0, 0x01, 0x58
};
static const uint8_t quote_session[] = { EMPTY_PASSWORD };
static const uint8_t quote_tail[] = {
    0, 0x10,                                /* the key's own scheme */
    0, 0, 0, 1, 0, 0x0b, 3, 0x9f, 0x02, 0,  /* SHA-256, PCRs 0 to 4, 7, 9 */
};

typedef struct Bytes {
    uint8_t data[MAX_BYTES];
    size_t size;
} Bytes;

static void append(Bytes *to, const void *data, size_t size)
{
    memcpy(to->data + to->size, data, size);
    to->size += size;
}

static unsigned get_16(const uint8_t *at)
{
    return at[0] << 8 | at[1];
}

/* Says which TPM2B or rest of it is where; @size is all that is left. */
static bool say_sized(const char *what, const uint8_t *at, size_t left,
                      size_t *used)
{
    char line[16];

    if (left < 2 || left - 2 < get_16(at)) {
        return guest_fail("tpm: the answer ends within the %s", what);
    }
    *used = 2 + get_16(at);
    snprintf(line, sizeof(line), "tpm: %s", what);
    guest_say_hex(line, at, *used);
    return true;
}

/* A command, and its answer in place of it. */
static bool transmit(int fd, const char *what, Bytes *message)
{
    ssize_t n;

    message->data[4] = message->size >> 8;
    message->data[5] = message->size;
    if (write(fd, message->data, message->size) != (ssize_t)message->size ||
        (n = read(fd, message->data, sizeof(message->data))) < 0) {
        return guest_fail("tpm: %s: %s", what, strerror(errno));
    }
    message->size = n;
    if (n < HEAD_BYTES || get_16(message->data + CODE_AT) ||
        get_16(message->data + CODE_AT + 2)) {
        return guest_fail("tpm: %s: response code %04x", what,
                          n < HEAD_BYTES ? 0 :
                          get_16(message->data + CODE_AT + 2));
    }
    return true;
}

/* The answer: handle, length of all parameters, public area, ... */
static bool make_key(int fd, uint8_t handle[4])
{
    Bytes message = { .size = 0 };
    size_t used;

    append(&message, create_key, sizeof(create_key));
    if (!transmit(fd, "TPM2_CreatePrimary", &message)) {
        return false;
    }
    if (message.size < HEAD_BYTES + 8) {
        return guest_fail("tpm: the answer has no key");
    }
    memcpy(handle, message.data + HEAD_BYTES, 4);
    return say_sized("key", message.data + HEAD_BYTES + 8,
                     message.size - HEAD_BYTES - 8, &used);
}

/* The answer: length of all parameters, what is signed, signature. */
static bool make_quote(int fd, const uint8_t handle[4])
{
    Bytes message = { .size = 0 };
    uint8_t nonce[MAX_NONCE];
    uint8_t size[2] = { 0, guest_nonce(nonce, sizeof(nonce)) };
    const uint8_t *at = message.data + HEAD_BYTES + 4;
    const uint8_t *parameters = message.data + HEAD_BYTES;
    size_t left, used;

    append(&message, quote_head, sizeof(quote_head));
    append(&message, handle, 4);
    append(&message, quote_session, sizeof(quote_session));
    append(&message, size, sizeof(size));
    append(&message, nonce, size[1]);
    append(&message, quote_tail, sizeof(quote_tail));
    if (!transmit(fd, "TPM2_Quote", &message)) {
        return false;
    }
    left = message.size < HEAD_BYTES + 4 ? 0 : get_16(parameters + 2);
    if (left > message.size - HEAD_BYTES - 4 ||
        !say_sized("quote", at, left, &used)) {
        return guest_fail("tpm: the answer has no quote");
    }
    guest_say_hex("tpm: signature", at + used, left - used);
    return true;
}

static bool say_event_log(void)
{
    static uint8_t log[1 << 18];
    size_t size;
    FILE *f;

    /* It is no error if it is there. */
    mount("security", SECURITYFS, "securityfs", 0, NULL);
    f = fopen(EVENT_LOG, "r");
    if (!f) {
        return guest_fail("tpm: %s: %s", EVENT_LOG, strerror(errno));
    }
    size = fread(log, 1, sizeof(log), f);
    fclose(f);
    guest_say_hex("tpm: log", log, size);
    return true;
}

bool action_tpm(void)
{
    int fd = open(DEVICE, O_RDWR | O_CLOEXEC);
    uint8_t handle[4];
    bool ok;

    if (fd < 0) {
        return guest_fail("tpm: %s: %s", DEVICE, strerror(errno));
    }
    ok = say_event_log() && make_key(fd, handle) && make_quote(fd, handle);
    close(fd);
    if (ok) {
        guest_say("tpm: quoted");
    }
    return ok;
}
