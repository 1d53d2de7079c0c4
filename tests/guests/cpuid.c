/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "cpuid": how a guest learns that it runs under SEV, and that a guest
 * without SEV learns nothing of it.
 *
 * Suite "rdrand": under SEV the instruction can be executed whatever the CPU
 * model, as on every processor with SEV; Linux does so without asking CPUID.
 */
#include "abi/rmp.h"
#include "cpuid.h"
#include "paging.h"
#include "probe.h"
#include "suite.h"

static void check_sev_leaf(void)
{
    check(cpuid_in_range(CPUID_SEV),
          "the leaf of encrypted memory is in range");
    check(cpuid_get(CPUID_SEV), "CPUID announces SEV");
    check(!cpuid_get(CPUID_SME), "CPUID does not announce SME");
    check_equal(cpuid_get(CPUID_SEV_ES), config_es(),
                "CPUID announces SEV-ES, or not, as it should");
    check_equal(cpuid_get(CPUID_SEV_SNP), config_snp(),
                "CPUID announces SEV-SNP, or not, as it should");
    check_equal(cpuid_get(CPUID_SEV_FEATURES),
                1 << CPUID_SEV_BIT | config_es() << CPUID_SEV_ES_BIT |
                config_snp() << CPUID_SEV_SNP_BIT |
                config_snp() << CPUID_SEV_VMPL_BIT,
                "no other feature of encrypted memory is announced");
    check_equal(cpuid_get(CPUID_C_BIT_POSITION), config_number("cbitpos", 0),
                "CPUID tells the C-bit's position");
    check_equal(cpuid_get(CPUID_REDUCED_PHYS_BITS),
                config_number("reduced", 1),
                "CPUID tells by how much physical addresses are narrower");
    check_equal(cpuid_get(CPUID_SEV_VMPLS), config_snp() ? RMP_VMPLS : 0,
                "CPUID tells how many VMPLs there are");
    check_equal(cpuid_get(CPUID_SEV_GUESTS), 0,
                "a guest is not told how many guests there can be");
    check_equal(cpuid_get(CPUID_SEV_MIN_ASID), 0,
                "a guest is not told which ASIDs there are");
}

SUITE(cpuid)
{
    if (config_sev()) {
        check_sev_leaf();
    } else {
        check_equal(cpuid_get(CPUID_SEV_FEATURES), 0,
                    "no encrypted memory is announced without SEV");
        check_equal(cpuid_get(CPUID_C_BIT_POSITION), 0,
                    "no C-bit position is told without SEV");
    }
    check_equal(c_bit, config_c_bit(),
                "firmware's way to find the C-bit leads to the right one");
}

SUITE(rdrand)
{
    bool want = config_number("rdrand", config_sev());

    check_equal(cpuid_get(CPUID_RDRAND), want, "CPUID tells about RDRAND");
    check((catch_fault(probe_rdrand, 0, 0).vector == NO_FAULT) == want,
          "RDRAND can be executed, or not, as it should");
}
