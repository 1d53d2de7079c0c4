/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Model-specific registers and their bits; read by C and assembly. */
#ifndef GUESTS_MSR_H
#define GUESTS_MSR_H

#define MSR_APIC_BASE       0x0000001b
#define MSR_EFER            0xc0000080
#define MSR_FS_BASE         0xc0000100
#define MSR_GHCB            0xc0010130      /* APM volume 2, 15.35.7 */
#define MSR_SEV_STATUS      0xc0010131      /* APM volume 2, 15.34.10 */
#define MSR_GUEST_TSC_FREQ  0xc0010134      /* APM volume 2, 15.36.18 */

#define EFER_LME            (1 << 8)
#define EFER_NXE            (1 << 11)

#define SEV_STATUS_SEV      (1 << 0)
#define SEV_STATUS_SEV_ES   (1 << 1)
#define SEV_STATUS_SEV_SNP  (1 << 2)
#define SEV_STATUS_FEATURES 2               /* the SEV features' first bit */

#endif
