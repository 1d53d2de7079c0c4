/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Says what a guest's CPUID page may say: Processor Programming Reference of
 * family 19h (publication 55898), chapter 2, CPUID Policy Enforcement.
 */

#ifndef ASP_SNP_CPUID_H
#define ASP_SNP_CPUID_H

#include <stdbool.h>

#include "abi/snp-data.h"
#include "asp/asp.h"

/* How a register of a function is compared with the processor's own */
typedef enum AspCpuidCheck {
    ASP_CPUID_ZERO,         /* must be zero */
    ASP_CPUID_ANY,          /* the hypervisor's affair */
    ASP_CPUID_STRICT,       /* must be the same */
    ASP_CPUID_SAME_OR_NONE, /* or zero: what is not there needs no size */
    ASP_CPUID_BITS,         /* no bit that the processor hasn't */
    ASP_CPUID_LIMIT,        /* not more */
    ASP_CPUID_LIMIT_BYTES,  /* likewise, each byte for itself */
} AspCpuidCheck;

/* The functions of one leaf: from subleaf @first to @last */
typedef struct AspCpuidRule {
    uint32_t leaf;
    uint32_t first;
    uint32_t last;
    bool has_subleaf;       /* else ECX is no input */
    uint8_t check[4];       /* ASP_CPUID_*, of EAX to EDX */
    uint32_t free[4];       /* bits that are not looked at */
} AspCpuidRule;

/* The rule for a function; never NULL */
const AspCpuidRule *asp_cpuid_rule(uint32_t leaf, uint32_t subleaf);

/* What a register should be when the processor's is @host; maybe @guest */
uint32_t asp_cpuid_correct(AspCpuidCheck check, uint32_t free,
                           uint32_t guest, uint32_t host);

/* Makes of a function what the platform's policy allows, in place */
void asp_snp_cpuid_correct(Asp *asp, SnpCpuidEntry *entry);

#endif
