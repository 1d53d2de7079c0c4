/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows a verified chain to people, and for programs. */

#ifndef OWNER_CHAIN_PRINT_H
#define OWNER_CHAIN_PRINT_H

#include <json-glib/json-glib.h>
#include "guest-owner/chain/chain-verify.h"

/* A tree on stdout that grows from the PDH to the root */
void chain_print(const Chain *chain, const ChainVerdict *verdict);

JsonObject *chain_json(const Chain *chain, const ChainVerdict *verdict);

/* The first thing that is wrong, in one line; NULL if nothing is */
char *chain_complaint(const ChainVerdict *verdict);

#endif
