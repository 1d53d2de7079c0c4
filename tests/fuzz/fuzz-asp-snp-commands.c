/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asp/snp-commands.c and all behind it: sequences of commands, in steps as
 * in asp-steps.h. What names the guest is its context page's address. A step
 * that changes the world lets callbacks fail (bits 5:3), and changes memory
 * (bit 6) and the RMP (bit 7), as the hypervisor can.
 */

#define _GNU_SOURCE     /* memmem() */

#include <string.h>

#include "asp-steps.h"
#include "asp/firmware.h"
#include "tests/unit/snp-firmware.h"
#include "tests/unit/snp-vectors.h"
#include "tests/unit/vlek-vectors.h"

static const struct AspStepCommand commands[] = {
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
    { SNP_CMD_CONFIG, sizeof(SnpCmdConfig) },
    { SNP_CMD_DOWNLOAD_FIRMWARE_EX, sizeof(SnpCmdDownloadFirmwareEx) },
    { SNP_CMD_COMMIT, sizeof(SnpCmdCommit) },
    { SNP_CMD_VLEK_LOAD, sizeof(SnpCmdVlekLoad) },
    { SNP_CMD_FEATURE_INFO, sizeof(SnpCmdFeatureInfo) },
    { SEV_CMD_INIT, sizeof(SevCmdInit) },
    { SEV_CMD_SHUTDOWN, 0 },
};

#define MAX_STEPS 60
#define STICK_PAGE 23

/* RMPUPDATE: software never makes validated pages, nor changes immutables */
static void change_rmp(AspSteps *s)
{
    uint8_t page = fuzz_take_byte(&s->in) % MEM_PAGES;
    uint8_t what = fuzz_take_byte(&s->in);
    RmpEntry entry = { .assigned = what & 1 };

    if (entry.assigned) {
        entry.immutable = what >> 1 & 1;
        entry.page_size = what >> 2 & 1;
        entry.asid = what >> 3 & 1 ? ES_GUEST_ASID : what >> 4 & 1;
        entry.gpa = (uint64_t)(what >> 5) << RMP_PAGE_SHIFT;
    }
    if (!s->f->rmp[page].immutable) {
        s->f->rmp[page] = entry;
    }
}

static void change_world(AspSteps *s, uint8_t what)
{
    s->f->fail_rmp_write = what & 8;
    s->f->fail_cpuid = what & 16;
    s->f->fail_read_call = what & 32 ? 1 : 0;
    if (what & 64) {
        asp_steps_change_memory(s);
    }
    if (what & 128) {
        change_rmp(s);
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

/* Versions: nothing goes below what was committed, or above what runs. */
static void check_versions(const AspSnp *before, const AspSnp *after)
{
    g_assert_cmphex(asp_firmware_check(&after->committed, &before->committed),
                    ==, SEV_FW_SUCCESS);
    g_assert_cmphex(asp_firmware_check(&after->current, &after->committed), ==,
                    SEV_FW_SUCCESS);
    g_assert_true(asp_tcb_within(&after->reported_tcb, &after->current.tcb));
    if (after->vlek_loaded && before->vlek_loaded) {
        g_assert_cmpmem(&after->reported_tcb, sizeof(SnpTcbVersion),
                        &before->reported_tcb, sizeof(SnpTcbVersion));
    }
}

static void run(AspSteps *s, uint32_t id, void *buf, size_t len)
{
    RmpEntry before[MEM_PAGES];
    AspSnp snp = s->f->asp->snp;
    uint32_t status;

    memcpy(before, s->f->rmp, sizeof(before));
    status = asp_steps_command(s, id, buf, len);
    check_rmp(s->f, before, id, status);
    check_versions(&snp, &s->f->asp->snp);
}

static const AspStepTarget target = {
    .commands = commands,
    .nr_commands = G_N_ELEMENTS(commands),
    .max_steps = MAX_STEPS,
    .run = run,
    .change_world = change_world,
};

/* Keys are nowhere that the hypervisor can read. */
static void check(const AspFixture *f)
{
    const AspEcScalar *vlek = &f->asp->snp.vlek;

    g_assert_true(!f->asp->snp.vlek_loaded ||
                  !memmem(f->memory, MEM_SIZE, vlek, sizeof(*vlek)));
    for (unsigned i = 0; i < ASP_MAX_SNP_GUESTS; i++) {
        const AspSnpGuest *guest = &f->asp->snp.guests[i];

        if (guest->used && guest->state != SNP_GSTATE_INIT) {
            g_assert_null(memmem(f->memory, MEM_SIZE, guest->vek,
                                 sizeof(guest->vek)));
            g_assert_null(memmem(f->memory, MEM_SIZE, guest->vmpck,
                                 SNP_VMPCK_SIZE));
        }
    }
}

/* An image of later firmware, and hashsticks for its TCB and the factory's */
static void put_data(AspFixture *f)
{
    AspFuses fuses = asp_fixture_fuses();
    AspModel later = model_of(&newer);

    asp_firmware_image(&later, &f->memory[IMAGE_PAGE * RMP_PAGE_SIZE]);
    asp_vlek_wrap(&fuses, factory.tcb.byte, vector_vlek_seed, vector_vlek_iv,
                  &f->memory[STICK_PAGE * RMP_PAGE_SIZE]);
    asp_vlek_wrap(&fuses, newer.tcb.byte, vector_vlek_seed, vector_vlek_iv,
                  &f->memory[STICK_PAGE * RMP_PAGE_SIZE + 0x200]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint64_t gctx = PAGE(GCTX_PAGE);
    AspSteps s = {
        .target = &target,
        .f = asp_fixture_new(),
        .in = { data, size },
        .guest_size = sizeof(gctx),
    };

    memcpy(s.guest, &gctx, sizeof(gctx));
    memcpy(&s.f->memory[ID_PAGE * RMP_PAGE_SIZE], vector_id_block,
           sizeof(vector_id_block));
    memcpy(&s.f->memory[AUTH_PAGE * RMP_PAGE_SIZE], vector_id_auth,
           sizeof(vector_id_auth));
    put_data(s.f);
    asp_steps_run(&s);
    check(s.f);
    asp_fixture_free(s.f);
    return 0;
}
