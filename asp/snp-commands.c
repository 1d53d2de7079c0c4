/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists SEV-SNP's mailbox commands in a table (56860 chapter 4): all that the
 * specification has, in its order. Where a command is allowed is from the
 * command's own section of chapter 8.
 */

#include "asp/snp-commands.h"
#include "asp/snp-feature-info.h"

#define UNINIT      ASP_IN(SNP_PSTATE_UNINIT)
#define INITIALIZED ASP_IN(SNP_PSTATE_INIT)
#define ANY_PSTATE  (UNINIT | INITIALIZED)

#define LAUNCHED    (ASP_IN(SNP_GSTATE_LAUNCH) | ASP_IN(SNP_GSTATE_RUNNING))
#define ANY_GSTATE  (ASP_IN(SNP_GSTATE_INIT) | LAUNCHED)

#define ROW_SINCE(NAME, handler, size, pstates, gstates, since) \
    { SNP_CMD_##NAME, "SNP_" #NAME, NULL, size, pstates, gstates, handler, \
      since }
#define ROW(NAME, handler, size, pstates, gstates) \
    ROW_SINCE(NAME, handler, size, pstates, gstates, 0)
#define ABSENT(NAME) ROW(NAME, NULL, 0, 0, 0)

static const AspCommand commands[] = {
    ROW(INIT, asp_snp_cmd_init, 0, UNINIT, 0),
    ROW(SHUTDOWN, asp_snp_cmd_shutdown, 0, ANY_PSTATE, 0),
    ROW(PLATFORM_STATUS, asp_snp_cmd_platform_status,
        sizeof(SnpCmdAddr), ANY_PSTATE, 0),
    ROW(DF_FLUSH, asp_snp_cmd_df_flush, 0, INITIALIZED, 0),
    ROW(INIT_EX, asp_snp_cmd_init_ex, sizeof(SnpCmdInitEx), UNINIT, 0),
    ROW(SHUTDOWN_EX, asp_snp_cmd_shutdown_ex,
        sizeof(SnpCmdShutdownEx), ANY_PSTATE, 0),

    ROW(DECOMMISSION, asp_snp_cmd_decommission,
        sizeof(SnpCmdAddr), INITIALIZED, ANY_GSTATE),
    ROW(ACTIVATE, asp_snp_cmd_activate,
        sizeof(SnpCmdActivate), INITIALIZED, LAUNCHED),
    ROW(GUEST_STATUS, asp_snp_cmd_guest_status,
        sizeof(SnpCmdGuestStatus), INITIALIZED, ANY_GSTATE),
    ROW(GCTX_CREATE, asp_snp_cmd_gctx_create,
        sizeof(SnpCmdAddr), INITIALIZED, 0),
    ROW(GUEST_REQUEST, asp_snp_cmd_guest_request,
        sizeof(SnpCmdGuestRequest), INITIALIZED,
        ASP_IN(SNP_GSTATE_RUNNING)),
    ABSENT(ACTIVATE_EX),

    ROW(LAUNCH_START, asp_snp_cmd_launch_start,
        sizeof(SnpCmdLaunchStart), INITIALIZED, ASP_IN(SNP_GSTATE_INIT)),
    ROW(LAUNCH_UPDATE, asp_snp_cmd_launch_update,
        sizeof(SnpCmdLaunchUpdate), INITIALIZED, ASP_IN(SNP_GSTATE_LAUNCH)),
    ROW(LAUNCH_FINISH, asp_snp_cmd_launch_finish,
        sizeof(SnpCmdLaunchFinish), INITIALIZED, ASP_IN(SNP_GSTATE_LAUNCH)),

    ABSENT(DBG_DECRYPT),
    ABSENT(DBG_ENCRYPT),

    ABSENT(PAGE_SWAP_OUT),
    ABSENT(PAGE_SWAP_IN),
    ABSENT(PAGE_MOVE),
    ABSENT(PAGE_MD_INIT),
    ABSENT(PAGE_SET_STATE),
    ROW(PAGE_RECLAIM, asp_snp_cmd_page_reclaim,
        sizeof(SnpCmdAddr), INITIALIZED, 0),
    ABSENT(PAGE_UNSMASH),
    ROW(CONFIG, asp_snp_cmd_config, sizeof(SnpCmdConfig), INITIALIZED, 0),
    ROW(DOWNLOAD_FIRMWARE_EX, asp_snp_cmd_download_firmware_ex,
        sizeof(SnpCmdDownloadFirmwareEx), ANY_PSTATE, 0),
    ROW(COMMIT, asp_snp_cmd_commit, sizeof(SnpCmdCommit), ANY_PSTATE, 0),
    ROW(VLEK_LOAD, asp_snp_cmd_vlek_load,
        sizeof(SnpCmdVlekLoad), INITIALIZED, 0),
    ROW_SINCE(FEATURE_INFO, asp_snp_cmd_feature_info,
              sizeof(SnpCmdFeatureInfo), ANY_PSTATE, 0,
              ASP_API(ASP_SNP_FEATURES_MAJOR, ASP_SNP_FEATURES_MINOR)),
};

const AspCommand *asp_snp_command_find(uint32_t id)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (commands[i].id == id) {
            return &commands[i];
        }
    }
    return NULL;
}
