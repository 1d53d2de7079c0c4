/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells a guest's policy in words. */

#ifndef OWNER_POLICY_TEXT_H
#define OWNER_POLICY_TEXT_H

#include <stdint.h>

/* "0x1 (NODBG)", "0x370003 (NODBG, NOKS, API 55.0 or later)" */
char *policy_text(uint32_t policy);

#endif
