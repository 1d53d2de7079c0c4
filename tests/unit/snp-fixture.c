/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fixture's part for SEV-SNP.
 */

#include "snp-fixture.h"

#include <string.h>

#include "asp/snp-context.h"
#include "asp/state.h"

static RmpEntry *find_entry(AspFixture *f, uint64_t paddr)
{
    if (f->big && paddr >= BIG_BASE && paddr - BIG_BASE < RMP_2M_PAGE_SIZE) {
        return &f->big_rmp;
    }
    if (paddr < MEM_BASE || paddr - MEM_BASE >= MEM_SIZE) {
        return NULL;
    }
    return &f->rmp[(paddr - MEM_BASE) / RMP_PAGE_SIZE];
}

int fixture_rmp_read(void *opaque, uint64_t paddr, RmpEntry *entry)
{
    const RmpEntry *found = find_entry(opaque, paddr);

    if (!found) {
        return -1;
    }
    *entry = *found;
    return 0;
}

int fixture_rmp_write(void *opaque, uint64_t paddr, const RmpEntry *entry)
{
    AspFixture *f = opaque;
    RmpEntry *found = find_entry(f, paddr);

    g_assert_nonnull(found);
    g_assert_true(found->immutable);
    g_assert_cmpuint(found->page_size, ==, entry->page_size);
    if (f->fail_rmp_write) {
        return -1;
    }
    f->rmp_writes++;
    *found = *entry;
    return 0;
}

int fixture_cpuid(void *opaque, uint32_t leaf, uint32_t subleaf,
                  uint64_t xcr0, uint64_t xss, uint32_t out[4])
{
    AspFixture *f = opaque;

    if (f->fail_cpuid) {
        return -1;
    }
    out[0] = leaf == 1 ? FIXTURE_FMS : 0x0f0f0f0f;
    out[1] = leaf == 0xd ? 0x240 + 0x100 * (uint32_t)(xcr0 >> 1 | xss)
                         : 0x00ff00ff;
    out[2] = 0x5a5a5a5a + subleaf;
    out[3] = 0x3c3c3c3c;
    for (unsigned i = 0; i < 4; i++) {
        out[i] &= ~f->cpuid_mask;
    }
    return 0;
}

RmpEntry snp_firmware_page(void)
{
    return (RmpEntry) { .assigned = 1, .immutable = 1 };
}

RmpEntry snp_pre_guest_page(uint32_t asid, uint64_t gpa)
{
    return (RmpEntry) {
        .assigned = 1, .immutable = 1, .asid = asid, .gpa = gpa,
        .perm10 = RMP_PERM_ALL,
    };
}

uint32_t snp_addr_command(AspFixture *f, uint32_t id, uint64_t paddr)
{
    SnpCmdAddr cmd = { .paddr = le64_of(paddr) };

    return run_command(f, id, &cmd);
}

uint32_t snp_activate(AspFixture *f, uint64_t gctx, uint32_t asid)
{
    SnpCmdActivate cmd = { .gctx_paddr = le64_of(gctx), .asid = le32_of(asid) };

    return run_command(f, SNP_CMD_ACTIVATE, &cmd);
}

uint32_t snp_update(AspFixture *f, unsigned type, uint64_t paddr)
{
    SnpCmdLaunchUpdate cmd = {
        .gctx_paddr = le64_of(PAGE(GCTX_PAGE)),
        .flags = le32_of(type << SNP_LAUNCH_UPDATE_TYPE_SHIFT),
        .paddr = le64_of(paddr),
    };

    return run_command(f, SNP_CMD_LAUNCH_UPDATE, &cmd);
}

void must_snp_init(AspFixture *f)
{
    assert_status(asp_command(f->asp, SNP_CMD_INIT, NULL, 0), SUCCESS);
}

void must_gctx(AspFixture *f, unsigned page)
{
    f->rmp[page] = snp_firmware_page();
    assert_status(snp_addr_command(f, SNP_CMD_GCTX_CREATE, PAGE(page)),
                  SUCCESS);
}

void must_snp_start(AspFixture *f, uint64_t gctx, uint64_t policy)
{
    SnpCmdLaunchStart cmd = {
        .gctx_paddr = le64_of(gctx),
        .policy = le64_of(policy),
    };

    memset(cmd.gosvw, 0x6f, sizeof(cmd.gosvw));
    assert_status(run_command(f, SNP_CMD_LAUNCH_START, &cmd), SUCCESS);
}

SnpPlatformStatus snp_status(AspFixture *f)
{
    SnpPlatformStatus result;

    f->rmp[STATUS_PAGE] = snp_firmware_page();
    assert_status(snp_addr_command(f, SNP_CMD_PLATFORM_STATUS,
                                   PAGE(STATUS_PAGE)), SUCCESS);
    memcpy(&result, &f->memory[STATUS_PAGE * RMP_PAGE_SIZE], sizeof(result));
    return result;
}

SnpGuestStatus snp_guest_status(AspFixture *f, uint64_t gctx)
{
    SnpCmdGuestStatus cmd = {
        .gctx_paddr = le64_of(gctx), .paddr = le64_of(PAGE(STATUS_PAGE)),
    };
    SnpGuestStatus result;

    f->rmp[STATUS_PAGE] = snp_firmware_page();
    assert_status(run_command(f, SNP_CMD_GUEST_STATUS, &cmd), SUCCESS);
    memcpy(&result, &f->memory[STATUS_PAGE * RMP_PAGE_SIZE], sizeof(result));
    return result;
}

void must_snp_guest(AspFixture *f, uint8_t gstate)
{
    SnpCmdLaunchFinish cmd = { .gctx_paddr = le64_of(PAGE(GCTX_PAGE)) };

    must_snp_init(f);
    must_gctx(f, GCTX_PAGE);
    if (gstate >= SNP_GSTATE_LAUNCH) {
        must_snp_start(f, PAGE(GCTX_PAGE), SNP_POLICY);
        assert_status(snp_activate(f, PAGE(GCTX_PAGE), ES_GUEST_ASID), SUCCESS);
    }
    if (gstate >= SNP_GSTATE_RUNNING) {
        assert_status(run_command(f, SNP_CMD_LAUNCH_FINISH, &cmd), SUCCESS);
    }
}

/* There is no command that tells it: attestation reports do. */
const uint8_t *snp_digest(AspFixture *f)
{
    return asp_snp_find(f->asp, PAGE(GCTX_PAGE))->digest;
}

void snp_give(AspFixture *f, unsigned n, uint64_t gpa)
{
    f->rmp[n] = snp_pre_guest_page(ES_GUEST_ASID, gpa);
}
