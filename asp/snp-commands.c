/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of SEV-SNP's mailbox commands (56860 chapter 4): all that the
 * specification has, in its order. Where a command is allowed is from the
 * command's own section of chapter 8.
 */

#include "asp/snp-commands.h"

#define UNINIT      ASP_IN(SNP_PSTATE_UNINIT)
#define INITIALIZED ASP_IN(SNP_PSTATE_INIT)
#define ANY_PSTATE  (UNINIT | INITIALIZED)

#define LAUNCHED    (ASP_IN(SNP_GSTATE_LAUNCH) | ASP_IN(SNP_GSTATE_RUNNING))
#define ANY_GSTATE  (ASP_IN(SNP_GSTATE_INIT) | LAUNCHED)

#define ABSENT(NAME) { SNP_CMD_##NAME, "SNP_" #NAME, NULL, 0, 0, 0 }

static const AspSnpCommand commands[] = {
    { SNP_CMD_INIT, "SNP_INIT", asp_snp_cmd_init, 0, UNINIT, 0 },
    { SNP_CMD_SHUTDOWN, "SNP_SHUTDOWN", asp_snp_cmd_shutdown,
      0, ANY_PSTATE, 0 },
    { SNP_CMD_PLATFORM_STATUS, "SNP_PLATFORM_STATUS",
      asp_snp_cmd_platform_status, sizeof(SnpCmdAddr), ANY_PSTATE, 0 },
    { SNP_CMD_DF_FLUSH, "SNP_DF_FLUSH", asp_snp_cmd_df_flush,
      0, INITIALIZED, 0 },
    { SNP_CMD_INIT_EX, "SNP_INIT_EX", asp_snp_cmd_init_ex,
      sizeof(SnpCmdInitEx), UNINIT, 0 },
    { SNP_CMD_SHUTDOWN_EX, "SNP_SHUTDOWN_EX", asp_snp_cmd_shutdown_ex,
      sizeof(SnpCmdShutdownEx), ANY_PSTATE, 0 },

    { SNP_CMD_DECOMMISSION, "SNP_DECOMMISSION", asp_snp_cmd_decommission,
      sizeof(SnpCmdAddr), INITIALIZED, ANY_GSTATE },
    { SNP_CMD_ACTIVATE, "SNP_ACTIVATE", asp_snp_cmd_activate,
      sizeof(SnpCmdActivate), INITIALIZED, LAUNCHED },
    { SNP_CMD_GUEST_STATUS, "SNP_GUEST_STATUS", asp_snp_cmd_guest_status,
      sizeof(SnpCmdGuestStatus), INITIALIZED, ANY_GSTATE },
    { SNP_CMD_GCTX_CREATE, "SNP_GCTX_CREATE", asp_snp_cmd_gctx_create,
      sizeof(SnpCmdAddr), INITIALIZED, 0 },
    ABSENT(GUEST_REQUEST),
    ABSENT(ACTIVATE_EX),

    { SNP_CMD_LAUNCH_START, "SNP_LAUNCH_START", asp_snp_cmd_launch_start,
      sizeof(SnpCmdLaunchStart), INITIALIZED, ASP_IN(SNP_GSTATE_INIT) },
    { SNP_CMD_LAUNCH_UPDATE, "SNP_LAUNCH_UPDATE", asp_snp_cmd_launch_update,
      sizeof(SnpCmdLaunchUpdate), INITIALIZED, ASP_IN(SNP_GSTATE_LAUNCH) },
    { SNP_CMD_LAUNCH_FINISH, "SNP_LAUNCH_FINISH", asp_snp_cmd_launch_finish,
      sizeof(SnpCmdLaunchFinish), INITIALIZED, ASP_IN(SNP_GSTATE_LAUNCH) },

    ABSENT(DBG_DECRYPT),
    ABSENT(DBG_ENCRYPT),

    ABSENT(PAGE_SWAP_OUT),
    ABSENT(PAGE_SWAP_IN),
    ABSENT(PAGE_MOVE),
    ABSENT(PAGE_MD_INIT),
    ABSENT(PAGE_SET_STATE),
    { SNP_CMD_PAGE_RECLAIM, "SNP_PAGE_RECLAIM", asp_snp_cmd_page_reclaim,
      sizeof(SnpCmdAddr), INITIALIZED, 0 },
    ABSENT(PAGE_UNSMASH),
    ABSENT(CONFIG),
    ABSENT(DOWNLOAD_FIRMWARE_EX),
    ABSENT(COMMIT),
    ABSENT(VLEK_LOAD),
    ABSENT(FEATURE_INFO),
};

const AspSnpCommand *asp_snp_command_find(uint32_t id)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (commands[i].id == id) {
            return &commands[i];
        }
    }
    return NULL;
}
