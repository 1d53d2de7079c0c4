/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A secure processor on a platform of the tests: some memory filled with a
 * pattern, random numbers that are known, and switches to let each of them
 * fail. With it, the commands, checked to succeed.
 */

#ifndef TESTS_UNIT_ASP_FIXTURE_H
#define TESTS_UNIT_ASP_FIXTURE_H

#include <stdbool.h>

#include <glib.h>

#include "abi/sev.h"
#include "abi/snp.h"
#include "asp/asp.h"

/* All the memory that there is; byte i of it is (7 * i + i / 256) mod 256 */
#define MEM_BASE 0x100000000ull
#define MEM_SIZE 0x20000u
#define MEM_PAGES (MEM_SIZE / RMP_PAGE_SIZE)

/* And 2 MiB of zeros, when a test has set AspFixture.big */
#define BIG_BASE 0x140000000ull

/* The first random byte; no vector's key has it */
#define FIRST_RANDOM 0x80

/*
 * The platform's keys were drawn when random bytes began with this, each
 * five more than the last: OCA, PEK, PDH, 48 bytes each, then the flash's IV
 */
#define IDENTITY_FIRST_RANDOM 0x01
#define IDENTITY_RANDOM_STEP  5

/* The chip is a Milan, with the firmware of the default model */
#define FIXTURE_VERSION \
    { .major = 1, .minor = 55, .build = 1, .tcb = FIXTURE_TCB }
#define FIXTURE_TCB \
    { .milan = { .boot_loader = 3, .snp = 8, .microcode = 115 } }

/* A handle that no test's guest has */
#define NO_GUEST 0x1234567u

typedef struct AspFixture {
    Asp *asp;
    uint8_t memory[MEM_SIZE];       /* as seen with C=0 */
    uint8_t next_random;            /* random bytes count up from this; */
    uint8_t random_step;            /* by this */
    uint8_t flash[ASP_FLASH_MAX_SIZE];
    size_t flash_len;               /* 0: blank */

    bool fail_random;
    unsigned fail_random_after;     /* so many calls, if fail_random */
    bool fail_write;
    bool fail_write_private;
    bool fail_flash_read;
    bool fail_flash_write;
    unsigned fail_read_call;        /* the n-th from now fails; 0: none */
    void (*on_read)(struct AspFixture *f, unsigned call);

    unsigned reads;                 /* calls, and the longest of them */
    size_t longest_read;
    unsigned writes;
    unsigned flash_writes;
    unsigned private_writes;        /* calls, and the last one's arguments */
    uint32_t private_asid;
    uint64_t private_paddr;
    uint8_t private_data[SEV_SECRET_MAX_SIZE];
    size_t private_len;

    uint8_t *big;                   /* g_malloc0(RMP_2M_PAGE_SIZE), or NULL */
    uint8_t private_memory[MEM_SIZE];   /* what write_private has put there */
    RmpEntry rmp[MEM_PAGES];        /* all zero, so Hypervisor, at first */
    RmpEntry big_rmp;
    unsigned rmp_writes;
    bool fail_rmp_write;
    bool fail_cpuid;
    uint32_t cpuid_mask;            /* taken from all that cpuid answers */

    unsigned traces;                /* calls, and the last one's arguments */
    const char *traced_command;
    uint32_t traced_status;
} AspFixture;

/*
 * Out of reset, with an identity in its flash, the same in all of them.
 * asp_fixture_free() takes it.
 */
AspFixture *asp_fixture_new(void);
void asp_fixture_free(AspFixture *f);

/* Out of reset again, as it has left its flash; calls are counted anew. */
void asp_fixture_restart(AspFixture *f);

/* Its chip is one of another product from now on, with a blank flash. */
void asp_fixture_become(AspFixture *f, const char *product);

/* The callbacks, and the chip, for tests of asp_new() itself */
AspOps asp_fixture_ops(void);
AspFuses asp_fixture_fuses(void);
AspFuses asp_fixture_fuses_of(const char *product);

/* Byte @i of the memory at the start */
uint8_t asp_fixture_pattern(size_t i);

/* Are the @len bytes at @bytes anywhere in the @size bytes at @in? */
bool asp_fixture_find(const void *in, size_t size, const void *bytes,
                      size_t len);

/* Fails the test unless @expr is status SEV_FW_@NAME; shows both by name. */
#define assert_status(expr, NAME) \
    g_assert_cmpstr(asp_status_name(expr), ==, \
                    asp_status_name(SEV_FW_##NAME))

/* Commands. Buffers go as they are; these return the status. */
#define run_command(f, id, cmd) \
    asp_command((f)->asp, (id), (cmd), sizeof(*(cmd)))

/* Commands that must succeed */
void must_init(AspFixture *f);
void must_init_es(AspFixture *f);
void must_shutdown(AspFixture *f);
uint32_t must_launch_start(AspFixture *f, uint32_t policy);
void must_activate(AspFixture *f, uint32_t handle, uint32_t asid);
void must_update_data(AspFixture *f, uint32_t handle, uint64_t paddr,
                      uint32_t len);
SevMeasureBuffer must_measure(AspFixture *f, uint32_t handle);
void must_finish(AspFixture *f, uint32_t handle);

SevCmdPlatformStatus platform_status(AspFixture *f);
SevCmdGuestStatus guest_status(AspFixture *f, uint32_t handle);

/* ASIDs of the guests that must_guest() and must_es_guest() make */
#define GUEST_ASID    105
#define ES_GUEST_ASID 5

/*
 * An active guest with the vectors' keys and policy, in @gstate; the
 * platform out of reset before. Past LUPDATE, 4112 bytes were measured with
 * the vectors' nonce. @gstate SEV_GSTATE_UNINIT: the platform in INIT, and
 * NO_GUEST is returned.
 */
uint32_t must_guest(AspFixture *f, uint8_t gstate);

/*
 * An active SEV-ES guest in LUPDATE, with the vectors' keys and policy for
 * it; the platform out of reset before.
 */
uint32_t must_es_guest(AspFixture *f);

/*
 * The vectors' secret packet, in memory, and the command for it, which
 * succeeds for a guest of must_guest() in LSECRET.
 */
SevCmdLaunchUpdateSecret put_secret_packet(AspFixture *f, uint32_t handle);
#define SECRET_HDR_PADDR   (MEM_BASE + 0x2000)
#define SECRET_TRANS_PADDR (MEM_BASE + 0x3000)
#define SECRET_GUEST_PADDR (MEM_BASE + 0x4000)

/* Adds a test of @func to a new fixture each time */
typedef void AspTest(AspFixture *f);
void asp_test_add(const char *path, AspTest *func);

#endif
