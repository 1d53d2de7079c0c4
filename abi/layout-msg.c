/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Proves the same as layout.c of the messages of SEV-SNP guests and of their
 * table of certificates. Makes no code.
 */

#include "abi/layout.h"
#include "abi/snp-certs.h"
#include "abi/snp-msg.h"

SIZE(SnpCertEntry, 0x18);
FIELD(SnpCertEntry, guid, 0x00);
FIELD(SnpCertEntry, offset, 0x10);
FIELD(SnpCertEntry, len, 0x14);

SIZE(SnpMsgHeader, 0x60);
FIELD(SnpMsgHeader, authtag, 0x00);
FIELD(SnpMsgHeader, seqno, 0x20);
FIELD(SnpMsgHeader, reserved1, 0x28);
FIELD(SnpMsgHeader, algo, 0x30);
FIELD(SnpMsgHeader, hdr_version, 0x31);
FIELD(SnpMsgHeader, hdr_size, 0x32);
FIELD(SnpMsgHeader, msg_type, 0x34);
FIELD(SnpMsgHeader, msg_version, 0x35);
FIELD(SnpMsgHeader, msg_size, 0x36);
FIELD(SnpMsgHeader, reserved2, 0x38);
FIELD(SnpMsgHeader, msg_vmpck, 0x3c);
FIELD(SnpMsgHeader, reserved3, 0x3d);

SIZE(SnpMsgCpuid, 0x10);
FIELD(SnpMsgCpuid, status, 0x00);
FIELD(SnpMsgCpuid, count, 0x04);
FIELD(SnpMsgCpuid, reserved, 0x08);
FIELD(SnpMsgCpuid, entry, 0x10);

SIZE(SnpMsgKeyReq, 0x28);
FIELD(SnpMsgKeyReq, flags, 0x00);
FIELD(SnpMsgKeyReq, reserved, 0x04);
FIELD(SnpMsgKeyReq, fields, 0x08);
FIELD(SnpMsgKeyReq, vmpl, 0x10);
FIELD(SnpMsgKeyReq, guest_svn, 0x14);
FIELD(SnpMsgKeyReq, tcb, 0x18);
FIELD(SnpMsgKeyReq, mit_vector, 0x20);

SIZE(SnpMsgKeyRsp, 0x40);
FIELD(SnpMsgKeyRsp, status, 0x00);
FIELD(SnpMsgKeyRsp, reserved, 0x04);
FIELD(SnpMsgKeyRsp, key, 0x20);

SIZE(SnpMsgReportReq, 0x60);
FIELD(SnpMsgReportReq, report_data, 0x00);
FIELD(SnpMsgReportReq, vmpl, 0x40);
FIELD(SnpMsgReportReq, flags, 0x44);
FIELD(SnpMsgReportReq, reserved, 0x48);

SIZE(SnpReport, 0x4a0);
FIELD(SnpReport, version, 0x000);
FIELD(SnpReport, guest_svn, 0x004);
FIELD(SnpReport, policy, 0x008);
FIELD(SnpReport, family_id, 0x010);
FIELD(SnpReport, image_id, 0x020);
FIELD(SnpReport, vmpl, 0x030);
FIELD(SnpReport, sig_algo, 0x034);
FIELD(SnpReport, current_tcb, 0x038);
FIELD(SnpReport, platform_info, 0x040);
FIELD(SnpReport, key_info, 0x048);
FIELD(SnpReport, reserved1, 0x04c);
FIELD(SnpReport, report_data, 0x050);
FIELD(SnpReport, measurement, 0x090);
FIELD(SnpReport, host_data, 0x0c0);
FIELD(SnpReport, id_key_digest, 0x0e0);
FIELD(SnpReport, author_key_digest, 0x110);
FIELD(SnpReport, report_id, 0x140);
FIELD(SnpReport, report_id_ma, 0x160);
FIELD(SnpReport, reported_tcb, 0x180);
FIELD(SnpReport, cpuid_fam_id, 0x188);
FIELD(SnpReport, cpuid_mod_id, 0x189);
FIELD(SnpReport, cpuid_step, 0x18a);
FIELD(SnpReport, reserved2, 0x18b);
FIELD(SnpReport, chip_id, 0x1a0);
FIELD(SnpReport, committed_tcb, 0x1e0);
FIELD(SnpReport, current_build, 0x1e8);
FIELD(SnpReport, current_minor, 0x1e9);
FIELD(SnpReport, current_major, 0x1ea);
FIELD(SnpReport, reserved3, 0x1eb);
FIELD(SnpReport, committed_build, 0x1ec);
FIELD(SnpReport, committed_minor, 0x1ed);
FIELD(SnpReport, committed_major, 0x1ee);
FIELD(SnpReport, reserved4, 0x1ef);
FIELD(SnpReport, launch_tcb, 0x1f0);
FIELD(SnpReport, launch_mit_vector, 0x1f8);
FIELD(SnpReport, current_mit_vector, 0x200);
FIELD(SnpReport, reserved5, 0x208);
FIELD(SnpReport, signature, 0x2a0);

SIZE(SnpMsgTscInfoReq, 0x80);

SIZE(SnpMsgTscInfoRsp, 0x80);
FIELD(SnpMsgTscInfoRsp, status, 0x00);
FIELD(SnpMsgTscInfoRsp, reserved1, 0x04);
FIELD(SnpMsgTscInfoRsp, guest_tsc_scale, 0x08);
FIELD(SnpMsgTscInfoRsp, guest_tsc_offset, 0x10);
FIELD(SnpMsgTscInfoRsp, tsc_factor, 0x18);
FIELD(SnpMsgTscInfoRsp, reserved2, 0x1c);

SIZE(SnpMsgReportRsp, 0x4c0);
FIELD(SnpMsgReportRsp, status, 0x00);
FIELD(SnpMsgReportRsp, report_size, 0x04);
FIELD(SnpMsgReportRsp, reserved, 0x08);
FIELD(SnpMsgReportRsp, report, 0x20);
