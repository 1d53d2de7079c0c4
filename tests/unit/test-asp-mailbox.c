/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mailbox: which command is allowed where, and the checks that all
 * commands have in common, with their precedence. Sources: AMD publication
 * 55766, sections 4.3 and 4.4 (ids, statuses), 5.1.2 and 6.1.1 (the
 * platform's and a guest's states, and what is allowed in each).
 */

#include "asp-fixture.h"

#include <string.h>

/* In which situation a command is given; a column of the table below */
enum {
    IN_UNINIT,          /* platform not initialized */
    IN_INIT,            /* initialized, without guests */
    WITH_BAD_HANDLE,    /* a guest, but another's handle in the buffer */
    WITH_LUPDATE,       /* the handle of a guest in this state */
    WITH_LSECRET,
    WITH_RUNNING,
    SITUATIONS,
};

static const char *const situation_names[SITUATIONS] = {
    "platform in UNINIT", "platform in INIT", "handle of no guest",
    "guest in LUPDATE", "guest in LSECRET", "guest in RUNNING",
};

typedef struct Row {
    const char *path;
    uint32_t id;
    size_t size;
    uint8_t status[SITUATIONS];
} Row;

#define OK       SEV_FW_SUCCESS
#define PLATFORM SEV_FW_INVALID_PLATFORM_STATE
#define GUEST    SEV_FW_INVALID_GUEST
#define GSTATE   SEV_FW_INVALID_GUEST_STATE
#define ACTIVE   SEV_FW_ACTIVE
#define LEN      SEV_FW_INVALID_LEN
#define ASID     SEV_FW_INVALID_ASID
#define POLICY   SEV_FW_POLICY_FAILURE

/*
 * The buffers are zero but for the handle, and guests are active. So where
 * a command is allowed, its own first check is what answers: ASID 0 for
 * ACTIVATE, an active guest for DECOMMISSION, one without SEV-ES for
 * LAUNCH_UPDATE_VMSA, a length of 0 for the other LAUNCH_* and for what is
 * asked how long its answer is.
 */
static const Row rows[] = {
    { "init", SEV_CMD_INIT, sizeof(SevCmdInit),
      { OK, PLATFORM, PLATFORM, PLATFORM, PLATFORM, PLATFORM } },
    { "shutdown", SEV_CMD_SHUTDOWN, 0,
      { OK, OK, OK, OK, OK, OK } },
    { "platform-status", SEV_CMD_PLATFORM_STATUS, sizeof(SevCmdPlatformStatus),
      { OK, OK, OK, OK, OK, OK } },
    { "platform-reset", SEV_CMD_PLATFORM_RESET, 0,
      { OK, PLATFORM, PLATFORM, PLATFORM, PLATFORM, PLATFORM } },
    { "pek-gen", SEV_CMD_PEK_GEN, 0,
      { PLATFORM, OK, PLATFORM, PLATFORM, PLATFORM, PLATFORM } },
    { "pdh-gen", SEV_CMD_PDH_GEN, 0,
      { PLATFORM, OK, OK, OK, OK, OK } },
    { "pdh-cert-export", SEV_CMD_PDH_CERT_EXPORT, sizeof(SevCmdPdhCertExport),
      { PLATFORM, LEN, LEN, LEN, LEN, LEN } },
    { "df-flush", SEV_CMD_DF_FLUSH, 0,
      { PLATFORM, OK, OK, OK, OK, OK } },
    { "get-id", SEV_CMD_GET_ID, sizeof(SevCmdGetId),
      { LEN, LEN, LEN, LEN, LEN, LEN } },
    { "decommission", SEV_CMD_DECOMMISSION, sizeof(SevCmdDecommission),
      { PLATFORM, PLATFORM, GUEST, ACTIVE, ACTIVE, ACTIVE } },
    { "activate", SEV_CMD_ACTIVATE, sizeof(SevCmdActivate),
      { PLATFORM, PLATFORM, GUEST, ASID, ASID, ASID } },
    { "deactivate", SEV_CMD_DEACTIVATE, sizeof(SevCmdDeactivate),
      { PLATFORM, PLATFORM, GUEST, OK, OK, OK } },
    { "guest-status", SEV_CMD_GUEST_STATUS, sizeof(SevCmdGuestStatus),
      { PLATFORM, PLATFORM, GUEST, OK, OK, OK } },
    { "launch-update-data", SEV_CMD_LAUNCH_UPDATE_DATA,
      sizeof(SevCmdLaunchUpdateData),
      { PLATFORM, PLATFORM, GUEST, LEN, GSTATE, GSTATE } },
    { "launch-update-vmsa", SEV_CMD_LAUNCH_UPDATE_VMSA,
      sizeof(SevCmdLaunchUpdateVmsa),
      { PLATFORM, PLATFORM, GUEST, POLICY, GSTATE, GSTATE } },
    { "launch-measure", SEV_CMD_LAUNCH_MEASURE, sizeof(SevCmdLaunchMeasure),
      { PLATFORM, PLATFORM, GUEST, LEN, GSTATE, GSTATE } },
    { "launch-update-secret", SEV_CMD_LAUNCH_UPDATE_SECRET,
      sizeof(SevCmdLaunchUpdateSecret),
      { PLATFORM, PLATFORM, GUEST, GSTATE, LEN, GSTATE } },
    { "launch-finish", SEV_CMD_LAUNCH_FINISH, sizeof(SevCmdLaunchFinish),
      { PLATFORM, PLATFORM, GUEST, GSTATE, OK, GSTATE } },
    { "attestation", SEV_CMD_ATTESTATION_REPORT, sizeof(SevCmdAttestation),
      { PLATFORM, PLATFORM, GUEST, GSTATE, LEN, LEN } },
};

/* Brings a new platform into @situation; returns the handle to use there */
static uint32_t bring_into(AspFixture *f, unsigned situation)
{
    switch (situation) {
    case IN_UNINIT:
        return NO_GUEST;
    case IN_INIT:
        return must_guest(f, SEV_GSTATE_UNINIT);
    case WITH_BAD_HANDLE:
        must_guest(f, SEV_GSTATE_LUPDATE);
        return NO_GUEST;
    case WITH_LUPDATE:
        return must_guest(f, SEV_GSTATE_LUPDATE);
    case WITH_LSECRET:
        return must_guest(f, SEV_GSTATE_LSECRET);
    default:
        return must_guest(f, SEV_GSTATE_RUNNING);
    }
}

/* Every command has room in this; those with a handle begin with it */
typedef union Buffer {
    le32 handle;
    uint8_t byte[256];
} Buffer;

static void test_row(gconstpointer data)
{
    const Row *row = data;

    for (unsigned i = 0; i < SITUATIONS; i++) {
        AspFixture *f = asp_fixture_new();
        Buffer buffer = { 0 };
        uint32_t handle = bring_into(f, i);

        g_test_message("%s", situation_names[i]);
        if (row->status[WITH_BAD_HANDLE] == GUEST) {
            buffer.handle = le32_of(handle);
        }
        g_assert_cmpstr(
            asp_status_name(asp_command(f->asp, row->id, &buffer, row->size)),
            ==, asp_status_name(row->status[i]));
        asp_fixture_free(f);
    }
}

/* LAUNCH_START takes a handle too, but of the guest to share a key with */
static void test_launch_start_states(AspFixture *f)
{
    SevCmdLaunchStart cmd = { 0 };

    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd),
                  INVALID_PLATFORM_STATE);
    must_init(f);
    must_launch_start(f, 0);
    must_launch_start(f, 0);
}

static void test_wrong_length(AspFixture *f)
{
    Buffer buffer = { 0 };

    must_init(f);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].size) {
            assert_status(asp_command(f->asp, rows[i].id, &buffer,
                                      rows[i].size - 1), INVALID_LEN);
            assert_status(asp_command(f->asp, rows[i].id, NULL, 0),
                          INVALID_LEN);
        }
        assert_status(asp_command(f->asp, rows[i].id, &buffer,
                                  rows[i].size + 1), INVALID_LEN);
    }
}

/* All of 55766's commands that aren't there yet; none of them is a no-op */
static void test_unsupported(AspFixture *f)
{
    static const uint8_t absent[] = {
        0x06, 0x07, 0x0b, 0x0d, 0x24, 0x25, 0x40, 0x41, 0x42, 0x43,
        0x44, 0x50, 0x51, 0x52, 0x53, 0x60, 0x61,
    };
    Buffer buffer = { 0 };

    for (unsigned i = 0; i < G_N_ELEMENTS(absent); i++) {
        assert_status(asp_command(f->asp, absent[i], &buffer, 4), UNSUPPORTED);
        g_assert_cmpstr(asp_command_name(absent[i]), !=, "unknown");
    }
}

static void test_unknown(AspFixture *f)
{
    static const uint32_t unknown[] = {
        0x00, 0x0e, 0x1f, 0x26, 0x2f, 0x37, 0x45, 0x54, 0x62, 0x80,
        0x87, 0x8f, 0x96, 0xa3, 0xb2, 0xc4, 0xc5, 0xcc, 0xcf, 0xd0,
        0x80000001, UINT32_MAX,
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(unknown); i++) {
        assert_status(asp_command(f->asp, unknown[i], NULL, 0),
                      INVALID_COMMAND);
        g_assert_cmpstr(asp_command_name(unknown[i]), ==, "unknown");
    }
}

/*
 * Everything is wrong at first; each step puts right what has just been
 * complained of, and the next check answers.
 */
static void test_precedence(AspFixture *f)
{
    struct {
        SevCmdLaunchUpdateData cmd;
        uint8_t more;
    } buffer = { .cmd = { .handle = le32_of(NO_GUEST),
                          .reserved = le32_of(1), .paddr = le64_of(1),
                          .len = le32_of(1) } };
    SevCmdLaunchUpdateData *cmd = &buffer.cmd;
    const uint32_t id = SEV_CMD_LAUNCH_UPDATE_DATA;
    uint32_t running, launching;

    assert_status(asp_command(f->asp, 0x3f, &buffer, sizeof(buffer)),
                  INVALID_COMMAND);
    assert_status(asp_command(f->asp, SEV_CMD_SEND_UPDATE_VMSA, &buffer,
                              sizeof(buffer)), UNSUPPORTED);
    assert_status(asp_command(f->asp, id, &buffer, sizeof(buffer)),
                  INVALID_LEN);
    assert_status(run_command(f, id, cmd), INVALID_PLATFORM_STATE);
    running = must_guest(f, SEV_GSTATE_RUNNING);
    assert_status(run_command(f, id, cmd), INVALID_GUEST);
    cmd->handle = le32_of(running);
    assert_status(run_command(f, id, cmd), INVALID_GUEST_STATE);
    launching = must_launch_start(f, 0);
    cmd->handle = le32_of(launching);
    assert_status(run_command(f, id, cmd), INVALID_PARAM);
    cmd->reserved = le32_of(0);
    assert_status(run_command(f, id, cmd), INACTIVE);
    must_activate(f, launching, GUEST_ASID + 1);
    assert_status(run_command(f, id, cmd), INVALID_LEN);
    cmd->len = le32_of(16);
    assert_status(run_command(f, id, cmd), INVALID_ADDRESS);
    cmd->paddr = le64_of(MEM_BASE);
    assert_status(run_command(f, id, cmd), SUCCESS);
}

static void test_failure_leaves_buffer(AspFixture *f)
{
    Buffer buffer, before;

    must_guest(f, SEV_GSTATE_LUPDATE);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        memset(&buffer, 0xff, sizeof(buffer));
        before = buffer;
        if (asp_command(f->asp, rows[i].id, &buffer, rows[i].size)) {
            g_assert_cmpmem(&buffer, sizeof(buffer), &before, sizeof(before));
        }
    }
}

static void test_no_byte_past_the_buffer(AspFixture *f)
{
    Buffer buffer;
    uint32_t handle = must_guest(f, SEV_GSTATE_LUPDATE);

    memset(&buffer, 0xff, sizeof(buffer));
    buffer.handle = le32_of(handle);
    assert_status(asp_command(f->asp, SEV_CMD_GUEST_STATUS, &buffer,
                              sizeof(SevCmdGuestStatus)), SUCCESS);
    for (size_t i = sizeof(SevCmdGuestStatus); i < sizeof(buffer); i++) {
        g_assert_cmphex(buffer.byte[i], ==, 0xff);
    }
}

static void test_trace(AspFixture *f)
{
    SevCmdInit cmd = { .reserved = le32_of(1) };

    run_command(f, SEV_CMD_INIT, &cmd);
    g_assert_cmpuint(f->traces, ==, 1);
    g_assert_cmpstr(f->traced_command, ==, "INIT");
    g_assert_cmpuint(f->traced_status, ==, SEV_FW_INVALID_PARAM);
    asp_command(f->asp, 0xff, NULL, 0);
    g_assert_cmpuint(f->traces, ==, 2);
    g_assert_cmpstr(f->traced_command, ==, "unknown");
    g_assert_cmpuint(f->traced_status, ==, SEV_FW_INVALID_COMMAND);
}

static void test_names(AspFixture *f)
{
    g_assert_cmpstr(asp_status_name(0x1e), ==, "unknown");
    g_assert_cmpstr(asp_status_name(UINT32_MAX), ==, "unknown");
    g_assert_cmpstr(asp_status_name(0), ==, "SUCCESS");
    g_assert_cmpstr(asp_status_name(0x0b), ==, "BAD_MEASUREMENT");
    g_assert_cmpstr(asp_status_name(0x18), ==, "SECURE_DATA_INVALID");
    for (uint32_t status = 0; status <= 0x18; status++) {
        g_assert_nonnull(asp_status_name(status));
    }
    g_assert_cmpstr(asp_command_name(0x34), ==, "LAUNCH_SECRET");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *path = g_strdup_printf("/asp/mailbox/%s/is-allowed-only-in-its-"
                                     "platform-and-guest-states",
                                     rows[i].path);

        g_test_add_data_func(path, &rows[i], test_row);
        g_free(path);
    }
    asp_test_add("/asp/mailbox/launch-start/is-allowed-in-INIT-and-WORKING",
                 test_launch_start_states);
    asp_test_add("/asp/mailbox/a-buffer-of-another-length-is-INVALID_LENGTH",
                 test_wrong_length);
    asp_test_add("/asp/mailbox/a-command-not-there-yet-is-UNSUPPORTED",
                 test_unsupported);
    asp_test_add("/asp/mailbox/an-unknown-command-is-INVALID_COMMAND",
                 test_unknown);
    asp_test_add("/asp/mailbox/checks-answer-in-their-order-of-precedence",
                 test_precedence);
    asp_test_add("/asp/mailbox/a-failed-command-leaves-its-buffer-alone",
                 test_failure_leaves_buffer);
    asp_test_add("/asp/mailbox/nothing-is-written-past-the-buffer",
                 test_no_byte_past_the_buffer);
    asp_test_add("/asp/mailbox/every-command-is-traced-with-its-status",
                 test_trace);
    asp_test_add("/asp/mailbox/names-are-the-specification-s", test_names);
    return g_test_run();
}
