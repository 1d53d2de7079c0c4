/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads which processor a platform is to have, and with which firmware. */

#ifndef PLATFORM_TOOL_MODEL_H
#define PLATFORM_TOOL_MODEL_H

#include <glib.h>
#include <stdbool.h>

#include "asp/product.h"
#include "platform/tool/options.h"

/*
 * What --product (without: what --vendor makes, or Milan), --api and --tcb
 * say; the rest is as the product is sold. Returns false and sets *errp (TOOL_EXIT_USAGE), naming the
 * option.
 */
bool tool_model_read(AspModel *model, const ToolOptions *options,
                     GError **errp);

/*
 * Changes in @tcb those numbers that @text names: boot-loader, tee, snp,
 * microcode, and Turin's fmc. @option: where @text is from, for messages
 */
bool tool_tcb_read(const AspProduct *product, const char *option,
                   const char *text, uint8_t tcb[SNP_TCB_SIZE],
                   GError **errp);

/* Reads "MAJOR.MINOR.BUILD" into @version, a byte each. */
bool tool_api_read(const char *option, const char *text, uint8_t version[3],
                   GError **errp);

/* "boot-loader=3,tee=0,snp=8,microcode=115" */
char *tool_tcb_text(const AspProduct *product,
                    const uint8_t tcb[SNP_TCB_SIZE]);

#endif
