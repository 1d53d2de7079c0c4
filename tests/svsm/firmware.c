/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the guest's memory what its firmware expects of a launch, and what it
 * then finds of its SVSM in it.
 */
#include "abi/svsm.h"
#include "launch.h"
#include "memory.h"
#include "pages.h"
#include "snp.h"
#include "svsm.h"
#include "tap.h"
#include "text.h"
#include "x86.h"

#define CPUID_SIGNATURE 1

static SevVmsa boot_area __attribute__((aligned(PAGE_SIZE)));

static bool memory_was_shared(void)
{
    const le32 *general = (const le32 *)SVSM_GENERAL_PAGE;

    return le32_get(general[1]) & IGVM_ENVIRONMENT_MEMORY_IS_SHARED;
}

static void accept(uint64_t gpa)
{
    uint32_t status;

    if (!memory_is_guests(gpa, PAGE_SIZE)) {
        bail_out("a section of the firmware at %x is not in its memory", gpa);
    }
    if (memory_was_shared() && psc_msr(gpa, GHCB_PSC_OP_PRIVATE)) {
        bail_out("%x does not become private", gpa);
    }
    status = pages_give(gpa, RMP_PAGE_4K, false);
    if (status) {
        bail_out("%x is not accepted: %u", gpa, status);
    }
}

static void accept_sections(void)
{
    for (unsigned i = 0; i < le32_get(LAUNCH->sections); i++) {
        uint64_t base = le32_get(LAUNCH->section[i].base);
        uint32_t size = le32_get(LAUNCH->section[i].size);

        for (uint32_t at = 0; at < size; at += PAGE_SIZE) {
            accept(base + at);
        }
    }
}

/* It is valid, as the file has it. */
static void give_image(void)
{
    uint64_t image = le64_get(LAUNCH->firmware);

    for (uint64_t at = 0; at < le64_get(LAUNCH->firmware_size);
         at += PAGE_SIZE) {
        if (pages_adjust(image + at, RMP_PAGE_4K, RMP_PERM_ALL, false)) {
            bail_out("the firmware cannot be given to the guest");
        }
    }
}

static uint64_t section(unsigned type, const char *name)
{
    for (unsigned i = 0; i < le32_get(LAUNCH->sections); i++) {
        if (le32_get(LAUNCH->section[i].type) == type) {
            return le32_get(LAUNCH->section[i].base);
        }
    }
    bail_out("the firmware has no section for %s", name);
}

/* The keys of VMPLs above the guest's are not for it. */
static void write_secrets(SnpSecretsPage *to, uint64_t calling_area)
{
    const SvsmInformation information = {
        .base = le64_of(SVSM_BASE), .size = le64_of(SVSM_SIZE),
        .calling_area = le64_of(calling_area),
        .max_version = le32_of(1), .guest_vmpl = GUEST_VMPL,
    };

    memcpy(to, (const void *)SNP_SECRETS_PAGE, sizeof(*to));
    memset(to->vmpck, 0, GUEST_VMPL * sizeof(to->vmpck[0]));
    memcpy(to->guest_area2, &information, sizeof(information));
}

/* The boot CPU's save area; it starts when this CPU lets it run. */
static void make_boot_cpu(uint64_t calling_area)
{
    uint32_t r[4];

    cpuid(CPUID_SIGNATURE, 0, r);
    save_area_of_guest(&boot_area, r[0]);
    if (pages_adjust((uintptr_t)&boot_area, RMP_PAGE_4K, 0, true)) {
        bail_out("RMPADJUST makes no save area");
    }
    vcpus[0].save_area = (uintptr_t)&boot_area;
    vcpus[0].calling_area = calling_area;
    ap_request(GHCB_AP_CREATE_ON_INIT, &vcpus[0], GUEST_VMPL,
               (uintptr_t)&boot_area, guest_features());
}

void firmware_prepare(void)
{
    uint64_t secrets = section(SECTION_SECRETS, "secrets");
    uint64_t table = section(SECTION_CPUID, "CPUID");
    uint64_t calling_area = section(SVSM_SECTION_CALLING_AREA,
                                    "a calling area");

    accept_sections();
    write_secrets((SnpSecretsPage *)secrets, calling_area);
    cpuid_for_guest((SnpCpuidPage *)table);
    give_image();
    make_boot_cpu(calling_area);
}
