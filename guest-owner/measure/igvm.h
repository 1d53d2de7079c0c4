/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reckons what the launch of an IGVM file (abi/igvm.h) must measure to with
 * SEV-SNP: parameter areas and pages in the file's order, then its save areas.
 * The guest owner's own reading: it shares no code with the loader's.
 */

#ifndef OWNER_IGVM_H
#define OWNER_IGVM_H

#include "guest-owner/measure/snp-launch.h"

#define IGVM_MAX_SIZE (1024 * 1024 * 1024)

/*
 * @launch is told of pages, and nothing else of it is looked at. Fails when
 * the file is not right, is not for SEV-SNP, or has what this does not know:
 * of that nobody could say what it measures to.
 */
bool igvm_digest(const SnpLaunch *launch, GBytes *file, const char *name,
                 uint8_t digest[SNP_DIGEST_SIZE], GError **errp);

#endif
