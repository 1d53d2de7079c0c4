/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asp/commands.c and all behind it: sequences of commands. The input is a
 * series of steps. Each begins with a byte:
 *
 *   bits 5:0  which command of the table below; past its end, a step that
 *             changes memory or lets a callback fail
 *   bit 6     the buffer begins with the last guest's handle
 *   bit 7     the buffer's length is not the right one but another byte's
 *
 * and goes on with the command's buffer.
 */

#define _GNU_SOURCE     /* memmem() */

#include <stdbool.h>
#include <string.h>

#include "fuzz.h"
#include "tests/unit/asp-fixture.h"
#include "tests/unit/asp-session.h"
#include "tests/unit/asp-vectors.h"

static const struct {
    uint32_t id;
    size_t size;
} commands[] = {
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

typedef struct Run {
    AspFixture *f;
    FuzzInput all;              /* the input whole */
    FuzzInput in;               /* what is left of it */
    uint32_t handle;            /* the last guest's */
    unsigned key_steps;         /* so far */
} Run;

/* Neither memory nor a callback is the firmware's own affair. */
static void change_world(Run *run)
{
    uint8_t what = fuzz_take_byte(&run->in);
    uint16_t at = 0;

    run->f->fail_write = what & 1;
    run->f->fail_write_private = what & 2;
    run->f->fail_random = what & 4;
    run->f->fail_random_after = what >> 6;
    run->f->fail_flash_write = what & 8;
    run->f->fail_flash_read = what & 16;
    if (what & 32) {
        fuzz_take(&run->in, &at, sizeof(at));
        fuzz_change(&run->in, &run->f->memory[at],
                    fuzz_take_byte(&run->in));
    }
}

/* A length is 32 bits: hashing gigabytes again and again finds nothing. */
static void limit_time(uint32_t id, void *buf)
{
    SevCmdLaunchUpdateData *cmd = buf;

    if (id == SEV_CMD_LAUNCH_UPDATE_DATA) {
        cmd->len %= MAX_UPDATE;
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

static void run_step(Run *run)
{
    uint8_t head = fuzz_take_byte(&run->in);
    unsigned which = head & 0x3f;
    uint8_t buf[256] = { 0 };
    uint32_t id, status;
    size_t len;

    if (which >= G_N_ELEMENTS(commands)) {
        change_world(run);
        return;
    }
    id = commands[which].id;
    len = head & 0x80 ? fuzz_take_byte(&run->in) : commands[which].size;
    fuzz_take(&run->in, buf, len);
    if (head & 0x40 && len >= sizeof(run->handle)) {
        memcpy(buf, &run->handle, sizeof(run->handle));
    }
    run->key_steps += key_steps(id);
    if (key_steps(id) && run->key_steps > MAX_KEY_STEPS) {
        return;
    }
    limit_time(id, buf);
    status = asp_command(run->f->asp, id, buf, len);
    g_assert_cmpstr(asp_status_name(status), !=, "unknown");
    if (id == SEV_CMD_LAUNCH_START && status == SEV_FW_SUCCESS) {
        memcpy(&run->handle, buf, sizeof(run->handle));
    }
}

/*
 * Whether @secret is in memory, unless the input brought it: the fuzzer sees
 * what memmem() looks for, and learns to put it there itself.
 */
static bool leaks(const Run *run, const uint8_t secret[16])
{
    return memmem(run->f->memory, sizeof(run->f->memory), secret, 16) &&
           !memmem(run->all.data, run->all.size, secret, 16);
}

/* What must hold whatever has been done */
static void check(Run *run)
{
    SevCmdPlatformStatus status;

    run->f->fail_write = false;
    status = platform_status(run->f);
    g_assert_cmpuint(status.state, <=, SEV_PSTATE_WORKING);
    g_assert_cmpuint(status.guest_count, <=, ASP_MAX_GUESTS);
    g_assert_cmpuint(status.guest_count > 0, ==,
                     status.state == SEV_PSTATE_WORKING);
    g_assert_false(leaks(run, vector_oca_scalar));
    g_assert_false(leaks(run, vector_pek_scalar));
    g_assert_false(leaks(run, vector_pdh_scalar));
    g_assert_false(leaks(run, vector_cek_scalar));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Run run = {
        .f = asp_fixture_new(),
        .all = { data, size },
        .in = { data, size },
    };

    put_session(run.f, VECTOR_POLICY);
    put_secret_packet(run.f, 0);
    asp_set_transport_keys(run.f->asp, vector_tek, vector_tik);
    for (unsigned i = 0; run.in.size && i < MAX_STEPS; i++) {
        run_step(&run);
    }
    check(&run);
    asp_fixture_free(run.f);
    return 0;
}
