/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads attestation reports of SEV-SNP guests (56860 chapter 7), versions 2 to
 * 5, of all generations of processors.
 */

#ifndef OWNER_REPORT_H
#define OWNER_REPORT_H

#include <glib.h>
#include <json-glib/json-glib.h>
#include <stdbool.h>
#include "abi/snp.h"
#include "abi/snp-msg.h"

/* Versions that are known */
#define REPORT_VERSION_MIN 2
#define REPORT_VERSION_MAX 5

#define REPORT_VERSION_CPUID 3  /* from here on they tell the processor */

/* The file @path, which must be a report and nothing else; @option: input.h */
bool report_read(const char *option, const char *path, SnpReport *report,
                 GError **errp);

/*
 * The generation of processors, as AMD's key server names it: by the CPUID
 * that reports have from version 3 on; before, only Turin can be told, by its
 * short chip id. NULL: it can't be told, or is none that is known.
 */
const char *report_product(const SnpReport *report);

/* Are TCB versions laid out as Turin's? */
bool report_has_fmc(const SnpReport *report);

/* All fields, each by its name; long numbers and bytes are hexadecimal. */
JsonObject *report_json(const SnpReport *report);

/* The same, a field a line, in words */
void report_print(const SnpReport *report);

/* A guest's policy: "0x30000, smt" */
char *report_policy_text(uint64_t policy);

#endif
