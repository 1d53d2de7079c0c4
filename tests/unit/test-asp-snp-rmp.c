/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The secure processor with memctl's Reverse Map Table instead of the
 * fixture's: a hypervisor's way through a launch, page by page, and back.
 */

#include "snp-fixture.h"

#include <string.h>

#include "memctl/rmp.h"

/* 4 MiB from BIG_BASE on: the first has pages of 4K, the other is one */
#define SPA(n)  (BIG_BASE + (n) * (uint64_t)RMP_PAGE_SIZE)
#define SPA_2M  (BIG_BASE + RMP_2M_PAGE_SIZE)
#define GPA_2M  0x40000000ull
#define GCTX    SPA(0)
#define ASID    7u

typedef struct Platform {
    Asp *asp;
    Rmp *rmp;
    uint8_t page[RMP_PAGE_SIZE];    /* all of memory has this */
    unsigned private_writes;
} Platform;

static int platform_read(void *opaque, uint64_t paddr, void *buf, size_t len)
{
    Platform *p = opaque;

    g_assert_cmpuint(paddr % RMP_PAGE_SIZE + len, <=, RMP_PAGE_SIZE);
    memcpy(buf, p->page + paddr % RMP_PAGE_SIZE, len);
    return 0;
}

static int platform_write(void *opaque, uint64_t paddr, const void *buf,
                          size_t len)
{
    Platform *p = opaque;

    memcpy(p->page + paddr % RMP_PAGE_SIZE, buf, len);
    return 0;
}

static int platform_write_private(void *opaque, uint32_t asid,
                                  uint64_t paddr, const void *buf, size_t len)
{
    Platform *p = opaque;

    g_assert_cmpuint(asid, ==, ASID);
    p->private_writes++;
    return 0;
}

static int platform_random(void *opaque, void *buf, size_t len)
{
    memset(buf, 0x5e, len);
    return 0;
}

static int platform_flash_read(void *opaque, void *buf, size_t size,
                               size_t *len)
{
    *len = 0;
    return 0;
}

static int platform_rmp_read(void *opaque, uint64_t paddr, RmpEntry *entry)
{
    Platform *p = opaque;

    return rmp_get(p->rmp, paddr, entry) ? 0 : -1;
}

/* From whatever immutable state it is in: nobody else can change that. */
static int platform_rmp_write(void *opaque, uint64_t paddr,
                              const RmpEntry *entry)
{
    Platform *p = opaque;
    RmpEntry old;

    if (!rmp_get(p->rmp, paddr, &old) || !old.immutable) {
        return -1;
    }
    return rmp_firmware_change(p->rmp, NULL, paddr, rmp_page_state(&old), entry)
           ? -1 : 0;
}

static int platform_cpuid(void *opaque, uint32_t leaf, uint32_t subleaf,
                          uint64_t xcr0, uint64_t xss, uint32_t out[4])
{
    return -1;
}

static void platform_init(Platform *p)
{
    RmpConfig config = { .opaque = p };
    AspFuses fuses = asp_fixture_fuses();
    AspOps ops = asp_fixture_ops();

    *p = (Platform) { .rmp = rmp_new(&config) };
    g_assert_true(rmp_add_range(p->rmp, BIG_BASE, 2 * RMP_2M_PAGE_SIZE));
    ops.read = platform_read;
    ops.write = platform_write;
    ops.write_private = platform_write_private;
    ops.random = platform_random;
    ops.flash_read = platform_flash_read;
    ops.trace = NULL;
    ops.rmp_read = platform_rmp_read;
    ops.rmp_write = platform_rmp_write;
    ops.cpuid = platform_cpuid;
    p->asp = asp_new(&ops, &fuses, p);
    g_assert_nonnull(p->asp);
}

static uint32_t addr_command(Platform *p, uint32_t id, uint64_t paddr)
{
    SnpCmdAddr cmd = { .paddr = le64_of(paddr) };

    return run_command(p, id, &cmd);
}

static uint32_t update(Platform *p, unsigned type, uint64_t spa, bool is_2m)
{
    SnpCmdLaunchUpdate cmd = {
        .gctx_paddr = le64_of(GCTX), .paddr = le64_of(spa),
        .flags = le32_of(type << SNP_LAUNCH_UPDATE_TYPE_SHIFT |
                 (is_2m ? SNP_LAUNCH_UPDATE_2M : 0)),
    };

    return run_command(p, SNP_CMD_LAUNCH_UPDATE, &cmd);
}

static uint32_t rmpupdate(Platform *p, uint64_t spa, RmpState state)
{
    return rmp_update(p->rmp, NULL, spa, &state);
}

static RmpState pre_guest(uint64_t gpa, unsigned page_size)
{
    return (RmpState) {
        .gpa = gpa, .assigned = 1, .immutable = 1, .asid = ASID,
        .page_size = page_size,
    };
}

static RmpPageState state_of(Platform *p, uint64_t spa)
{
    RmpEntry entry;

    g_assert_true(rmp_get(p->rmp, spa, &entry));
    return rmp_page_state(&entry);
}

static void must_start(Platform *p)
{
    SnpCmdLaunchStart start = {
        .gctx_paddr = le64_of(GCTX),
        .policy = le64_of(SNP_POLICY),
    };
    SnpCmdActivate activate = {
        .gctx_paddr = le64_of(GCTX),
        .asid = le32_of(ASID),
    };

    assert_status(asp_command(p->asp, SNP_CMD_INIT, NULL, 0), SUCCESS);
    g_assert_cmpuint(rmpupdate(p, GCTX, (RmpState) {
        .assigned = 1, .immutable = 1 }), ==, RMP_SUCCESS);
    assert_status(addr_command(p, SNP_CMD_GCTX_CREATE, GCTX), SUCCESS);
    g_assert_cmpint(state_of(p, GCTX), ==, RMP_CONTEXT);
    assert_status(run_command(p, SNP_CMD_LAUNCH_START, &start), SUCCESS);
    assert_status(run_command(p, SNP_CMD_ACTIVATE, &activate), SUCCESS);
}

static void test_launch(void)
{
    SnpCmdLaunchFinish finish = { .gctx_paddr = le64_of(GCTX) };
    RmpEntry entry;
    Platform p;

    platform_init(&p);
    must_start(&p);
    g_assert_cmpuint(rmpupdate(&p, SPA(1), pre_guest(0x1000, RMP_PAGE_4K)),
                     ==, RMP_SUCCESS);
    g_assert_cmpuint(rmpupdate(&p, SPA(2), pre_guest(SNP_VMSA_GPA,
                                                     RMP_PAGE_4K)),
                     ==, RMP_SUCCESS);
    g_assert_cmpuint(rmpupdate(&p, SPA_2M, pre_guest(GPA_2M, RMP_PAGE_2M)),
                     ==, RMP_SUCCESS);
    assert_status(update(&p, SNP_PAGE_TYPE_SECRETS, SPA(1), false), SUCCESS);
    assert_status(update(&p, SNP_PAGE_TYPE_VMSA, SPA(2), false), SUCCESS);
    assert_status(update(&p, SNP_PAGE_TYPE_NORMAL, SPA_2M + RMP_PAGE_SIZE,
                         false), INVALID_PAGE_SIZE);
    assert_status(update(&p, SNP_PAGE_TYPE_NORMAL, SPA_2M, true), SUCCESS);
    g_assert_cmpuint(p.private_writes, ==, 2 + RMP_2M_PAGES);
    for (unsigned i = 1; i < 3; i++) {
        g_assert_cmpint(state_of(&p, SPA(i)), ==, RMP_GUEST_VALID);
    }
    g_assert_cmpint(state_of(&p, SPA_2M), ==, RMP_GUEST_VALID);
    g_assert_true(rmp_get(p.rmp, SPA(2), &entry));
    g_assert_true(entry.vmsa);
    g_assert_cmphex(entry.gpa, ==, SNP_VMSA_GPA);
    g_assert_cmphex(rmp_entry_perm(&entry, 0), ==, RMP_PERM_ALL);
    g_assert_cmphex(rmp_entry_perm(&entry, 1), ==, 0);
    assert_status(run_command(&p, SNP_CMD_LAUNCH_FINISH, &finish), SUCCESS);
    g_assert_cmpint(rmp_vmsa_enter(p.rmp, NULL, SPA(2), SNP_VMSA_GPA, ASID), ==,
                    RMP_RULE_NONE);
    rmp_vmsa_leave(p.rmp, SPA(2));
    asp_free(p.asp);
    rmp_free(p.rmp);
}

/* A page that a failed launch leaves, and the context's, are had back. */
static void test_back(void)
{
    Platform p;

    platform_init(&p);
    must_start(&p);
    g_assert_cmpuint(rmpupdate(&p, SPA(1), pre_guest(0x1000, RMP_PAGE_4K)),
                     ==, RMP_SUCCESS);
    memset(p.page, 0xff, sizeof(p.page));
    assert_status(update(&p, SNP_PAGE_TYPE_CPUID, SPA(1), false),
                  INVALID_PARAM);
    g_assert_cmpuint(rmpupdate(&p, SPA(1), (RmpState) { 0 }), ==,
                     RMP_FAIL_PERMISSION);
    assert_status(addr_command(&p, SNP_CMD_PAGE_RECLAIM, SPA(1)), SUCCESS);
    g_assert_cmpint(state_of(&p, SPA(1)), ==, RMP_GUEST_INVALID);
    assert_status(addr_command(&p, SNP_CMD_PAGE_RECLAIM, GCTX),
                  INVALID_PAGE_STATE);
    assert_status(addr_command(&p, SNP_CMD_DECOMMISSION, GCTX), SUCCESS);
    g_assert_cmpint(state_of(&p, GCTX), ==, RMP_FIRMWARE);
    assert_status(addr_command(&p, SNP_CMD_PAGE_RECLAIM, GCTX), SUCCESS);
    g_assert_cmpint(state_of(&p, GCTX), ==, RMP_RECLAIM);
    for (unsigned i = 0; i < 2; i++) {
        g_assert_cmpuint(rmpupdate(&p, SPA(i), (RmpState) { 0 }), ==,
                         RMP_SUCCESS);
    }
    g_assert_true(rmp_remove_range(p.rmp, BIG_BASE, 2 * RMP_2M_PAGE_SIZE));
    asp_free(p.asp);
    rmp_free(p.rmp);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/asp/snp-rmp/a-launch", test_launch);
    g_test_add_func("/asp/snp-rmp/all-pages-come-back", test_back);
    return g_test_run();
}
