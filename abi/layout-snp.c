/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Proves the same as layout.c of the structures of SEV-SNP's firmware. Makes
 * no code.
 */

#include "abi/layout.h"
#include "abi/snp.h"

/* snp-cmd.h */
SIZE(SnpCmdInitEx, 0x40);
FIELD(SnpCmdInitEx, flags, 0x00);
FIELD(SnpCmdInitEx, reserved, 0x04);
FIELD(SnpCmdInitEx, list_paddr, 0x08);
FIELD(SnpCmdInitEx, max_snp_asid, 0x10);
FIELD(SnpCmdInitEx, reserved2, 0x12);

SIZE(SnpCmdShutdownEx, 8);
FIELD(SnpCmdShutdownEx, len, 0x00);
FIELD(SnpCmdShutdownEx, flags, 0x04);

SIZE(SnpCmdAddr, 8);
FIELD(SnpCmdAddr, paddr, 0x00);

SIZE(SnpCmdActivate, 0xc);
FIELD(SnpCmdActivate, gctx_paddr, 0x00);
FIELD(SnpCmdActivate, asid, 0x08);

SIZE(SnpCmdGuestStatus, 0x10);
FIELD(SnpCmdGuestStatus, gctx_paddr, 0x00);
FIELD(SnpCmdGuestStatus, paddr, 0x08);

SIZE(SnpCmdLaunchStart, 0x30);
FIELD(SnpCmdLaunchStart, gctx_paddr, 0x00);
FIELD(SnpCmdLaunchStart, policy, 0x08);
FIELD(SnpCmdLaunchStart, ma_gctx_paddr, 0x10);
FIELD(SnpCmdLaunchStart, flags, 0x18);
FIELD(SnpCmdLaunchStart, desired_tsc_khz, 0x1c);
FIELD(SnpCmdLaunchStart, gosvw, 0x20);

SIZE(SnpCmdLaunchUpdate, 0x20);
FIELD(SnpCmdLaunchUpdate, gctx_paddr, 0x00);
FIELD(SnpCmdLaunchUpdate, flags, 0x08);
FIELD(SnpCmdLaunchUpdate, reserved1, 0x0c);
FIELD(SnpCmdLaunchUpdate, paddr, 0x10);
FIELD(SnpCmdLaunchUpdate, reserved2, 0x18);
FIELD(SnpCmdLaunchUpdate, vmpl1_perms, 0x19);
FIELD(SnpCmdLaunchUpdate, vmpl2_perms, 0x1a);
FIELD(SnpCmdLaunchUpdate, vmpl3_perms, 0x1b);
FIELD(SnpCmdLaunchUpdate, reserved3, 0x1c);

SIZE(SnpCmdLaunchFinish, 0x40);
FIELD(SnpCmdLaunchFinish, gctx_paddr, 0x00);
FIELD(SnpCmdLaunchFinish, id_block_paddr, 0x08);
FIELD(SnpCmdLaunchFinish, id_auth_paddr, 0x10);
FIELD(SnpCmdLaunchFinish, flags, 0x18);
FIELD(SnpCmdLaunchFinish, host_data, 0x20);

SIZE(SnpCmdGuestRequest, 0x18);
FIELD(SnpCmdGuestRequest, gctx_paddr, 0x00);
FIELD(SnpCmdGuestRequest, req_paddr, 0x08);
FIELD(SnpCmdGuestRequest, res_paddr, 0x10);

SIZE(SnpCmdConfig, 0x40);
FIELD(SnpCmdConfig, reported_tcb, 0x00);
FIELD(SnpCmdConfig, flags, 0x08);
FIELD(SnpCmdConfig, reserved, 0x0c);

SIZE(SnpCmdDownloadFirmwareEx, 0x18);
FIELD(SnpCmdDownloadFirmwareEx, len, 0x00);
FIELD(SnpCmdDownloadFirmwareEx, reserved, 0x04);
FIELD(SnpCmdDownloadFirmwareEx, paddr, 0x08);
FIELD(SnpCmdDownloadFirmwareEx, image_len, 0x10);
FIELD(SnpCmdDownloadFirmwareEx, flags, 0x14);

SIZE(SnpCmdCommit, 4);
FIELD(SnpCmdCommit, len, 0x00);

SIZE(SnpCmdVlekLoad, 0x10);
FIELD(SnpCmdVlekLoad, len, 0x00);
FIELD(SnpCmdVlekLoad, version, 0x04);
FIELD(SnpCmdVlekLoad, reserved, 0x05);
FIELD(SnpCmdVlekLoad, paddr, 0x08);

SIZE(SnpCmdFeatureInfo, 0x10);
FIELD(SnpCmdFeatureInfo, len, 0x00);
FIELD(SnpCmdFeatureInfo, ecx_in, 0x04);
FIELD(SnpCmdFeatureInfo, paddr, 0x08);

/* snp-data.h */
SIZE(SnpTcbVersion, 8);
FIELD(SnpTcbVersion, milan.boot_loader, 0x0);
FIELD(SnpTcbVersion, milan.tee, 0x1);
FIELD(SnpTcbVersion, milan.reserved, 0x2);
FIELD(SnpTcbVersion, milan.snp, 0x6);
FIELD(SnpTcbVersion, milan.microcode, 0x7);
FIELD(SnpTcbVersion, turin.fmc, 0x0);
FIELD(SnpTcbVersion, turin.boot_loader, 0x1);
FIELD(SnpTcbVersion, turin.tee, 0x2);
FIELD(SnpTcbVersion, turin.snp, 0x3);
FIELD(SnpTcbVersion, turin.reserved, 0x4);
FIELD(SnpTcbVersion, turin.microcode, 0x7);

SIZE(SnpPlatformStatus, 0x20);
FIELD(SnpPlatformStatus, api_major, 0x00);
FIELD(SnpPlatformStatus, api_minor, 0x01);
FIELD(SnpPlatformStatus, state, 0x02);
FIELD(SnpPlatformStatus, rmp, 0x03);
FIELD(SnpPlatformStatus, build_id, 0x04);
FIELD(SnpPlatformStatus, flags, 0x08);
FIELD(SnpPlatformStatus, guest_count, 0x0c);
FIELD(SnpPlatformStatus, current_tcb, 0x10);
FIELD(SnpPlatformStatus, reported_tcb, 0x18);

SIZE(SnpFeatureInfo, 0x10);
FIELD(SnpFeatureInfo, eax, 0x0);
FIELD(SnpFeatureInfo, ebx, 0x4);
FIELD(SnpFeatureInfo, ecx, 0x8);
FIELD(SnpFeatureInfo, edx, 0xc);

SIZE(SnpVlekHashstick, 432);
FIELD(SnpVlekHashstick, iv, 0x000);
FIELD(SnpVlekHashstick, reserved1, 0x00c);
FIELD(SnpVlekHashstick, wrapped, 0x010);
FIELD(SnpVlekHashstick, tcb, 0x190);
FIELD(SnpVlekHashstick, reserved2, 0x198);
FIELD(SnpVlekHashstick, tag, 0x1a0);

SIZE(SnpGuestStatus, 0x10);
FIELD(SnpGuestStatus, policy, 0x00);
FIELD(SnpGuestStatus, asid, 0x08);
FIELD(SnpGuestStatus, state, 0x0c);
FIELD(SnpGuestStatus, reserved, 0x0d);

SIZE(SnpPageInfo, 0x70);
FIELD(SnpPageInfo, digest, 0x00);
FIELD(SnpPageInfo, contents, 0x30);
FIELD(SnpPageInfo, len, 0x60);
FIELD(SnpPageInfo, page_type, 0x62);
FIELD(SnpPageInfo, imi_page, 0x63);
FIELD(SnpPageInfo, reserved, 0x64);
FIELD(SnpPageInfo, vmpl1_perms, 0x65);
FIELD(SnpPageInfo, vmpl2_perms, 0x66);
FIELD(SnpPageInfo, vmpl3_perms, 0x67);
FIELD(SnpPageInfo, gpa, 0x68);

SIZE(SnpSecretsPage, SNP_PAGE_SIZE);
FIELD(SnpSecretsPage, version, 0x000);
FIELD(SnpSecretsPage, imi, 0x004);
FIELD(SnpSecretsPage, fms, 0x008);
FIELD(SnpSecretsPage, reserved1, 0x00c);
FIELD(SnpSecretsPage, gosvw, 0x010);
FIELD(SnpSecretsPage, vmpck, 0x020);
FIELD(SnpSecretsPage, guest_area1, 0x0a0);
FIELD(SnpSecretsPage, vmsa_tweak, 0x100);
FIELD(SnpSecretsPage, guest_area2, 0x140);
FIELD(SnpSecretsPage, tsc_factor, 0x160);
FIELD(SnpSecretsPage, reserved2, 0x164);

SIZE(SnpCpuidEntry, 0x30);
FIELD(SnpCpuidEntry, eax_in, 0x00);
FIELD(SnpCpuidEntry, ecx_in, 0x04);
FIELD(SnpCpuidEntry, xcr0_in, 0x08);
FIELD(SnpCpuidEntry, xss_in, 0x10);
FIELD(SnpCpuidEntry, eax, 0x18);
FIELD(SnpCpuidEntry, ebx, 0x1c);
FIELD(SnpCpuidEntry, ecx, 0x20);
FIELD(SnpCpuidEntry, edx, 0x24);
FIELD(SnpCpuidEntry, reserved, 0x28);

SIZE(SnpCpuidPage, SNP_PAGE_SIZE);
FIELD(SnpCpuidPage, count, 0x000);
FIELD(SnpCpuidPage, reserved1, 0x004);
FIELD(SnpCpuidPage, reserved2, 0x008);
FIELD(SnpCpuidPage, entry, 0x010);
FIELD(SnpCpuidPage, reserved3, 0xc10);

SIZE(SnpIdBlock, 0x60);
FIELD(SnpIdBlock, launch_digest, 0x00);
FIELD(SnpIdBlock, family_id, 0x30);
FIELD(SnpIdBlock, image_id, 0x40);
FIELD(SnpIdBlock, version, 0x50);
FIELD(SnpIdBlock, guest_svn, 0x54);
FIELD(SnpIdBlock, policy, 0x58);

SIZE(SnpPublicKey, 0x404);
FIELD(SnpPublicKey, curve, 0x00);
FIELD(SnpPublicKey, x, 0x04);
FIELD(SnpPublicKey, y, 0x4c);
FIELD(SnpPublicKey, reserved, 0x94);

SIZE(SnpSignature, 0x200);
FIELD(SnpSignature, r, 0x00);
FIELD(SnpSignature, s, 0x48);
FIELD(SnpSignature, reserved, 0x90);

SIZE(SnpIdAuth, SNP_PAGE_SIZE);
FIELD(SnpIdAuth, id_key_algo, 0x000);
FIELD(SnpIdAuth, author_key_algo, 0x004);
FIELD(SnpIdAuth, reserved1, 0x008);
FIELD(SnpIdAuth, id_block_sig, 0x040);
FIELD(SnpIdAuth, id_key, 0x240);
FIELD(SnpIdAuth, reserved2, 0x644);
FIELD(SnpIdAuth, id_key_sig, 0x680);
FIELD(SnpIdAuth, author_key, 0x880);
FIELD(SnpIdAuth, reserved3, 0xc84);
