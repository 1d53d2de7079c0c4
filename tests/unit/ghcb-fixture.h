/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vCPU and a machine for hypervisor/ghcb/: some RAM with a hole in it,
 * and a log of all that is asked for.
 *
 * Numbers are 56421's and those of Linux (asm/svm.h, asm/sev-common.h,
 * uapi/asm/svm.h), written down here once more: abi/ is not asked.
 */

#ifndef TESTS_UNIT_GHCB_FIXTURE_H
#define TESTS_UNIT_GHCB_FIXTURE_H

#include <glib.h>

#include "hypervisor/ghcb/ghcb.h"

#define RAM        0x100000ull
#define RAM_SIZE   0x40000
#define GHCB_AT    (RAM + 0x1000)
#define AREA       (RAM + 0x10000)      /* for scratch areas, 128 KiB */
#define HOLE       (RAM + 0x30000)      /* a page that is not RAM */
#define PAGE       0x1000
#define JUMP_TABLE 0x9f000ull
#define FEATURES   0x13ull
#define TSC        0x123456789abcdef0ull
#define TSC_AUX    0x77u

/* Fields of a GHCB: their offsets */
enum {
    CPL = 0xcb, RAX = 0x1f8, RCX = 0x308, RDX = 0x310, RBX = 0x318,
    EXIT_CODE = 0x390, INFO_1 = 0x398, INFO_2 = 0x3a0, SCRATCH = 0x3a8,
    XCR0 = 0x3e8, BITMAP = 0x3f0, BUFFER = 0x800, BUFFER_END = 0xff0,
    VERSION = 0xffa, USAGE = 0xffc,
};

/* SW_EXITINFO1 and, with MALFORMED, SW_EXITINFO2 of an answer */
enum { DONE, EXCEPTION, MALFORMED };
enum { BAD_USAGE = 2, BAD_SCRATCH, MISSING, BAD_INPUT, BAD_EVENT };
#define INJECT_GP 0x80000b0dull

typedef struct GhcbFake {
    GhcbGuest guest;
    GhcbVcpu vcpu;
    GhcbAction action;
    uint8_t ram[RAM_SIZE];
    bool changing;              /* what was read is something else then */
    bool no_msr;
    bool in_firmware;           /* it executes the firmware in ROM */
    GString *log;               /* what was asked for, the first of it */
    unsigned accesses;          /* to ports and by MMIO */
    uint64_t bytes;             /* read from RAM and written to it */
    GString *diagnosis;         /* the last line */
    unsigned diagnoses;
    unsigned traced;            /* requests and their answers */
    unsigned pages;             /* that a page state change was for */
    unsigned messages;          /* that went to the firmware */
    uint64_t message_status;    /* its status */
    size_t certificates_size;   /* 0: there are none */
    unsigned settled;           /* requests after which all CPUs know */
    bool ended;
    GhcbEnd end;
    char end_text[200];
    /* May this be written? NULL: anything may */
    void (*check_write)(struct GhcbFake *f, uint64_t gpa, size_t len);
} GhcbFake;

/* A vCPU out of reset, of a guest that may speak versions 1 and 2 */
GhcbFake *fake_new(void);
void fake_free(GhcbFake *f);

/* The same vCPU, of an SEV-SNP guest that has registered its GHCB */
void fake_snp(GhcbFake *f);

/* GhcbOps.is_ram: @opaque is not looked at. */
bool fake_is_ram(void *opaque, uint64_t gpa, uint64_t len);

/* Where a guest physical address of RAM is */
uint8_t *fake_at(GhcbFake *f, uint64_t gpa);

/* Fields of the GHCB, which are marked valid when they are set */
bool fake_marked(GhcbFake *f, unsigned field);
void fake_mark(GhcbFake *f, unsigned field, bool valid);
uint64_t fake_get(GhcbFake *f, unsigned field);
void fake_set(GhcbFake *f, unsigned field, uint64_t value);

/*
 * A GHCB as a guest fills it in: garbage where it says nothing, version 1,
 * and nothing marked but the exit code and its information.
 */
void fake_begin(GhcbFake *f, uint64_t code, uint64_t info_1, uint64_t info_2);

void fake_vmgexit(GhcbFake *f);
void fake_expect(GhcbFake *f, uint64_t answer_1, uint64_t answer_2);

/* A request in the MSR, what is there afterwards, and what it asked for */
typedef struct FakeMsrRow {
    const char *name;
    uint64_t request;
    uint64_t answer;
    const char *log;
} FakeMsrRow;

/* VMGEXIT, after which the vCPU goes on */
void fake_expect_msr(GhcbFake *f, const FakeMsrRow *row);

/* g_test_add_data_func() for tests that get a vCPU of their own */
typedef void FakeTest(GhcbFake *f);

void fake_run(gconstpointer test);

#define ADD_TEST(path, test)                                            \
    do {                                                                \
        static FakeTest *const fn_ = test;                              \
        g_test_add_data_func(path, &fn_, fake_run);                     \
    } while (0)

#endif
