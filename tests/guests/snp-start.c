/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_start": what an SEV-SNP guest finds: the pages of the launch, of
 * which the secure processor has written two, and nothing else validated.
 */
#include "abi/snp-data.h"
#include "cpuid.h"
#include "paging.h"
#include "probe.h"
#include "segments.h"
#include "snp.h"
#include "suite.h"

#define ROM         0xfffff000      /* its last page */
#define LEAF_XSAVE  0xd
#define JMP_REL16   0xe9

static const SnpCpuidPage *cpuid_page(void)
{
    return (const SnpCpuidPage *)SNP_CPUID_PAGE;
}

static bool is_zero(const uint8_t *p, unsigned size)
{
    unsigned all = 0;

    while (size--) {
        all |= *p++;
    }
    return !all;
}

static bool is_same(const uint8_t *a, const uint8_t *b, unsigned size)
{
    unsigned differ = 0;

    while (size--) {
        differ |= *a++ ^ *b++;
    }
    return !differ;
}

static void check_validated(void)
{
    static const uintptr_t pages[] = {
        AP_PAGE, SNP_SECRETS_PAGE, SNP_CPUID_PAGE, SNP_PROGRAM,
        SNP_PROGRAM_END - PAGE_SIZE,
    };
    struct path path;

    for (unsigned i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        struct rmp_answer a = pvalidate(pages[i], 0, 1);

        check(!a.status && a.carry, "the page at %x was validated by the "
              "launch", (uint64_t)pages[i]);
        check_equal(rmpquery(pages[i], 1).dx, 1, "other VMPLs may not use it");
    }
    check(is_zero((const uint8_t *)SNP_PROGRAM_END - PAGE_SIZE, PAGE_SIZE),
          "memory that the launch gives is zero");
    path_build(&path, 1, ROM);
    path_encrypt(&path, c_bit, ~0u);
    path_load(&path, c_bit);
    check(pvalidate(path.va, 0, 1).carry, "the ROM is validated");
    check_equal(*(uint8_t *)(path.va + 0xff0), JMP_REL16,
                "its reset vector is there");
    path_leave();
    check_equal(catch_vc(probe_read, fresh_alloc(SIZE_4K), 0).vector,
                VECTOR_VC, "other memory is not validated");
}

static void check_secrets(void)
{
    const SnpSecretsPage *page = (const SnpSecretsPage *)SNP_SECRETS_PAGE;
    uint32_t r[4];

    cpuid(1, 0, r);
    check(le32_get(page->version) >= 2, "the secrets page has a version");
    check_equal(le32_get(page->imi), 0, "there is no initial migration image");
    if (le32_get(page->version) >= 3) {
        check_equal(le32_get(page->fms), r[EAX],
                    "it has the processor's model");
    }
    for (unsigned i = 0; i < SNP_VMPCKS; i++) {
        check(!is_zero(page->vmpck[i], SNP_VMPCK_SIZE),
              "there is a VMPCK of VMPL %u", i);
        check(!i || !is_same(page->vmpck[i], page->vmpck[i - 1],
                             SNP_VMPCK_SIZE), "it is one of its own");
    }
    check(is_zero(page->guest_area1, sizeof(page->guest_area1)),
          "the guest's area is empty");
}

/* What the launch was given: "gosvw=" in hexadecimal, zeros without it */
static void check_workarounds(void)
{
    const SnpSecretsPage *page = (const SnpSecretsPage *)SNP_SECRETS_PAGE;
    uint8_t want[sizeof(page->gosvw)];

    config_bytes("gosvw", want, sizeof(want));
    check(is_same(page->gosvw, want, sizeof(want)),
          "the secrets page has the guest-visible workarounds");
}

/* CPUID by the hypervisor, against what the secure processor has passed */
static void check_entry(const SnpCpuidEntry *entry)
{
    uint32_t r[4];
    uint32_t leaf = le32_get(entry->eax_in), subleaf = le32_get(entry->ecx_in);
    /* APIC ID, CLFLUSH's and OSXSAVE; CR4's copies */
    uint32_t ebx = leaf == 1 ? 0xffffff : ~0u;
    uint32_t ecx = leaf == 1 ? ~(1u << 27) : ~0u;

    /* These depend on registers, so the page has but an example. */
    if (leaf == LEAF_XSAVE || leaf == 0xb ||
        leaf == 0x1f || leaf == 0x8000001e) {
        return;
    }
    if (leaf == 7) {
        ecx = ~(1u << 4);       /* OSPKE */
    }
    cpuid(leaf, subleaf, r);
    check(r[EAX] == le32_get(entry->eax) && r[EDX] == le32_get(entry->edx) &&
          !((r[EBX] ^ le32_get(entry->ebx)) & ebx) &&
          !((r[ECX] ^ le32_get(entry->ecx)) & ecx),
          "CPUID %x, %x by the hypervisor is that of the CPUID page",
          (uint64_t)leaf, (uint64_t)subleaf);
}

static void check_cpuid_page(void)
{
    const SnpCpuidPage *page = cpuid_page();
    uint32_t count = le32_get(page->count);
    bool has_memory = false;

    if (!check(count && count <= SNP_CPUID_MAX_ENTRIES,
               "the CPUID page has %u entries", count)) {
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        const SnpCpuidEntry *entry = &page->entry[i];

        check_entry(entry);
        if (le32_get(entry->eax_in) == CPUID_LEAF_ENCRYPTED_MEMORY) {
            has_memory = true;
            check_equal(le32_get(entry->ebx) & 0x3f,
                        config_number("cbitpos", 0),
                        "it tells the C-bit's position");
            check_equal(le32_get(entry->ebx) >> 12 & 0xf, RMP_VMPLS,
                        "it tells how many VMPLs there are");
            check_equal(le32_get(entry->eax), 0x13a,
                        "it announces SEV, SEV-ES, SEV-SNP, VMPLs and Secure "
                        "TSC");
        }
    }
    check(has_memory, "it has the leaf of encrypted memory");
}

SUITE(snp_start)
{
    check_validated();
    check_secrets();
    check_workarounds();
    check_cpuid_page();
}
