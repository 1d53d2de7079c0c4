/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declares what sevemu-platform can tell a platform's secure processor of
 * SEV-SNP, and keep for its boots.
 */

#ifndef PLATFORM_TOOL_SNP_H
#define PLATFORM_TOOL_SNP_H

#include <json-glib/json-glib.h>

#include "platform/tool/host.h"

/*
 * Boots the platform as a host does: its settings, and SNP_INIT. To come
 * before SEV's INIT. Does nothing with a processor without SEV-SNP.
 */
bool tool_snp_start(ToolHost *host, GError **errp);

/* Adds what the firmware says of SEV-SNP to @out. */
bool tool_snp_status(ToolHost *host, JsonBuilder *out, GError **errp);

/* As of ToolCommand */
bool tool_snp_update(ToolHost *host, JsonBuilder *out, GError **errp);
bool tool_snp_commit(ToolHost *host, JsonBuilder *out, GError **errp);
bool tool_snp_config(ToolHost *host, JsonBuilder *out, GError **errp);
bool tool_snp_vlek(ToolHost *host, JsonBuilder *out, GError **errp);

#endif
