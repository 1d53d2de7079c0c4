/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declares the handlers of SEV-SNP's mailbox commands.
 */

#ifndef ASP_SNP_COMMANDS_H
#define ASP_SNP_COMMANDS_H

#include "asp/commands.h"

/* snp-platform.c */
AspSnpHandler asp_snp_cmd_init;
AspSnpHandler asp_snp_cmd_init_ex;
AspSnpHandler asp_snp_cmd_shutdown;
AspSnpHandler asp_snp_cmd_shutdown_ex;
AspSnpHandler asp_snp_cmd_platform_status;
AspSnpHandler asp_snp_cmd_df_flush;

/* snp-guest.c */
AspSnpHandler asp_snp_cmd_gctx_create;
AspSnpHandler asp_snp_cmd_decommission;
AspSnpHandler asp_snp_cmd_activate;
AspSnpHandler asp_snp_cmd_guest_status;

/* Each in a file named after it */
AspSnpHandler asp_snp_cmd_guest_request;
AspSnpHandler asp_snp_cmd_launch_start;
AspSnpHandler asp_snp_cmd_launch_update;
AspSnpHandler asp_snp_cmd_launch_finish;
AspSnpHandler asp_snp_cmd_page_reclaim;
AspSnpHandler asp_snp_cmd_config;
AspSnpHandler asp_snp_cmd_download_firmware_ex;
AspSnpHandler asp_snp_cmd_commit;
AspSnpHandler asp_snp_cmd_vlek_load;
AspSnpHandler asp_snp_cmd_feature_info;

#endif
