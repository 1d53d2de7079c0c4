/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "cpuid": how a guest learns that it runs under SEV, and that a guest
 * without SEV learns nothing of it; and, in an SEV-SNP guest, leaves by each
 * way that there is.
 *
 * Suite "rdrand": under SEV the instruction can be executed whatever the CPU
 * model, as on every processor with SEV; Linux does so without asking CPUID.
 *
 * Suite "hidden", for CPU models that have them all: of what an SEV-ES guest
 * is not told, unless its owner asks for it (hidden=0).
 */
#include "abi/rmp.h"
#include "abi/snp-data.h"
#include "cpuid.h"
#include "ghcb.h"
#include "paging.h"
#include "probe.h"
#include "segments.h"
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
                config_snp() << CPUID_SEV_VMPL_BIT |
                config_snp() << CPUID_SEV_SECURE_TSC_BIT,
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

/* What the CPUID page has of LEAF; false, and zeros, if that is nothing. */
static bool passed(uint32_t leaf, uint32_t r[4])
{
    const SnpCpuidPage *page = (const SnpCpuidPage *)SNP_CPUID_PAGE;

    r[EAX] = r[EBX] = r[ECX] = r[EDX] = 0;
    for (unsigned i = 0; i < le32_get(page->count); i++) {
        const SnpCpuidEntry *entry = &page->entry[i];

        if (le32_get(entry->eax_in) == leaf) {
            r[EAX] = le32_get(entry->eax);
            r[EBX] = le32_get(entry->ebx);
            r[ECX] = le32_get(entry->ecx);
            r[EDX] = le32_get(entry->edx);
            return true;
        }
    }
    return false;
}

/*
 * The instruction is #VC, which is answered by the GHCB. The page lacks what
 * is out of range, and may lack what is zero.
 */
static void check_ways(uint32_t leaf)
{
    uint32_t want[4], got[4];

    if (!cpuid_in_range(FIELD(leaf, 0, EAX, 0, 32))) {
        check(!passed(leaf, want), "CPUID %x, out of range, is not in the "
              "CPUID page", (uint64_t)leaf);
        return;
    }
    passed(leaf, want);
    cpuid(leaf, 0, got);
    for (unsigned reg = EAX; reg <= EDX; reg++) {
        check_equal(got[reg], want[reg], "CPUID %x, register %u, by GHCB is "
                    "that of the CPUID page", (uint64_t)leaf, reg);
        check_equal(ghcb_msr_cpuid(leaf, reg), want[reg],
                    "and by the MSR protocol");
    }
}

static void check_snp_leaves(void)
{
    check_ways(CPUID_LEAF_ADDRESS_SIZES);
    check_ways(CPUID_LEAF_EXTENDED2);
    check_equal(cpuid_get(CPUID_PHYS_BITS), config_number("phys", 40),
                "physical addresses are as wide as the CPU model's");
    check_equal(cpuid_get(CPUID_LINEAR_BITS),
                cpuid_get(CPUID_LA57) ? 57 : 48,
                "linear addresses are as wide as page tables allow");
    check_equal(cpuid_get(CPUID_GUEST_PHYS_BITS), 0,
                "and nothing else is told of a guest's");
    check_equal(cpuid_get(CPUID_EXTENDED2), config_number("newer", 0),
                "of newer features, those that TCG has are told");
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
    if (config_snp()) {
        check_snp_leaves();
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

SUITE(hidden)
{
    bool told = !config_number("hidden", config_es());

    check_equal(cpuid_get(CPUID_MONITOR), told, "CPUID tells about MONITOR");
    check_equal(cpuid_get(CPUID_SVM), told, "CPUID tells about SVM");
    check_equal(cpuid_get(CPUID_LA57), told,
                "CPUID tells about page tables of five levels");
}
