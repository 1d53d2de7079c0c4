/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of SEV-SNP's mailbox commands, and their handlers.
 */

#ifndef ASP_SNP_COMMANDS_H
#define ASP_SNP_COMMANDS_H

#include "asp/commands.h"

/*
 * Carries out a command whose common checks have passed.
 * @guest: the one whose context page the buffer begins with, NULL for a row
 *         without guest states
 * @buf: the command buffer, an SnpCmd* of the row's size, aligned, ours;
 *       the ABI has commands answer in memory, not there
 *
 * Returns SEV_FW_*; unless SEV_FW_SUCCESS, nothing has changed but what the
 * handler says.
 */
typedef uint32_t AspSnpHandler(Asp *asp, AspSnpGuest *guest, const void *buf);

/*
 * One command. The common checks are made in the order of the fields:
 *
 * - @handler is NULL, or the platform has no RMP: SEV_FW_UNSUPPORTED
 * - the buffer has another length than @size: SEV_FW_INVALID_LEN
 * - the platform is in none of @pstates: SEV_FW_INVALID_PLATFORM_STATE
 * - @gstates is not 0, and the address that the buffer then begins with is
 *   no page's: SEV_FW_INVALID_ADDRESS; no guest context: SEV_FW_INVALID_GUEST
 * - that guest is in none of @gstates: SEV_FW_INVALID_GUEST_STATE
 */
typedef struct AspSnpCommand {
    uint32_t id;            /* SNP_CMD_* */
    const char *name;       /* as in the specification */
    AspSnpHandler *handler;
    size_t size;            /* bytes; 0: takes no buffer */
    unsigned pstates;       /* ASP_IN(SNP_PSTATE_*), where it is allowed */
    unsigned gstates;       /* ASP_IN(SNP_GSTATE_*); 0: takes no context */
} AspSnpCommand;

/* The row of command @id, or NULL */
const AspSnpCommand *asp_snp_command_find(uint32_t id);

/* snp-mailbox.c: the common checks, then the handler. Returns the status. */
uint32_t asp_snp_run(Asp *asp, const AspSnpCommand *command, const void *buf,
                     size_t len);

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
AspSnpHandler asp_snp_cmd_launch_start;
AspSnpHandler asp_snp_cmd_launch_update;
AspSnpHandler asp_snp_cmd_launch_finish;
AspSnpHandler asp_snp_cmd_page_reclaim;

#endif
