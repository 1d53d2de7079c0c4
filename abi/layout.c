/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Proves, at compile time, that the structures of this folder lie in memory as
 * their specifications say. A wrong pad breaks the build here instead of a
 * measurement somewhere else. Makes no code.
 */

#include "abi/ghcb.h"
#include "abi/guid.h"
#include "abi/layout.h"
#include "abi/ovmf.h"
#include "abi/rmp.h"
#include "abi/sev.h"
#include "abi/vmsa.h"

/* ghcb.h */
SIZE(GhcbSaveArea, 0x408);
FIELD(GhcbSaveArea, cpl, 0x0cb);
FIELD(GhcbSaveArea, xss, 0x140);
FIELD(GhcbSaveArea, dr7, 0x160);
FIELD(GhcbSaveArea, rax, 0x1f8);
FIELD(GhcbSaveArea, rcx, 0x308);
FIELD(GhcbSaveArea, rdx, 0x310);
FIELD(GhcbSaveArea, rbx, 0x318);
FIELD(GhcbSaveArea, rsi, 0x330);
FIELD(GhcbSaveArea, rdi, 0x338);
FIELD(GhcbSaveArea, r8, 0x340);
FIELD(GhcbSaveArea, sw_exit_code, 0x390);
FIELD(GhcbSaveArea, sw_exit_info_1, 0x398);
FIELD(GhcbSaveArea, sw_exit_info_2, 0x3a0);
FIELD(GhcbSaveArea, sw_scratch, 0x3a8);
FIELD(GhcbSaveArea, xcr0, 0x3e8);
FIELD(GhcbSaveArea, valid_bitmap, 0x3f0);
FIELD(GhcbSaveArea, x87_state_gpa, 0x400);

SIZE(Ghcb, GHCB_PAGE_SIZE);
FIELD(Ghcb, shared_buffer, 0x800);
FIELD(Ghcb, protocol_version, 0xffa);
FIELD(Ghcb, ghcb_usage, 0xffc);

SIZE(GhcbPscHeader, 0x8);
FIELD(GhcbPscHeader, cur_entry, 0x0);
FIELD(GhcbPscHeader, end_entry, 0x2);

/* guid.h */
SIZE(AbiGuid, 0x10);

/* rmp.h: no offset of a bit-field can be taken, so its neighbours prove it */
SIZE(RmpEntry, 0x10);
FIELD(RmpEntry, gpa, 0x00);
FIELD(RmpEntry, asid, 0x08);
FIELD(RmpEntry, perm10, 0x0d);
FIELD(RmpEntry, perm32, 0x0e);
FIELD(RmpEntry, reserved2, 0x0f);

SIZE(RmpState, 0x10);
FIELD(RmpState, gpa, 0x00);
FIELD(RmpState, assigned, 0x08);
FIELD(RmpState, page_size, 0x09);
FIELD(RmpState, immutable, 0x0a);
FIELD(RmpState, reserved, 0x0b);
FIELD(RmpState, asid, 0x0c);

/* sev-cmd.h */
SIZE(SevCmdInit, 0x14);
FIELD(SevCmdInit, options, 0x00);
FIELD(SevCmdInit, reserved, 0x04);
FIELD(SevCmdInit, tmr_paddr, 0x08);
FIELD(SevCmdInit, tmr_len, 0x10);

SIZE(SevCmdPlatformStatus, 0x0c);
FIELD(SevCmdPlatformStatus, api_major, 0x00);
FIELD(SevCmdPlatformStatus, api_minor, 0x01);
FIELD(SevCmdPlatformStatus, state, 0x02);
FIELD(SevCmdPlatformStatus, owner, 0x03);
FIELD(SevCmdPlatformStatus, config, 0x04);
FIELD(SevCmdPlatformStatus, guest_count, 0x08);

SIZE(SevCmdPdhCertExport, 0x1c);
FIELD(SevCmdPdhCertExport, pdh_paddr, 0x00);
FIELD(SevCmdPdhCertExport, pdh_len, 0x08);
FIELD(SevCmdPdhCertExport, reserved, 0x0c);
FIELD(SevCmdPdhCertExport, chain_paddr, 0x10);
FIELD(SevCmdPdhCertExport, chain_len, 0x18);

SIZE(SevCmdGetId, 0x0c);
FIELD(SevCmdGetId, paddr, 0x00);
FIELD(SevCmdGetId, len, 0x08);

SIZE(SevCmdDecommission, 0x04);
FIELD(SevCmdDecommission, handle, 0x00);

SIZE(SevCmdActivate, 0x08);
FIELD(SevCmdActivate, handle, 0x00);
FIELD(SevCmdActivate, asid, 0x04);

SIZE(SevCmdDeactivate, 0x04);
FIELD(SevCmdDeactivate, handle, 0x00);

SIZE(SevCmdGuestStatus, 0x0d);
FIELD(SevCmdGuestStatus, handle, 0x00);
FIELD(SevCmdGuestStatus, policy, 0x04);
FIELD(SevCmdGuestStatus, asid, 0x08);
FIELD(SevCmdGuestStatus, state, 0x0c);

SIZE(SevCmdLaunchStart, 0x24);
FIELD(SevCmdLaunchStart, handle, 0x00);
FIELD(SevCmdLaunchStart, policy, 0x04);
FIELD(SevCmdLaunchStart, dh_cert_paddr, 0x08);
FIELD(SevCmdLaunchStart, dh_cert_len, 0x10);
FIELD(SevCmdLaunchStart, reserved, 0x14);
FIELD(SevCmdLaunchStart, session_paddr, 0x18);
FIELD(SevCmdLaunchStart, session_len, 0x20);

SIZE(SevCmdLaunchUpdateData, 0x14);
FIELD(SevCmdLaunchUpdateData, handle, 0x00);
FIELD(SevCmdLaunchUpdateData, reserved, 0x04);
FIELD(SevCmdLaunchUpdateData, paddr, 0x08);
FIELD(SevCmdLaunchUpdateData, len, 0x10);

SIZE(SevCmdLaunchUpdateVmsa, 0x14);
FIELD(SevCmdLaunchUpdateVmsa, handle, 0x00);
FIELD(SevCmdLaunchUpdateVmsa, reserved, 0x04);
FIELD(SevCmdLaunchUpdateVmsa, paddr, 0x08);
FIELD(SevCmdLaunchUpdateVmsa, len, 0x10);

SIZE(SevCmdLaunchMeasure, 0x14);
FIELD(SevCmdLaunchMeasure, handle, 0x00);
FIELD(SevCmdLaunchMeasure, reserved, 0x04);
FIELD(SevCmdLaunchMeasure, paddr, 0x08);
FIELD(SevCmdLaunchMeasure, len, 0x10);

SIZE(SevCmdLaunchUpdateSecret, 0x34);
FIELD(SevCmdLaunchUpdateSecret, handle, 0x00);
FIELD(SevCmdLaunchUpdateSecret, reserved1, 0x04);
FIELD(SevCmdLaunchUpdateSecret, hdr_paddr, 0x08);
FIELD(SevCmdLaunchUpdateSecret, hdr_len, 0x10);
FIELD(SevCmdLaunchUpdateSecret, reserved2, 0x14);
FIELD(SevCmdLaunchUpdateSecret, guest_paddr, 0x18);
FIELD(SevCmdLaunchUpdateSecret, guest_len, 0x20);
FIELD(SevCmdLaunchUpdateSecret, reserved3, 0x24);
FIELD(SevCmdLaunchUpdateSecret, trans_paddr, 0x28);
FIELD(SevCmdLaunchUpdateSecret, trans_len, 0x30);

SIZE(SevCmdLaunchFinish, 0x04);
FIELD(SevCmdLaunchFinish, handle, 0x00);

SIZE(SevCmdAttestation, 0x24);
FIELD(SevCmdAttestation, handle, 0x00);
FIELD(SevCmdAttestation, reserved, 0x04);
FIELD(SevCmdAttestation, paddr, 0x08);
FIELD(SevCmdAttestation, mnonce, 0x10);
FIELD(SevCmdAttestation, len, 0x20);

/* sev-cert.h */
SIZE(SevEcPublicKey, 1028);
FIELD(SevEcPublicKey, curve, 0x00);
FIELD(SevEcPublicKey, x, 0x04);
FIELD(SevEcPublicKey, y, 0x4c);
FIELD(SevEcPublicKey, reserved, 0x94);

SIZE(SevEcdsaSignature, 144);
FIELD(SevEcdsaSignature, r, 0x00);
FIELD(SevEcdsaSignature, s, 0x48);

SIZE(SevCertSignature, 520);
FIELD(SevCertSignature, usage, 0x00);
FIELD(SevCertSignature, algo, 0x04);
FIELD(SevCertSignature, ecdsa, 0x08);
FIELD(SevCertSignature, rsa, 0x08);

SIZE(SevCert, 2084);
FIELD(SevCert, version, 0x000);
FIELD(SevCert, api_major, 0x004);
FIELD(SevCert, api_minor, 0x005);
FIELD(SevCert, reserved, 0x006);
FIELD(SevCert, usage, 0x008);
FIELD(SevCert, algo, 0x00c);
FIELD(SevCert, key, 0x010);
FIELD(SevCert, sig, SEV_CERT_SIGNED_SIZE);
FIELD(SevCert, sig[1], 0x61c);

SIZE(SevCertChain, 3 * 2084);
FIELD(SevCertChain, pek, 0x0000);
FIELD(SevCertChain, oca, 0x0824);
FIELD(SevCertChain, cek, 0x1048);

SIZE(AmdCertHeader, 64);
FIELD(AmdCertHeader, version, 0x00);
FIELD(AmdCertHeader, key_id, 0x04);
FIELD(AmdCertHeader, certifying_id, 0x14);
FIELD(AmdCertHeader, usage, 0x24);
FIELD(AmdCertHeader, reserved, 0x28);
FIELD(AmdCertHeader, exponent_bits, 0x38);
FIELD(AmdCertHeader, modulus_bits, 0x3c);

SIZE(AmdCert, 1600);
FIELD(AmdCert, exponent, 0x040);
FIELD(AmdCert, modulus, 0x240);
FIELD(AmdCert, signature, 0x440);

SIZE(SevSession, 128);
FIELD(SevSession, nonce, 0x00);
FIELD(SevSession, wrap_tk, 0x10);
FIELD(SevSession, wrap_iv, 0x30);
FIELD(SevSession, wrap_mac, 0x40);
FIELD(SevSession, policy_mac, 0x60);

SIZE(SevReport, 208);
FIELD(SevReport, mnonce, 0x00);
FIELD(SevReport, digest, 0x10);
FIELD(SevReport, policy, 0x30);
FIELD(SevReport, sig_usage, SEV_REPORT_SIGNED_SIZE);
FIELD(SevReport, sig_algo, 0x38);
FIELD(SevReport, reserved, 0x3c);
FIELD(SevReport, sig, 0x40);

/* sev-data.h */
SIZE(SevMeasureBuffer, 48);
FIELD(SevMeasureBuffer, measure, 0x00);
FIELD(SevMeasureBuffer, mnonce, 0x20);

SIZE(SevMeasureInput, 56);
FIELD(SevMeasureInput, context, 0x00);
FIELD(SevMeasureInput, api_major, 0x01);
FIELD(SevMeasureInput, api_minor, 0x02);
FIELD(SevMeasureInput, build, 0x03);
FIELD(SevMeasureInput, policy, 0x04);
FIELD(SevMeasureInput, digest, 0x08);
FIELD(SevMeasureInput, mnonce, 0x28);

SIZE(SevPacketHeader, 52);
FIELD(SevPacketHeader, flags, 0x00);
FIELD(SevPacketHeader, iv, 0x04);
FIELD(SevPacketHeader, mac, 0x14);

SIZE(SevSecretMacHead, 29);
FIELD(SevSecretMacHead, context, 0x00);
FIELD(SevSecretMacHead, flags, 0x01);
FIELD(SevSecretMacHead, iv, 0x05);
FIELD(SevSecretMacHead, guest_len, 0x15);
FIELD(SevSecretMacHead, trans_len, 0x19);

/* ovmf.h */
SIZE(OvmfTableEntry, 18);
FIELD(OvmfTableEntry, len, 0x00);
FIELD(OvmfTableEntry, guid, 0x02);

SIZE(OvmfArea, 8);
FIELD(OvmfArea, base, 0x00);
FIELD(OvmfArea, size, 0x04);

SIZE(OvmfSevEsReset, 4);
FIELD(OvmfSevEsReset, eip, 0x00);

SIZE(OvmfSevMetadataOffset, 4);
FIELD(OvmfSevMetadataOffset, offset, 0x00);

SIZE(OvmfSevMetadata, 16);
FIELD(OvmfSevMetadata, signature, 0x00);
FIELD(OvmfSevMetadata, len, 0x04);
FIELD(OvmfSevMetadata, version, 0x08);
FIELD(OvmfSevMetadata, nr_sections, 0x0c);

SIZE(OvmfSevSection, 12);
FIELD(OvmfSevSection, base, 0x00);
FIELD(OvmfSevSection, size, 0x04);
FIELD(OvmfSevSection, type, 0x08);

SIZE(OvmfHashEntry, 50);
FIELD(OvmfHashEntry, guid, 0x00);
FIELD(OvmfHashEntry, len, 0x10);
FIELD(OvmfHashEntry, hash, 0x12);

SIZE(OvmfHashTable, 168);
FIELD(OvmfHashTable, guid, 0x00);
FIELD(OvmfHashTable, len, 0x10);
FIELD(OvmfHashTable, cmdline, 0x12);
FIELD(OvmfHashTable, initrd, 0x44);
FIELD(OvmfHashTable, kernel, 0x76);

SIZE(OvmfSecretHeader, 20);
FIELD(OvmfSecretHeader, guid, 0x00);
FIELD(OvmfSecretHeader, len, 0x10);

SIZE(OvmfSecretEntry, 20);
FIELD(OvmfSecretEntry, guid, 0x00);
FIELD(OvmfSecretEntry, len, 0x10);

/* vmsa.h */
SIZE(SevVmsaSegment, 0x10);
FIELD(SevVmsaSegment, selector, 0x0);
FIELD(SevVmsaSegment, attrib, 0x2);
FIELD(SevVmsaSegment, limit, 0x4);
FIELD(SevVmsaSegment, base, 0x8);

SIZE(SevVmsa, SEV_VMSA_SIZE);
FIELD(SevVmsa, es, 0x000);
FIELD(SevVmsa, cs, 0x010);
FIELD(SevVmsa, ss, 0x020);
FIELD(SevVmsa, ds, 0x030);
FIELD(SevVmsa, fs, 0x040);
FIELD(SevVmsa, gs, 0x050);
FIELD(SevVmsa, gdtr, 0x060);
FIELD(SevVmsa, ldtr, 0x070);
FIELD(SevVmsa, idtr, 0x080);
FIELD(SevVmsa, tr, 0x090);
FIELD(SevVmsa, pl_ssp, 0x0a0);
FIELD(SevVmsa, u_cet, 0x0c0);
FIELD(SevVmsa, vmpl, 0x0ca);
FIELD(SevVmsa, cpl, 0x0cb);
FIELD(SevVmsa, efer, 0x0d0);
FIELD(SevVmsa, xss, 0x140);
FIELD(SevVmsa, cr4, 0x148);
FIELD(SevVmsa, cr3, 0x150);
FIELD(SevVmsa, cr0, 0x158);
FIELD(SevVmsa, dr7, 0x160);
FIELD(SevVmsa, dr6, 0x168);
FIELD(SevVmsa, rflags, 0x170);
FIELD(SevVmsa, rip, 0x178);
FIELD(SevVmsa, dr, 0x180);
FIELD(SevVmsa, dr_addr_mask, 0x1a0);
FIELD(SevVmsa, rsp, 0x1d8);
FIELD(SevVmsa, s_cet, 0x1e0);
FIELD(SevVmsa, ssp, 0x1e8);
FIELD(SevVmsa, isst_addr, 0x1f0);
FIELD(SevVmsa, rax, 0x1f8);
FIELD(SevVmsa, star, 0x200);
FIELD(SevVmsa, lstar, 0x208);
FIELD(SevVmsa, cstar, 0x210);
FIELD(SevVmsa, sfmask, 0x218);
FIELD(SevVmsa, kernel_gs_base, 0x220);
FIELD(SevVmsa, sysenter_cs, 0x228);
FIELD(SevVmsa, sysenter_esp, 0x230);
FIELD(SevVmsa, sysenter_eip, 0x238);
FIELD(SevVmsa, cr2, 0x240);
FIELD(SevVmsa, g_pat, 0x268);
FIELD(SevVmsa, dbgctl, 0x270);
FIELD(SevVmsa, br_from, 0x278);
FIELD(SevVmsa, br_to, 0x280);
FIELD(SevVmsa, last_excp_from, 0x288);
FIELD(SevVmsa, last_excp_to, 0x290);
FIELD(SevVmsa, pkru, 0x2e8);
FIELD(SevVmsa, tsc_aux, 0x2ec);
FIELD(SevVmsa, guest_tsc_scale, 0x2f0);
FIELD(SevVmsa, guest_tsc_offset, 0x2f8);
FIELD(SevVmsa, reg_prot_nonce, 0x300);
FIELD(SevVmsa, rcx, 0x308);
FIELD(SevVmsa, rdx, 0x310);
FIELD(SevVmsa, rbx, 0x318);
FIELD(SevVmsa, rbp, 0x328);
FIELD(SevVmsa, rsi, 0x330);
FIELD(SevVmsa, rdi, 0x338);
FIELD(SevVmsa, r8_15, 0x340);
FIELD(SevVmsa, guest_exit_info_1, 0x390);
FIELD(SevVmsa, guest_exit_info_2, 0x398);
FIELD(SevVmsa, guest_exit_int_info, 0x3a0);
FIELD(SevVmsa, guest_nrip, 0x3a8);
FIELD(SevVmsa, sev_features, 0x3b0);
FIELD(SevVmsa, vintr_ctrl, 0x3b8);
FIELD(SevVmsa, guest_exit_code, 0x3c0);
FIELD(SevVmsa, virtual_tom, 0x3c8);
FIELD(SevVmsa, tlb_id, 0x3d0);
FIELD(SevVmsa, pcpu_id, 0x3d8);
FIELD(SevVmsa, event_inj, 0x3e0);
FIELD(SevVmsa, xcr0, 0x3e8);
FIELD(SevVmsa, x87_dp, 0x400);
FIELD(SevVmsa, mxcsr, 0x408);
FIELD(SevVmsa, x87_ftw, 0x40c);
FIELD(SevVmsa, x87_fsw, 0x40e);
FIELD(SevVmsa, x87_fcw, 0x410);
FIELD(SevVmsa, x87_fop, 0x412);
FIELD(SevVmsa, x87_ds, 0x414);
FIELD(SevVmsa, x87_cs, 0x416);
FIELD(SevVmsa, x87_rip, 0x418);
FIELD(SevVmsa, fpreg_x87, 0x420);
FIELD(SevVmsa, fpreg_xmm, 0x470);
FIELD(SevVmsa, fpreg_ymm, 0x570);
