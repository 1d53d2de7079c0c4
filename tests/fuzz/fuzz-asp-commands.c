/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asp/commands.c and all behind it: sequences of commands, in steps as in
 * asp-steps.h. What names a guest is its handle. A step that changes the
 * world lets random numbers fail later (bits 7:6), and flash (bits 4:3), and
 * changes memory (bit 5).
 */

#define _GNU_SOURCE     /* memmem() */

#include <string.h>

#include "asp-steps.h"
#include "tests/unit/asp-session.h"
#include "tests/unit/asp-vectors.h"

static const struct AspStepCommand commands[] = {
    { SEV_CMD_INIT, sizeof(SevCmdInit) },
    { SEV_CMD_SHUTDOWN, 0 },
    { SEV_CMD_PLATFORM_RESET, 0 },
    { SEV_CMD_PLATFORM_STATUS, sizeof(SevCmdPlatformStatus) },
    { SEV_CMD_PEK_GEN, 0 },
    { SEV_CMD_PEK_CSR, 0 },
    { SEV_CMD_PEK_CERT_IMPORT, 0 },
    { SEV_CMD_PDH_CERT_EXPORT, sizeof(SevCmdPdhCertExport) },
    { SEV_CMD_PDH_GEN, 0 },
    { SEV_CMD_DF_FLUSH, 0 },
    { SEV_CMD_DOWNLOAD_FIRMWARE, 0 },
    { SEV_CMD_GET_ID, sizeof(SevCmdGetId) },
    { SEV_CMD_INIT_EX, 0 },
    { SEV_CMD_DECOMMISSION, sizeof(SevCmdDecommission) },
    { SEV_CMD_ACTIVATE, sizeof(SevCmdActivate) },
    { SEV_CMD_DEACTIVATE, sizeof(SevCmdDeactivate) },
    { SEV_CMD_GUEST_STATUS, sizeof(SevCmdGuestStatus) },
    { SEV_CMD_COPY, 0 },
    { SEV_CMD_LAUNCH_START, sizeof(SevCmdLaunchStart) },
    { SEV_CMD_LAUNCH_UPDATE_DATA, sizeof(SevCmdLaunchUpdateData) },
    { SEV_CMD_LAUNCH_UPDATE_VMSA, sizeof(SevCmdLaunchUpdateVmsa) },
    { SEV_CMD_LAUNCH_MEASURE, sizeof(SevCmdLaunchMeasure) },
    { SEV_CMD_LAUNCH_UPDATE_SECRET, sizeof(SevCmdLaunchUpdateSecret) },
    { SEV_CMD_LAUNCH_FINISH, sizeof(SevCmdLaunchFinish) },
    { SEV_CMD_ATTESTATION_REPORT, sizeof(SevCmdAttestation) },
    { SEV_CMD_SEND_START, 0 },
    { SEV_CMD_RECEIVE_START, 0 },
    { SEV_CMD_DBG_DECRYPT, 0 },
    { SEV_CMD_DBG_ENCRYPT, 0 },
    { 0x7f, 0 },
};

/* More would only take more time, above all of what works with keys */
#define MAX_STEPS     40
#define MAX_KEY_STEPS 6
#define MAX_UPDATE    0x10000

static void change_world(AspSteps *s, uint8_t what)
{
    s->f->fail_random_after = what >> 6;
    s->f->fail_flash_write = what & 8;
    s->f->fail_flash_read = what & 16;
    if (what & 32) {
        asp_steps_change_memory(s);
    }
}

/* A length is 32 bits: hashing gigabytes again and again finds nothing. */
static void limit_time(uint32_t id, void *buf)
{
    SevCmdLaunchUpdateData *cmd = buf;

    if (id == SEV_CMD_LAUNCH_UPDATE_DATA) {
        cmd->len = le32_of(le32_get(cmd->len) % MAX_UPDATE);
    }
}

/* Works with keys; PEK_GEN makes three pairs, and has two signed. */
static unsigned key_steps(uint32_t id)
{
    switch (id) {
    case SEV_CMD_PEK_GEN:
        return 2;
    case SEV_CMD_INIT:
    case SEV_CMD_PDH_GEN:
    case SEV_CMD_PDH_CERT_EXPORT:
    case SEV_CMD_LAUNCH_START:
    case SEV_CMD_ATTESTATION_REPORT:
        return 1;
    default:
        return 0;
    }
}

static void run(AspSteps *s, uint32_t id, void *buf, size_t len)
{
    uint32_t status;

    s->work += key_steps(id);
    if (key_steps(id) && s->work > MAX_KEY_STEPS) {
        return;
    }
    limit_time(id, buf);
    status = asp_steps_command(s, id, buf, len);
    if (id == SEV_CMD_LAUNCH_START && status == SEV_FW_SUCCESS) {
        memcpy(s->guest, buf, s->guest_size);
    }
}

static const AspStepTarget target = {
    .commands = commands,
    .nr_commands = G_N_ELEMENTS(commands),
    .max_steps = MAX_STEPS,
    .run = run,
    .change_world = change_world,
};

/*
 * Whether @secret is in memory, unless the input brought it: the fuzzer sees
 * what memmem() looks for, and learns to put it there itself.
 */
static bool leaks(const AspFixture *f, const FuzzInput *all,
                  const uint8_t secret[16])
{
    return memmem(f->memory, sizeof(f->memory), secret, 16) &&
           !memmem(all->data, all->size, secret, 16);
}

/* What must hold whatever has been done */
static void check(AspFixture *f, const FuzzInput *all)
{
    SevCmdPlatformStatus status;

    f->fail_write = false;
    status = platform_status(f);
    g_assert_cmpuint(status.state, <=, SEV_PSTATE_WORKING);
    g_assert_cmpuint(le32_get(status.guest_count), <=, ASP_MAX_GUESTS);
    g_assert_cmpuint(le32_get(status.guest_count) > 0, ==,
                     status.state == SEV_PSTATE_WORKING);
    g_assert_false(leaks(f, all, vector_oca_scalar));
    g_assert_false(leaks(f, all, vector_pek_scalar));
    g_assert_false(leaks(f, all, vector_pdh_scalar));
    g_assert_false(leaks(f, all, vector_cek_scalar));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const FuzzInput all = { data, size };
    AspSteps s = {
        .target = &target,
        .f = asp_fixture_new(),
        .in = all,
        .guest_size = sizeof(uint32_t),
    };

    put_session(s.f, VECTOR_POLICY);
    put_secret_packet(s.f, 0);
    asp_set_transport_keys(s.f->asp, vector_tek, vector_tik);
    asp_steps_run(&s);
    check(s.f, &all);
    asp_fixture_free(s.f);
    return 0;
}
