/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asp/snp-commands.c and all behind it: sequences of commands. The input is
 * a series of steps. Each begins with a byte:
 *
 *   bits 5:0  which command of the table below; past its end, a step of the
 *             hypervisor's: memory, the RMP, or a callback that fails
 *   bit 6     the buffer begins with the guest's context page
 *   bit 7     the buffer's length is not the right one but another byte's
 *
 * and goes on with the command's buffer.
 */

#define _GNU_SOURCE     /* memmem() */

#include <string.h>

#include "asp/state.h"
#include "fuzz.h"
#include "tests/unit/snp-fixture.h"
#include "tests/unit/snp-vectors.h"

static const struct {
    uint32_t id;
    size_t size;
} commands[] = {
    { SNP_CMD_INIT, 0 },
    { SNP_CMD_SHUTDOWN, 0 },
    { SNP_CMD_PLATFORM_STATUS, sizeof(SnpCmdAddr) },
    { SNP_CMD_DF_FLUSH, 0 },
    { SNP_CMD_INIT_EX, sizeof(SnpCmdInitEx) },
    { SNP_CMD_SHUTDOWN_EX, sizeof(SnpCmdShutdownEx) },
    { SNP_CMD_DECOMMISSION, sizeof(SnpCmdAddr) },
    { SNP_CMD_ACTIVATE, sizeof(SnpCmdActivate) },
    { SNP_CMD_GUEST_STATUS, sizeof(SnpCmdGuestStatus) },
    { SNP_CMD_GCTX_CREATE, sizeof(SnpCmdAddr) },
    { SNP_CMD_LAUNCH_START, sizeof(SnpCmdLaunchStart) },
    { SNP_CMD_LAUNCH_UPDATE, sizeof(SnpCmdLaunchUpdate) },
    { SNP_CMD_LAUNCH_FINISH, sizeof(SnpCmdLaunchFinish) },
    { SNP_CMD_PAGE_RECLAIM, sizeof(SnpCmdAddr) },
    { SNP_CMD_GUEST_REQUEST, 24 },
    { SEV_CMD_INIT, sizeof(SevCmdInit) },
    { SEV_CMD_SHUTDOWN, 0 },
};

#define MAX_STEPS 60

typedef struct Run {
    AspFixture *f;
    FuzzInput in;
} Run;

/* RMPUPDATE: software never makes validated pages, nor changes immutables */
static void change_rmp(Run *run)
{
    uint8_t page = fuzz_take_byte(&run->in) % MEM_PAGES;
    uint8_t what = fuzz_take_byte(&run->in);
    RmpEntry entry = { .assigned = what & 1 };

    if (entry.assigned) {
        entry.immutable = what >> 1 & 1;
        entry.page_size = what >> 2 & 1;
        entry.asid = what >> 3 & 1 ? ES_GUEST_ASID : what >> 4 & 1;
        entry.gpa = (uint64_t)(what >> 5) << RMP_PAGE_SHIFT;
    }
    if (!run->f->rmp[page].immutable) {
        run->f->rmp[page] = entry;
    }
}

static void change_world(Run *run)
{
    uint8_t what = fuzz_take_byte(&run->in);
    uint16_t at = 0;

    run->f->fail_write = what & 1;
    run->f->fail_write_private = what & 2;
    run->f->fail_random = what & 4;
    run->f->fail_rmp_write = what & 8;
    run->f->fail_cpuid = what & 16;
    run->f->fail_read_call = what & 32 ? 1 : 0;
    if (what & 64) {
        fuzz_take(&run->in, &at, sizeof(at));
        fuzz_change(&run->in, &run->f->memory[at],
                    fuzz_take_byte(&run->in));
    }
    if (what & 128) {
        change_rmp(run);
    }
}

/* What one command may have done to the RMP */
static void check_rmp(const AspFixture *f, const RmpEntry *before,
                      uint32_t id, uint32_t status)
{
    bool ends = id == SNP_CMD_SHUTDOWN || id == SNP_CMD_SHUTDOWN_EX;

    if (status != SEV_FW_SUCCESS && !ends) {
        g_assert_cmpmem(f->rmp, sizeof(f->rmp), before, sizeof(f->rmp));
    }
    for (unsigned i = 0; i < MEM_PAGES; i++) {
        if (f->rmp[i].validated && !before[i].validated) {
            g_assert_cmphex(id, ==, SNP_CMD_LAUNCH_UPDATE);
            g_assert_cmpuint(before[i].asid, ==, f->rmp[i].asid);
            g_assert_true(before[i].immutable);
        }
    }
}

static void run_step(Run *run)
{
    uint8_t head = fuzz_take_byte(&run->in);
    unsigned which = head & 0x3f;
    uint64_t gctx = PAGE(GCTX_PAGE);
    uint8_t buf[256] = { 0 };
    RmpEntry before[MEM_PAGES];
    uint32_t status;
    size_t len;

    if (which >= G_N_ELEMENTS(commands)) {
        change_world(run);
        return;
    }
    len = head & 0x80 ? fuzz_take_byte(&run->in) : commands[which].size;
    fuzz_take(&run->in, buf, len);
    if (head & 0x40 && len >= sizeof(gctx)) {
        memcpy(buf, &gctx, sizeof(gctx));
    }
    memcpy(before, run->f->rmp, sizeof(before));
    status = asp_command(run->f->asp, commands[which].id, buf, len);
    g_assert_cmpstr(asp_status_name(status), !=, "unknown");
    check_rmp(run->f, before, commands[which].id, status);
}

/* Keys of guests are nowhere that the hypervisor can read. */
static void check(const Run *run)
{
    for (unsigned i = 0; i < ASP_MAX_SNP_GUESTS; i++) {
        const AspSnpGuest *guest = &run->f->asp->snp.guests[i];

        if (guest->used && guest->state != SNP_GSTATE_INIT) {
            g_assert_null(memmem(run->f->memory, MEM_SIZE, guest->vek,
                                 sizeof(guest->vek)));
            g_assert_null(memmem(run->f->memory, MEM_SIZE, guest->vmpck,
                                 SNP_VMPCK_SIZE));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Run run = { .f = asp_fixture_new(), .in = { data, size } };

    memcpy(&run.f->memory[ID_PAGE * RMP_PAGE_SIZE], vector_id_block,
           sizeof(vector_id_block));
    memcpy(&run.f->memory[AUTH_PAGE * RMP_PAGE_SIZE], vector_id_auth,
           sizeof(vector_id_auth));
    for (unsigned i = 0; run.in.size && i < MAX_STEPS; i++) {
        run_step(&run);
    }
    check(&run);
    asp_fixture_free(run.f);
    return 0;
}
