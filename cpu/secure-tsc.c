/*
 * Counts for SEV-SNP guests with Secure TSC (APM volume 2, section 15.36.18)
 *
 * TCG's own counter is the host's where that has one that can be read, and how
 * fast it is QEMU doesn't know.  Such a guest is told how fast its counter is
 * and does not measure it.  So this processor counts the nanoseconds of QEMU's
 * virtual clock, as the timers of all devices do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/host-utils.h"
#include "qemu/timer.h"
#include "abi/tsc.h"
#include "abi/vmsa.h"
#include "cpu.h"
#include "cpu/secure-tsc.h"
#include "exec/helper-proto.h"

QEMU_BUILD_BUG_ON(TSC_NATIVE_KHZ != NANOSECONDS_PER_SECOND / 1000);

static uint64_t scale(const SevCpu *sev)
{
    return extract64(sev->tsc_scale, 0, TSC_SCALE_BITS);
}

static uint64_t read_tsc(const SevCpu *sev)
{
    uint64_t low, high;

    mulu64(&low, &high, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL), scale(sev));
    return (high << (64 - TSC_SCALE_FRACTION_BITS) |
            low >> TSC_SCALE_FRACTION_BITS) + sev->tsc_offset;
}

bool secure_tsc_is_on(const SevCpu *sev)
{
    return sev->snp && sev->features & VMSA_SEV_FEATURE_SECURE_TSC;
}

uint64_t secure_tsc_mhz(const SevCpu *sev)
{
    return scale(sev) * (TSC_NATIVE_KHZ / 1000) >> TSC_SCALE_FRACTION_BITS;
}

/*
 * Follows RDTSC and the first half of RDTSCP, in code of SEV-SNP guests alone.
 * What can be wrong has been raised, and the host's counter is in EDX:EAX.
 */
void helper_secure_tsc(CPUX86State *env)
{
    const SevCpu *sev = env->sev;

    if (secure_tsc_is_on(sev)) {
        uint64_t tsc = read_tsc(sev);

        env->regs[R_EAX] = (uint32_t)tsc;
        env->regs[R_EDX] = tsc >> 32;
    }
}
