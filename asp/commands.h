/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declares the tables of mailbox commands, SEV's and SEV-SNP's, and the
 * handlers of the former.
 */

#ifndef ASP_COMMANDS_H
#define ASP_COMMANDS_H

#include "asp/state.h"

/* A set of states, as a mask */
#define ASP_IN(state) (1u << (state))

/*
 * Carries out a command of SEV's whose common checks have passed.
 * @guest: the guest that the buffer's handle names, NULL for a row without
 *         guest states
 * @buf: the command buffer, a SevCmd* of the row's size, aligned, ours
 *
 * Returns SEV_FW_*; unless SEV_FW_SUCCESS, nothing has changed but what the
 * handler says.
 */
typedef uint32_t AspHandler(Asp *asp, AspGuest *guest, void *buf);

/*
 * The same for a command of SEV-SNP's.
 * @guest: the one whose context page the buffer begins with, NULL for a row
 *         without guest states
 * @buf: an SnpCmd*; the ABI has commands answer in memory, not there
 */
typedef uint32_t AspSnpHandler(Asp *asp, AspSnpGuest *guest, const void *buf);

/* An API's version, to compare */
#define ASP_API(major, minor) ((major) << 8 | (minor))

/*
 * One command, with a handler of one kind, or none. @pstates and @gstates
 * are of SEV-SNP's (SNP_*) in a row with @snp_handler, else of SEV's. The
 * common checks are made in this order:
 *
 * - no row has @id, or @since is a later API than the firmware's, or it is
 *   SEV-SNP's and the product has that not: SEV_FW_INVALID_COMMAND
 * - both handlers are NULL, or it is @snp_handler that is not, and the
 *   platform has no RMP: SEV_FW_UNSUPPORTED
 * - the buffer has another length than @size: SEV_FW_INVALID_LEN
 * - the platform is in none of @pstates: SEV_FW_INVALID_PLATFORM_STATE
 * - @gstates is not 0, and the handle that the buffer then begins with is no
 *   guest's: SEV_FW_INVALID_GUEST; SEV-SNP: the address that it begins with
 *   is no page's: SEV_FW_INVALID_ADDRESS; no context: SEV_FW_INVALID_GUEST
 * - that guest is in none of @gstates: SEV_FW_INVALID_GUEST_STATE
 *
 * A command's own checks come after these.
 */
typedef struct AspCommand {
    uint32_t id;            /* SEV_CMD_*, SNP_CMD_* */
    const char *name;       /* as in the specification */
    AspHandler *handler;
    size_t size;            /* bytes; 0: takes no buffer */
    unsigned pstates;       /* ASP_IN(*_PSTATE_*), where it is allowed */
    unsigned gstates;       /* ASP_IN(*_GSTATE_*); 0: names no guest */
    AspSnpHandler *snp_handler;
    uint16_t since;         /* ASP_API(): the first with it; 0: all have it */
} AspCommand;

/* The row of command @id in the table of SEV's, or NULL */
const AspCommand *asp_command_find(uint32_t id);

/* The same in that of SEV-SNP's, in snp-commands.c */
const AspCommand *asp_snp_command_find(uint32_t id);

/* platform.c */
AspHandler asp_cmd_init;
AspHandler asp_cmd_shutdown;
AspHandler asp_cmd_platform_reset;
AspHandler asp_cmd_platform_status;
AspHandler asp_cmd_df_flush;
AspHandler asp_cmd_get_id;

/* platform-keys.c */
AspHandler asp_cmd_pek_gen;
AspHandler asp_cmd_pdh_gen;
AspHandler asp_cmd_pdh_cert_export;

/* guest.c */
AspHandler asp_cmd_decommission;
AspHandler asp_cmd_activate;
AspHandler asp_cmd_deactivate;
AspHandler asp_cmd_guest_status;

/* Each in a file named after it */
AspHandler asp_cmd_launch_start;
AspHandler asp_cmd_launch_update_data;
AspHandler asp_cmd_launch_update_vmsa;
AspHandler asp_cmd_launch_measure;
AspHandler asp_cmd_launch_update_secret;
AspHandler asp_cmd_launch_finish;
AspHandler asp_cmd_attestation;

#endif
