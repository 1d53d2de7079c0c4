/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declares the verbs: each takes its own arguments, argv[0] being ignored, and
 * returns the exit status.
 */

#ifndef OWNER_VERBS_H
#define OWNER_VERBS_H

#include "guest-owner/base/owner.h"

OwnerExit verb_export(int argc, char **argv);
OwnerExit verb_id_block(int argc, char **argv);
OwnerExit verb_kds(int argc, char **argv);
OwnerExit verb_measurement_build(int argc, char **argv);
OwnerExit verb_measurement_build_snp(int argc, char **argv);
OwnerExit verb_measurement_verify(int argc, char **argv);
OwnerExit verb_measurement_verify_snp(int argc, char **argv);
OwnerExit verb_platform_commit(int argc, char **argv);
OwnerExit verb_platform_config(int argc, char **argv);
OwnerExit verb_platform_new(int argc, char **argv);
OwnerExit verb_platform_update(int argc, char **argv);
OwnerExit verb_platform_vlek(int argc, char **argv);
OwnerExit verb_report_corpus(int argc, char **argv);
OwnerExit verb_report_show(int argc, char **argv);
OwnerExit verb_report_verify(int argc, char **argv);
OwnerExit verb_reset(int argc, char **argv);
OwnerExit verb_run(int argc, char **argv);
OwnerExit verb_secret_build(int argc, char **argv);
OwnerExit verb_secret_send(int argc, char **argv);
OwnerExit verb_session(int argc, char **argv);
OwnerExit verb_show_guest(int argc, char **argv);
OwnerExit verb_show_platform(int argc, char **argv);
OwnerExit verb_vendor_new(int argc, char **argv);
OwnerExit verb_verify(int argc, char **argv);

#endif
