/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines Secure TSC of SEV-SNP guests (APM volume 2, section 15.36.18): what
 * such a guest reads is the processor's counter, times GUEST_TSC_SCALE of its
 * save area, plus GUEST_TSC_OFFSET.
 */

#ifndef ABI_TSC_H
#define ABI_TSC_H

/* GUEST_TSC_SCALE: 8.32 fixed point, as TSC_RATIO (APM 2, section 15.30.5) */
#define TSC_SCALE_FRACTION_BITS 32
#define TSC_SCALE_BITS          40

/*
 * How fast the processor's counter is: on hardware the frequency of P0, a
 * property of the chip, which its firmware and its cores know alike. All
 * processors here have this one.
 */
#define TSC_NATIVE_KHZ 1000000u

#endif
