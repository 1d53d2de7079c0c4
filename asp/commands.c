/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists the mailbox commands in a table (55766 section 4.3, Command
 * Identifiers): all that the specification has, in its order. Where a command
 * is allowed is from 55766 sections 5.1.2 and 6.1.1 and the command's own
 * section.
 */

#include "asp/commands.h"

#define INITIALIZED (ASP_IN(SEV_PSTATE_INIT) | ASP_IN(SEV_PSTATE_WORKING))
#define ANY_PSTATE  (ASP_IN(SEV_PSTATE_UNINIT) | INITIALIZED)

/* Every state that a guest with a handle can be in */
#define ANY_GSTATE (ASP_IN(SEV_GSTATE_LUPDATE) | ASP_IN(SEV_GSTATE_LSECRET) | \
                    ASP_IN(SEV_GSTATE_RUNNING))

#define ABSENT(ID, NAME) { SEV_CMD_##ID, NAME, NULL, 0, 0, 0 }

static const AspCommand commands[] = {
    { SEV_CMD_INIT, "INIT", asp_cmd_init,
      sizeof(SevCmdInit), ASP_IN(SEV_PSTATE_UNINIT), 0 },
    { SEV_CMD_SHUTDOWN, "SHUTDOWN", asp_cmd_shutdown,
      0, ANY_PSTATE, 0 },
    { SEV_CMD_PLATFORM_RESET, "PLATFORM_RESET", asp_cmd_platform_reset,
      0, ASP_IN(SEV_PSTATE_UNINIT), 0 },
    { SEV_CMD_PLATFORM_STATUS, "PLATFORM_STATUS", asp_cmd_platform_status,
      sizeof(SevCmdPlatformStatus), ANY_PSTATE, 0 },
    { SEV_CMD_PEK_GEN, "PEK_GEN", asp_cmd_pek_gen,
      0, ASP_IN(SEV_PSTATE_INIT), 0 },
    ABSENT(PEK_CSR, "PEK_CSR"),
    ABSENT(PEK_CERT_IMPORT, "PEK_CERT_IMPORT"),
    { SEV_CMD_PDH_CERT_EXPORT, "PDH_CERT_EXPORT", asp_cmd_pdh_cert_export,
      sizeof(SevCmdPdhCertExport), INITIALIZED, 0 },
    { SEV_CMD_PDH_GEN, "PDH_GEN", asp_cmd_pdh_gen,
      0, INITIALIZED, 0 },
    { SEV_CMD_DF_FLUSH, "DF_FLUSH", asp_cmd_df_flush,
      0, INITIALIZED, 0 },
    ABSENT(DOWNLOAD_FIRMWARE, "DOWNLOAD_FIRMWARE"),
    { SEV_CMD_GET_ID, "GET_ID", asp_cmd_get_id,
      sizeof(SevCmdGetId), ANY_PSTATE, 0 },
    ABSENT(INIT_EX, "INIT_EX"),

    { SEV_CMD_DECOMMISSION, "DECOMMISSION", asp_cmd_decommission,
      sizeof(SevCmdDecommission), ASP_IN(SEV_PSTATE_WORKING), ANY_GSTATE },
    { SEV_CMD_ACTIVATE, "ACTIVATE", asp_cmd_activate,
      sizeof(SevCmdActivate), ASP_IN(SEV_PSTATE_WORKING), ANY_GSTATE },
    { SEV_CMD_DEACTIVATE, "DEACTIVATE", asp_cmd_deactivate,
      sizeof(SevCmdDeactivate), ASP_IN(SEV_PSTATE_WORKING), ANY_GSTATE },
    { SEV_CMD_GUEST_STATUS, "GUEST_STATUS", asp_cmd_guest_status,
      sizeof(SevCmdGuestStatus), ASP_IN(SEV_PSTATE_WORKING), ANY_GSTATE },
    ABSENT(COPY, "COPY"),
    ABSENT(ACTIVATE_EX, "ACTIVATE_EX"),

    { SEV_CMD_LAUNCH_START, "LAUNCH_START", asp_cmd_launch_start,
      sizeof(SevCmdLaunchStart), INITIALIZED, 0 },
    { SEV_CMD_LAUNCH_UPDATE_DATA, "LAUNCH_UPDATE_DATA",
      asp_cmd_launch_update_data, sizeof(SevCmdLaunchUpdateData),
      ASP_IN(SEV_PSTATE_WORKING), ASP_IN(SEV_GSTATE_LUPDATE) },
    { SEV_CMD_LAUNCH_UPDATE_VMSA, "LAUNCH_UPDATE_VMSA",
      asp_cmd_launch_update_vmsa, sizeof(SevCmdLaunchUpdateVmsa),
      ASP_IN(SEV_PSTATE_WORKING), ASP_IN(SEV_GSTATE_LUPDATE) },
    { SEV_CMD_LAUNCH_MEASURE, "LAUNCH_MEASURE", asp_cmd_launch_measure,
      sizeof(SevCmdLaunchMeasure),
      ASP_IN(SEV_PSTATE_WORKING), ASP_IN(SEV_GSTATE_LUPDATE) },
    { SEV_CMD_LAUNCH_UPDATE_SECRET, "LAUNCH_SECRET",
      asp_cmd_launch_update_secret, sizeof(SevCmdLaunchUpdateSecret),
      ASP_IN(SEV_PSTATE_WORKING), ASP_IN(SEV_GSTATE_LSECRET) },
    { SEV_CMD_LAUNCH_FINISH, "LAUNCH_FINISH", asp_cmd_launch_finish,
      sizeof(SevCmdLaunchFinish),
      ASP_IN(SEV_PSTATE_WORKING), ASP_IN(SEV_GSTATE_LSECRET) },
    { SEV_CMD_ATTESTATION_REPORT, "ATTESTATION", asp_cmd_attestation,
      sizeof(SevCmdAttestation), ASP_IN(SEV_PSTATE_WORKING),
      ASP_IN(SEV_GSTATE_LSECRET) | ASP_IN(SEV_GSTATE_RUNNING), NULL,
      ASP_API(0, 23) },

    ABSENT(SEND_START, "SEND_START"),
    ABSENT(SEND_UPDATE_DATA, "SEND_UPDATE_DATA"),
    ABSENT(SEND_UPDATE_VMSA, "SEND_UPDATE_VMSA"),
    ABSENT(SEND_FINISH, "SEND_FINISH"),
    ABSENT(SEND_CANCEL, "SEND_CANCEL"),

    ABSENT(RECEIVE_START, "RECEIVE_START"),
    ABSENT(RECEIVE_UPDATE_DATA, "RECEIVE_UPDATE_DATA"),
    ABSENT(RECEIVE_UPDATE_VMSA, "RECEIVE_UPDATE_VMSA"),
    ABSENT(RECEIVE_FINISH, "RECEIVE_FINISH"),

    ABSENT(DBG_DECRYPT, "DBG_DECRYPT"),
    ABSENT(DBG_ENCRYPT, "DBG_ENCRYPT"),
};

const AspCommand *asp_command_find(uint32_t id)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (commands[i].id == id) {
            return &commands[i];
        }
    }
    return NULL;
}
